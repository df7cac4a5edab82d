//! The ledger: every database's rows as a clerk keeps them. What an undecided transaction has written stands in pencil
//! over what is committed; the lock that protects it is a bar, those who wait for it are hatched. Where orders reserve
//! instead of locking, what is frozen and what is pending stand in those two columns.

use super::has_panel;
use crate::ui::following::{Draw, Part, Piece};
use crate::ui::views::Stage;
use faultline::say;
use faultline::scenario::run::Scene;
use faultline::sim::payload::Subject;
use faultline::sim::show::{ConservedSum, Database, Journal, Ledger, Panel, Reserved, Row};
use faultline::text::Text;
use yew::prelude::*;

/// Tables up to this length are shown in full; of longer ones so many rows that are in use, and the rest is counted: more
/// nobody reads at once, and all of them would be drawn anew at every step.
const ROWS_MAX: usize = 6;
/// So many lines of a journal, the latest, are shown.
const JOURNAL_LINES_MAX: usize = 4;

/// Whether the run has a ledger.
pub fn needed(stage: &Stage) -> bool {
    has_panel(stage, |panel| matches!(panel, Panel::Ledger(_)))
}

/// The view. Each table and the sum follow the pen by themselves.
pub fn panels(stage: Stage) -> Html {
    html! { <>{ for ledgers(&stage.scene).enumerate().map(|(place, ledger)| draw(&stage, ledger, place)) }</> }
}

fn ledgers(scene: &Scene) -> impl Iterator<Item = &Ledger> {
    scene.panels.iter().filter_map(|panel| match panel {
        Panel::Ledger(ledger) => Some(ledger),
        _ => None,
    })
}

static TABLE: Piece =
    Piece { draw: table, is_same: |one, other, place| database(one, place) == database(other, place) };
static SUM: Piece = Piece { draw: sums, is_same: |one, other, place| sum(one, place) == sum(other, place) };

fn draw(stage: &Stage, ledger: &Ledger, place: usize) -> Html {
    let table = |number: usize| html! { <Part draw={Draw::Piece(stage.clone(), &TABLE, [place, number])} /> };
    html! {
        <section class="ledger" aria-label={stage.words(&ledger.title)}>
            <div class="databases" tabindex="0" role="group" aria-label={stage.words(&Text::new("Databases", "数据库"))}>
                { for (0..ledger.databases.len()).map(table) }
            </div>
            <Part draw={Draw::Piece(stage.clone(), &SUM, [place, 0])} />
        </section>
    }
}

fn database(scene: &Scene, [ledger, number]: [usize; 2]) -> Option<&Database> {
    ledgers(scene).nth(ledger)?.databases.get(number)
}

fn table(stage: &Stage, place: [usize; 2]) -> Html {
    database(&stage.scene, place).map(|database| draw_database(stage, database)).unwrap_or_default()
}

fn sum(scene: &Scene, [ledger, _]: [usize; 2]) -> Option<&ConservedSum> {
    ledgers(scene).nth(ledger)?.sum.as_ref()
}

fn sums(stage: &Stage, place: [usize; 2]) -> Html {
    sum(&stage.scene, place).map(|sum| draw_sum(stage, sum)).unwrap_or_default()
}

fn draw_database(stage: &Stage, database: &Database) -> Html {
    let node = stage.run.topology.name(database.node);
    let head = |en, zh| stage.words(&Text::new(en, zh));
    let all = database.rows.len() <= ROWS_MAX;
    let reserves = database.rows.iter().any(|row| row.reserved.is_some());
    let shown: Vec<&Row> = database.rows.iter().filter(|row| all || is_used(row)).take(ROWS_MAX).collect();
    let used = database.rows.iter().filter(|row| is_used(row)).count();
    let (others_used, rest) = (used.saturating_sub(shown.len()), database.rows.len() - shown.len().max(used));
    let counted = match (others_used, rest) {
        (0, rest) => say!("{rest} rows not in use", "其余 {rest} 行未被使用"),
        (used, rest) => say!("{used} more rows in use, {rest} not", "另有 {used} 行使用中，{rest} 行未被使用"),
    };
    html! {
        <table class="rows">
            <caption>
                <span class="who">{ stage.words(&database.name) }</span>
                <span class="muted">{ format!("{node} · {}", stage.words(&database.unit)) }</span>
            </caption>
            <thead>
                <tr>
                    <th scope="col">{ head("row", "行") }</th>
                    <th scope="col" class="number">{ head("value", "值") }</th>
                    if reserves {
                        <th scope="col" class="number">{ head("frozen", "冻结") }</th>
                        <th scope="col" class="number">{ head("pending", "待入账") }</th>
                    } else {
                        <th scope="col">{ head("locked by", "持锁") }</th>
                        <th scope="col">{ head("waiting", "等待") }</th>
                    }
                </tr>
            </thead>
            <tbody>
                { for shown.iter().map(|row| draw_row(stage, row)) }
                if shown.len() < database.rows.len() {
                    <tr class="rest"><td colspan="4">{ stage.words(&counted) }</td></tr>
                }
                { for database.journals.iter().map(|journal| draw_journal(stage, journal)) }
            </tbody>
        </table>
    }
}

