//! Sessions, run: what each way of keeping them promises, what mends each scenario, and what each way costs.

use super::WebSession;
use super::id::{ANSWERED, KEPT, OUT_IS_OUT, OWN_ONLY, SEES, STAYS};
use super::settings::SERVER_NAMES;
use crate::check::Verdict;
use crate::protocols::Protocol;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::link::Link;
use crate::scenario::run::Run;
use crate::sim::show::{Mailbox, Panel};

static ONLY: &[&dyn Protocol] = &[&WebSession];

fn run(link: &str) -> Run {
    let link = Link::read(&format!("1/{link}"), Catalogue(ONLY)).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    Run::of(link.scenario)
}

/// The properties that do not hold, in their order.
fn broken(link: &str) -> Vec<&'static str> {
    let verdicts = run(link).verdicts;
    verdicts.iter().filter(|judged| judged.verdict != Verdict::Holds).map(|judged| judged.property.id).collect()
}

#[track_caller]
fn breaks(link: &str, properties: &[&str]) {
    assert_eq!(broken(link), properties, "{link}");
}

fn measured(link: &str, id: &str) -> Option<u64> {
    let run = run(link);
    let measures = WebSession.measures(&run.trace, &run.topology, &run.scenario.faults, run.ending);
    measures.iter().find(|measure| measure.id == id).expect("such a measure").value
}

const KEEPINGS: [&str; 6] = ["memory", "all-to-all", "backup", "store-container", "store-above", "token"];

#[test]
fn without_a_fault_only_memory_needs_users_to_stick() {
    for keeping in KEEPINGS {
        for routing in ["cookie", "ip-hash", "round-robin"] {
            let expected: &[&str] = if (keeping, routing) == ("memory", "round-robin") { &[STAYS] } else { &[] };
            for more in ["", "&log-out=after", "&replication=synchronous", "&revocation=denylist"] {
                breaks(&format!("session?keeping={keeping}&routing={routing}{more}"), expected);
            }
        }
    }
}

/// Sheet S-4, row by row: a server dies while users think, and comes back.
#[test]
fn who_survives_the_crash_of_a_server() {
    for keeping in KEEPINGS {
        let expected: &[&str] = if keeping == "memory" { &[STAYS] } else { &[] };
        for back in ["", "&restart=s1@11s"] {
            breaks(&format!("session?keeping={keeping}&crash=s1@8s{back}"), expected);
        }
    }
}

#[test]
fn a_backup_that_had_time_to_be_copied_again_survives_a_second_crash() {
    breaks("session?keeping=backup&crash=s1@8s&crash=s2@8s", &[STAYS]);
    breaks("session?keeping=backup&crash=s1@8s&crash=s2@9s", &[]);
    assert_eq!(measured("session?keeping=backup&crash=s1@8s&crash=s2@8s", "logins-lost"), Some(1), "u2's is at s3");
}

/// Sheet S-3: holds wherever a session can be ended, and for tokens only with a list.
#[test]
fn who_is_out_after_a_log_out() {
    for keeping in KEEPINGS {
        let expected: &[&str] = if keeping == "token" { &[OUT_IS_OUT] } else { &[] };
        breaks(&format!("session?keeping={keeping}&log-out=after&do=u1@60s:replay"), expected);
    }
    breaks("session?keeping=token&log-out=after&revocation=denylist&do=u1@60s:replay", &[]);
    breaks("session?keeping=token&log-out=after&time-out=10s&do=u1@60s:replay", &[]);
}

#[test]
fn what_mends_each_scenario() {
    breaks("session-round-robin?keeping=all-to-all", &[]);
    breaks("session-ip-hash-scale-out?routing=cookie", &[]);
    breaks("session-replicated-late?replication=synchronous", &[]);
    breaks("session-replicated-late?routing=cookie", &[]);
    breaks("session-container-two-tabs?tabs=1", &[]);
    breaks("session-above-two-tabs?tabs-write=the-same", &[SEES, KEPT]);
    breaks("session-local-copies?local-copy=off", &[]);
    breaks("session-local-copies?routing=cookie", &[]);
    breaks("session-store-restarts?append-only=always", &[ANSWERED]);
    breaks("session-log-out-while-saving?keeping=store-above", &[]);
    breaks("session-token-log-out?revocation=denylist", &[]);
    breaks("session-token-too-large?item-bytes=100", &[]);
}

#[test]
fn a_new_key_must_be_known_before_anybody_signs_with_it() {
    let rotated = "&do=s1@10s:rotate-key&do=s2@17s:rotate-key&do=s3@30s:rotate-key";
    breaks(&format!("session-token-key-rotation?faults=none{rotated}"), &[STAYS]);
    breaks("session-token-key-rotation", &[]);
    let restarted = "&do=s1@10s:rotate-key&do=s2@10s:rotate-key&do=s3@10s:rotate-key&crash=s1@11s&restart=s1@12s";
    breaks(&format!("session?keeping=token&clicks=4{restarted}"), &[]);
}

