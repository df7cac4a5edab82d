//! A run as text that people can read and diff: one line per event, with a column per node. Golden traces are in this
//! form, and it is what the command line prints.

use super::link::Link;
use super::notation::Notation;
use super::run::{Run, Scene};
use crate::check::Verdict;
use crate::protocols::Entry;
use crate::sim::name::Moment;
use crate::sim::recorder::Status;
use crate::sim::trace::{Ending, EventIndex, Loss, Step, StepKind};
use std::fmt::{self, Write};

/// How wide a node's column is, its mark and the gap included: fixed, so that one longer word shifts one line only.
const COLUMN_WIDTH: usize = 14;

/// The whole transcript of a run; relative to the entry, if it has one.
pub fn transcript(run: &Run, entry: Option<&'static Entry>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_transcript(run, entry, &mut text);
    text
}

/// Writes the transcript line by line: for long runs.
pub fn write_transcript(run: &Run, entry: Option<&'static Entry>, out: &mut dyn Write) -> fmt::Result {
    let link = Link { entry, ..Link::of(run.scenario.clone()) };
    writeln!(out, "{link}")?;
    writeln!(out, "model {}", run.scenario.protocol.version())?;
    let transcriber = Transcriber { run, notation: Notation::new(run.scenario.protocol, &run.topology) };
    writeln!(out, "{}", transcriber.heading())?;
    for scene in run.scenes() {
        writeln!(out, "{}", transcriber.line(&scene))?;
    }
    write_verdicts(run, out)
}

/// How a run ended: its verdicts, the number of its events, its digest.
pub fn write_verdicts(run: &Run, out: &mut dyn Write) -> fmt::Result {
    for judged in &run.verdicts {
        let (word, id) = (judged.verdict.word(), judged.property.id);
        match &judged.verdict {
            Verdict::Violated { at, why } => writeln!(out, "{word:<10}{id}, event {at}: {why}")?,
            Verdict::NotYet { why } => writeln!(out, "{word:<10}{id}: {why}")?,
            Verdict::Holds | Verdict::NotSeen => writeln!(out, "{word:<10}{id}")?,
        }
    }
    let not_applied = (0..run.scenario.faults.len()).filter(|index| !run.trace.applied(*index as u16));
    for index in not_applied {
        let notation = Notation::new(run.scenario.protocol, &run.topology);
        writeln!(out, "did not apply: {}", notation.write(&run.scenario.faults[index]))?;
    }
    writeln!(out, "{} after {} events at {}", ending_word(run.ending), run.len(), run.trace.end())?;
    writeln!(out, "digest {}", run.digest)
}

/// The word for why a run ended.
pub fn ending_word(ending: Ending) -> &'static str {
    match ending {
        Ending::Quiescent => "quiescent",
        Ending::Horizon => "horizon",
        Ending::Order => "end-of-order",
        Ending::TooManyEvents => "too-many-events",
        Ending::TooManyAtOneInstant => "too-many-at-one-instant",
    }
}

/// The word for why a message was lost.
pub fn loss_word(loss: Loss) -> &'static str {
    match loss {
        Loss::Dropped => "dropped",
        Loss::Partitioned => "partitioned",
        Loss::ReceiverDown => "receiver-down",
        Loss::ConnectionBroken => "connection-broken",
    }
}

struct Transcriber<'a> {
    run: &'a Run,
    notation: Notation<'a>,
}

