//! A protocol that nothing under `src` names goes where the others go: through links, the command line, the player and
//! comparison.

#[path = "support/lease.rs"]
mod lease;

use faultline::command::{self, BAD_INPUT, FINE};
use faultline::picture::axis::{Axis, Scale};
use faultline::protocols::{CATALOGUE, Protocol};
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::compare::carry;
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use faultline::sim::fault::Fault;
use faultline::sim::show::Panel;
use faultline::sim::time::Instant;
use serde_json::Value;
use std::sync::LazyLock;

static ALL: LazyLock<Vec<&'static dyn Protocol>> = LazyLock::new(|| {
    let mut all = CATALOGUE.to_vec();
    all.push(&lease::Lease);
    all
});

fn known() -> Catalogue {
    Catalogue(&ALL)
}

/// Exit code, standard output, standard error.
fn called(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = command::main(known(), &arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn links_write_and_read_its_words() {
    let text = "1/lease?seed=9&clients=2&lease=20ms&store=trusting&pause=c1@before:put.1:r+200ms\
                &do=s@after:extended.1:c1:revoke.1&jump=s@after:c1:heartbeat.1+1h&do=s@5ms:lose-loans";
    let link = Link::read(text, known()).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    assert_eq!(link.to_string(), text);
    assert_eq!(link.scenario.faults.len(), 4);
    let bad = Link::read("1/lease?do=c1@5ms:revoke.1", known()).unwrap_err();
    assert_eq!(bad.part, "c1@5ms", "only the server can be asked to revoke");
    assert!(Link::read(text, Catalogue(CATALOGUE)).is_err(), "the page itself does not know it");
}

#[test]
fn the_command_line_lists_and_runs_it() {
    let (code, out, _) = called(&["list", "--json"]);
    assert_eq!(code, FINE);
    let listed: Value = serde_json::from_str(&out).unwrap();
    let families: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["protocol"] == "lease")
        .map(|entry| entry["family"].as_str().unwrap())
        .collect();
    assert!(families.len() > 5 && families.iter().all(|family| *family == "locks"));
    for entry in lease::Lease.entries() {
        let (code, out, err) = called(&["run", entry.id, "--json"]);
        assert_eq!((code, err.as_str()), (FINE, ""), "{}", entry.id);
        let end: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        assert_eq!(end["link"], format!("1/{}", entry.id));
        assert_eq!(end["events"].as_u64(), Some(out.lines().count() as u64 - 5), "four properties and the end");
    }
    assert_eq!(called(&["run", "lease-clam"]).0, BAD_INPUT);
    assert!(called(&["run", "lease-calm"]).1.contains("c1:heartbeat.1"));
}

#[test]
fn the_player_shows_every_instant_of_it_with_its_queue() {
    let run = Run::of(known().entry("lease-pause").unwrap().scenario());
    let axis = Axis::of(&run, Scale::Folded);
    let mut waiting_seen = 0;
    for scene in run.scenes() {
        assert_eq!(run.scene(scene.event), scene, "an instant is the same from wherever it is reached");
        let [Panel::Queue(queue)] = &scene.panels[..] else { panic!("one queue, not {:?}", scene.panels) };
        waiting_seen = waiting_seen.max(queue.waiters.len());
        assert!(!scene.narration.zh.is_empty());
    }
    assert!(waiting_seen >= 2, "two clients wait while the third holds the lock");
    assert!(axis.px(run.trace.end()) > axis.px(Instant::START));
}

#[test]
fn comparison_carries_its_faults_and_lists_what_it_cannot() {
    let text = "1/lease?crash=s@5ms&pause=c1@6ms+20ms&drop=c1:ask.1:s&do=s@9ms:revoke.1";
    let run = Run::of(Link::read(text, known()).unwrap().scenario);
    for protocol in CATALOGUE {
        let carried = carry(&run, *protocol);
        let names: Vec<&str> = carried
            .scenario
            .faults
            .iter()
            .filter_map(|fault| match fault {
                Fault::Crash { node, .. } => Some((node, "crash")),
                Fault::Pause { node, .. } => Some((node, "pause")),
                _ => None,
            })
            .map(|(node, _)| protocol.topology(&carried.scenario.values).name(*node))
            .collect();
        assert_eq!(names, ["c", "p1"], "the server is the one who decides, the first client the first that is served");
        assert_eq!(carried.left_behind.len(), 2, "there is no “ask” and nothing to revoke");
        let other = Run::of(carried.scenario.clone());
        assert!(other.trace.end() > Instant::START);
    }
    let (code, out, _) = called(&["compare", text, "2pc"]);
    assert_eq!(code, FINE);
    assert!(out.contains("2pc without do=s@9ms:revoke.1"), "{out}");
}
