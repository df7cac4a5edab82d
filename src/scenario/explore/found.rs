//! A break that was found, made as small and plain as it goes: no fault can be left out, places are named rather than
//! timed where they can be, times are round.

use super::Ask;
use super::watch::{Record, Tape, Watch};
use crate::check::{Property, Verdict};
use crate::scenario::Scenario;
use crate::scenario::link::Link;
use crate::scenario::run::{Digest, Run};
use crate::sim::driver::{Driver, Limits};
use crate::sim::fault::{Fault, Place};
use crate::sim::name::Moment;
use crate::sim::time::{Instant, Span};
use crate::sim::topology::Topology;
use crate::sim::trace::{Ending, EventIndex, NodeId, Trace};
use crate::text::Text;

/// A property broken by the fewest faults.
#[derive(Clone)]
pub struct Found {
    pub property: &'static Property,
    /// The scenario asked about, with the faults that break the property behind its own.
    pub scenario: Scenario,
    /// Those that were added; none if the scenario breaks the property by itself.
    pub added: Vec<Fault>,
    /// When the first of those struck.
    pub begins: Option<Instant>,
    /// The event by which it is broken, and why.
    pub at: EventIndex,
    pub instant: Instant,
    pub why: Text,
    pub digest: Digest,
}

impl Found {
    /// What a run shows of a property, in which these faults, its last, were added; none if it does not break it.
    /// `never` says that it is enough if what should happen has not by the run's end.
    pub(in crate::scenario) fn of(
        run: Run,
        property: &'static Property,
        added: Vec<Fault>,
        never: bool,
    ) -> Option<Found> {
        let verdict = run.verdicts.iter().find(|judged| judged.property.id == property.id)?.verdict.clone();
        let (at, why) = match verdict {
            Verdict::Violated { at, why } => (at, why),
            Verdict::NotYet { why } if never => (run.len().saturating_sub(1), why),
            _ => return None,
        };
        let instant = run.trace.event(at).at;
        let struck = run.trace.struck.iter().skip(run.scenario.faults.len() - added.len()).flatten();
        let begins = struck.min().map(|step| run.trace.steps[*step as usize].at);
        Some(Found { property, added, begins, at, instant, why, digest: run.digest, scenario: run.scenario })
    }

    /// Whether it is a run of an order only, not of times.
    pub fn is_order_only(&self) -> bool {
        self.scenario.schedule.is_some()
    }

    /// The link that opens it paused where the property is broken.
    pub fn link(&self) -> Link {
        Link { at: Some(self.instant), digest: Some(self.digest.short()), ..Link::of(self.scenario.clone()) }
    }
}

/// The units to which times are rounded, in microseconds, the plainest first.
const UNITS_MICROS: [u64; 9] = [60_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 500, 100, 10];

/// Runs lists of faults to see whether they break a property.
pub(in crate::scenario) struct Trial {
    scenario: Scenario,
    topology: Topology,
    from: Option<Instant>,
    /// Whether it is enough that what should happen has not by the run's end.
    never: bool,
}

impl Trial {
    pub fn new(ask: &Ask, topology: Topology) -> Trial {
        Trial { scenario: ask.scenario.clone(), topology, from: ask.from, never: false }
    }

    /// Where it is known that what should happen never does, a run is content with its not having happened by the end.
    pub fn content_with_never(self, never: bool) -> Trial {
        Trial { never, ..self }
    }

    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    pub fn until(&self) -> Instant {
        Instant::START + self.scenario.until
    }

    /// Whether these faults besides the scenario's own break the property.
    fn breaks(&self, added: &[Fault], property: &'static Property) -> bool {
        let faults = [&self.scenario.faults[..], added].concat();
        let mut driver = Driver::new(&self.topology, self.scenario.seed, &faults, self.until(), Limits::default())
            .following(self.scenario.schedule.clone(), &self.topology);
        let (mut record, mut watch, mut broken) = (Record::default(), Watch::new(&[property]), Vec::new());
        loop {
            let mut tape = Tape { record: &mut record, watch: &mut watch, broken: &mut broken };
            let ending = driver.advance(&mut tape);
            if !broken.is_empty() {
                return true;
            }
            if let Some(ending) = ending {
                let ending = if self.never { Ending::Quiescent } else { ending };
                return !watch.violated_at_the_end(ending).is_empty();
            }
        }
    }

    /// The break that these faults make, made smaller; none if they do not break the property after all.
    pub fn minimised(&self, added: Vec<Fault>, property: &'static Property) -> Option<Found> {
        if !self.breaks(&added, property) {
            return None;
        }
        let mut best = added;
        self.leave_out(&mut best, property);
        for place in 0..best.len() {
            self.name_the_place(&mut best, place, property);
            self.round(&mut best, place, property);
        }
        self.leave_out(&mut best, property);
        let scenario = Scenario { faults: [&self.scenario.faults[..], &best].concat(), ..self.scenario.clone() };
        Found::of(Run::of(scenario), property, best, self.never)
    }

    /// Leaves out every fault without which the property is broken all the same.
    fn leave_out(&self, best: &mut Vec<Fault>, property: &'static Property) {
        let mut place = 0;
        while place < best.len() {
            let mut fewer = best.clone();
            fewer.remove(place);
            if self.breaks(&fewer, property) {
                *best = fewer;
            } else {
                place += 1;
            }
        }
    }

