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

/// What a run of the protocol says of one provider's queue.
struct Queue {
    /// The mean time from a request's arrival to its response, in microseconds.
    mean_response: f64,
    /// The share of calls that find all workers busy.
    waiting: f64,
}

fn queue(workers: u32, every_micros: u64, service_micros: u64, seed: u64) -> Queue {
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
    let (mut there, mut waited) = (0, 0u64);
    for step in &run.trace.steps {
        match step.kind {
            StepKind::Fire(timer) if run.trace.local(timer).name.kind == "arrival" => {
                arrived.insert(run.trace.local(timer).name.subject, step.at);
            }
            StepKind::Deliver(message) if run.trace.message(message).name.kind == "response" => {
                answered += 1;
                total += step.at.since(arrived[&run.trace.message(message).name.subject]).as_micros();
            }
            StepKind::Deliver(message) if run.trace.message(message).name.kind == "call" => {
                waited += u64::from(there >= workers);
                there += 1;
            }
            StepKind::Send(message) if run.trace.message(message).name.kind == "reply" => there -= 1,
            _ => {}
        }
    }
    assert_eq!((answered, there), (20_000, 0));
    Queue { mean_response: total as f64 / answered as f64, waiting: waited as f64 / answered as f64 }
}

/// Poisson arrivals, exponential service: M/M/c. Over 20,000 requests the mean of such a queue, and the share that waits, still
/// scatter by a few per cent, since neighbouring waits depend on each other; the tolerance is some three times that.
#[test]
fn a_provider_is_the_queue_that_erlang_describes() {
    for (workers, every, service) in [(1, 10_000, 6_000), (4, 2_500, 7_000)] {
        let (rate, done) = (1.0 / every as f64, 1.0 / service as f64);
        let waiting = erlang_c(workers, rate / done);
        let expected = 1.0 / done + waiting / (f64::from(workers) * done - rate);
        let Queue { mean_response: measured, waiting: waited } = queue(workers, every, service, 7);
        assert!((waited / waiting - 1.0).abs() < 0.1, "{workers} workers: {waited:.3} wait instead of {waiting:.3}");
        assert!((measured / expected - 1.0).abs() < 0.1, "{workers} workers: {measured:.0} instead of {expected:.0}");
    }
}

/// How many lengths of queues are looked at, from 1.
const LENGTHS: usize = 6;

/// What many queues with one worker each, at a load of 0.9, come to with an algorithm before them.
struct Market {
    /// The mean time in the system, as a multiple of the mean service time.
    mean: f64,
    /// The share of queues with 1 request or more, with 2 or more, and so on.
    tail: [f64; LENGTHS],
}

fn market(algorithm: Algorithm, queues: u16, requests: u64) -> Market {
    /// Every so many arrivals all queues are looked at: what arrivals by chance see is what there is on average.
    const LOOK_EVERY: u64 = 100;
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
    let (mut longer, mut looks) = ([0u64; LENGTHS], 0u64);
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
        if number >= warm && number % LOOK_EVERY == 0 {
            looks += 1;
            for (length, longer) in (1..).zip(&mut longer) {
                *longer += waiting.iter().filter(|queue| queue.len() >= length).count() as u64;
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
    let looked_at = (looks * u64::from(queues)) as f64;
    Market { mean: total / counted as f64 / SERVICE as f64, tail: longer.map(|longer| longer as f64 / looked_at) }
}

/// The supermarket model (Mitzenmacher): at a load of 0.9 the mean time in the system is 10 for one random choice, and 2.6141 for
/// the better of two, as the number of queues goes to infinity. With 200 queues and 400,000 requests a few per cent are
/// left; a single queue's mean (M/M/1 at 0.9) converges slowly and gets more. The share of queues with k requests or more
/// falls as 0.9^(2^k − 1) and as 0.9^k: doubly exponentially, and exponentially.
#[test]
fn two_choices_are_the_supermarket_model() {
    let two = market(Algorithm::TwoChoices, 200, 400_000);
    assert!((two.mean / 2.6141 - 1.0).abs() < 0.05, "{}", two.mean);
    let one = market(Algorithm::Random, 200, 400_000);
    assert!((one.mean / 10.0 - 1.0).abs() < 0.12, "{}", one.mean);
    for length in 1..=LENGTHS as i32 {
        let [of_two, of_one] = [&two, &one].map(|market| market.tail[length as usize - 1]);
        let [two, one] = [2f64.powi(length) - 1.0, f64::from(length)].map(|power| 0.9f64.powf(power));
        // Of queues of finite number a few more are long; the absolute tolerance is for shares that are next to nothing.
        assert!((of_two - two).abs() < 0.05 * two + 0.004, "{length} or more, two choices: {of_two} instead of {two}");
        assert!((of_one - one).abs() < 0.08 * one, "{length} or more, one choice: {of_one} instead of {one}");
    }
    let all = market(Algorithm::LeastActive, 200, 100_000);
    assert!(all.mean < two.mean, "looking at all is no worse than looking at two: {}", all.mean);
}
