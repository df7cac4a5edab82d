//! Load balancing: which of several providers gets the next request.
//!
//! **The problem.** A service runs on several machines. Each request must go to one of them, and whoever chooses knows
//! little: how strong each is meant to be, how many of its own requests each has not answered yet, what the request is about.
//!
//! **The ideas.** *Draw lots*: even in the long run, uneven in the short. *Take turns*: exact in every cycle, blind to how
//! fast a provider is. *Look who is idle*: fits strong and weak machines, by a view that is only one's own. *Hash the key*:
//! the same key always goes to the same provider, so that its cache is warm, and the question is how many keys move
//! when a provider comes or goes: all but 1/n by the remainder, as few as can be on a ring.
//!
//! **Where to read.** [`Balancer`] is what every algorithm is: a pick among a [`Fleet`]. Each algorithm has a file of its
//! own under [`algorithms`], which names its source. Where a product's answer depends on rounding, [`rounding`] has
//! its floating-point numbers in integers, so that the browser agrees with the product as well as with the native run.

pub mod algorithms;
pub mod fleet;
pub mod ring;
pub mod rounding;
#[cfg(test)]
mod tests;
pub mod warm_up;

pub use algorithms::{Algorithm, Picker, Settings};
pub use fleet::{Fleet, Provider};
pub use ring::Ring;

/// A provider's place in its fleet.
pub type Index = u16;

/// A request, as far as a pick may look at it.
pub struct Request<'a> {
    /// What it is about: an argument, a header, the client's address.
    pub key: &'a [u8],
    /// The request's random numbers: the one of that ordinal, the same whenever it is asked for.
    pub draw: &'a dyn Fn(u64) -> u64,
}

/// What an algorithm may promise of its picks. None promises all of it: what is best at one thing pays with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// In every cycle each provider has exactly as many requests as its weight.
    WeightedCycles,
    /// In every cycle each provider has exactly as many requests as any other.
    EqualCycles,
    /// A key stays with its provider while that is there; how well this is kept when another comes or goes is what
    /// tells those that hash keys apart.
    KeysStay,
    /// No provider has more than its bound.
    BoundedLoad,
    /// Whoever is picked is seen no busier than any other.
    LeastBusy,
}

/// An algorithm with its state: it picks the provider that a request goes to.
pub trait Balancer {
    /// What it promises: by this it is judged, and by nothing else.
    fn aims(&self) -> &'static [Aim];

    /// One of the fleet's available providers; none if there is none.
    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index>;

    /// A request to that provider failed, or was not answered in time.
    fn failed(&mut self, _provider: Index, _fleet: &Fleet) {}

    /// The ring of the available providers, for whoever watches; none if the algorithm has none.
    fn ring(&mut self, _fleet: &Fleet) -> Option<&Ring> {
        None
    }

    /// Where a key stands on that ring.
    fn position(&self, _key: &[u8]) -> Option<u64> {
        None
    }

    /// Whether a key that belongs to that provider goes on to the next now, because it has as much as it may have.
    fn is_full(&self, _provider: Index, _fleet: &Fleet) -> bool {
        false
    }

    /// The table in which keys are looked up, for whoever watches; none if the algorithm has none.
    fn table(&mut self, _fleet: &Fleet) -> Option<&[Index]> {
        None
    }
}
