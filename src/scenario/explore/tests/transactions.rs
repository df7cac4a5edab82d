//! What breaks the transactions of the sheets, and what does not.

use super::*;

mod two_phase_commit {
    use super::*;

    /// Sheet §1: 2PC-1 to 2PC-4 and 2PC-6 hold under DROP, DUP, REORDER, PART, CRASHREC.
    #[test]
    fn stands_two_crashes_restarts_and_losses() {
        let progress = stands("1/2pc?until=5s", "", "crash,restart,drop", 2);
        assert!(progress.runs > 1_000, "{progress:?}");
        assert!(progress.repeating > 0, "whoever waits for a dead coordinator asks for ever");
    }

    /// Sheet §1, the same row.
    #[test]
    fn stands_any_single_fault_of_the_network_and_any_pause() {
        stands("1/2pc?participants=2&until=5s", "", "twice,delay,cut,oneway,pause,power", 1);
    }

    /// Sheet §1: heuristic decision: permanent atomicity violation. Budget: one intervention.
    #[test]
    fn one_operator_breaks_it() {
        for key in ["do.force-abort", "do.force-abort:p3"] {
            let found = breaks("1/2pc?until=5s", "agreement", key, 2, 1);
            assert!(matches!(&found.added[0], Fault::Intervention { key: "force-abort", .. }));
        }
        stands("1/2pc?until=5s", "agreement", "do.force-commit", 1);
    }

    /// Sheet §1: 2PC-1 is broken by AMNESIA of a prepared record, or of the TM's commit record. Budget: one lost record,
    /// one crash, one restart.
    #[test]
    fn a_lost_record_breaks_it_at_the_next_start() {
        breaks("1/2pc?participants=2&until=5s", "agreement", "do.lose:p2=1,crash:p2=1,restart:p2=1", 3, 3);
        breaks("1/2pc?participants=2&until=5s", "agreement", "do.lose:c=1,crash:c=1,restart:c=1", 3, 3);
        stands("1/2pc?participants=2&until=5s", "agreement", "do.lose=1,crash=1,restart=1", 2);
    }

    /// Sheet §1: TM dead forever and all live RMs prepared: blocked forever. Budget: one crash of the coordinator, and one
    /// of the client; without inquiries. Otherwise somebody asks for ever, and the run never comes to rest.
    #[test]
    fn a_dead_coordinator_leaves_everybody_in_doubt() {
        let dead = "crash:c=1,crash:cl=1";
        breaks("1/2pc?inquiry=off&until=5s", "nobody-stays-in-doubt", dead, 2, 2);
        stands("1/2pc?inquiry=off&until=5s", "nobody-stays-in-doubt", "crash:p1=1,crash:cl=1", 2);
    }
}

mod three_phase_commit {
    use super::*;

    /// Sheet §2: coordinator crash only, sends are per recipient: VIOLATED. Budget: one crash of the coordinator.
    #[test]
    fn one_crash_of_the_coordinator_breaks_it() {
        for participants in [2, 3] {
            let found = breaks(&format!("1/3pc?participants={participants}"), "agreement", "crash:c=1", 1, 1);
            let link = found.link().to_string();
            assert!(link.contains("crash=c@after:pre-commit.1:p"), "{link}");
        }
    }

    /// Sheet §2: one participant crash only: safe. Budget: one crash of any participant.
    #[test]
    fn one_crash_of_a_participant_does_not() {
        stands("1/3pc", "agreement", "crash:p1,crash:p2,crash:p3", 1);
    }

    /// Sheet §2: message loss, no crash: VIOLATED. Budget: two drops; one does not suffice. Without repeated decisions, as
    /// in the sheet's model, which sends each message once.
    #[test]
    fn two_lost_messages_break_it() {
        breaks("1/3pc?decision-retry=10s", "agreement", "drop", 2, 2);
        stands("1/3pc?decision-retry=10s", "agreement", "drop", 1);
    }

    /// Sheet §2: premature time-out: VIOLATED. Budget: none, the time-out itself is the mistake.
    #[test]
    fn impatience_needs_one_late_message() {
        breaks("1/3pc?mistake=impatient-participants", "agreement", "drop,delay,pause", 1, 1);
    }

    /// Sheet §2: coordinator crash and termination protocol, with a participant crash: safe. Budget: one crash of the
    /// coordinator and one of any participant.
    #[test]
    fn the_termination_protocol_mends_it() {
        stands("1/3pc?termination=on", "agreement", "crash:c=1,crash:p1=1,crash:p2=1,crash:p3=1", 2);
    }
}

mod tcc {
    use super::*;

    const TWO: &str = "1/tcc?participants=2&until=8s";

    /// Sheet §3, TCC-3: broken by fence off + DUP. Budget: one doubled message; or one lost, after which it is repeated.
    #[test]
    fn without_a_guard_one_doubled_or_lost_message_takes_effect_twice() {
        breaks("1/tcc?guard=off&until=5s", "no-effect-twice", "twice", 1, 1);
        breaks("1/tcc?guard=off&until=5s", "no-effect-twice", "drop", 1, 1);
    }

    /// Sheet §3: a refusal alone leads to an empty rollback, and without a guard that changes rows. Budget: none needed.
    #[test]
    fn without_a_guard_a_refusal_alone_undoes_what_was_never_done() {
        breaks("1/tcc?guard=off&refuse=p2&until=5s", "undoes-only-what-was-done", "drop", 1, 0);
    }

    /// Sheet §3, TCC-4: suspension. Budget: one late message.
    #[test]
    fn one_late_try_hangs_where_nothing_remembers_the_cancel() {
        let found = breaks("1/tcc?guard=reservations&until=10s", "no-effect-after-its-undoing", "delay", 1, 1);
        assert_eq!(found.added[0].message().expect("a message").kind, "try");
    }

