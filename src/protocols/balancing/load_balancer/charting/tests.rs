//! Charts against what the run lets one see by other ways.

use super::super::LoadBalancer;
use super::*;
use crate::protocols::Protocol;
use crate::scenario::catalogue::Listed;
use crate::scenario::run::Run;
use crate::sim::show::Panel;

fn run(id: &str) -> Run {
    let entry = LoadBalancer.entries().iter().find(|entry| entry.id == id).unwrap();
    Run::of(Listed { protocol: &LoadBalancer, entry }.scenario())
}

fn chart(run: &Run, id: &str) -> Chart {
    run.charts().into_iter().find(|chart| chart.id == id).unwrap()
}

fn last(chart: &Chart, series: usize) -> Option<u64> {
    chart.series[series].points.iter().rev().find_map(|point| point.value)
}

/// At the end of every instant of every scenario: what a chart says of a provider is what its panel says.
#[test]
fn in_flight_and_queue_are_those_of_the_panel_at_every_instant() {
    let mut compared = 0;
    for entry in LoadBalancer.entries() {
        let run = run(entry.id);
        // That mistake is a count that is wrong: the chart has the right one.
        if run.scenario.values.choice("mistake") == "never-uncounts" || run.len() > 2_000 {
            continue;
        }
        let (flying, queue) = (chart(&run, "in-flight"), chart(&run, "queue"));
        let mut scenes = run.scenes().peekable();
        while let Some(scene) = scenes.next() {
            if scenes.peek().is_some_and(|next| next.at == scene.at) {
                continue;
            }
            let Some(Panel::Loads(loads)) = scene.panels.first() else { panic!("{}: no loads", entry.id) };
            for (place, load) in loads.nodes.iter().enumerate() {
                let told = [&flying, &queue].map(|chart| chart.series[place].at(scene.at).unwrap());
                let name = run.topology.name(load.node);
                assert_eq!(told, [load.in_flight, load.waiting].map(u64::from), "{}: {name} at {}", entry.id, scene.at);
                compared += 1;
            }
        }
    }
    assert!(compared > 5_000, "only {compared} were compared");
}

#[test]
fn requests_by_weight_are_fair_and_those_of_one_network_are_not() {
    let smooth = run("load-balancer-smooth");
    assert_eq!(
        (0..3).map(|place| last(&chart(&smooth, "requests"), place)).max(),
        Some(last(&chart(&smooth, "requests"), 0))
    );
    // Hashing by network, one of three providers gets everything.
    let nat = run("load-balancer-ip-hash-nat");
    assert_eq!(last(&chart(&nat, "fairness"), 0), Some(333));
    // Taking turns is fair to the request, whoever is slow; of one call by itself nothing is said.
    let robin = chart(&run("load-balancer-round-robin-slow-node"), "fairness");
    assert!(robin.series[0].points.iter().filter_map(|point| point.value).all(|index| index > 880), "{robin:?}");
}

#[test]
fn percentiles_are_in_order_and_a_slow_provider_shows_in_the_highest() {
    let chart = chart(&run("load-balancer-round-robin-slow-node"), "latency");
    let [highest, high, median] = [0, 1, 2].map(|line| &chart.series[line].points);
    for (place, point) in median.iter().enumerate() {
        assert!(point.value <= high[place].value && high[place].value <= highest[place].value);
    }
    assert!(highest.iter().zip(median).any(|(high, low)| high.value > low.value));
}

#[test]
fn as_few_keys_move_on_a_ring_as_could_and_more_by_the_remainder() {
    let moved = |id| {
        let chart = chart(&run(id), "keys-moved");
        (last(&chart, 0).unwrap(), last(&chart, 1).unwrap())
    };
    let (ring, ideal) = moved("load-balancer-ring-loses-a-provider");
    assert!(0 < ring && ring <= ideal, "{ring} of at best {ideal}");
    let (modulo, ideal) = moved("load-balancer-modulo-loses-a-provider");
    assert!(modulo > ideal && ideal > 0, "{modulo} of at best {ideal}");
    assert!(run("load-balancer-smooth").charts().iter().all(|chart| chart.id != "keys-moved"));
}
