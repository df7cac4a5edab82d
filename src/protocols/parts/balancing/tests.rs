//! What reference sheet §14 says of all of them; what products publish is in `tests/balancing.rs`.

use super::algorithms::{BoundedLoad, EnvoyRing, Ketama, Looks, capacity, points_of};
use super::*;
use crate::sim::random::draw;

fn fleet(weights: &[u32]) -> Fleet {
    let name = |number: usize| format!("10.0.0.{number}:20880");
    Fleet::of((1..).zip(weights).map(|(number, weight)| Provider::new(name(number), *weight)).collect())
}

/// Picks for the requests numbered 0 to `requests` − 1, each with a key of its own.
fn picks(picker: &mut Picker, fleet: &Fleet, requests: u64) -> Vec<Index> {
    (0..requests)
        .map(|number| {
            let key = format!("user-{number}");
            let request = Request { key: key.as_bytes(), draw: &|ordinal| draw(7, "pick", &[number, ordinal]) };
            picker.pick(&request, fleet).unwrap()
        })
        .collect()
}

fn counts(picked: &[Index], providers: usize) -> Vec<u32> {
    let mut counts = vec![0; providers];
    picked.iter().for_each(|index| counts[usize::from(*index)] += 1);
    counts
}

fn picker(algorithm: Algorithm) -> Picker {
    algorithm.picker(&Settings::default())
}

/// How many of these keys moved, and how many of those had not belonged to `lost`.
fn moved(algorithm: Algorithm, providers: usize, lost: Index, keys: u64) -> (u64, u64) {
    let mut fleet = fleet(&vec![1; providers]);
    let mut picker = picker(algorithm);
    let before = picks(&mut picker, &fleet, keys);
    fleet.set_available(lost, false);
    let after = picks(&mut picker, &fleet, keys);
    assert!(!after.contains(&lost), "{algorithm:?} picks who is gone");
    let moved = before.iter().zip(&after).filter(|(before, after)| before != after);
    let foreign = moved.clone().filter(|(before, _)| **before != lost);
    (moved.count() as u64, foreign.count() as u64)
}

#[test]
fn every_algorithm_has_a_name_of_its_own_and_picks_only_who_is_available() {
    for algorithm in Algorithm::ALL {
        assert_eq!(Algorithm::of(algorithm.key()), Some(algorithm));
        let mut fleet = fleet(&[3, 2, 1]);
        let mut picker = picker(algorithm);
        let request = Request { key: b"10.1.2.3", draw: &|_| u64::MAX };
        for gone in [1, 0, 2] {
            assert!(fleet.is_available(picker.pick(&request, &fleet).unwrap()), "{algorithm:?}");
            fleet.set_available(gone, false);
        }
        assert_eq!(picker.pick(&request, &fleet), None, "{algorithm:?}");
        assert_eq!(picker.pick(&request, &Fleet::default()), None, "{algorithm:?}");
        fleet.set_available(1, true);
        assert_eq!(picker.pick(&request, &fleet), Some(1), "{algorithm:?}");
    }
}

/// LB-1: exact counts per cycle, for any weights and from any place in the rotation.
#[test]
fn rotations_are_exact_in_every_cycle() {
    for weights in [&[5, 1, 1][..], &[3, 2, 1], &[1], &[7, 7, 7], &[100, 1, 13, 50]] {
        let cycle: u32 = weights.iter().sum();
        for algorithm in [Algorithm::NginxSmooth, Algorithm::DubboSmooth, Algorithm::NaiveWeighted] {
            let picked = picks(&mut picker(algorithm), &fleet(weights), u64::from(3 * cycle));
            let smooth = algorithm != Algorithm::NaiveWeighted;
            for from in (0..=2 * cycle as usize).step_by(if smooth { 1 } else { cycle as usize }) {
                let window = &picked[from..from + cycle as usize];
                assert_eq!(counts(window, weights.len()), weights, "{algorithm:?} from {from}");
            }
        }
        let picked = picks(&mut picker(Algorithm::RoundRobin), &fleet(weights), 4 * weights.len() as u64);
        assert_eq!(counts(&picked, weights.len()), vec![4; weights.len()]);
    }
}

/// nginx: a failure takes the effective weight (`max_fails` 1), and every pick gives one back.
#[test]
fn nginx_lets_a_failed_server_come_back_gently() {
    let fleet = fleet(&[4, 4]);
    let mut picker = picker(Algorithm::NginxSmooth);
    assert_eq!(picks(&mut picker, &fleet, 4), [0, 1, 0, 1]);
    picker.failed(0, &fleet);
    let after = picks(&mut picker, &fleet, 24);
    assert!(counts(&after[..4], 2)[0] < 2, "{after:?}");
    assert_eq!(counts(&after[16..], 2), [4, 4], "{after:?}");
}

