//! The books of all services as one panel, with the sum that must be conserved and where its parts are.

use super::Site;
use super::books::{Books, Levels};
use crate::protocols::parts::business::{Business, PRICE_YUAN};
use crate::sim::show::{ConservedSum, Database, Ledger, Panel, Reserved, Row, SumPart};
use crate::text::Text;

/// Whether services set things aside before they use them: rows show it if they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    Reserving,
    Direct,
}

/// What of the sum is at no service just now, as the protocol knows it.
pub struct Elsewhere {
    /// Where: "in messages under way".
    pub name: Text,
    pub yuan: i64,
}

/// The panel. `sites` are the services in order, the shelf first, then the till; `open` is whether some order is not
/// finished, so that a difference of the sum is no surprise.
pub fn panel(account: Account, sites: &[Site], elsewhere: Vec<Elsewhere>, open: bool) -> Panel {
    let databases = sites.iter().zip(1u8..).map(|(site, number)| database(account, site, number)).collect();
    let title = Text::new("Services’ databases", "各服务的数据库");
    Panel::Ledger(Ledger { title, databases, sum: sum(account, sites, elsewhere, open) })
}

fn database(account: Account, site: &Site, number: u8) -> Database {
    let rows = (0..site.schema.rows).map(|row| {
        let Levels { available, frozen, pending } = site.stored.levels(&site.schema, row);
        let working = site.working.map(|books| books.levels(&site.schema, row));
        Row {
            key: format!("#{}", row + 1),
            initially: site.schema.initially,
            committed: available,
            uncommitted: working.map(|levels| levels.available).filter(|working| *working != available),
            reserved: (account == Account::Reserving).then_some(Reserved { frozen, pending }),
            locked_by: None,
            waiting: Vec::new(),
        }
    });
    Database {
        node: site.node,
        name: Business::name(number).clone(),
        unit: Business::unit(number).clone(),
        rows: rows.collect(),
        journals: site.journals.clone(),
    }
}

/// The sum over all rows of a site.
fn total(site: &Site, of: fn(Levels) -> i64) -> i64 {
    (0..site.schema.rows).map(|row| of(site.stored.levels(&site.schema, row))).sum()
}

fn sum(account: Account, sites: &[Site], elsewhere: Vec<Elsewhere>, open: bool) -> Option<ConservedSum> {
    let [shelf, till, ..] = sites else { return None };
    let at_first = |site: &Site| i64::from(site.schema.rows) * site.schema.initially;
    let expected = at_first(shelf) * PRICE_YUAN + at_first(till);
    let mut parts = vec![
        SumPart {
            name: Text::new("on the shelf", "货架上"),
            amount: PRICE_YUAN * total(shelf, |levels| levels.available),
        },
        SumPart { name: Text::new("in the till", "已收款"), amount: total(till, |levels| levels.available) },
    ];
    if account == Account::Reserving {
        let frozen = PRICE_YUAN * total(shelf, |levels| levels.frozen);
        parts.insert(1, SumPart { name: Text::new("set aside", "已冻结"), amount: frozen });
    }
    parts.extend(elsewhere.into_iter().map(|Elsewhere { name, yuan }| SumPart { name, amount: yuan }));
    Some(ConservedSum {
        name: Text::new("Value on the shelf + money in the till (yuan)", "货架价值 + 收款（元）"),
        expected,
        now: parts.iter().map(|part| part.amount).sum(),
        under_way: open,
        parts,
    })
}

/// By how many yuan the value on the shelf plus the money in the till differs from what it was at first.
pub(super) fn imbalance_yuan(shelf: &Books, till: &Books) -> i64 {
    shelf.net_change() * PRICE_YUAN + till.net_change()
}