#[test]
fn an_address_that_changes_is_another_user_to_a_hash() {
    breaks("session?routing=ip-hash&do=u1@10s:roam", &[STAYS]);
    breaks("session?routing=cookie&do=u1@10s:roam", &[]);
}

#[test]
fn whoever_rests_too_long_may_be_asked_to_log_in() {
    for keeping in KEEPINGS {
        let link = format!("session?keeping={keeping}&time-out=5s");
        breaks(&link, &[]);
        assert!(measured(&link, "logins-lost") > Some(0), "{keeping}");
    }
    breaks("session?keeping=store-above&jump=r@10s+31min", &[STAYS]);
}

#[test]
fn a_made_up_cookie_lets_nobody_in() {
    for keeping in KEEPINGS {
        breaks(&format!("session?keeping={keeping}&do=u1@10s:forge"), &[]);
    }
    breaks("session?keeping=token&mistake=no-signature&do=u1@10s:forge", &[OWN_ONLY]);
}

/// What has been read twice at once is written twice, one over the other; only a server's own memory is shared.
#[test]
fn two_tabs_at_once() {
    for (keeping, routing, expected) in [
        ("memory", "cookie", &[][..]),
        ("all-to-all", "cookie", &[]),
        ("all-to-all", "round-robin", &[SEES, KEPT]),
        ("backup", "cookie", &[]),
        ("store-container", "cookie", &[SEES, KEPT]),
        ("store-above", "cookie", &[SEES, KEPT]),
        ("token", "cookie", &[SEES, KEPT]),
    ] {
        breaks(&format!("session?users=1&tabs=2&keeping={keeping}&routing={routing}"), expected);
    }
}

#[test]
fn every_way_has_its_price() {
    let of = |keeping: &str, id| measured(&format!("session?keeping={keeping}"), id).expect("a value");
    // Two users' sessions: once, at all three servers, twice, or nowhere.
    let copies: Vec<u64> = KEEPINGS.iter().map(|keeping| of(keeping, "sessions-in-memory")).collect();
    assert_eq!(copies, [2, 6, 4, 0, 0, 0]);
    // 32 digits, a name and a route; or the session itself.
    let bytes: Vec<u64> = KEEPINGS.iter().map(|keeping| of(keeping, "cookie-bytes-most")).collect();
    assert_eq!(bytes[..5], [46; 5]);
    assert!(bytes[5] > 400, "{bytes:?}");
    // Four hops of 1 ms and 20 ms of work; a backup confirms, and every command to Redis is one way there and one back.
    let latencies: Vec<u64> = KEEPINGS.iter().map(|keeping| of(keeping, "latency")).collect();
    let log_in_and_three = |log_in: u64, click: u64| (log_in + 3 * click) * 1_000 / 4;
    assert_eq!(latencies, [24_000, 24_000, 26_000, log_in_and_three(26, 28), log_in_and_three(28, 32), 24_000,]);
    assert_eq!(of("all-to-all", "between-servers"), 20, "two others hear of each request");
}

fn boxes(run: &Run) -> Vec<Mailbox> {
    let panels = run.scene(run.len() - 1).panels;
    let mailboxes = panels.into_iter().find_map(|panel| match panel {
        Panel::Mailboxes(mailboxes) => Some(mailboxes.boxes),
        _ => None,
    });
    mailboxes.expect("a panel of sessions")
}

#[test]
fn the_panel_shows_where_each_session_lives() {
    let where_it_lives = |keeping: &str| -> Vec<(&'static str, usize)> {
        let run = run(&format!("session?keeping={keeping}"));
        boxes(&run).iter().map(|mailbox| (run.topology.name(mailbox.node), mailbox.letters.len())).collect()
    };
    let [s1, s2, s3] = [SERVER_NAMES[0], SERVER_NAMES[1], SERVER_NAMES[2]];
    assert_eq!(where_it_lives("memory"), [(s1, 1), (s2, 1), (s3, 0)]);
    assert_eq!(where_it_lives("all-to-all"), [(s1, 2), (s2, 2), (s3, 2)]);
    assert_eq!(where_it_lives("backup"), [(s1, 1), (s2, 2), (s3, 1)]);
    assert_eq!(where_it_lives("store-above"), [("r", 2)]);
    assert_eq!(where_it_lives("token"), [("u1", 1), ("u2", 1)]);
    let backup = boxes(&run("session?keeping=backup"));
    assert_eq!(backup[0].letters[0].state.en, "u1, 3 things, primary");
    assert_eq!(backup[1].letters[0].state.zh, "u1，3 样，备");
}