impl Transcriber<'_> {
    fn heading(&self) -> String {
        let mut line = format!("{:>6} {:>12}  ", "event", "time");
        for node in &self.run.topology.nodes {
            let _ = write!(line, " {:<1$}", node.name, COLUMN_WIDTH - 1);
        }
        line.push_str("what happened -> what the node did");
        line
    }

    /// One event: `>` marks the node at which it happens.
    fn line(&self, scene: &Scene) -> String {
        let Step { at, node, .. } = self.run.trace.event(scene.event);
        let mut line = format!("{:>6} {:>12}  ", scene.event, at.to_string());
        for (index, seen) in scene.nodes.iter().enumerate() {
            let mark = if index == node.index() { '>' } else { ' ' };
            let face = match (seen.status, &seen.face) {
                (Status::Down, _) | (_, None) => "(down)".to_owned(),
                (Status::Paused, Some(face)) => format!("({})", face.word),
                (Status::Running, Some(face)) => face.word.to_string(),
            };
            let face: String = face.chars().take(COLUMN_WIDTH - 2).collect();
            let _ = write!(line, "{mark}{face:<0$}", COLUMN_WIDTH - 1);
        }
        line.push_str(&self.what(scene.event));
        line
    }

    fn what(&self, event: EventIndex) -> String {
        let steps = self.run.trace.steps_of(event);
        let mut what = String::new();
        for (index, step) in steps.iter().enumerate() {
            what.push_str(match index {
                0 => "",
                1 => " -> ",
                _ => ", ",
            });
            what.push_str(&self.step(*step));
        }
        what
    }

    /// A step as links name it, where they do.
    fn step(&self, step: Step) -> String {
        let trace = &self.run.trace;
        let message = |index| trace.message(index).name;
        let local = |index| trace.local(index).name;
        match step.kind {
            StepKind::Start => "start".to_owned(),
            StepKind::Deliver(index) => self.notation.moment_name(&Moment::Receives(message(index))),
            StepKind::Fire(index) => self.notation.moment_name(&Moment::Fires(local(index))),
            StepKind::Durable(index) => self.notation.moment_name(&Moment::Durable(local(index))),
            StepKind::Disconnected(peer) => format!("disconnected from {}", self.run.topology.name(peer)),
            StepKind::Lose(index, loss) => {
                format!("lost {} ({})", self.notation.message_name(&message(index)), loss_word(loss))
            }
            StepKind::Strike(fault) => format!("strikes {}", self.fault(fault)),
            StepKind::Heal(fault) => format!("ends {}", self.fault(fault)),
            StepKind::Send(index) => self.notation.moment_name(&Moment::Sends(message(index))),
            StepKind::Write(index) => self.notation.moment_name(&Moment::Writes(local(index))),
            StepKind::Fsync => "fsync".to_owned(),
            StepKind::Set(index) => {
                format!("set {} until {}", self.notation.local_name(&local(index)), trace.local(index).due)
            }
            StepKind::Cancel(index) => format!("cancel {}", self.notation.local_name(&local(index))),
        }
    }

    fn fault(&self, index: u16) -> String {
        self.run.scenario.faults.get(usize::from(index)).map_or_else(String::new, |fault| self.notation.write(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::sample::CATALOGUE;

    #[test]
    fn a_line_per_event_and_a_column_per_node() {
        let link = Link::read("1/errand-lost?delay=w1:all-done.1:a+1ms&crash=w2@before:a:ask.1", CATALOGUE);
        let link = link.unwrap_or_else(|bad| panic!("{}", bad.sentence()));
        let run = Run::of(link.scenario);
        let expected = "\
1/errand-lost?delay=w1:all-done.1:a+1ms&crash=w2@before:a:ask.1
model 2
 event         time   a             w1            w2           what happened -> what the node did
     0          0ms  >calm          (down)        (down)       start -> ask.1:w1, ask.1:w2, set patience until 30ms
     1          0ms   calm         >calm          (down)       start
     2          0ms   calm          calm         >calm         start
     3          2ms   calm         >calm          calm         a:ask.1 -> write:noted.1, fsync
     4          2ms   calm          calm         >(down)       strikes crash=w2@before:a:ask.1
     5          2ms   calm          calm         >(down)       lost a:ask.1:w2 (receiver-down)
     6          3ms   calm         >calm          (down)       durable:noted.1 -> all-done.1:a
     7          6ms  >calm          calm          (down)       w1:all-done.1
     8         30ms  >calm          calm          (down)       timer:patience
holds     answered
quiescent after 9 events at 30ms
digest ";
        let text = transcript(&run, link.entry);
        assert!(text.starts_with(expected), "{text}");
        assert_eq!(text.trim_end().strip_prefix(expected), Some(run.digest.to_string().as_str()));
    }
}