    /// Puts another fault in its place, if that breaks the property too.
    fn replace(&self, best: &mut [Fault], place: usize, fault: Fault, property: &'static Property) -> bool {
        if best[place] == fault {
            return false;
        }
        let before = std::mem::replace(&mut best[place], fault);
        let fits = self.breaks(best, property);
        if !fits {
            best[place] = before;
        }
        fits
    }

    /// Says "after it sends commit" instead of an instant, if a fault strikes a node that is up.
    fn name_the_place(&self, best: &mut [Fault], place: usize, property: &'static Property) {
        let fault = best[place].clone();
        let (Some(node), Some(Place::At(at))) = (fault.node(), fault.place()) else { return };
        if matches!(fault, Fault::Restart { .. }) {
            return;
        }
        let scenario = Scenario { faults: [&self.scenario.faults[..], best].concat(), ..self.scenario.clone() };
        let trace = Run::of(scenario).trace;
        let [last, next] = moments_around(&trace, node, at);
        let late_enough = |(when, _): &(Instant, Moment)| self.from.is_none_or(|from| *when > from);
        let named = last.filter(late_enough).map(|(_, moment)| Place::After(moment));
        for place_named in named.into_iter().chain(next.map(|(_, moment)| Place::Before(moment))) {
            if let Some(fault) = fault.at_place(place_named)
                && self.replace(best, place, fault, property)
            {
                return;
            }
        }
    }

    /// Rounds what a fault says of time.
    fn round(&self, best: &mut [Fault], place: usize, property: &'static Property) {
        if let Fault::Pause { .. } | Fault::Partition { lasting: Some(_), .. } = &best[place] {
            let ever = Span::micros(self.scenario.until.as_micros());
            let for_ever = match best[place].clone() {
                Fault::Partition { groups, one_way, at, .. } => Fault::Partition { groups, one_way, at, lasting: None },
                Fault::Pause { node, place, .. } => Fault::Pause { node, place, lasting: ever },
                other => other,
            };
            // A partition that need not heal is plainer than one that must; a pause always says how long.
            if matches!(for_ever, Fault::Partition { .. }) {
                self.replace(best, place, for_ever, property);
            }
        }
        for (read, write) in TIMES {
            let Some(micros) = read(&best[place]) else { continue };
            let rounded = UNITS_MICROS.iter().filter(|unit| **unit <= micros.unsigned_abs().max(1)).flat_map(|unit| {
                let unit = *unit as i64;
                let down = micros / unit * unit;
                [down, down + unit * micros.signum()]
            });
            for plainer in rounded {
                if plainer == micros {
                    break;
                }
                let mut fault = best[place].clone();
                write(&mut fault, plainer);
                let too_early =
                    |from: Instant| fault.place().is_some_and(|place| matches!(place, Place::At(at) if at <= from));
                if !self.from.is_some_and(too_early) && self.replace(best, place, fault, property) {
                    break;
                }
            }
        }
    }
}

/// The times in a fault, to be read and written in microseconds.
type Time = (fn(&Fault) -> Option<i64>, fn(&mut Fault, i64));

const TIMES: [Time; 2] = [(read_instant, write_instant), (read_span, write_span)];

fn read_instant(fault: &Fault) -> Option<i64> {
    match fault.place() {
        Some(Place::At(at)) => Some(at.as_micros() as i64),
        _ => None,
    }
}

fn write_instant(fault: &mut Fault, micros: i64) {
    let instant = Instant::from_micros(micros.unsigned_abs());
    if let Some(moved) = fault.at_place(Place::At(instant)) {
        *fault = moved;
    }
}

fn read_span(fault: &Fault) -> Option<i64> {
    match fault {
        Fault::Pause { lasting, .. } | Fault::Partition { lasting: Some(lasting), .. } => {
            Some(lasting.as_micros() as i64)
        }
        Fault::Delay { by, .. } => Some(by.as_micros() as i64),
        Fault::Duplicate { after, .. } => Some(after.as_micros() as i64),
        Fault::ClockJump { by_micros, .. } => Some(*by_micros),
        _ => None,
    }
}

fn write_span(fault: &mut Fault, micros: i64) {
    let span = Span::micros(micros.unsigned_abs());
    match fault {
        Fault::Pause { lasting, .. } | Fault::Partition { lasting: Some(lasting), .. } => *lasting = span,
        Fault::Delay { by, .. } => *by = span,
        Fault::Duplicate { after, .. } => *after = span,
        Fault::ClockJump { by_micros, .. } => *by_micros = micros,
        _ => {}
    }
}

/// The last moment of a node before an instant, and its first from then on.
fn moments_around(trace: &Trace, node: NodeId, at: Instant) -> [Option<(Instant, Moment)>; 2] {
    let mut last = None;
    for step in trace.steps.iter().filter(|step| step.node == node) {
        let Some(moment) = trace.moment(step.kind) else { continue };
        if step.at >= at {
            return [last, Some((step.at, moment))];
        }
        last = Some((step.at, moment));
    }
    [last, None]
}
