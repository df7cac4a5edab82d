use super::*;
use crate::sim::fingerprint::Hasher;
use crate::sim::name::{LocalName, MessageName};
use crate::sim::payload::Payload;
use crate::sim::show::Condition;
use crate::sim::trace::{Local, Message, MessageIndex, Step, StepIndex};
use std::any::Any;
use std::sync::Arc;

const CLIENT: NodeId = NodeId(0);
const COORDINATOR: NodeId = NodeId(1);
const FIRST: NodeId = NodeId(2);
const SECOND: NodeId = NodeId(3);

/// Anything about transaction 1.
#[derive(Debug)]
struct Word(Tone);

impl Payload for Word {
    fn kind(&self) -> &'static str {
        "word"
    }
    fn subject(&self) -> Subject {
        Subject(1)
    }
    fn tone(&self) -> Tone {
        self.0
    }
    fn hash_into(&self, _: &mut Hasher) {}
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A trace written by hand, in milliseconds.
#[derive(Default)]
struct Story(Trace);

impl Story {
    fn step(&mut self, millis: u64, node: NodeId, kind: StepKind) -> StepIndex {
        let index = self.0.steps.len() as StepIndex;
        if kind.is_event() {
            self.0.events.push(index);
        }
        self.0.steps.push(Step { at: Instant::START + Span::millis(millis), node, kind });
        index
    }

    fn send(&mut self, millis: u64, from: NodeId, to: NodeId, tone: Tone) -> MessageIndex {
        let index = self.0.messages.len() as MessageIndex;
        let sent = self.step(millis, from, StepKind::Send(index));
        let name = MessageName { from, to, kind: "word", subject: Subject(1), ordinal: index + 1 };
        let due = Instant::START + Span::millis(millis + 5);
        let payload = Arc::new(Word(tone));
        self.0.messages.push(Message { name, payload, connected: false, sent, due, ends: Vec::new() });
        index
    }

    /// Sent at an instant, delivered 5 ms later.
    fn passes(&mut self, millis: u64, from: NodeId, to: NodeId, tone: Tone) {
        let message = self.send(millis, from, to, tone);
        self.step(millis + 5, to, StepKind::Deliver(message));
    }

    fn write(&mut self, millis: u64, node: NodeId, tone: Tone) -> LocalIndex {
        let index = self.0.locals.len() as LocalIndex;
        let name = LocalName { node, kind: "word", subject: Subject(1), ordinal: index + 1 };
        let due = Instant::START + Span::millis(millis);
        self.0.locals.push(Local { name, payload: Arc::new(Word(tone)), due });
        self.step(millis, node, StepKind::Write(index));
        index
    }

    /// Written, and durable 1 ms later.
    fn decides(&mut self, millis: u64, node: NodeId, outcome: Outcome) {
        let record = self.write(millis, node, Tone::Decision(outcome));
        self.step(millis, node, StepKind::Fsync);
        self.step(millis + 1, node, StepKind::Durable(record));
    }

    /// A condition from the event at one instant to the event at another, both already told.
    fn lasts(&mut self, node: NodeId, kind: ConditionKind, from: u64, to: Option<u64>) {
        let what = StretchKind::Condition(Condition { kind, subject: Subject(1) });
        self.stretch(node, what, from, to);
    }

    fn stretch(&mut self, node: NodeId, what: StretchKind, from: u64, to: Option<u64>) {
        let event = |millis| self.0.event_at(Instant::START + Span::millis(millis));
        let stretch = Stretch { node, what, from: event(from), to: to.map(event) };
        self.0.stretches.push(stretch);
    }

    /// Something at every millisecond, so that stretches have events to hang on.
    fn ticks(&mut self, from: u64, to: u64) {
        for millis in from..=to {
            self.step(millis, CLIENT, StepKind::Start);
        }
    }
}

fn decision_total(story: &Story, faults: &[Fault]) -> (Total, Total) {
    let decisions = Decisions::read(&story.0, faults);
    (decisions.time_to_decision(&story.0), decisions.divergence(&story.0))
}

fn ended(millis: u64) -> Total {
    Total::of(millis * 1_000)
}

#[test]
fn a_chain_of_four_messages_is_two_round_trips() {
    let mut story = Story::default();
    story.passes(0, CLIENT, COORDINATOR, Tone::Request);
    let prepares = [FIRST, SECOND].map(|node| story.send(5, COORDINATOR, node, Tone::Request));
    for (node, prepare) in [FIRST, SECOND].into_iter().zip(prepares) {
        story.step(10, node, StepKind::Deliver(prepare));
    }
    for node in [FIRST, SECOND] {
        story.passes(10, node, COORDINATOR, Tone::Reply);
    }
    story.passes(15, COORDINATOR, CLIENT, Tone::Decision(Outcome::Commit));
    // What comes after the answer is on nobody's critical path.
    story.passes(20, COORDINATOR, FIRST, Tone::Decision(Outcome::Commit));
    story.passes(25, FIRST, COORDINATOR, Tone::Reply);
    story.passes(30, COORDINATOR, CLIENT, Tone::Reply);
    assert_eq!(Answers::read(&story.0, |node| node == CLIENT).longest_chain(), Some(4));
}

