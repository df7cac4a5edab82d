//! Smooth weighted round robin, as Dubbo does it: nginx's rotation without effective weights. A provider whose weight
//! changes, as in its warm-up it does all the time, begins again at zero.
//!
//! Source: Dubbo, `RoundRobinLoadBalance` (since 2.6.5). It forgets a provider after 60 s without a pick; here it is forgotten
//! as soon as it is not available, which differs only for one that comes back within that minute.

use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;

/// Dubbo's rotation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DubboSmooth {
    turns: Vec<Turn>,
}

/// What is remembered of a provider.
#[derive(Clone, Debug, Default, Serialize)]
struct Turn {
    weight: u32,
    current: i64,
}

impl Balancer for DubboSmooth {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::WeightedCycles]
    }

    fn pick(&mut self, _request: &Request, fleet: &Fleet) -> Option<Index> {
        self.turns.resize_with(fleet.providers().len(), Turn::default);
        let mut total = 0;
        let mut best: Option<(Index, i64)> = None;
        for (index, (turn, provider)) in (0..).zip(self.turns.iter_mut().zip(fleet.providers())) {
            if !provider.available {
                *turn = Turn::default();
                continue;
            }
            if turn.weight != provider.weight {
                *turn = Turn { weight: provider.weight, current: 0 };
            }
            turn.current += i64::from(turn.weight);
            total += i64::from(turn.weight);
            if best.is_none_or(|(_, largest)| turn.current > largest) {
                best = Some((index, turn.current));
            }
        }
        let (picked, _) = best?;
        self.turns[usize::from(picked)].current -= total;
        Some(picked)
    }
}
