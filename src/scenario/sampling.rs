//! One scenario under thousands of seeds: how its measured costs are distributed, and how often each property failed.
//!
//! Every run is one that the player would play; only what was measured is kept of it.

use super::Scenario;
use super::explore::grouped;
use super::run::{Making, Run};
use crate::check::measure::{Extent, Unit, nearest_rank};
use crate::check::{PropertyKind, Verdict};
use crate::say;
use crate::sim::driver::Limits;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// The most seeds that one sampling tries.
pub const SEEDS_MAX: u32 = 100_000;

/// The most bars of a histogram.
const BARS_MAX: u64 = 24;

/// A sampling under way: [`Sampling::go_on`] takes it further a slice at a time.
pub struct Sampling {
    scenario: Scenario,
    seeds: u32,
    making: Option<Making>,
    done: u32,
    events: u64,
    costs: Vec<Cost>,
    tallies: Vec<Tally>,
}

/// What one measure came to in each run.
struct Cost {
    id: String,
    name: Text,
    unit: Unit,
    /// Each with the seed of its run.
    values: Vec<(u64, u64)>,
    goes_on: u32,
    for_ever: u32,
}

/// What was measured over all runs so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// How many seeds are wanted, from the scenario's own upwards, and how many are done.
    pub seeds: u32,
    pub done: u32,
    /// The events of all runs together.
    pub events: u64,
    pub costs: Vec<Spread>,
    pub properties: Vec<Tally>,
}

/// How a measured cost is distributed over the runs that have a value of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// As [`crate::check::Measure`] has it.
    pub id: String,
    pub name: Text,
    pub unit: Unit,
    /// How many runs have a value; in how many of these it still grew when the run stopped; how many have none because it
    /// lasts for ever. In the rest it does not apply.
    pub count: u32,
    pub goes_on: u32,
    pub for_ever: u32,
    /// None if no run has a value.
    pub quantiles: Option<Quantiles>,
    /// The first seed whose run came to the median.
    pub median_seed: Option<u64>,
    /// From the least value to the greatest, none left out.
    pub bars: Vec<Bar>,
}

/// Values that a share of the runs does not exceed (nearest rank).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantiles {
    pub least: u64,
    pub lower_quartile: u64,
    pub median: u64,
    pub upper_quartile: u64,
    pub percentile_95: u64,
    pub percentile_99: u64,
    pub greatest: u64,
    /// Rounded to the nearest.
    pub mean: u64,
}

/// How many runs have a value from `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    pub from: u64,
    pub to: u64,
    pub count: u32,
}

/// How a property stood at the ends of the runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The property's id.
    pub id: String,
    pub title: Text,
    /// Whether it is only possible rather than claimed: then it never fails.
    pub only_possible: bool,
    pub holds: u32,
    pub violated: u32,
    pub not_yet: u32,
    pub not_seen: u32,
    /// The first seed under which it was violated.
    pub violated_first: Option<u64>,
    /// The first seed under which it was not kept by the end.
    pub not_yet_first: Option<u64>,
}

impl Sampling {
    /// The scenario under so many seeds, at most [`SEEDS_MAX`], from its own upwards.
    pub fn new(scenario: Scenario, seeds: u32) -> Sampling {
        let tally = |property: &crate::check::Property| Tally {
            id: property.id.to_owned(),
            title: property.title.clone(),
            only_possible: property.kind == PropertyKind::Sometimes,
            holds: 0,
            violated: 0,
            not_yet: 0,
            not_seen: 0,
            violated_first: None,
            not_yet_first: None,
        };
        Sampling {
            tallies: scenario.properties().map(tally).collect(),
            scenario,
            seeds: seeds.min(SEEDS_MAX),
            making: None,
            done: 0,
            events: 0,
            costs: Vec::new(),
        }
    }

    /// The scenario under the n-th seed.
    fn nth(&self, n: u32) -> Scenario {
        Scenario { seed: self.scenario.seed.wrapping_add(u64::from(n)), ..self.scenario.clone() }
    }

    /// Goes on for about so many actions of runs; says whether every seed is done.
    pub fn go_on(&mut self, actions: u32) -> bool {
        let mut left = actions;
        while left > 0 && self.done < self.seeds {
            let next = self.nth(self.done);
            let making = self.making.get_or_insert_with(|| Making::new(next, Limits::default()));
            let before = making.events();
            let ended = making.go_on(left);
            left = left.saturating_sub((making.events() - before).max(1));
            if !ended {
                break;
            }
            if let Some(making) = self.making.take() {
                self.count(&making.finish());
            }
        }
        self.done >= self.seeds
    }

