//! Tails that only repeat themselves: a blocked participant asks again every second, for ever. They fold into one piece.

use crate::sim::time::{Instant, Span};
use crate::sim::trace::{Ending, NodeId, StepIndex, StepKind, Trace};

/// A tail that repeats to the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// From here on it is folded; one round stands before, so that one sees what repeats.
    pub from: Instant,
    /// The time from one round to the next.
    pub period: Span,
}

/// How many whole rounds are shown before the fold, and how many more must be the same; the unfinished one comes on top.
const SHOWN_ROUNDS: usize = 1;
const FOLDED_ROUNDS_MIN: usize = 1;

/// What a step does, without the ordinals that tell rounds apart.
type Key = (NodeId, u8, &'static str, NodeId, u32);

impl Repeat {
    /// The tail of a run that its horizon cut off, if the same steps recur in it with a fixed period.
    ///
    /// Rounds are counted from the last timer that fires: timers keep their period to the microsecond, while messages
    /// within a round may take a little longer or shorter and overtake each other.
    pub fn of(trace: &Trace, ending: Ending) -> Option<Repeat> {
        if ending == Ending::Quiescent {
            return None;
        }
        let (anchor, last) = trace.events.iter().enumerate().rev().find_map(|(event, step)| {
            let key = key(trace, *step);
            matches!(trace.steps[*step as usize].kind, StepKind::Fire(_)).then_some((key, event))
        })?;
        // The events at which rounds begin, the last first, as long as they lie one period apart.
        let mut starts = vec![last];
        let mut period = None;
        for event in (0..last).rev() {
            let step = trace.events[event];
            if key(trace, step) != anchor {
                continue;
            }
            let gap = instant(trace, starts[starts.len() - 1]).since(instant(trace, event));
            if *period.get_or_insert(gap) != gap {
                break;
            }
            starts.push(event);
        }
        let period = period?;
        // The rounds that do the same as the last whole one; the unfinished one at the end has nothing new either.
        let round = |from: usize, to: usize| {
            let end = trace.events.get(to).map_or(trace.steps.len() as StepIndex, |step| *step);
            let mut keys: Vec<Key> = (trace.events[from]..end).map(|step| key(trace, step)).collect();
            keys.sort_unstable();
            keys
        };
        let whole = round(*starts.get(1)?, starts[0]);
        if round(starts[0], trace.events.len()).iter().any(|key| whole.binary_search(key).is_err()) {
            return None;
        }
        let same = starts.windows(2).take_while(|pair| round(pair[1], pair[0]) == whole).count();
        if same < SHOWN_ROUNDS + FOLDED_ROUNDS_MIN {
            return None;
        }
        Some(Repeat { from: instant(trace, starts[same - SHOWN_ROUNDS]), period })
    }
}

fn instant(trace: &Trace, event: usize) -> Instant {
    trace.steps[trace.events[event] as usize].at
}

fn key(trace: &Trace, step: StepIndex) -> Key {
    let step = trace.steps[step as usize];
    let message = |tag: u8, index| {
        let name = trace.message(index).name;
        (step.node, tag, name.kind, name.from, name.subject.0)
    };
    let local = |tag: u8, index| {
        let name = trace.local(index).name;
        (step.node, tag, name.kind, name.node, name.subject.0)
    };
    let other = |tag: u8, peer| (step.node, tag, "", peer, 0);
    match step.kind {
        StepKind::Start => other(0, step.node),
        StepKind::Deliver(index) => message(1, index),
        StepKind::Fire(index) => local(2, index),
        StepKind::Durable(index) => local(3, index),
        StepKind::Disconnected(peer) => other(4, peer),
        StepKind::Lose(index, _) => message(5, index),
        StepKind::Strike(fault) => (step.node, 6, "", step.node, u32::from(fault)),
        StepKind::Heal(fault) => (step.node, 7, "", step.node, u32::from(fault)),
        StepKind::Send(index) => message(8, index),
        StepKind::Write(index) => local(9, index),
        StepKind::Fsync => other(10, step.node),
        StepKind::Set(index) => local(11, index),
        StepKind::Cancel(index) => local(12, index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::name::LocalName;
    use crate::sim::payload::{Named, Subject};
    use crate::sim::trace::{Local, Step};
    use std::sync::Arc;

    #[derive(Clone, Debug, serde::Serialize)]
    struct Ask;

    impl Named for Ask {
        fn kind(&self) -> &'static str {
            "ask"
        }
        fn subject(&self) -> Subject {
            Subject(1)
        }
    }

    /// A run whose only node starts and then fires at the given instants in milliseconds.
    fn firing_at(millis: &[u64]) -> Trace {
        let mut trace = Trace::default();
        let node = NodeId(0);
        trace.events.push(0);
        trace.steps.push(Step { at: Instant::START, node, kind: StepKind::Start });
        for (ordinal, at) in millis.iter().enumerate() {
            let due = Instant::START + Span::millis(*at);
            let name = LocalName { node, kind: "ask", subject: Subject(1), ordinal: ordinal as u32 + 1 };
            trace.locals.push(Local { name, payload: Arc::new(Ask), due });
            trace.events.push(trace.steps.len() as StepIndex);
            trace.steps.push(Step { at: due, node, kind: StepKind::Fire(ordinal as u32) });
        }
        trace
    }

    #[test]
    fn a_tail_with_a_fixed_period_folds_after_one_round() {
        let trace = firing_at(&[30, 1_000, 2_000, 3_000, 4_000, 5_000]);
        let repeat = Repeat::of(&trace, Ending::Horizon);
        assert_eq!(repeat, Some(Repeat { from: Instant::START + Span::seconds(2), period: Span::seconds(1) }));
    }

    #[test]
    fn what_backs_off_or_ends_by_itself_or_is_short_does_not_fold() {
        let backing_off = firing_at(&[1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
        assert_eq!(Repeat::of(&backing_off, Ending::Horizon), None);
        let steady = firing_at(&[1_000, 2_000, 3_000, 4_000, 5_000]);
        assert_eq!(Repeat::of(&steady, Ending::Quiescent), None);
        let short = firing_at(&[1_000, 2_000]);
        assert_eq!(Repeat::of(&short, Ending::Horizon), None);
        assert_eq!(Repeat::of(&firing_at(&[]), Ending::Horizon), None);
    }
}
