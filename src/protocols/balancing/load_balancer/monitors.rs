//! The properties as small state machines. They look at what a balancer saw when it picked, never at its algorithm: the
//! protocol says which algorithms are judged by which of them.

use super::balancer::Balancer;
use super::client::Client;
use super::message::Message;
use super::provider::Provider;
use super::seen::Seen;
use super::settings::{BALANCER_NAMES, CLIENT, PROVIDER_NAMES};
use crate::check::{Judgement, Monitor, View, watching};
use crate::protocols::parts::balancing::Index;
use crate::protocols::parts::balancing::algorithms::capacity;
use crate::say;
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use serde::Serialize;

/// A balancer's pick: the call that this step sent.
struct Pick<'a> {
    balancer: NodeId,
    attempt: u32,
    key: u32,
    seen: &'a Seen,
}

fn pick<'a>(view: &View<'a>) -> Option<Pick<'a>> {
    let message = view.sent()?;
    match message.payload.get::<Message>()? {
        Message::Call { attempt, key, seen, .. } => {
            Some(Pick { balancer: message.name.from, attempt: *attempt, key: *key, seen })
        }
        _ => None,
    }
}

fn name(index: Index) -> &'static str {
    PROVIDER_NAMES.get(usize::from(index)).copied().unwrap_or("?")
}

fn balancer_name(node: NodeId) -> &'static str {
    BALANCER_NAMES.get(node.index().wrapping_sub(1)).copied().unwrap_or("?")
}

/// What a balancer has picked since its view last changed, or since the last full cycle.
#[derive(Clone, Default, Serialize)]
struct Cycle {
    /// The weights of those available, none of the others.
    weights: Vec<u32>,
    picks: Vec<u32>,
}

pub(super) fn exact_cycles() -> Box<dyn Monitor> {
    watching::<SortedMap<NodeId, Cycle>>(SortedMap::new(), |cycles, view| {
        let Some(Pick { balancer, seen, .. }) = pick(view) else { return Judgement::Unchanged };
        let weight = |provider: &super::seen::SeenProvider| if provider.available { provider.weight } else { 0 };
        let weights: Vec<u32> = seen.providers.iter().map(weight).collect();
        let cycle = cycles.entry(balancer).or_default();
        if cycle.weights != weights {
            *cycle = Cycle { picks: vec![0; weights.len()], weights };
        }
        if let Some(picks) = cycle.picks.get_mut(usize::from(seen.picked)) {
            *picks += 1;
        }
        let made: u32 = cycle.picks.iter().sum();
        if made < cycle.weights.iter().sum() {
            return Judgement::Unchanged;
        }
        let picks = std::mem::replace(&mut cycle.picks, vec![0; cycle.weights.len()]);
        let uneven = (0..).zip(picks.iter().zip(&cycle.weights)).find(|(_, (picks, weight))| picks != weight);
        match uneven {
            None => Judgement::Unchanged,
            Some((index, (picks, weight))) => {
                let (name, balancer) = (name(index), balancer_name(balancer));
                Judgement::Broken(say!(
                    "Of {made} requests in a row {balancer} sent {picks} to {name}, whose share is {weight}",
                    "{balancer} 连续 {made} 个请求中有 {picks} 个发给了 {name}，而它应得 {weight} 个"
                ))
            }
        }
    })
}

/// Where a balancer last sent a key, and whom it could have sent it to.
#[derive(Clone, Serialize)]
struct Home {
    provider: Index,
    available: Vec<bool>,
}

pub(super) fn keys_stay() -> Box<dyn Monitor> {
    watching::<SortedMap<(NodeId, u32), Home>>(SortedMap::new(), |homes, view| {
        // A retry goes elsewhere because it must.
        let Some(Pick { balancer, attempt: 1, key, seen }) = pick(view) else { return Judgement::Unchanged };
        let available: Vec<bool> = seen.providers.iter().map(|provider| provider.available).collect();
        let is = |available: &[bool], index: Index| available.get(usize::from(index)).copied().unwrap_or(false);
        let home = Home { provider: seen.picked, available };
        let Some(before) = homes.insert((balancer, key), home.clone()) else { return Judgement::Unchanged };
        let moved = before.provider != home.provider;
        if moved && is(&home.available, before.provider) && is(&before.available, home.provider) {
            let (from, to) = (name(before.provider), name(home.provider));
            return Judgement::Broken(say!(
                "Client {key} moves from {from} to {to}, although {from} has not gone and {to} has not come",
                "客户端 {key} 从 {from} 移到 {to}，尽管 {from} 没有离开，{to} 也不是新来的"
            ));
        }
        Judgement::Unchanged
    })
}