/// Weights that change, as in a warm-up, begin again: no provider makes up for what it missed.
#[test]
fn dubbo_begins_again_when_a_weight_changes() {
    let mut fleet = fleet(&[3, 1]);
    let mut picker = picker(Algorithm::DubboSmooth);
    assert_eq!(picks(&mut picker, &fleet, 3), [0, 0, 1]);
    // The running weights are 1 and −1; the second one's begins again at zero.
    fleet.set_weight(1, 2);
    assert_eq!(picks(&mut picker, &fleet, 1), [0]);
    assert_eq!(picks(&mut picker, &fleet, 1), [1]);
}

#[test]
fn lots_fall_as_the_weights_say() {
    let (weights, requests) = ([3, 2, 1], 60_000);
    for (algorithm, expected) in
        [(Algorithm::WeightedRandom, [30_000, 20_000, 10_000]), (Algorithm::Random, [20_000; 3])]
    {
        let counted = counts(&picks(&mut picker(algorithm), &fleet(&weights), requests), 3);
        for (counted, expected) in counted.iter().zip(expected) {
            // The standard deviation is at most √(60,000 / 4) = 122: four of them.
            assert!(counted.abs_diff(expected) < 490, "{algorithm:?}: {counted} instead of {expected}");
        }
    }
}

/// LB-5, with the ties drawn by weight.
#[test]
fn the_least_busy_get_the_next_request() {
    let mut fleet = fleet(&[1, 3, 1]);
    fleet.sent(0);
    let counted = counts(&picks(&mut picker(Algorithm::LeastActive), &fleet, 4_000), 3);
    assert_eq!(counted[0], 0);
    assert!(counted[1].abs_diff(3_000) < 120, "{counted:?}");
    // Two choices never pick the one that is strictly the busiest, and see the others alike.
    let counted = counts(&picks(&mut picker(Algorithm::TwoChoices), &fleet, 4_000), 3);
    assert_eq!(counted[0], 0);
    assert!(counted[1].abs_diff(2_000) < 140, "{counted:?}");
}

/// The cold start: no answer yet means an average of zero.
#[test]
fn the_shortest_response_is_that_of_who_never_answered() {
    let mut fleet = fleet(&[1, 1]);
    let mut picker = picker(Algorithm::ShortestResponse);
    let answer = |fleet: &mut Fleet, index, milliseconds| {
        fleet.sent(index);
        fleet.answered(index, crate::sim::time::Span::millis(milliseconds));
    };
    answer(&mut fleet, 0, 1);
    (0..50).for_each(|_| fleet.sent(1));
    assert_eq!(counts(&picks(&mut picker, &fleet, 100), 2), [0, 100]);
    // 10 ms for one request against 1 ms for each of at most nine.
    (0..50).for_each(|_| fleet.given_up(1));
    answer(&mut fleet, 1, 10);
    for in_flight in 0..9 {
        assert_eq!(counts(&picks(&mut picker, &fleet, 10), 2), [10, 0], "{in_flight}");
        fleet.sent(0);
    }
    fleet.sent(0);
    assert_eq!(counts(&picks(&mut picker, &fleet, 10), 2), [0, 10]);
}

/// LB-2: when a provider leaves only its keys move; by the remainder nearly all do, and with Maglev and Envoy's ring a few.
#[test]
fn only_the_lost_providers_keys_move() {
    let (providers, keys) = (10, 10_000);
    for algorithm in [Algorithm::DubboRing, Algorithm::Ketama, Algorithm::Rendezvous] {
        for lost in [0, 4, 9] {
            let (all, foreign) = moved(algorithm, providers, lost, keys);
            assert_eq!(foreign, 0, "{algorithm:?} moved keys of others");
            assert!(all > 0, "{algorithm:?}");
        }
    }
    // Envoy's ring keeps its size, 1,030 points of ten and 1,026 of nine: each of the others gets eleven points more, of
    // about a hundred, and these take keys from everybody.
    let (all, foreign) = moved(Algorithm::EnvoyRing, providers, 9, keys);
    assert!(foreign > 0 && foreign < keys / 10, "Envoy's ring moved {foreign} of {all} that need not have moved");
    // Jump: the last bucket only.
    assert_eq!(moved(Algorithm::Jump, providers, 9, keys).1, 0);
    assert!(moved(Algorithm::Jump, providers, 0, keys).1 > keys / 2);
    // The remainder: a key stays if its hash has the same remainder by 10 and by 9, one in ten.
    let (all, _) = moved(Algorithm::Modulo, providers, 9, keys);
    assert!(all.abs_diff(keys * 9 / 10) < keys / 50, "{all}");
    let (all, foreign) = moved(Algorithm::Maglev, providers, 9, keys);
    assert!(foreign > 0 && foreign < keys / 50, "Maglev moved {foreign} of {all} that need not have moved");
}

/// LB-3: a newcomer to n providers gets 1/(n + 1) of the keys, as exactly as the points of a ring are even.
#[test]
fn a_newcomer_gets_its_share() {
    let (providers, keys) = (11, 20_000);
    for (algorithm, tolerance) in [
        (Algorithm::Jump, 0.05),
        (Algorithm::Rendezvous, 0.05),
        (Algorithm::Maglev, 0.35),
        (Algorithm::DubboRing, 0.25),
    ] {
        // Who leaves and comes back is the newcomer, and the keys that move are the same.
        let (moved, _) = moved(algorithm, providers, 10, keys);
        let (share, ideal) = (moved as f64 / keys as f64, 1.0 / 11.0);
        assert!((share / ideal - 1.0).abs() < tolerance, "{algorithm:?}: {share}");
    }
}

