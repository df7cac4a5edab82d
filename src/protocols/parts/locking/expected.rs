//! How a lock's catalogue entries write down their verdicts: what is usual for the lock once, then what differs in each.

use super::PROPERTIES;
use crate::protocols::{Expectation, Expected};

/// The verdict of every property, in the order of [`properties`](super::properties).
pub type Verdicts = [Expectation; PROPERTIES];

/// Where each property stands in [`properties`](super::properties).
pub mod place {
    pub const ONE_HOLDER: usize = 0;
    pub const NO_STALE_WRITE: usize = 1;
    pub const OWNER_RELEASES: usize = 2;
    pub const SERVED: usize = 3;
    pub const FREED: usize = 4;
    pub const CONTENDED: usize = 5;
    /// Where no order is promised; otherwise [`FIRST_COME`].
    pub const OVERTAKEN: usize = 6;
    pub const FIRST_COME: usize = 6;
    /// Where it is not promised that one is woken; otherwise [`ONE_WOKEN`].
    pub const HERD: usize = 7;
    pub const ONE_WOKEN: usize = 7;
}

/// The usual verdicts with some differences, each at a property's [`place`].
pub const fn differing(mut usual: Verdicts, differences: &[(usize, Expected, &'static str)]) -> Verdicts {
    let mut at = 0;
    while at < differences.len() {
        let (place, verdict, because) = differences[at];
        usual[place].verdict = verdict;
        usual[place].because = because;
        at += 1;
    }
    usual
}