    fn count(&mut self, run: &Run) {
        self.done += 1;
        self.events += u64::from(run.len());
        for (place, measure) in run.measures().into_iter().enumerate() {
            if place == self.costs.len() {
                let (id, name, unit) = (measure.id, measure.name, measure.unit);
                self.costs.push(Cost { id, name, unit, values: Vec::new(), goes_on: 0, for_ever: 0 });
            }
            let cost = &mut self.costs[place];
            cost.values.extend(measure.value.map(|value| (value, run.scenario.seed)));
            cost.goes_on += u32::from(measure.extent == Extent::GoesOn && measure.value.is_some());
            cost.for_ever += u32::from(measure.extent == Extent::ForEver);
        }
        for (tally, judged) in self.tallies.iter_mut().zip(&run.verdicts) {
            match judged.verdict {
                Verdict::Holds => tally.holds += 1,
                Verdict::NotYet { .. } => {
                    tally.not_yet += 1;
                    tally.not_yet_first.get_or_insert(run.scenario.seed);
                }
                Verdict::NotSeen => tally.not_seen += 1,
                Verdict::Violated { .. } => {
                    tally.violated += 1;
                    tally.violated_first.get_or_insert(run.scenario.seed);
                }
            }
        }
    }

    /// What was measured so far.
    pub fn survey(&self) -> Survey {
        Survey {
            seeds: self.seeds,
            done: self.done,
            events: self.events,
            costs: self.costs.iter().map(Cost::spread).collect(),
            properties: self.tallies.clone(),
        }
    }
}

impl Survey {
    /// What it came to, or how far it is, in a sentence.
    pub fn sentence(&self) -> Text {
        let (done, seeds) = (grouped(self.done.into()), grouped(self.seeds.into()));
        let worst = self.properties.iter().filter(|tally| tally.violated > 0).max_by_key(|tally| tally.violated);
        let (so_far, so_far_zh) = match self.done < self.seeds {
            true => (format!("{done} of {seeds} seeds so far"), format!("目前运行了 {seeds} 个种子中的 {done} 个")),
            false => (format!("{done} seeds"), format!("共 {done} 个种子")),
        };
        let Some(worst) = worst else {
            return say!(
                "{so_far}: no property failed; not a proof for other seeds",
                "{so_far_zh}：没有性质失败；对其他种子不作保证"
            );
        };
        let (title, share) = (&worst.title, worst.share_failed());
        say!("{so_far}: “{title}” failed in {share} of the runs", "{so_far_zh}：{share} 的运行中“{}”失败", title.zh)
    }
}

impl Spread {
    /// Whether it lasts for ever in most of so many runs: then there is no median of it.
    pub fn is_for_ever(&self, runs: u32) -> bool {
        self.for_ever * 2 > runs
    }
}

impl Tally {
    /// In how many runs it was judged.
    pub fn runs(&self) -> u32 {
        self.holds + self.violated + self.not_yet + self.not_seen
    }

    /// In how many runs it was broken, or not kept by the end.
    pub fn broken(&self) -> u32 {
        self.violated + self.not_yet
    }

    /// The first seed under which it was.
    pub fn broken_first(&self) -> Option<u64> {
        self.violated_first.into_iter().chain(self.not_yet_first).min()
    }

    /// The share of the runs in which it failed, as people read it: "2.3 %"; never 0 or 100 unless it is so exactly.
    pub fn share_failed(&self) -> String {
        let (failed, runs) = (u64::from(self.violated), u64::from(self.runs()).max(1));
        let thousandths = (failed * 1_000 + runs / 2) / runs;
        match thousandths {
            0 if failed > 0 => "< 0.1 %".to_owned(),
            1_000 if failed < runs => "> 99.9 %".to_owned(),
            whole if whole % 10 == 0 => format!("{} %", whole / 10),
            _ => format!("{}.{} %", thousandths / 10, thousandths % 10),
        }
    }
}

impl Cost {
    fn spread(&self) -> Spread {
        let mut values: Vec<u64> = self.values.iter().map(|(value, _)| *value).collect();
        values.sort_unstable();
        let quantiles = Quantiles::of(&values);
        let is_median = |value: u64| quantiles.is_some_and(|quantiles| quantiles.median == value);
        Spread {
            id: self.id.to_owned(),
            name: self.name.clone(),
            unit: self.unit,
            count: values.len() as u32,
            goes_on: self.goes_on,
            for_ever: self.for_ever,
            quantiles,
            median_seed: self.values.iter().find(|(value, _)| is_median(*value)).map(|(_, seed)| *seed),
            bars: bars(&values),
        }
    }
}

