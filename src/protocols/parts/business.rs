//! The small business that all transaction protocols run: an order takes goods and money from different databases.
//!
//! Database 1 is the shelf, database 2 the till; up to six more take part in an order as they would in a shop. What is
//! conserved: goods never vanish without money for them, so the value of what is on the shelf plus the money in the till
//! is the same before and after every order. An order that only half happens shows in that sum for ever.
//!
//! Which product an order is for, and how many, is drawn by the order's number without the protocol's name: all
//! protocols meet the same load.

use super::database::{Change, Database, RowNumber, Schema, Stored, Transaction};
use crate::sim::payload::Outcome;
use crate::sim::show::{self, ConservedSum, Ledger, Panel};
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;

/// The most databases that an order can touch.
pub const DATABASES_MAX: u8 = 8;
/// The most products, each a row in every database.
pub const ROWS_MAX: RowNumber = 64;
/// What one unit of any product costs, in yuan.
pub const PRICE_YUAN: i64 = 30;
/// The most units in one order.
pub const UNITS_MAX: u16 = 3;
/// What stands on the shelf of each product at first, if no more is needed for every order to succeed.
const STOCK_MIN: i64 = 10;
/// No limit that any run could reach.
const PLENTY: i64 = 1_000_000_000;

/// What the client orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    /// The product: the row that it touches in every database.
    pub row: RowNumber,
    pub units: u16,
}

impl Order {
    /// The order of that number: `draw` gives 64 bits for a purpose and a name.
    pub fn drawn(number: u32, rows: RowNumber, draw: impl Fn(&str, &[u64]) -> u64) -> Order {
        let name = [u64::from(number)];
        Order {
            row: (draw("product", &name) % u64::from(rows.max(1))) as RowNumber,
            units: 1 + (draw("units", &name) % u64::from(UNITS_MAX)) as u16,
        }
    }

    /// What it costs, in yuan.
    pub fn price_yuan(self) -> i64 {
        i64::from(self.units) * PRICE_YUAN
    }
}

/// How an order changes a database's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Takes as many as were ordered.
    TakesUnits,
    /// Receives the price.
    ReceivesPrice,
    /// Adds ten points for each unit.
    AddsPoints,
    /// Adds one entry.
    AddsOne,
    /// Takes one.
    TakesOne,
}

/// One database of the shop, in words.
struct Kind {
    name: Text,
    unit: Text,
    effect: Effect,
    /// Why it refuses, when it does.
    refusal: Text,
}

static KINDS: [Kind; DATABASES_MAX as usize] = [
    Kind {
        name: Text::new("Stock", "库存"),
        unit: Text::new("units", "件"),
        effect: Effect::TakesUnits,
        refusal: Text::new("the shelf is empty", "库存不足"),
    },
    Kind {
        name: Text::new("Till", "收款"),
        unit: Text::new("yuan", "元"),
        effect: Effect::ReceivesPrice,
        refusal: Text::new("the card is over its limit", "银行卡超出限额"),
    },
    Kind {
        name: Text::new("Order book", "订单"),
        unit: Text::new("orders", "单"),
        effect: Effect::AddsOne,
        refusal: Text::new("the order book is closed", "订单库已停止接单"),
    },
    Kind {
        name: Text::new("Coupons", "优惠券"),
        unit: Text::new("coupons", "张"),
        effect: Effect::TakesOne,
        refusal: Text::new("no coupon is left", "优惠券已用完"),
    },
    Kind {
        name: Text::new("Points", "积分"),
        unit: Text::new("points", "分"),
        effect: Effect::AddsPoints,
        refusal: Text::new("the points account is frozen", "积分账户已冻结"),
    },
    Kind {
        name: Text::new("Shipping", "配送"),
        unit: Text::new("parcels", "件包裹"),
        effect: Effect::AddsOne,
        refusal: Text::new("no van has room left", "运力已满"),
    },
    Kind {
        name: Text::new("Invoices", "发票"),
        unit: Text::new("invoices", "张"),
        effect: Effect::AddsOne,
        refusal: Text::new("the invoice quota is used up", "发票额度已用完"),
    },
    Kind {
        name: Text::new("Gift boxes", "礼盒"),
        unit: Text::new("boxes", "个"),
        effect: Effect::TakesOne,
        refusal: Text::new("no gift box is left", "礼盒已用完"),
    },
];

