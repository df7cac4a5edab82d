//! A run as charts over virtual time: who got how much, how much is under way and waits, how long answers take, how fair
//! it is and which keys move. Folded step by step, so that a run of a million requests needs no trace.

mod drawn;

use super::message::{Message, Timer};
use super::seen::Seen as View;
use super::settings::{BALANCERS_MAX, Settings};
use crate::check::chart::{Chart, Charting, Figure, Histogram, Line, PANES, Seen, Window, killing};
use crate::protocols::Reading;
use crate::protocols::parts::balancing::Index;
use crate::sim::time::{Instant, Span};
use crate::sim::topology::Topology;
use crate::sim::trace::{NodeId, StepKind};
use crate::sorted::SortedMap;
use std::collections::VecDeque;

/// A window has room for so many requests at least, on average, and for so many for each provider.
const REQUESTS_IN_WINDOW: u64 = 10;
const REQUESTS_PER_PROVIDER: u64 = 2;

pub(super) fn charting(reading: &Reading) -> Box<dyn Charting> {
    let settings = Settings::of(reading.values);
    let every = reading.values.time("every");
    let places = settings.places().len();
    let requests = REQUESTS_IN_WINDOW.max(REQUESTS_PER_PROVIDER * places as u64);
    let window = Window::of(every.times(requests), every.times(settings.requests.into()));
    Box::new(Load {
        names: reading.topology.clone(),
        killing: killing(reading.faults),
        providers: vec![Provider::default(); places],
        window,
        panes: VecDeque::from([Pane::of(places)]),
        settings,
        asked: SortedMap::new(),
        awaited: SortedMap::new(),
        recent: Histogram::default(),
        latencies: Histogram::default(),
        homes: SortedMap::new(),
        available: [None; BALANCERS_MAX as usize],
        moves: Line::new(),
        ideal: Line::new(),
        moved: SortedMap::new(),
        requests: 0,
        answered: 0,
        failed: 0,
        calls: 0,
        at_once_max: 0,
    })
}

/// What is known of a provider.
#[derive(Clone, Default)]
struct Provider {
    /// Calls that it was sent; of them those that are awaited, and those that have come and are not answered.
    calls: Line,
    in_flight: Line,
    here: u64,
    /// Of these, those that wait for a worker.
    waiting: Line,
}

/// What came in a short while: a window consists of some of them.
struct Pane {
    latencies: Histogram,
    calls: Vec<u64>,
    /// Whom a balancer believed to be well when it picked.
    available: u32,
}

impl Pane {
    fn of(places: usize) -> Pane {
        Pane { latencies: Histogram::default(), calls: vec![0; places], available: 0 }
    }
}

struct Load {
    settings: Settings,
    names: Topology,
    killing: Vec<bool>,
    /// When each request was made that is not settled.
    asked: SortedMap<u32, Instant>,
    /// Whom each balancer waits for, by request, and with which try.
    awaited: SortedMap<(NodeId, u32), (Index, u32)>,
    providers: Vec<Provider>,
    window: Window,
    panes: VecDeque<Pane>,
    /// How long answers took within the window, and in the whole run.
    recent: Histogram,
    latencies: Histogram,
    /// Where each balancer last sent a key at the first try, and which keys it has sent elsewhere since.
    homes: SortedMap<(NodeId, u32), Index>,
    moved: SortedMap<(NodeId, u32), ()>,
    /// Whom each balancer last believed to be well.
    available: [Option<u32>; BALANCERS_MAX as usize],
    moves: Line,
    ideal: Line,
    requests: u32,
    answered: u32,
    failed: u32,
    calls: u64,
    at_once_max: u64,
}

