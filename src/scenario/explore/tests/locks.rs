//! How few faults give each lock to two clients, and what a fencing token is worth: the sheets' rows with their budgets.
//!
//! Leases are short here and waiters few, so that all places can be tried: how many faults it takes does not depend on
//! that.

use super::*;

const ONE_HOLDER: &str = "one-holder";
const STALE: &str = "no-stale-write";

mod memcached_lock {
    use super::*;

    const LOCK: &str = "1/memcached-lock?lease=3s&work=500ms&think=0ms&retry=500ms&request-timeout=200ms&until=6s";

    fn with(more: &str) -> String {
        format!("{LOCK}&{more}")
    }

    /// Sheet L-1: broken by EVICT, and by PAUSE > ttl. Budget: one eviction; one pause of a client.
    #[test]
    fn one_fault_gives_it_to_two() {
        let found = breaks(LOCK, ONE_HOLDER, "do.evict=1", 1, 1);
        assert!(matches!(&found.added[0], Fault::Intervention { key: "evict", .. }));
        breaks(LOCK, ONE_HOLDER, "pause:c1=1", 1, 1);
    }

    /// Sheet L-1: broken by AMNESIA. Budget: one crash and one restart; one of them alone does not suffice, nor do two
    /// lost messages.
    #[test]
    fn a_restart_gives_it_to_two() {
        breaks(LOCK, ONE_HOLDER, "crash:m1=1,restart:m1=1", 2, 2);
        stands(LOCK, ONE_HOLDER, "crash", 1);
        stands(LOCK, ONE_HOLDER, "drop", 2);
    }

    /// Sheet §8: a server marked dead maps the key to another. Budget: one partition, or one crash of the server.
    #[test]
    fn with_two_servers_a_partition_or_a_crash_gives_it_to_two() {
        let two = "1/memcached-lock?servers=2&work=3s&think=0ms&retry=500ms&request-timeout=200ms&until=6s";
        breaks(two, ONE_HOLDER, "cut", 1, 1);
        breaks(two, ONE_HOLDER, "crash:m1=1", 1, 1);
    }

    /// Sheet L-4: broken by design where the release is a plain delete. Budget: one pause; gets and cas stand it.
    #[test]
    fn one_pause_has_it_released_by_another() {
        breaks(&with("release=delete"), "only-the-owner-releases", "pause:c1=1", 1, 1);
        stands(LOCK, "only-the-owner-releases", "pause:c1=1", 1);
    }

    /// Sheet §12, F-1. Budget: one pause without fencing; with it one pause and one eviction break nothing.
    #[test]
    fn a_fence_keeps_stale_writes_out() {
        breaks(LOCK, STALE, "pause:c1=1", 1, 1);
        stands(&with("fencing=on"), STALE, "pause:c1=1,do.evict=1", 2);
    }

    /// A token from elsewhere that is drawn, and not looked after, fences nothing. Budget: one pause.
    #[test]
    fn a_token_drawn_late_lets_them_in() {
        breaks(&with("fencing=on&after-token=go-on"), STALE, "pause:c1=1", 1, 1);
    }
}

mod redlock {
    use super::*;

    const LOCK: &str = "1/redlock?masters=3&lease=2s&work=500ms&think=0ms&retry=500ms&until=5s";

    fn with(more: &str) -> String {
        format!("{LOCK}&{more}")
    }

    /// Sheet RL-1: holds under DROP and a minority CRASH. Budget: two lost messages; one crash of anybody; one pause.
    #[test]
    fn stands_losses_and_a_crash_and_a_pause_while_validity_is_heeded() {
        stands(LOCK, ONE_HOLDER, "drop", 2);
        stands(LOCK, ONE_HOLDER, "crash,pause", 1);
    }

    /// Sheet §10, attack 2. Budget: of three masters one lost request and one clock jump; a jump alone does not suffice.
    #[test]
    fn a_clock_jump_gives_it_to_two_where_the_majority_is_narrow() {
        let found = breaks(LOCK, ONE_HOLDER, "drop:c1=1,jump:m1=1", 2, 2);
        assert!(found.added.iter().any(|fault| matches!(fault, Fault::ClockJump { .. })), "{}", found.link());
        stands(LOCK, ONE_HOLDER, "jump", 1);
    }

    /// The same with the five masters of the documentation. Budget: two lost requests and one clock jump; one lost request
    /// and one jump leave a majority.
    #[test]
    fn of_five_masters_two_lost_requests_make_it_narrow() {
        let five = "1/redlock?lease=2s&work=500ms&think=0ms&retry=500ms&until=3s&drop=c1:set.1:m5";
        breaks(five, ONE_HOLDER, "drop:c1=1,jump:m1=1", 2, 2);
        stands(five, ONE_HOLDER, "jump:m1", 1);
    }

    /// Sheet §10, attack 3, and its remedies. Budget: one lost request, one crash and one restart; a file that is durable
    /// before each answer stands it, and so does a restart that is delayed by the lease.
    #[test]
    fn a_restart_gives_it_to_two_unless_it_remembers_or_waits() {
        let restart = "drop:c1=1,crash:m1=1,restart:m1=1";
        breaks(LOCK, ONE_HOLDER, restart, 3, 3);
        stands(&with("append-only=always"), ONE_HOLDER, restart, 3);
        stands(&with("restart-delay=lease"), ONE_HOLDER, restart, 3);
    }

    /// Sheet §10, attack 1, and RL-4. Budget: one pause without fencing; with it one pause breaks nothing, nor does a jump
    /// where the majority is narrow.
    #[test]
    fn a_pause_after_the_check_takes_a_fence() {
        breaks(LOCK, STALE, "pause:c1=1", 1, 1);
        stands(&with("fencing=on"), STALE, "pause:c1=1", 1);
        stands(&with("fencing=on&drop=c1:set.1:m3"), STALE, "pause:c1=1,jump:m1=1", 2);
    }
}

mod zookeeper_lock {
    use super::*;

    /// Four seconds, so that a run is short.
    const LOCK: &str = "1/zookeeper-lock?think=0ms&session=4s&until=20s";

    /// Sheet ZK-2: broken by PAUSE. Budget: one pause of a client.
    #[test]
    fn one_pause_of_the_holder_gives_the_lock_to_two() {
        breaks(LOCK, "one-holder", "pause:c1=1", 1, 1);
    }

    /// Sheet §12, as Jepsen found it in etcd's lock: an old answer is believed. Budget: one pause of a client.
    #[test]
    fn heeding_the_connection_does_not_help_against_a_pause() {
        breaks(&format!("{LOCK}&suspended=heeded"), "one-holder", "pause:c1=1", 1, 1);
    }

    /// Sheet F-1: no stale write after a newer one. Budget: one crash, pause or partition, of whomever.
    #[test]
    fn fencing_stands_any_single_crash_pause_or_partition() {
        let progress = stands(&format!("{LOCK}&fencing=on"), "no-stale-write", "crash,pause,cut", 1);
        assert!(progress.runs > 1_000, "{progress:?}");
    }

    /// Without it one pause is enough.
    #[test]
    fn without_fencing_one_pause_overwrites_a_newer_write() {
        breaks(LOCK, "no-stale-write", "pause:c1=1", 1, 1);
    }
}
