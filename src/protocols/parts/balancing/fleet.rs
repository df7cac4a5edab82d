//! The providers as one balancer sees them: its view may be stale, and another balancer's differ.

use super::Index;
use crate::protocols::parts::Word;
use crate::sim::time::Span;
use serde::Serialize;
use std::sync::Arc;

/// A provider as a balancer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// Its address: what rings hash.
    pub name: Word,
    /// How much of the load it is meant to get, relative to the others; at least 1.
    pub weight: u32,
    /// Whether requests may go to it: it is a member, and not believed dead.
    pub available: bool,
    /// This balancer's requests that it has not answered.
    pub in_flight: u32,
    /// How many requests it answered since the view was last cleared, and how long these took together.
    pub answered: u32,
    pub elapsed: Span,
}

impl Provider {
    /// One that is available, and idle.
    pub fn new(name: impl Into<Word>, weight: u32) -> Provider {
        let (in_flight, answered, elapsed) = (0, 0, Span::ZERO);
        Provider { name: name.into(), weight: weight.max(1), available: true, in_flight, answered, elapsed }
    }

    /// How long its answers took on average, in whole microseconds; zero if there was none.
    pub fn average(&self) -> Span {
        Span::micros(self.elapsed.as_micros().checked_div(u64::from(self.answered)).unwrap_or(0))
    }
}

/// All providers, in an order that never changes: those that leave stay in it and are not available.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fleet {
    providers: Vec<Provider>,
    /// Counts changes of membership and of weights, so that tables are computed anew only then; says nothing of the fleet.
    #[serde(skip)]
    generation: u64,
}

impl Fleet {
    /// The largest number of providers.
    pub const PROVIDERS_MAX: usize = 1_000;

    /// A fleet of these; providers beyond [`Fleet::PROVIDERS_MAX`] are left out.
    pub fn of(mut providers: Vec<Provider>) -> Fleet {
        providers.truncate(Fleet::PROVIDERS_MAX);
        Fleet { providers, generation: 1 }
    }

    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    pub fn get(&self, index: Index) -> Option<&Provider> {
        self.providers.get(usize::from(index))
    }

    /// All places.
    pub fn places(&self) -> std::ops::Range<Index> {
        0..self.providers.len() as Index
    }

    /// Those that a request may go to.
    pub fn available(&self) -> impl Iterator<Item = (Index, &Provider)> {
        (0..).zip(&self.providers).filter(|(_, provider)| provider.available)
    }

    pub fn is_available(&self, index: Index) -> bool {
        self.get(index).is_some_and(|provider| provider.available)
    }

    pub fn set_available(&mut self, index: Index, available: bool) {
        self.change(index, |provider| std::mem::replace(&mut provider.available, available) != available);
    }

    pub fn set_weight(&mut self, index: Index, weight: u32) {
        self.change(index, |provider| std::mem::replace(&mut provider.weight, weight.max(1)) != weight.max(1));
    }

    /// The same fleet, were so many requests in flight at each provider.
    pub fn with_in_flight(&self, counts: &[u32]) -> Fleet {
        let mut fleet = self.clone();
        for (provider, count) in fleet.providers.iter_mut().zip(counts) {
            provider.in_flight = *count;
        }
        fleet
    }

    /// A request has been sent to it.
    pub fn sent(&mut self, index: Index) {
        if let Some(provider) = self.providers.get_mut(usize::from(index)) {
            provider.in_flight += 1;
        }
    }

    /// It answered a request after that time.
    pub fn answered(&mut self, index: Index, took: Span) {
        if let Some(provider) = self.providers.get_mut(usize::from(index)) {
            provider.in_flight = provider.in_flight.saturating_sub(1);
            provider.answered += 1;
            provider.elapsed += took;
        }
    }

    /// A request to it is waited for no longer.
    pub fn given_up(&mut self, index: Index) {
        if let Some(provider) = self.providers.get_mut(usize::from(index)) {
            provider.in_flight = provider.in_flight.saturating_sub(1);
        }
    }

    /// Forgets how long answers took: a new window begins.
    pub fn clear_averages(&mut self) {
        for provider in &mut self.providers {
            (provider.answered, provider.elapsed) = (0, Span::ZERO);
        }
    }

    fn change(&mut self, index: Index, change: impl FnOnce(&mut Provider) -> bool) {
        let changed = self.providers.get_mut(usize::from(index)).is_some_and(change);
        self.generation += u64::from(changed);
    }
}

/// What an algorithm computes from a fleet's members and weights, kept until these change.
#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    generation: u64,
    content: Option<Arc<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { generation: 0, content: None }
    }
}

impl<T> Table<T> {
    pub fn of(&mut self, fleet: &Fleet, compute: impl FnOnce() -> T) -> &T {
        if self.generation != fleet.generation {
            (self.generation, self.content) = (fleet.generation, None);
        }
        self.content.get_or_insert_with(|| Arc::new(compute()))
    }
}