impl Charting for Load {
    fn see(&mut self, seen: &Seen) {
        self.pass(seen.at);
        let message = seen.message.and_then(|message| Some((message, message.payload.get::<Message>()?)));
        match (seen.kind, message) {
            (StepKind::Send(_), Some((message, said))) => self.sent(message.from, message.to, said, seen.at),
            (StepKind::Deliver(_), Some((message, said))) => {
                self.delivered(message.from, message.to, said, seen.at);
            }
            (StepKind::Fire(_), _) => {
                if let Some(Timer::Unanswered(number)) = seen.timer.and_then(|timer| timer.get()) {
                    self.done(seen.node, *number, None, seen.at);
                }
            }
            (StepKind::Disconnected(peer), _) => self.lost(seen.node, Some(peer), seen.at),
            (StepKind::Strike(fault), _) if self.killing.get(usize::from(fault)) == Some(&true) => {
                self.lost(seen.node, None, seen.at);
                if let Some(provider) = self.provider(seen.node) {
                    provider.here = 0;
                    provider.waiting.set(seen.at, 0);
                }
            }
            _ => {}
        }
    }

    fn settled(&self) -> u32 {
        self.answered + self.failed
    }

    fn charts(&self) -> Vec<Chart> {
        self.drawn()
    }

    fn figures(&self) -> Vec<Figure> {
        self.told()
    }
}

impl Load {
    fn provider(&mut self, node: NodeId) -> Option<&mut Provider> {
        let place = self.settings.place(node)?;
        self.providers.get_mut(usize::from(place))
    }

    fn sent(&mut self, from: NodeId, to: NodeId, message: &Message, at: Instant) {
        match message {
            // Asked again of another balancer, it is the same request.
            Message::Request { number, .. } if *number > self.requests => {
                self.requests = *number;
                self.asked.insert(*number, at);
            }
            Message::Call { number, attempt, key, seen } => {
                let Some(place) = self.settings.place(to) else { return };
                self.done(from, *number, None, at);
                self.awaited.insert((from, *number), (place, *attempt));
                self.calls += 1;
                let provider = &mut self.providers[usize::from(place)];
                provider.calls.set(at, provider.calls.value() + 1);
                provider.in_flight.set(at, provider.in_flight.value() + 1);
                self.picked(from, place, seen, at);
                // A retry goes elsewhere because it must.
                if *attempt == 1 && self.homes.insert((from, *key), place).is_some_and(|home| home != place) {
                    self.moves.set(at, self.moves.value() + 1);
                    self.moved.insert((from, *key), ());
                }
            }
            Message::Reply { .. } | Message::Refusal { .. } => {
                let workers = self.settings.workers.into();
                if let Some(provider) = self.provider(from) {
                    provider.here = provider.here.saturating_sub(1);
                    provider.waiting.set(at, provider.here.saturating_sub(workers));
                }
            }
            _ => {}
        }
    }

    fn delivered(&mut self, from: NodeId, to: NodeId, message: &Message, at: Instant) {
        match message {
            Message::Call { .. } => {
                let workers = self.settings.workers.into();
                let Some(provider) = self.provider(to) else { return };
                provider.here += 1;
                let here = provider.here;
                provider.waiting.set(at, here.saturating_sub(workers));
                self.at_once_max = self.at_once_max.max(here);
            }
            Message::Reply { number, attempt } | Message::Refusal { number, attempt } => {
                let call = self.settings.place(from).map(|place| (place, *attempt));
                self.done(to, *number, call, at);
            }
            Message::Response { number } => {
                if let Some(asked) = self.asked.remove(number) {
                    let took = at.since(asked).as_micros();
                    self.answered += 1;
                    self.latencies.add(took);
                    self.recent.add(took);
                    if let Some(pane) = self.panes.back_mut() {
                        pane.latencies.add(took);
                    }
                }
            }
            Message::Failure { number } => self.failed += u32::from(self.asked.remove(number).is_some()),
            _ => {}
        }
    }

    /// A balancer waits no longer for what it awaited of a request: that call, or whichever it was.
    fn done(&mut self, balancer: NodeId, number: u32, call: Option<(Index, u32)>, at: Instant) {
        let awaited = self.awaited.get(&(balancer, number)).copied();
        let Some((place, _)) = awaited.filter(|awaited| call.is_none_or(|call| call == *awaited)) else { return };
        self.awaited.remove(&(balancer, number));
        let flying = &mut self.providers[usize::from(place)].in_flight;
        flying.set(at, flying.value().saturating_sub(1));
    }

