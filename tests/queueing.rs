//! Queueing theory, where it has a closed form: the protocol's own runs, and its algorithms before many queues.

use faultline::protocols::balancing::load_balancer::LoadBalancer;
use faultline::protocols::parts::balancing::{Algorithm, Balancer, Fleet, Provider, Request, Settings};
use faultline::protocols::{Protocol, Value};
use faultline::scenario::Scenario;
use faultline::scenario::run::Run;
use faultline::sim::random::{Distribution, draw};
use faultline::sim::time::Span;
use faultline::sim::trace::StepKind;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// The probability that a request waits, of Poisson arrivals that keep `load` of `workers` busy (Erlang C).
fn erlang_c(workers: u32, load: f64) -> f64 {
    // Erlang B by its recursion, then C from B.
    let blocked = (1..=workers).fold(1.0, |blocked, worker| load * blocked / (f64::from(worker) + load * blocked));
    let busy = load / f64::from(workers);
    blocked / (1.0 - busy * (1.0 - blocked))
}

#[test]
fn erlang_c_has_its_textbook_values() {
    // One worker waits as often as it is busy; two at a load of 1 wait in a third of all cases.
    assert!((erlang_c(1, 0.7) - 0.7).abs() < 1e-12);
    assert!((erlang_c(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
}

/// The mean time from a request's arrival to its response, in microseconds, in a run of the protocol.
fn mean_response(workers: u32, every_micros: u64, service_micros: u64, seed: u64) -> f64 {
    let mut scenario = Scenario::of(&LoadBalancer);
    for (key, value) in [
        ("providers", Value::Number(1)),
        ("requests", Value::Number(20_000)),
        ("workers", Value::Number(workers)),
        ("queue", Value::Number(1_000)),
        ("arrivals", Value::Choice("poisson")),
        ("every", Value::Time(Span::micros(every_micros))),
        ("service-times", Value::Choice("exponential")),
        ("service", Value::Time(Span::micros(service_micros))),
        ("latency", Value::Time(Span::micros(1))),
        ("timeout", Value::Time(Span::seconds(3_600))),
        ("check-every", Value::Time(Span::seconds(3_600))),
    ] {
        assert!(LoadBalancer.parameters().iter().any(|parameter| parameter.key == key), "{key}");
        scenario.values.set(key, value);
    }
    (scenario.seed, scenario.until) = (seed, Span::seconds(3_000));
    let run = Run::of(scenario);
    let mut arrived = BTreeMap::new();
    let (mut answered, mut total) = (0u64, 0u64);
    for step in &run.trace.steps {
        match step.kind {
            StepKind::Fire(timer) if run.trace.local(timer).name.kind == "arrival" => {
                arrived.insert(run.trace.local(timer).name.subject, step.at);
            }
            StepKind::Deliver(message) if run.trace.message(message).name.kind == "response" => {
                answered += 1;
                total += step.at.since(arrived[&run.trace.message(message).name.subject]).as_micros();
            }
            _ => {}
        }
    }
    assert_eq!(answered, 20_000);
    total as f64 / answered as f64
}

/// Poisson arrivals, exponential service: M/M/c. Over 20,000 requests the mean of such a queue still scatters by a few per
/// cent, since neighbouring waits depend on each other; the tolerance is some three times that.
#[test]
fn a_provider_is_the_queue_that_erlang_describes() {
    for (workers, every, service) in [(1, 10_000, 6_000), (4, 2_500, 7_000)] {
        let (rate, done) = (1.0 / every as f64, 1.0 / service as f64);
        let waits = erlang_c(workers, rate / done) / (f64::from(workers) * done - rate);
        let expected = 1.0 / done + waits;
        let measured = mean_response(workers, every, service, 7);
        assert!((measured / expected - 1.0).abs() < 0.1, "{workers} workers: {measured:.0} instead of {expected:.0}");
    }
}

/// Many queues with one worker each, a load of 0.9, and an algorithm before them: the mean time in the system, as a multiple
/// of the mean service time.
fn mean_time_in_system(algorithm: Algorithm, queues: u16, requests: u64) -> f64 {
    const SERVICE: u64 = 1_000_000;
    let exponential = |mean, purpose, number| {
        Distribution::Exponential { mean: Span::micros(mean) }.sample(draw(3, purpose, &[number])).as_micros()
    };
    let gap = (SERVICE as f64 / (0.9 * f64::from(queues))) as u64;
    let mut fleet = Fleet::of((0..queues).map(|number| Provider::new(number.to_string(), 1)).collect());
    let mut picker = algorithm.picker(&Settings::default());
    let mut waiting: Vec<VecDeque<u64>> = vec![VecDeque::new(); usize::from(queues)];
    // Departures by their instants, each with its queue.
    let mut departures = BinaryHeap::new();
    let (mut now, mut total, mut counted) = (0, 0.0, 0u64);
    let warm = requests / 5;
    let mut served = 0;
    let mut arrivals = BTreeMap::new();
    for number in 0..requests {
        now += exponential(gap, "arrival", number);
        while let Some(Reverse((at, queue))) = departures.peek().copied().filter(|Reverse((at, _))| *at <= now) {
            departures.pop();
            let waiting = &mut waiting[usize::from(queue)];
            let done = waiting.pop_front().unwrap();
            fleet.given_up(queue);
            if done >= warm {
                total += (at - arrivals[&done]) as f64;
                counted += 1;
            }
            arrivals.remove(&done);
            if !waiting.is_empty() {
                departures.push(Reverse((at + exponential(SERVICE, "service", served), queue)));
                served += 1;
            }
        }
        let request = Request { key: b"", draw: &|ordinal| draw(3, "pick", &[number, ordinal]) };
        let queue = picker.pick(&request, &fleet).unwrap();
        fleet.sent(queue);
        arrivals.insert(number, now);
        let waiting = &mut waiting[usize::from(queue)];
        waiting.push_back(number);
        if waiting.len() == 1 {
            departures.push(Reverse((now + exponential(SERVICE, "service", served), queue)));
            served += 1;
        }
    }
    total / counted as f64 / SERVICE as f64
}

/// The supermarket model (Mitzenmacher): at a load of 0.9 the mean time in the system is 10 for one random choice, and 2.6141 for
/// the better of two, as the number of queues goes to infinity. With 200 queues and 400,000 requests a few per cent are
/// left; a single queue's mean (M/M/1 at 0.9) converges slowly and gets more.
#[test]
fn two_choices_are_the_supermarket_model() {
    let two = mean_time_in_system(Algorithm::TwoChoices, 200, 400_000);
    assert!((two / 2.6141 - 1.0).abs() < 0.05, "{two}");
    let one = mean_time_in_system(Algorithm::Random, 200, 400_000);
    assert!((one / 10.0 - 1.0).abs() < 0.12, "{one}");
    let all = mean_time_in_system(Algorithm::LeastActive, 200, 100_000);
    assert!(all < two, "looking at all is no worse than looking at two: {all}");
}
