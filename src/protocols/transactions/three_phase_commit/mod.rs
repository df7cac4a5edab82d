//! Three-phase commit: two-phase commit with one more round, so that nobody has to wait for a dead coordinator.
//!
//! **The problem.** In two-phase commit a database that has voted yes can tell neither "all voted yes" from "somebody
//! voted no", nor "committed" from "aborted". If the coordinator dies in that window, everybody waits, locks held.
//!
//! **The idea** (Skeen 1981). No state may be next to both a commit and an abort. So a round is put in between:
//! canCommit asks; preCommit tells everybody that all said yes, and only when everybody knows that, doCommit commits.
//! A database in READY then knows that nobody has committed; one in PRECOMMIT knows that nobody has refused.
//!
//! **The notes' rules** add time-outs to both sides. canCommit only looks: nothing is executed or locked before
//! preCommit, which a database may still refuse. The coordinator aborts when phase 1 or 2 takes too long. A
//! participant that hears nothing aborts in INIT and READY and **commits in PRECOMMIT**.
//!
//! **What goes wrong.** "Knows that nobody has committed" is true only as long as everybody moves on together. A message
//! goes to one recipient at a time: if the coordinator dies after its first preCommit, one database sits in PRECOMMIT
//! and the others in READY, and their time-outs send them opposite ways. No partition and no loss is needed. The
//! textbook picture hides this by drawing a broadcast as one step.
//!
//! **What mends it.** Skeen's protocol has a second half that the notes leave out: when the coordinator is silent,
//! nobody decides alone; one of them collects all states and brings everybody to one decision (`termination = on`, see
//! `termination.rs`). It assumes that silence means death. A partition makes that false; then only quorums help
//! (`termination = quorum`), and the price is what three phases were meant to abolish: a minority waits.
//!
//! **Two liberties**, both because nothing is executed before preCommit. Where others may end a transaction, a database
//! that refuses preCommit stays in READY and says so, and the coordinator brings back those in PRECOMMIT before anybody
//! aborts: "p here, a there" must never exist. And a commit that reaches a database in READY (it was down, or on the
//! minority's side) is executed then, whatever the row holds: its yes was a promise.
//!
//! **Where to read.** `coordinator.rs` and `participant.rs` for the three phases, `silence.rs` for what a participant
//! does when nobody speaks to it, `termination.rs` for the rule by which the others end it, `settings.rs` and
//! `parameters.rs` for what can be varied, `entries/` for what goes wrong and what mends it.
//!
//! Sources: D. Skeen, "Nonblocking commit protocols", SIGMOD 1981; "A quorum-based commit protocol", 1982;
//! P. Bernstein, V. Hadzilacos, N. Goodman, *Concurrency Control and Recovery in Database Systems*, 1987, ch. 7.

mod client;
mod coordinator;
mod disk;
mod entries;
mod execution;
mod inquiries;
mod message;
mod narration;
mod parameters;
mod participant;
mod properties;
mod settings;
mod silence;
mod state;
mod termination;
mod words;

#[cfg(test)]
mod tests;

use crate::check::Property;
use crate::protocols::parts::atomic_commitment::{NAMES, parameters as shared, participants};
use crate::protocols::parts::business::Site;
use crate::protocols::{Entry, Family, Intervention, Moment, Parameter, Protocol, Term, Values};
use crate::sim::node::{look, process};
use crate::sim::random::Distribution;
use crate::sim::show::Panel;
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::world::World;
use crate::text::Text;
use client::Client;
use coordinator::Coordinator;
use participant::Participant;
use settings::Settings;

/// See the module's own words.
pub struct ThreePhaseCommit;

impl Protocol for ThreePhaseCommit {
    fn id(&self) -> &'static str {
        "3pc"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Transactions
    }

    fn name(&self) -> Text {
        Text::new("Three-phase commit", "三阶段提交（3PC）")
    }

    fn summary(&self) -> Text {
        words::SUMMARY.clone()
    }

    fn modelled(&self) -> &'static [Text] {
        words::MODELLED
    }

    fn not_modelled(&self) -> &'static [Text] {
        words::NOT_MODELLED
    }

    fn parameters(&self) -> &'static [Parameter] {
        parameters::PARAMETERS
    }

    fn conflict(&self, values: &Values) -> Option<Text> {
        settings::conflict(values)
    }

    fn interventions(&self) -> &'static [Intervention] {
        words::INTERVENTIONS
    }

    fn topology(&self, values: &Values) -> Topology {
        let settings = Settings::of(values);
        let fsync = Distribution::Fixed(values.time("fsync"));
        let mut cast = vec![
            (Position::Initiator, process::<Client>(settings)),
            (Position::Decider, process::<Coordinator>(settings)),
        ];
        cast.extend(
            (1..=settings.participants())
                .map(|number| (Position::Service(number), process::<Participant>((settings, number)))),
        );
        let names = NAMES.iter().zip(&words::TITLES);
        let nodes = names.zip(cast).map(|((name, title), (position, node))| NodeSpec {
            name,
            title: title.clone(),
            position,
            node,
            fsync,
        });
        Topology {
            nodes: nodes.collect(),
            latency: shared::latency(values),
            links: Vec::new(),
            connection_timeout: Span::seconds(30),
            base_latency: values.time("latency"),
        }
    }

    fn properties(&self) -> &'static [Property] {
        &*properties::PROPERTIES
    }

    fn terms(&self) -> &'static [Term] {
        words::TERMS
    }

    fn narrate(&self, moment: &Moment) -> Option<Text> {
        narration::narrate(moment)
    }

    fn panels(&self, _moment: &Moment, world: &World, values: &Values) -> Vec<Panel> {
        let settings = Settings::of(values);
        let sites: Vec<Site> = participants(settings.participants())
            .filter_map(|node| {
                let (participant, disk) = look::<Participant>(&**world.nodes().get(node.index())?)?;
                Some(Site {
                    node,
                    database: participant.map(|participant| &participant.database),
                    stored: &disk.stored,
                })
            })
            .collect();
        vec![settings.business.ledger(&sites)]
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}