/// Whether a transaction that is not over has to do with the row.
fn is_used(row: &Row) -> bool {
    let reserves = row.reserved.is_some_and(|reserved| reserved.frozen != 0 || reserved.pending != 0);
    row.uncommitted.is_some() || reserves || row.locked_by.is_some() || !row.waiting.is_empty()
}

/// A table of what was done, its last lines on one.
fn draw_journal(stage: &Stage, journal: &Journal) -> Html {
    let earlier = journal.lines.len().saturating_sub(JOURNAL_LINES_MAX);
    let line = |(key, state): &(String, Text)| format!("{key} {}", stage.words(state));
    let mut said: Vec<String> = journal.lines[earlier..].iter().map(line).collect();
    if earlier > 0 {
        said.insert(0, "…".to_owned());
    }
    let said = if said.is_empty() { stage.words(&Text::new("empty", "空")) } else { said.join(" · ") };
    html! {
        <tr class="rest journal"><td colspan="4">{ format!("{}: {said}", stage.words(&journal.name)) }</td></tr>
    }
}

fn draw_row(stage: &Stage, row: &Row) -> Html {
    let committed = row.committed;
    let change = committed - row.initially;
    let pencil = row.uncommitted.map(|value| {
        let said = stage.words(&Text::new("written, not committed: ", "已写未提交："));
        html! { <span class="pencil"><span class="unseen">{ said }</span>{ value }</span> }
    });
    html! {
        <tr class={classes!(row.uncommitted.map(|_| "written"))}>
            <th scope="row">{ &row.key }</th>
            <td class="number">
                { pencil.unwrap_or_default() }
                <span class="committed">
                    if change != 0 { <span class="muted">{ format!("({})", signed(change)) }</span>{ " " } }
                    { committed }
                </span>
            </td>
            { row.reserved.map_or_else(|| draw_lock(row), draw_reserved) }
        </tr>
    }
}

/// Who holds the row, and who waits for it.
fn draw_lock(row: &Row) -> Html {
    html! {
        <>
            <td>{ for row.locked_by.map(|holder| html! { <span class="lock"><i class="swatch" />{ transaction(holder) }</span> }) }</td>
            <td>
                if !row.waiting.is_empty() {
                    <span class="waits"><i class="swatch" />{ row.waiting.iter().map(|who| transaction(*who)).collect::<Vec<_>>().join(" ") }</span>
                }
            </td>
        </>
    }
}

/// What is set aside in the row. The bar is that of a lock: it is held for somebody.
fn draw_reserved(reserved: Reserved) -> Html {
    let held = |amount: i64| match amount {
        0 => html! { <td class="number muted">{ "0" }</td> },
        _ => html! { <td class="number"><span class="lock"><i class="swatch" />{ amount }</span></td> },
    };
    html! { <>{ held(reserved.frozen) }{ held(reserved.pending) }</> }
}

/// Who holds a row's lock: a transaction.
fn transaction(subject: Subject) -> String {
    format!("t{}", subject.0)
}

fn signed(number: i64) -> String {
    if number < 0 { format!("−{}", number.unsigned_abs()) } else { format!("+{number}") }
}

fn draw_sum(stage: &Stage, sum: &ConservedSum) -> Html {
    let (now, expected) = (sum.now, sum.expected);
    let difference = signed(now - expected);
    let (class, said) = match (now == expected, sum.under_way) {
        (true, _) => ("sum", Text::new("as it must be", "守恒")),
        (false, true) => {
            ("sum way", say!("{difference} while a decision is under way", "差 {difference}，有决定尚在传播途中"))
        }
        (false, false) => {
            ("sum broken", say!("{difference}: it must be {expected}", "差 {difference}，应为 {expected}"))
        }
    };
    html! {
        <p class={class}>
            <span class="who">{ stage.words(&sum.name) }</span>
            <span class="total">{ now }</span>
            <span class="said">{ stage.words(&said) }</span>
            if !sum.parts.is_empty() {
                <span class="muted">{ sum.parts.iter().map(|part| format!("{} {}", stage.words(&part.name), part.amount)).collect::<Vec<_>>().join(" + ") }</span>
            }
        </p>
    }
}
