//! How a search without time stands, and what it found, in words that cross from the worker to the page.

use super::checking::Checking;
use crate::check::PropertyKind;
use crate::check::search::{End, Identity, Outcome};
use crate::say;
use crate::scenario::explore::{Break, Budget, grouped, memory};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// How the search stands: to be shown while it goes on, and when it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Why it ended; none while it searches, or makes the runs that show what it found.
    pub end: Option<End>,
    /// Distinct states.
    pub states: u64,
    /// Initial states and the results of all transitions, repeats included.
    pub generated: u64,
    /// Levels; the initial states are level 1.
    pub depth: u32,
    /// States that are seen and not expanded.
    pub frontier: u64,
    pub memory_bytes: u64,
    /// What was covered, or how far it is, in a sentence.
    pub sentence: Text,
    /// How sure it is that two states were never taken for one, in a sentence, once the search has ended.
    pub identity: Option<Text>,
    /// What became of each property that was asked for, once the search has ended.
    pub verdicts: Vec<Verdict>,
}

/// What became of a property over all runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The property's id.
    pub property: String,
    pub judged: Judged,
    /// The run that breaks it, if it is broken and a run shows it.
    pub opens: Option<Break>,
}

/// See [`Verdict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judged {
    Holds,
    /// In a run of so many steps.
    Violated(u32),
    /// What is only possible happens, in a run of so many steps.
    Seen(u32),
    NotSeen,
    /// The search ended before it could tell.
    NotJudged,
}

impl Account {
    /// How the search stands now.
    pub fn of(checking: &Checking) -> Account {
        let progress = checking.progress;
        let report = checking.report.as_ref().filter(|report| checking.found.len() >= report.findings.len());
        let verdicts: Vec<Verdict> = report.map_or_else(Vec::new, |report| {
            let told = report.findings.iter().zip(&checking.found);
            told.map(|(finding, found)| Verdict {
                property: finding.id.to_owned(),
                judged: Judged::of(&finding.outcome),
                opens: found.as_ref().map(Break::of),
            })
            .collect()
        });
        let identity = report.map(|report| match report.identity {
            Identity::Exact => Text::new("States were told apart without doubt", "状态的区分没有疑义"),
            Identity::Fingerprint { collision_odds } => say!(
                "States were told apart by 64-bit fingerprints; one was missed with odds of at most {collision_odds:.1e}",
                "用 64 位指纹区分状态；遗漏某个状态的概率不超过 {collision_odds:.1e}"
            ),
        });
        let mut account = Account {
            end: report.map(|report| report.end),
            states: progress.distinct,
            generated: progress.generated,
            depth: progress.depth,
            frontier: progress.frontier,
            memory_bytes: progress.memory_bytes,
            sentence: Text::same(""),
            identity,
            verdicts,
        };
        let topology = checking.scenario.protocol.topology(&checking.scenario.values);
        account.sentence = match account.end {
            None if checking.report.is_some() => {
                Text::new("Making a run of what was found", "正在把找到的结果变成一次运行")
            }
            None => account.under_way(),
            Some(end) => account.covered(end, topology.nodes.len(), &checking.budget),
        };
        account
    }

    /// The first property that is broken.
    pub fn broken(&self) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| matches!(verdict.judged, Judged::Violated(_)))
    }

    /// The figures of a search that has taken so many microseconds, each with its name.
    pub fn figures(&self, took_micros: u64) -> [(Text, String); 5] {
        let per_second = u128::from(self.states) * 1_000_000 / u128::from(took_micros.max(1));
        [
            (Text::new("States", "状态数"), grouped(self.states)),
            (Text::new("States per second", "每秒状态数"), grouped(per_second as u64)),
            (Text::new("Depth", "深度"), self.depth.to_string()),
            (Text::new("Frontier", "待展开"), grouped(self.frontier)),
            (Text::new("Memory", "内存"), memory(self.memory_bytes)),
        ]
    }

    fn under_way(&self) -> Text {
        let (depth, states, frontier) = (self.depth, grouped(self.states), grouped(self.frontier));
        say!(
            "Searching level {depth}: {states} states so far, {frontier} of them waiting",
            "正在搜索第 {depth} 层：已有 {states} 个状态，其中 {frontier} 个待展开"
        )
    }

    fn covered(&self, end: End, nodes: usize, budget: &Budget) -> Text {
        let (states, depth) = (grouped(self.states), self.depth);
        let (with, with_zh) = match budget.in_all() {
            0 => ("without faults".to_owned(), "没有故障".to_owned()),
            most => {
                let most = budget.at_most(most);
                (format!("with at most {}", most.en), format!("最多 {}", most.zh))
            }
        };
        let all = format!("all runs of {nodes} nodes {with}, in whatever order");
        let all_zh = format!("{nodes} 个节点、{with_zh}、任意次序的所有运行");
        let cut_off = match end {
            End::Complete | End::Decided => None,
            End::States => Some(("states", "状态数")),
            End::Depth => Some(("depth", "深度")),
            End::Memory => Some(("memory", "内存")),
            End::Time | End::Cancelled => Some(("time", "时间")),
        };
        match (cut_off, self.broken()) {
            (_, Some(Verdict { judged: Judged::Violated(steps), .. })) => say!(
                "Found in {states} states, with a shortest run of {steps} steps",
                "在 {states} 个状态中找到，最短的运行有 {steps} 步"
            ),
            (None, _) => say!(
                "Nothing broke in {all}: {states} states; not a proof beyond that",
                "{all_zh}：共 {states} 个状态，没有发现问题；超出这个范围不作保证"
            ),
            (Some((bound, bound_zh)), _) => say!(
                "The search used up its {bound} after {states} states of {all}; nothing broke in the first {depth} levels of them",
                "搜索用完了{bound_zh}的上限（{all_zh}中的 {states} 个状态）；前 {depth} 层没有发现问题"
            ),
        }
    }
}

impl Judged {
    fn of<S>(outcome: &Outcome<S>) -> Judged {
        let steps = outcome.path().map_or(0, |path| path.steps.len() as u32);
        match outcome {
            Outcome::Holds => Judged::Holds,
            Outcome::Violated { .. } => Judged::Violated(steps),
            Outcome::Seen(_) => Judged::Seen(steps),
            Outcome::NotSeen => Judged::NotSeen,
            Outcome::NotJudged => Judged::NotJudged,
        }
    }

    /// In words; a property of that kind.
    pub fn words(self, kind: PropertyKind) -> Text {
        match (self, kind) {
            (Judged::Holds, _) => Text::new("holds in every run", "在所有运行中成立"),
            (Judged::Violated(steps), PropertyKind::Eventually) => {
                say!(
                    "never happens in a run that begins with {steps} steps",
                    "在一次以 {steps} 步开头的运行中永远不会发生"
                )
            }
            (Judged::Violated(steps), _) => say!("violated in {steps} steps", "{steps} 步后被违反"),
            (Judged::Seen(steps), _) => say!("can happen, in {steps} steps", "可能发生，需 {steps} 步"),
            (Judged::NotSeen, _) => Text::new("happens in no run", "在任何运行中都不会发生"),
            (Judged::NotJudged, _) => Text::new("not judged: the search ended before", "未判定：搜索在此之前结束"),
        }
    }
}