/// The shop with its parameters set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Business {
    /// How many databases an order touches, 1 to [`DATABASES_MAX`].
    pub databases: u8,
    /// How many products there are, 1 to [`ROWS_MAX`]: fewer products, more waiting for locks.
    pub rows: RowNumber,
    /// How many orders there will be: the shelf is stocked for all of them.
    pub orders: u32,
    /// The database, from 1, that has nothing to give and refuses every order.
    pub refuses: Option<u8>,
}

/// A database as the ledger sees it: its memory (none while its node is down) and its disk.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub node: NodeId,
    pub database: Option<&'a Database>,
    pub stored: &'a Stored,
}

impl Business {
    fn kind(number: u8) -> &'static Kind {
        &KINDS[usize::from(number.clamp(1, DATABASES_MAX)) - 1]
    }

    /// What the database of that number, from 1, is called.
    pub fn name(number: u8) -> &'static Text {
        &Self::kind(number).name
    }

    /// What the numbers of the database of that number count: "units", "yuan".
    pub fn unit(number: u8) -> &'static Text {
        &Self::kind(number).unit
    }

    /// Why the database of that number refuses, when it does.
    pub fn refusal(number: u8) -> &'static Text {
        &Self::kind(number).refusal
    }

    /// Whether what an order adds at the database of that number can be spent by somebody else: money, points.
    pub fn brings(number: u8) -> bool {
        matches!(Self::kind(number).effect, Effect::ReceivesPrice | Effect::AddsPoints)
    }

    /// What the database of that number, from 1, starts with.
    pub fn schema(&self, number: u8) -> Schema {
        let refuses = self.refuses == Some(number);
        let stock = STOCK_MIN.max(i64::from(self.orders) * i64::from(UNITS_MAX));
        let (initially, at_most) = match (Self::kind(number).effect, refuses) {
            (Effect::TakesUnits | Effect::TakesOne, false) => (stock, PLENTY),
            (Effect::ReceivesPrice | Effect::AddsPoints | Effect::AddsOne, false) => (0, PLENTY),
            (_, true) => (0, 0),
        };
        Schema { rows: self.rows.clamp(1, ROWS_MAX), initially, at_least: 0, at_most }
    }

    /// What an order does at the database of that number, from 1.
    pub fn changes(number: u8, order: Order) -> [Change; 1] {
        let by = match Self::kind(number).effect {
            Effect::TakesUnits => -i64::from(order.units),
            Effect::ReceivesPrice => order.price_yuan(),
            Effect::AddsPoints => 10 * i64::from(order.units),
            Effect::AddsOne => 1,
            Effect::TakesOne => -1,
        };
        [Change { row: order.row, by }]
    }

    /// By how many yuan the value on the shelf plus the money in the till differs from what it was at first, by what is
    /// committed; zero whenever no order is half done.
    pub fn imbalance_yuan(shelf: &Stored, till: &Stored) -> i64 {
        shelf.net_change() * PRICE_YUAN + till.net_change()
    }

    /// The sum that must be conserved, as it is now; none for a shop that has no till. `sites` are the databases in
    /// order, from 1.
    pub fn conserved_sum(&self, sites: &[Site]) -> Option<ConservedSum> {
        let [shelf, till, ..] = sites else { return None };
        let rows = i64::from(self.schema(1).rows);
        let expected = rows * (self.schema(1).initially * PRICE_YUAN + self.schema(2).initially);
        let now = expected + Self::imbalance_yuan(shelf.stored, till.stored);
        Some(ConservedSum {
            name: Text::new("Value on the shelf + money in the till (yuan)", "货架价值 + 收款（元）"),
            expected,
            now,
            under_way: Self::under_way(&sites[..2]),
            parts: Vec::new(),
        })
    }

    /// Whether an order is committed at one of the sites and still open at another.
    fn under_way(sites: &[Site]) -> bool {
        let open_at = |site: &Site| -> Vec<Transaction> {
            match site.database {
                Some(database) => database.open().map(|(transaction, _)| transaction).collect(),
                None => site.stored.prepared().collect(),
            }
        };
        sites.iter().any(|site| {
            open_at(site).iter().any(|transaction| {
                sites
                    .iter()
                    .any(|other| other.node != site.node && other.stored.outcome(*transaction) == Some(Outcome::Commit))
            })
        })
    }

    /// The databases' rows, for all to see. `sites` are the databases in order, from 1.
    pub fn ledger(&self, sites: &[Site]) -> Panel {
        let databases = sites.iter().zip(1u8..).map(|(site, number)| self.book(site, number)).collect();
        Panel::Ledger(Ledger { title: Text::new("Databases", "数据库"), databases, sum: self.conserved_sum(sites) })
    }

    fn book(&self, site: &Site, number: u8) -> show::Database {
        let schema = self.schema(number);
        let rows = (0..schema.rows)
            .map(|row| show::Row {
                key: format!("#{}", row + 1),
                initially: schema.initially,
                committed: site.stored.committed(&schema, row),
                uncommitted: site.database.and_then(|database| database.uncommitted(row)),
                reserved: None,
                locked_by: site.database.and_then(|database| database.holder(row)).map(Transaction::subject),
                waiting: site
                    .database
                    .map_or_else(Vec::new, |database| database.waiters(row).map(Transaction::subject).collect()),
            })
            .collect();
        let kind = Self::kind(number);
        let (name, unit) = (kind.name.clone(), kind.unit.clone());
        show::Database { node: site.node, name, unit, rows, journals: Vec::new() }
    }

    /// What an order is, in words: "2 units for 60 yuan".
    pub fn describe(order: Order) -> Text {
        let (units, price) = (order.units, order.price_yuan());
        let plural = if units == 1 { "unit" } else { "units" };
        Text {
            en: format!("{units} {plural} for {price} yuan").into(),
            zh: format!("{units} 件，共 {price} 元").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::parts::database::{Record, Writing};

    const SHOP: Business = Business { databases: 8, rows: 3, orders: 20, refuses: None };

    fn draw(purpose: &str, name: &[u64]) -> u64 {
        crate::sim::fingerprint::mix(purpose.len() as u64 * 1_000 + name[0])
    }

    fn carry_out(number: u8, stored: &mut Stored, order: Order) -> Writing {
        let mut database = Database::default();
        let transaction = Transaction(1);
        let writing = database.write(stored, &SHOP.schema(number), transaction, &Business::changes(number, order));
        let prepared = database.prepare(transaction, transaction).expect("it is open");
        stored.read(&prepared);
        stored.read(&Record::Committed { transaction });
        writing
    }

    fn sites(stored: &[Stored]) -> Vec<Site<'_>> {
        (1u8..).zip(stored).map(|(node, stored)| Site { node: NodeId(node), database: None, stored }).collect()
    }

    #[test]
    fn whole_orders_conserve_the_sum_and_half_an_order_does_not() {
        let mut stored = vec![Stored::default(); 8];
        let before = SHOP.conserved_sum(&sites(&stored)).expect("there is a till");
        assert_eq!(before.now, before.expected);
        for number in 1..=20 {
            let order = Order::drawn(number, SHOP.rows, draw);
            for (database, stored) in (1u8..).zip(&mut stored) {
                assert_eq!(carry_out(database, stored, order), Writing::Granted, "the shop is stocked for all orders");
            }
        }
        let after = SHOP.conserved_sum(&sites(&stored)).expect("there is a till");
        assert_eq!(after.now, after.expected);
        carry_out(1, &mut stored[0], Order { row: 0, units: 2 });
        let half = SHOP.conserved_sum(&sites(&stored)).expect("there is a till");
        assert_eq!(half.now, half.expected - 60, "two units left the shelf and nobody paid");
        assert!(!half.under_way);
    }

    #[test]
    fn every_database_can_refuse() {
        for number in 1..=DATABASES_MAX {
            let shop = Business { refuses: Some(number), ..SHOP };
            let order = Order { row: 0, units: 1 };
            let changes = Business::changes(number, order);
            let writing = Database::default().write(&Stored::default(), &shop.schema(number), Transaction(1), &changes);
            assert_eq!(writing, Writing::Refused { row: 0 }, "{}", Business::name(number));
        }
    }

    #[test]
    fn a_shop_without_a_till_has_no_sum() {
        assert_eq!(SHOP.conserved_sum(&sites(&[Stored::default()])), None);
    }
}