pub(super) fn bounded() -> Box<dyn Monitor> {
    watching((), |(), view| {
        let Some(Pick { balancer, seen, .. }) = pick(view) else { return Judgement::Unchanged };
        let settings = view.node::<Balancer>(balancer).and_then(|(role, _)| role).map(Balancer::settings);
        let (Some(settings), Some(chosen)) = (settings, seen.chosen()) else { return Judgement::Unchanged };
        let in_flight = 1 + seen.available().map(|provider| u64::from(provider.in_flight)).sum::<u64>();
        let weights = seen.available().map(|provider| u64::from(provider.weight)).sum();
        let most = capacity(settings.factor_hundredths, in_flight, chosen.weight, weights);
        let has = u64::from(chosen.in_flight) + 1;
        if !chosen.available || has <= most {
            return Judgement::Unchanged;
        }
        let (name, balancer) = (name(seen.picked), balancer_name(balancer));
        Judgement::Broken(say!(
            "{name} now has {has} of the {in_flight} requests in flight from {balancer}; its bound is {most}",
            "{balancer} 的 {in_flight} 个在途请求中有 {has} 个在 {name}，而它的上限是 {most}"
        ))
    })
}

pub(super) fn dead_get_nothing() -> Box<dyn Monitor> {
    watching((), |(), view| {
        let Some(Pick { balancer, seen, .. }) = pick(view) else { return Judgement::Unchanged };
        if seen.chosen().is_none_or(|chosen| chosen.available) {
            return Judgement::Unchanged;
        }
        let (name, balancer) = (name(seen.picked), balancer_name(balancer));
        Judgement::Broken(say!(
            "{balancer} sends a request to {name}, which it knows to be dead",
            "{balancer} 明知 {name} 已失效，仍把请求发给它"
        ))
    })
}

pub(super) fn least_busy() -> Box<dyn Monitor> {
    watching((), |(), view| {
        let Some(Pick { balancer, seen, .. }) = pick(view) else { return Judgement::Unchanged };
        let Some(chosen) = seen.chosen() else { return Judgement::Unchanged };
        let idlest = (0..)
            .zip(&seen.providers)
            .filter(|(_, provider)| provider.available)
            .min_by_key(|(_, provider)| provider.in_flight);
        match idlest {
            Some((idle, provider)) if chosen.available && provider.in_flight < chosen.in_flight => {
                let (busy, idle, balancer) = (name(seen.picked), name(idle), balancer_name(balancer));
                let (more, less) = (chosen.in_flight, provider.in_flight);
                Judgement::Broken(say!(
                    "{balancer} picks {busy}, where {more} of its requests are in flight; {idle} has {less}",
                    "{balancer} 选了 {busy}，那里有它 {more} 个在途请求；而 {idle} 只有 {less} 个"
                ))
            }
            _ => Judgement::Unchanged,
        }
    })
}

pub(super) fn counted_once() -> Box<dyn Monitor> {
    watching((), |(), view| {
        let node = view.step.node;
        let Some(balancer) = view.node::<Balancer>(node).and_then(|(role, _)| role) else {
            return Judgement::Unchanged;
        };
        let wrong = (0..).zip(balancer.fleet().providers()).find_map(|(index, provider)| {
            let awaited = balancer.awaited().filter(|(_, awaited)| awaited.provider == index).count() as u32;
            (awaited != provider.in_flight).then_some((index, provider.in_flight, awaited))
        });
        match wrong {
            None => Judgement::Unchanged,
            Some((index, counted, awaited)) => {
                let (name, balancer) = (name(index), balancer_name(node));
                Judgement::Broken(say!(
                    "{balancer} counts {counted} requests in flight at {name}, and waits for {awaited}",
                    "{balancer} 记着 {name} 有 {counted} 个在途请求，实际只在等 {awaited} 个"
                ))
            }
        }
    })
}

pub(super) fn answered() -> Box<dyn Monitor> {
    watching((), |(), view| {
        let client = view.node::<Client>(CLIENT).and_then(|(role, _)| role);
        let Some(client) = client else {
            return Judgement::Pending(say!("The clients are down", "客户端宕机"));
        };
        match client.unanswered() {
            None => Judgement::Met,
            Some(number) if client.has_failed(number) => {
                Judgement::Pending(say!("Request {number} failed", "请求 {number} 失败"))
            }
            Some(number) => Judgement::Pending(say!("Request {number} is not answered", "请求 {number} 尚未答复")),
        }
    })
}

pub(super) fn queued() -> Box<dyn Monitor> {
    watching((), |(), view| {
        let provider = view.node::<Provider>(view.step.node).and_then(|(role, _)| role);
        match provider.is_some_and(|provider| provider.load().1 > 0) {
            true => Judgement::Met,
            false => Judgement::Unchanged,
        }
    })
}

pub(super) fn retried() -> Box<dyn Monitor> {
    watching((), |(), view| match pick(view) {
        Some(Pick { attempt: 2.., .. }) => Judgement::Met,
        _ => Judgement::Unchanged,
    })
}