#[test]
fn nobody_answered_is_no_number_of_round_trips() {
    let mut story = Story::default();
    story.passes(0, CLIENT, COORDINATOR, Tone::Request);
    story.send(5, COORDINATOR, CLIENT, Tone::Decision(Outcome::Commit));
    assert_eq!(Answers::read(&story.0, |node| node == CLIENT).longest_chain(), None);
}

#[test]
fn what_lasts_is_added_up_and_says_whether_it_ended() {
    let mut story = Story::default();
    story.ticks(0, 20);
    story.lasts(FIRST, ConditionKind::Holds, 2, Some(7));
    story.lasts(SECOND, ConditionKind::Holds, 3, Some(6));
    story.lasts(FIRST, ConditionKind::InDoubt, 5, None);
    assert_eq!(lasting(&story.0, ConditionKind::Holds), ended(8));
    let in_doubt = lasting(&story.0, ConditionKind::InDoubt);
    assert_eq!(in_doubt, Total { value: Some(15_000), goes_on: true });
    assert_eq!(in_doubt.at_the_end(Ending::Quiescent), (None, Extent::ForEver));
    assert_eq!(in_doubt.at_the_end(Ending::Horizon), (Some(15_000), Extent::GoesOn));
    assert_eq!(ended(8).at_the_end(Ending::Horizon), (Some(8_000), Extent::Over));
}

#[test]
fn a_decision_diverges_until_the_last_in_doubt_has_it() {
    let mut story = Story::default();
    story.passes(0, CLIENT, COORDINATOR, Tone::Request);
    story.decides(10, COORDINATOR, Outcome::Commit);
    story.decides(15, FIRST, Outcome::Commit);
    story.decides(30, SECOND, Outcome::Commit);
    story.ticks(32, 40);
    story.lasts(FIRST, ConditionKind::InDoubt, 5, Some(16));
    story.lasts(SECOND, ConditionKind::InDoubt, 5, Some(31));
    let (time, divergence) = decision_total(&story, &[]);
    assert_eq!(time, ended(31), "from the request at 0 to the last decision, durable at 31");
    assert_eq!(divergence, ended(20), "from 11, when the first was durable, to 31");
}

#[test]
fn a_crash_in_doubt_does_not_end_the_doubt() {
    let mut story = Story::default();
    story.passes(0, CLIENT, COORDINATOR, Tone::Request);
    story.decides(10, COORDINATOR, Outcome::Commit);
    story.ticks(12, 60);
    story.lasts(FIRST, ConditionKind::InDoubt, 5, Some(20));
    story.stretch(FIRST, StretchKind::Down, 20, None);
    let (time, divergence) = decision_total(&story, &[]);
    assert_eq!(divergence, Total { value: Some(49_000), goes_on: true });
    assert!(time.goes_on, "no time to a decision that one node never learns");
}

#[test]
fn different_decisions_diverge_for_ever() {
    let mut story = Story::default();
    story.decides(10, FIRST, Outcome::Commit);
    story.decides(14, SECOND, Outcome::Abort);
    story.ticks(16, 20);
    let (time, divergence) = decision_total(&story, &[]);
    assert_eq!(divergence, Total { value: Some(5_000), goes_on: true });
    assert_eq!(time, Total::default(), "nobody asked, so there is no time to a decision");
}

#[test]
fn a_crash_keeps_unsynced_decisions_and_a_power_loss_only_the_first() {
    use crate::sim::fault::Place;
    let place = Place::At(Instant::START);
    let story = |fault: Fault| {
        let mut story = Story::default();
        story.passes(0, CLIENT, COORDINATOR, Tone::Request);
        story.write(6, COORDINATOR, Tone::Reply);
        story.write(6, COORDINATOR, Tone::Decision(Outcome::Commit));
        story.step(8, COORDINATOR, StepKind::Strike(0));
        decision_total(&story, &[fault]).0
    };
    assert_eq!(story(Fault::Crash { node: COORDINATOR, place }), ended(8));
    assert_eq!(story(Fault::PowerLoss { node: COORDINATOR, place, kept: 2 }), ended(8));
    assert_eq!(story(Fault::PowerLoss { node: COORDINATOR, place, kept: 1 }), Total::default());
}

#[test]
fn a_decision_that_was_never_synced_decides_nothing() {
    let mut story = Story::default();
    story.passes(0, CLIENT, COORDINATOR, Tone::Request);
    story.write(6, COORDINATOR, Tone::Decision(Outcome::Commit));
    story.ticks(7, 20);
    assert_eq!(decision_total(&story, &[]).0, Total::default());
}