impl Quantiles {
    /// Of values in order.
    fn of(values: &[u64]) -> Option<Quantiles> {
        let (least, greatest) = (*values.first()?, *values.last()?);
        let at = |hundredths| nearest_rank(values, hundredths).unwrap_or(greatest);
        let sum: u128 = values.iter().map(|value| u128::from(*value)).sum();
        let count = values.len() as u128;
        Some(Quantiles {
            least,
            lower_quartile: at(25),
            median: at(50),
            upper_quartile: at(75),
            percentile_95: at(95),
            percentile_99: at(99),
            greatest,
            mean: ((sum + count / 2) / count) as u64,
        })
    }
}

/// A histogram of values in order, in bars of the same width.
fn bars(values: &[u64]) -> Vec<Bar> {
    let (Some(least), Some(greatest)) = (values.first(), values.last()) else { return Vec::new() };
    let width = (greatest - least) / BARS_MAX + 1;
    let mut bars: Vec<Bar> = (0..=(greatest - least) / width)
        .map(|place| Bar {
            from: least + place * width,
            to: (least + place * width).saturating_add(width - 1),
            count: 0,
        })
        .collect();
    for value in values {
        bars[((value - least) / width) as usize].count += 1;
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::CATALOGUE;
    use crate::scenario::catalogue::Catalogue;
    use crate::scenario::link::Link;

    fn scenario(link: &str) -> Scenario {
        Link::read(link, Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{}", bad.sentence())).scenario
    }

    fn survey(link: &str, seeds: u32, actions: u32) -> Survey {
        let mut sampling = Sampling::new(scenario(link), seeds);
        while !sampling.go_on(actions) {}
        sampling.survey()
    }

    #[test]
    fn quantiles_are_values_at_their_nearest_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        let quantiles = Quantiles::of(&hundred).expect("values");
        assert_eq!((quantiles.least, quantiles.lower_quartile, quantiles.median), (1, 25, 50));
        assert_eq!((quantiles.upper_quartile, quantiles.percentile_95), (75, 95));
        assert_eq!((quantiles.percentile_99, quantiles.greatest, quantiles.mean), (99, 100, 51));
        assert_eq!(Quantiles::of(&[7]).map(|one| (one.least, one.median, one.greatest)), Some((7, 7, 7)));
        assert_eq!(Quantiles::of(&[]), None);
    }

    #[test]
    fn bars_hold_every_value_once() {
        for values in [vec![5], vec![0, 1, 2, 2], (0..1_000).map(|n| n * n).collect(), vec![0, u64::MAX]] {
            let bars = bars(&values);
            assert!(
                bars.len() as u64 <= BARS_MAX + 1
                    && bars.iter().map(|bar| bar.count as usize).sum::<usize>() == values.len()
            );
            for bar in &bars {
                let inside = values.iter().filter(|value| (bar.from..=bar.to).contains(value)).count();
                assert_eq!(bar.count as usize, inside, "{bar:?}");
            }
        }
    }

    #[test]
    fn a_survey_is_the_same_in_whatever_slices_and_counts_every_seed() {
        let link = "1/2pc?latency-model=long-tailed&drop=c:commit.1:p1&until=20s";
        let whole = survey(link, 40, u32::MAX);
        assert_eq!(survey(link, 40, 7), whole);
        assert_eq!((whole.seeds, whole.done), (40, 40));
        for tally in &whole.properties {
            assert_eq!(tally.holds + tally.violated + tally.not_yet + tally.not_seen, 40, "{}", tally.id);
            assert_eq!(tally.violated, 0, "{}", tally.id);
        }
        let decided = whole.costs.iter().find(|spread| spread.id == "decision-time").expect("a measure");
        let quantiles = decided.quantiles.expect("values");
        assert!(quantiles.least < quantiles.median && quantiles.median < quantiles.greatest, "latencies are drawn");
        assert_eq!(decided.count, 40);
    }

    /// A mistake that only some latencies show: its seeds are found, and the first of them shows it.
    #[test]
    fn the_share_of_failures_is_told_with_a_seed_that_fails() {
        let link = "1/2pc?latency-model=long-tailed&refuse=p2&mistake=reopen-after-abort&until=5s";
        let survey = survey(link, 200, u32::MAX);
        let irrevocable = survey.properties.iter().find(|tally| tally.id == "irrevocable").expect("a property");
        assert!(irrevocable.violated > 0 && irrevocable.holds > 0, "{irrevocable:?}");
        let seed = irrevocable.violated_first.expect("a seed");
        let run = Run::of(Scenario { seed, ..scenario(link) });
        let judged = run.verdicts.iter().find(|judged| judged.property.id == "irrevocable").expect("a property");
        assert!(matches!(judged.verdict, Verdict::Violated { .. }));
    }
}
