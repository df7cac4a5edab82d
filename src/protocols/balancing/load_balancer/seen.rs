//! What a balancer saw when it picked: carried by the call for those who watch.

use crate::protocols::parts::balancing::{Fleet, Index};
use serde::Serialize;

/// A provider in a balancer's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SeenProvider {
    pub weight: u32,
    /// This balancer's requests in flight there, without the one that is being sent.
    pub in_flight: u32,
    /// A member that is not believed dead.
    pub available: bool,
}

/// All providers in the fleet's order, and who was picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub providers: Vec<SeenProvider>,
    pub picked: Index,
}

impl Seen {
    /// The fleet just before the request is sent; `believed` says who is believed to be well.
    pub fn of(fleet: &Fleet, picked: Index, believed: impl Fn(Index) -> bool) -> Seen {
        let providers = fleet.providers().iter().zip(0..).map(|(provider, index)| SeenProvider {
            weight: provider.weight,
            in_flight: provider.in_flight,
            available: believed(index),
        });
        Seen { providers: providers.collect(), picked }
    }

    pub fn at(&self, index: Index) -> Option<&SeenProvider> {
        self.providers.get(usize::from(index))
    }

    /// The one that was picked.
    pub fn chosen(&self) -> Option<&SeenProvider> {
        self.at(self.picked)
    }

    pub fn available(&self) -> impl Iterator<Item = &SeenProvider> {
        self.providers.iter().filter(|provider| provider.available)
    }
}
