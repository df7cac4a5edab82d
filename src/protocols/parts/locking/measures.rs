//! What a lock cost in a run: the same lines for every lock, so that locks can be compared.

use super::terms;
use crate::check::measure::{Measure, Total, Unit, lasting, stretches_of};
use crate::sim::show::ConditionKind;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::{Ending, EventIndex, NodeId, StepKind, Stretch, StretchKind, Trace};
use crate::text::Text;

/// The measured costs of a lock's run.
pub fn measures(trace: &Trace, ending: Ending) -> Vec<Measure> {
    let messages = trace.messages.len() as u64;
    let grants = stretches_of(trace, ConditionKind::Holds).count() as u64;
    let polls = polls(trace);
    let per_grant = |count: u64| Total { value: (count * 10 + grants / 2).checked_div(grants), goes_on: false };
    let line = |id, en, zh, unit, total: Total| Measure::of(id, Text::new(en, zh), unit, total, ending);
    vec![
        line("messages", "Messages sent", "发送的消息数", Unit::Count, Total::of(messages)),
        line("grants", "Times the lock was granted", "锁被授予的次数", Unit::Count, Total::of(grants)),
        line("messages-per-grant", "Messages per grant", "每次授予的消息数", Unit::Tenths, per_grant(messages)),
        line("polls-per-grant", "Polls per grant", "每次授予的轮询次数", Unit::Tenths, per_grant(polls)),
        line(
            "hand-over",
            "Longest time from a release until the next holder knows, while somebody waited",
            "有人等待时，从释放到下一个持有者得知的最长时间",
            Unit::Micros,
            hand_over(trace),
        ),
        line(
            "freed-after",
            "Longest time until the lock of a crashed holder was free",
            "持有者宕机后，锁被释放前的最长时间",
            Unit::Micros,
            freed_after(trace),
        ),
        line(
            "only-believed",
            "Time somebody believed in a lock that was not its own",
            "自以为持有锁、实际并不持有的时间",
            Unit::Micros,
            lasting(trace, ConditionKind::BelievesToHold),
        ),
        line(
            "locks-held",
            "Time the lock was held",
            "锁被持有的时间",
            Unit::Micros,
            lasting(trace, ConditionKind::Holds),
        ),
    ]
}

/// How often a waiter asked again without having been told to.
fn polls(trace: &Trace) -> u64 {
    let polls = |kind| matches!(kind, StepKind::Fire(timer) if trace.local(timer).name.kind == terms::RETRY.kind);
    trace.steps.iter().filter(|step| polls(step.kind)).count() as u64
}

fn begins(trace: &Trace, stretch: &Stretch) -> Instant {
    trace.event(stretch.from).at
}

fn ends(trace: &Trace, to: Option<EventIndex>) -> Instant {
    to.map_or(trace.end(), |event| trace.event(event).at)
}

/// From when the lock is let go, or somebody comes who wants it, until its next holder knows: some services grant it long
/// before they say so.
fn hand_over(trace: &Trace) -> Total {
    let holds: Vec<&Stretch> = stretches_of(trace, ConditionKind::Holds).collect();
    let waits: Vec<&Stretch> = stretches_of(trace, ConditionKind::WaitsForLock).collect();
    let mut longest = Total::default();
    for (place, hold) in holds.iter().enumerate() {
        let Some(let_go) = hold.to.map(|event| trace.event(event).at) else { continue };
        let next = holds.get(place + 1);
        let known = next.map_or(trace.end(), |next| known(trace, next, &waits));
        let waiting = waits.iter().filter(|wait| begins(trace, wait) < known && ends(trace, wait.to) > let_go);
        let Some(from) = waiting.map(|wait| begins(trace, wait).max(let_go)).min() else { continue };
        longest.value = longest.value.max(Some(known.since(from).as_micros()));
        longest.goes_on |= next.is_none();
    }
    longest
}

/// When a holder knows of its hold, and waits no longer.
fn known(trace: &Trace, hold: &Stretch, waits: &[&Stretch]) -> Instant {
    let granted = begins(trace, hold);
    let waited = waits.iter().filter(|wait| wait.node == hold.node && begins(trace, wait) <= granted);
    waited.map(|wait| ends(trace, wait.to)).fold(granted, Instant::max)
}

/// From a holder's going down to the end of its hold.
fn freed_after(trace: &Trace) -> Total {
    let mut longest = Total::default();
    for hold in stretches_of(trace, ConditionKind::Holds) {
        let Some(down) = went_down(trace, hold.node, hold) else { continue };
        let lasted: Span = ends(trace, hold.to).since(down);
        longest.value = longest.value.max(Some(lasted.as_micros()));
        longest.goes_on |= hold.to.is_none();
    }
    longest
}

/// When a node first went down within a stretch.
fn went_down(trace: &Trace, node: NodeId, within: &Stretch) -> Option<Instant> {
    let inside = |event: EventIndex| event >= within.from && within.to.is_none_or(|to| event < to);
    let down = |stretch: &&Stretch| stretch.node == node && stretch.what == StretchKind::Down && inside(stretch.from);
    trace.stretches.iter().find(down).map(|stretch| begins(trace, stretch))
}