/// Karger and others: with k points each, loads differ by about 1/√k.
#[test]
fn virtual_nodes_even_out_a_ring() {
    let spread = |virtual_nodes| {
        let mut picker = Algorithm::DubboRing.picker(&Settings { virtual_nodes, ..Settings::default() });
        let counted = counts(&picks(&mut picker, &fleet(&[1; 10]), 10_000), 10);
        counted.iter().max().unwrap() - counted.iter().min().unwrap()
    };
    let (few, many) = (spread(4), spread(640));
    assert!(few > 3 * many, "{few} and {many}");
}

/// The published set of servers has 1,264 points (libmemcached's ring, reference sheet §14).
#[test]
fn ketama_rounds_points_down_as_floats_do() {
    let weights = [600, 300, 200, 350, 1_000, 800, 950, 100];
    assert_eq!(Ketama::default().ring(&fleet(&weights)).points().len(), 1_264);
    assert_eq!(points_of(1, 1, 1), 160);
    // Three equal servers: a third in `float` is a little more than a third, and 40 · 3 of it is 120 again.
    assert_eq!(points_of(1, 3, 3), 160);
    assert_eq!(points_of(1, 1_000, 2), 0);
}

/// LB-4, with everything staying in flight and all keys the same: the hottest key of all.
#[test]
fn bounded_loads_are_bounded() {
    for factor_hundredths in [100, 125, 200] {
        for weights in [&[1; 5][..], &[3, 2, 1]] {
            let mut fleet = fleet(weights);
            let mut bounded = BoundedLoad::new(1_024, factor_hundredths);
            let total = weights.iter().map(|weight| u64::from(*weight)).sum();
            for in_flight in 1..=200 {
                let picked = bounded.pick(&Request { key: b"hot", draw: &|_| 0 }, &fleet).unwrap();
                fleet.sent(picked);
                let provider = fleet.get(picked).unwrap();
                let bound = capacity(factor_hundredths, in_flight, provider.weight, total);
                assert!(u64::from(provider.in_flight) <= bound, "{} of {bound}", provider.in_flight);
            }
        }
    }
    // With room everywhere, keys go where the ring says.
    let fleet = fleet(&[1; 5]);
    let (mut ring, mut bounded) = (EnvoyRing::new(1_024), BoundedLoad::new(1_024, 125));
    for number in 0..100 {
        let key = format!("key-{number}");
        let request = Request { key: key.as_bytes(), draw: &|_| 0 };
        assert_eq!(ring.pick(&request, &fleet), bounded.pick(&request, &fleet));
    }
}

#[test]
fn a_share_of_maglevs_table_is_a_weights_share() {
    let counted = counts(&picks(&mut picker(Algorithm::Maglev), &fleet(&[1, 2, 3]), 60_000), 3);
    for (counted, expected) in counted.iter().zip([10_000, 20_000, 30_000]) {
        assert!(counted.abs_diff(expected) < 600, "{counted}");
    }
}

#[test]
fn a_network_stays_with_its_server_and_finds_another_when_that_is_down() {
    let mut fleet = fleet(&[1; 4]);
    let mut picker = picker(Algorithm::IpHash);
    let mut at =
        |address: &str, fleet: &Fleet| picker.pick(&Request { key: address.as_bytes(), draw: &|_| 0 }, fleet).unwrap();
    let home = at("203.0.113.7", &fleet);
    // Everybody behind that NAT, and everybody in the same /24.
    assert!((0..=255).all(|host| at(&format!("203.0.113.{host}"), &fleet) == home));
    assert!((0..32).any(|network| at(&format!("198.51.{network}.1"), &fleet) != home));
    fleet.set_available(home, false);
    assert_ne!(at("203.0.113.7", &fleet), home);
    fleet.set_available(home, true);
    assert_eq!(at("203.0.113.7", &fleet), home);
}

#[test]
fn what_an_algorithm_looks_at_is_what_it_depends_on() {
    for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| algorithm.looks() == Looks::AtKey) {
        let (mut one, mut other) = (picker(algorithm), picker(algorithm));
        let fleet = fleet(&[1; 7]);
        for number in 0..50u64 {
            let key = format!("10.{number}.1.1");
            let ask = |picker: &mut Picker, draw: &dyn Fn(u64) -> u64| {
                picker.pick(&Request { key: key.as_bytes(), draw }, &fleet)
            };
            let picked = ask(&mut one, &|_| number << 58);
            assert_eq!(picked, ask(&mut other, &|_| !(number << 58)), "{algorithm:?}");
            assert_eq!(picked, ask(&mut one, &|_| 0), "{algorithm:?} forgets where a key belongs");
        }
    }
}
