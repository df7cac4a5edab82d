//! Faults drawn at random break nothing that the search, with the same budget, says cannot be broken.

use super::*;
use crate::sim::fault::Place;
use crate::sim::name::Moment;
use crate::sim::random::draw;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;

/// A number below `count`, by the names of what is drawn.
fn drawn(purpose: &str, name: &[u64], count: usize) -> usize {
    (draw(1, purpose, name) % count.max(1) as u64) as usize
}

/// Everything that a node does in a run and that has a name.
fn moments(run: &Run) -> Vec<Moment> {
    run.trace.steps.iter().filter_map(|step| run.trace.moment(step.kind)).collect()
}

/// A fault of the kind somewhere in the run.
fn somewhere(kind: Kind, run: &Run, name: &[u64]) -> Fault {
    let moments = moments(run);
    let moment = moments[drawn("moment", name, moments.len())];
    let sides = [Place::Before(moment), Place::After(moment)];
    let instants = run.trace.events.iter().map(|step| run.trace.steps[*step as usize].at).collect::<Vec<_>>();
    let after = |what| instants[drawn(what, name, instants.len())] + Span::micros(drawn("offset", name, 1_200) as u64);
    let (node, place) = match drawn("anchored", name, 3) {
        0 => (NodeId(drawn("node", name, run.topology.nodes.len()) as u8), Place::At(after("instant"))),
        side => (moment.node(), sides[side - 1]),
    };
    // Where there are connections only, a message on one is named.
    let has_datagrams = run.trace.messages.iter().any(|message| !message.connected);
    let may_be_named = run.trace.messages.iter().filter(|message| !has_datagrams || !message.connected);
    let may_be_named: Vec<_> = may_be_named.collect();
    let message = may_be_named[drawn("message", name, may_be_named.len())].name;
    let span = Span::micros([100, 700, 3_000, 1_001_000, 4_000_000][drawn("span", name, 5)]);
    match kind {
        Kind::Crash => Fault::Crash { node, place },
        Kind::PowerLoss => Fault::PowerLoss { node, place, kept: drawn("kept", name, 2) as u32 },
        Kind::Restart => Fault::Restart { node, place: Place::At(after("restart")) },
        Kind::Drop => Fault::Drop { message },
        Kind::Duplicate => Fault::Duplicate { message, after: span },
        Kind::Delay => Fault::Delay { message, by: span },
        Kind::Pause => Fault::Pause { node, place, lasting: span },
        _ => {
            let rest = (0..run.topology.nodes.len() as u8).map(NodeId).filter(|other| *other != node).collect();
            let groups = vec![vec![node], rest];
            Fault::Partition { groups, one_way: false, at: after("cut"), lasting: Some(span) }
        }
    }
}

/// Draws so many lists of faults within a budget of the kinds, each used once; says how many broke something.
fn as_searched(link: &str, kinds: &[Kind], in_all: u8, lists: u64) -> usize {
    let budget = Budget::new(kinds.iter().map(|kind| Allowance::of(*kind, 1)).collect(), in_all);
    let ask = Ask { aim: Aim::Each, budget, ..ask(link, "", "crash", 1) };
    let scenario = ask.scenario.clone();
    let (progress, found) = Search::new(ask).finish();
    assert_eq!(progress.not_replayed, 0);
    found.iter().for_each(holds_what_it_says);
    let plain = Run::of(scenario.clone());
    let mut broken = 0;
    for list in 0..lists {
        let mut run = None;
        let mut faults: Vec<Fault> = Vec::new();
        for place in 0..u64::from(in_all) {
            let kind = kinds[(drawn("kind", &[list], kinds.len()) + place as usize) % kinds.len()];
            // Where nobody says anything any more, messages of the run without faults are named.
            let talks = |run: &&Run| run.trace.messages.iter().any(|message| !message.connected);
            faults.push(somewhere(kind, run.as_ref().filter(talks).unwrap_or(&plain), &[list, place]));
            run = Some(Run::of(Scenario { faults: faults.clone(), ..scenario.clone() }));
        }
        for judged in run.iter().flat_map(|run| &run.verdicts) {
            if judged.property.kind == PropertyKind::Always && matches!(judged.verdict, Verdict::Violated { .. }) {
                broken += 1;
                let link = Link::of(Scenario { faults: faults.clone(), ..scenario.clone() }).to_string();
                let known = found.iter().any(|found| found.property.id == judged.property.id);
                assert!(known, "{link} breaks {}, which the search did not", judged.property.id);
            }
        }
    }
    broken
}

const NODE_FAULTS: [Kind; 4] = [Kind::Crash, Kind::Restart, Kind::PowerLoss, Kind::Pause];
const MESSAGE_FAULTS: [Kind; 4] = [Kind::Drop, Kind::Duplicate, Kind::Delay, Kind::Partition];

/// Every mistake, and none, of every protocol that has a list of them.
#[test]
fn no_random_fault_breaks_what_the_search_cannot() {
    let mut broken = 0;
    for protocol in KNOWN.protocols() {
        let Some(mistakes) = protocol.parameters().iter().find(|parameter| parameter.key == "mistake") else {
            continue;
        };
        let crate::protocols::ParameterKind::Choice(choices) = &mistakes.kind else { panic!("no choice") };
        for choice in *choices {
            let small = protocol.parameters().iter().any(|parameter| parameter.key == "participants");
            let small = if small { "participants=2&" } else { "" };
            let link = format!("1/{}?{small}until=7s&mistake={}", protocol.id(), choice.key);
            broken += as_searched(&link, &NODE_FAULTS, 1, 60);
            broken += as_searched(&link, &MESSAGE_FAULTS, 1, 60);
        }
    }
    assert!(broken > 100, "{broken}");
}

#[test]
fn no_random_pair_of_faults_breaks_what_the_search_cannot() {
    let mut broken = 0;
    for (link, kinds) in [
        ("1/2pc?participants=2&until=3s", &NODE_FAULTS[..3]),
        ("1/2pc?participants=2&until=3s&mistake=reply-before-fsync", &NODE_FAULTS[..3]),
        ("1/2pc?participants=2&until=3s&mistake=commit-before-fsync", &NODE_FAULTS[..3]),
        ("1/2pc?participants=2&until=3s&mistake=abort-after-commit-point", &NODE_FAULTS[..2]),
        ("1/2pc?participants=2&until=3s&mistake=reopen-after-abort", &MESSAGE_FAULTS[..3]),
        ("1/3pc?participants=2&until=8s", &MESSAGE_FAULTS[..3]),
        ("1/3pc?participants=2&until=8s&termination=on", &NODE_FAULTS[..2]),
    ] {
        broken += as_searched(link, kinds, 2, 300);
    }
    assert!(broken > 20, "{broken}");
}