    /// Sheet §3, subtle bug (a): a second late try after the delete is admitted. Over a link that makes the try late. Budget:
    /// one doubled message; without the mistake it does nothing.
    #[test]
    fn deleting_the_fence_row_needs_a_try_that_is_late_and_doubled() {
        let late = "1/tcc?participants=1&until=10s&slow=cl:p1@4ms+10ms~4s";
        let mistaken = late.replace("&until", "&mistake=delete-on-duplicate&until");
        stands(late, "no-effect-after-its-undoing", "twice,drop", 1);
        breaks(&mistaken, "no-effect-after-its-undoing", "twice", 1, 1);
    }

    /// Sheet §3: with the fence, and with the barrier, all of TCC-3 to TCC-6 hold. Budget: any two crashes, restarts or lost
    /// messages.
    #[test]
    fn behind_a_guard_two_crashes_restarts_and_losses_break_nothing() {
        for guard in ["seata", "dtm"] {
            stands(&format!("{TWO}&guard={guard}"), "", "crash,restart,drop", 2);
        }
    }

    /// The same row. Budget: any single fault of the network, any pause, any loss of power.
    #[test]
    fn behind_a_guard_no_single_fault_of_the_network_and_no_pause_breaks_anything() {
        for guard in ["seata", "dtm"] {
            stands(&format!("{TWO}&guard={guard}"), "", "twice,delay,cut,oneway,pause,power", 1);
        }
    }

    /// A coordinator that decides alone is contradicted by its stand-by. Budget: one pause.
    #[test]
    fn deciding_alone_needs_one_pause() {
        let alone = "1/tcc?participants=2&stand-by=on&take-over=1s&guard=dtm&until=8s";
        breaks(&format!("{alone}&mistake=decide-alone"), "never-both-ways", "pause:c=1", 1, 1);
        stands(alone, "never-both-ways", "pause:c=1", 1);
    }
}

mod saga {
    use super::*;

    /// Sheet §7: T_k is invoked again, and needs idempotence. Budget: one lost message, or one doubled.
    #[test]
    fn without_a_guard_one_lost_answer_does_a_step_twice() {
        breaks("1/saga?guard=off&until=5s", "no-effect-twice", "drop", 1, 1);
        breaks("1/saga?guard=off&style=choreographed&until=5s", "no-effect-twice", "twice", 1, 1);
    }

    /// Sheet §7: dangling action. Budget: one late message.
    #[test]
    fn without_a_guard_one_late_action_dangles() {
        let impatient = "1/saga?saga-timeout=2s&retry=10s&until=10s";
        breaks(&format!("{impatient}&guard=off"), "no-effect-after-its-undoing", "delay", 1, 1);
        stands(impatient, "no-effect-after-its-undoing", "delay", 1);
    }

    /// Sheet §7: no isolation (lost updates). Budget: none needed; with a countermeasure one crash does not do it either.
    #[test]
    fn two_sagas_alone_lose_an_update_without_a_countermeasure() {
        let two = "1/saga?participants=2&orders=2&at-once=2&rows=1&refuse=p2&until=5s";
        breaks(&format!("{two}&isolation=overwrite"), "no-lost-update", "drop", 1, 0);
        for countermeasure in ["commutative", "reread", "semantic-lock"] {
            stands(&format!("{two}&isolation={countermeasure}"), "no-lost-update", "crash,drop", 1);
        }
    }

    /// Sheet §7: with the barrier SAGA-2 to SAGA-4 hold. Budget: any two crashes, restarts or lost messages.
    #[test]
    fn behind_the_barrier_two_crashes_restarts_and_losses_break_nothing() {
        for style in ["orchestrated", "choreographed"] {
            stands(&format!("1/saga?participants=2&style={style}&until=8s"), "", "crash,restart,drop", 2);
        }
    }

    /// Sheet §7: non-compensatable step before the pivot. Budget: none needed where a later step refuses; where none does,
    /// one lost message and little patience. At the end it is true, whatever is lost.
    #[test]
    fn a_text_message_before_the_end_is_taken_back_in_vain() {
        breaks("1/saga?refuse=p3&text-message=early&until=5s", "nobody-is-told-what-is-taken-back", "drop", 1, 0);
        let impatient = "1/saga?saga-timeout=1s&retry=10s&until=12s";
        breaks(&format!("{impatient}&text-message=early"), "nobody-is-told-what-is-taken-back", "drop", 1, 1);
        for style in ["orchestrated", "choreographed"] {
            let late = format!("{impatient}&text-message=late&style={style}");
            stands(&late, "nobody-is-told-what-is-taken-back", "crash,restart,drop", 2);
        }
    }

    /// Sheet SAGA-2, SAGA-3: what the mistakes break. Budget: none needed where a step refuses. Without them, any single
    /// fault of the network and any pause.
    #[test]
    fn going_back_the_wrong_way_needs_a_refusal_alone() {
        let refused = "1/saga?refuse=p3&until=5s";
        let wrong = [
            ("mistake=compensate-in-order", "last-step-is-undone-first"),
            ("pivot=2&mistake=compensate-after-pivot", "no-way-back-after-the-pivot"),
        ];
        for (mistake, property) in wrong {
            breaks(&format!("{refused}&{mistake}"), property, "drop", 1, 0);
        }
        for set in ["steps=as-listed", "steps=credits-last", "pivot=2", "style=choreographed"] {
            stands(&format!("{refused}&{set}"), "", "twice,delay,pause,power", 1);
        }
    }
}