    /// A balancer waits for nothing more: of that peer, or, as it has died itself, of anybody.
    fn lost(&mut self, balancer: NodeId, peer: Option<NodeId>, at: Instant) {
        let place = peer.map(|peer| self.settings.place(peer));
        let all = self
            .awaited
            .iter()
            .filter(|((by, _), (of, _))| *by == balancer && place.is_none_or(|place| place == Some(*of)));
        let numbers: Vec<u32> = all.map(|((_, number), _)| *number).collect();
        for number in numbers {
            self.done(balancer, number, None, at);
        }
    }

    /// A balancer has picked a provider among those that it believed to be well.
    fn picked(&mut self, balancer: NodeId, place: Index, seen: &View, at: Instant) {
        let set = (0..).zip(&seen.providers).filter(|(_, provider)| provider.available);
        let now = set.fold(0, |set, (place, _): (u32, _)| set | 1 << place);
        if let Some(pane) = self.panes.back_mut() {
            pane.calls[usize::from(place)] += 1;
            pane.available |= now;
        }
        let Some(before) = self.available.get_mut(balancer.index().wrapping_sub(1)) else { return };
        let before = before.replace(now).unwrap_or(now);
        if before != now {
            self.ideal.set(at, self.ideal.value() + self.must_move(balancer, before, now));
        }
    }

    /// How many of a balancer's keys must move when others are well than before: all of those who have gone, and a fair
    /// share for each that has come.
    fn must_move(&self, balancer: NodeId, before: u32, now: u32) -> u64 {
        let homes = || self.homes.iter().filter(|((by, _), _)| *by == balancer).map(|(_, home)| *home);
        let gone = homes().filter(|home| before & !now & 1 << home != 0).count() as u64;
        let come = u64::from((now & !before).count_ones());
        gone + (homes().count() as u64 * come).checked_div(now.count_ones().into()).unwrap_or(0)
    }

    /// Jain's index in thousandths: the square of the sum, divided by n times the sum of the squares. Of fewer calls than
    /// providers nothing can be said.
    fn fairness(&self, calls: &[u64], among: u32) -> Option<u64> {
        if calls.iter().sum::<u64>() < u64::from(among.count_ones()) {
            return None;
        }
        let share = |(place, calls): (Index, &u64)| {
            u128::from(*calls) * 1_000_000 / u128::from(self.settings.weight(place).max(1))
        };
        let shares = || (0..).zip(calls).filter(|(place, _)| among & 1 << place != 0).map(share);
        let (sum, squares) = (shares().sum::<u128>(), shares().map(|share| share * share).sum::<u128>());
        let (above, below) = (1_000 * sum * sum, shares().count() as u128 * squares);
        (above + below / 2).checked_div(below).map(|index| index as u64)
    }

    /// Measures at the end of every pane that is over.
    fn pass(&mut self, now: Instant) {
        while self.window.has_passed(now) {
            let mut calls = vec![0; self.providers.len()];
            let mut available = 0;
            for pane in &self.panes {
                calls.iter_mut().zip(&pane.calls).for_each(|(sum, calls)| *sum += calls);
                available |= pane.available;
            }
            let [low, high, highest] = [50, 95, 99].map(|hundredths| self.recent.percentile(hundredths));
            self.window.pass(vec![low, high, highest, self.fairness(&calls, available)], now);
            if self.panes.len() == PANES
                && let Some(over) = self.panes.pop_front()
            {
                self.recent.subtract(&over.latencies);
            }
            self.panes.push_back(Pane::of(self.providers.len()));
        }
    }
}

/// How long a run of that many requests may last: longer than they take to come, by all tries of the last one.
pub(super) fn lasting(every: Span, settings: &Settings) -> Span {
    let coming = every.times(settings.requests.into());
    coming + Span::micros(coming.as_micros() / 4) + settings.timeout.times(settings.tries.into()) + Span::seconds(60)
}

#[cfg(test)]
mod tests;
