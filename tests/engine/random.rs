//! Random scenarios over every protocol there is.

use crate::lease::Lease;
use crate::wild::{LIMITS, Picks, any_picks, any_scenario, cases, with_faults};
use faultline::protocols::{CATALOGUE, Protocol};
use faultline::scenario::run::Run;
use proptest::prelude::*;

/// The catalogue's protocols, and the one that it does not know.
pub fn protocols() -> Vec<&'static dyn Protocol> {
    CATALOGUE.iter().copied().chain([&Lease as &dyn Protocol]).collect()
}

pub fn protocol(pick: u8) -> &'static dyn Protocol {
    protocols()[usize::from(pick) % protocols().len()]
}

proptest! {
    #![proptest_config(cases(96))]

    /// No panic; the same scenario twice gives the same digest; any instant of it can be seen again.
    #[test]
    fn any_scenario_runs_twice_to_the_same_digest(
        which in any::<u8>().no_shrink(),
        seed in any::<u64>(),
        parameters in any::<[u32; 24]>(),
        faults in proptest::collection::vec(any_picks(), 0..5),
        pick in any::<u32>(),
    ) {
        let protocol = protocol(which);
        let scenario = with_faults(any_scenario(protocol, seed, &parameters), &faults as &[Picks]);
        let judged = scenario.properties().count();
        let (once, again) = (Run::within(scenario.clone(), LIMITS), Run::within(scenario, LIMITS));
        prop_assert_eq!(once.digest, again.digest);
        prop_assert_eq!(&once.trace.steps, &again.trace.steps);
        prop_assert_eq!(once.verdicts.len(), judged);
        let scene = once.scene(pick % once.len().max(1));
        prop_assert_eq!(scene.nodes.len(), once.topology.nodes.len());
    }
}
