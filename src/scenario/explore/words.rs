//! How a search stands, in words.

use super::budget::{Budget, Kind};
use super::{Progress, Standing};
use crate::say;
use crate::text::Text;

/// A number as people write it: 48,210.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Standing {
    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Searching => "searching",
            Standing::Found => "found",
            Standing::Covered => "covered",
            Standing::OutOfRuns => "out-of-runs",
            Standing::OutOfMemory => "out-of-memory",
        }
    }
}

impl Budget {
    fn uses(&self, kind: Kind) -> bool {
        self.allowances().iter().any(|allowance| allowance.kind == kind)
    }

    /// What may happen at most: "2 crashes, restarts or lost messages".
    pub fn at_most(&self, number: u8) -> Text {
        let kinds =
            Kind::ALL.into_iter().filter(|kind| self.uses(*kind)).map(|kind| kind.name(number)).collect::<Vec<_>>();
        let (kinds, kinds_zh) =
            (listed(&kinds, |name| &name.en, ", ", " or "), listed(&kinds, |name| &name.zh, "、", "或"));
        say!("{number} {kinds}", "{number} 次{kinds_zh}")
    }

    /// The kinds of faults that were left out: "clock jumps and slow links".
    pub fn left_out(&self) -> Text {
        let unused = Kind::ALL.into_iter().filter(|kind| !self.uses(*kind)).map(|kind| kind.name(2));
        let kinds: Vec<Text> = unused.chain(Kind::NOT_SEARCHED.into_iter().map(|(_, name)| name)).collect();
        let (kinds, kinds_zh) =
            (listed(&kinds, |name| &name.en, ", ", " and "), listed(&kinds, |name| &name.zh, "、", "和"));
        say!("{kinds}", "{kinds_zh}")
    }
}

fn listed<'a>(names: &'a [Text], language: fn(&'a Text) -> &'a str, comma: &str, last: &str) -> String {
    let mut list = String::new();
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            list.push_str(if place + 1 == names.len() { last } else { comma });
        }
        list.push_str(language(name));
    }
    list
}

impl Progress {
    /// What was covered, in one sentence or two, when so many properties were broken.
    pub fn sentence(&self, budget: &Budget, broken: usize) -> Text {
        let runs = grouped(self.runs);
        let (in_all, left_out) = (budget.at_most(budget.in_all()), budget.left_out());
        let (in_all, in_all_zh, left_out, left_out_zh) = (in_all.en, in_all.zh, left_out.en, left_out.zh);
        match (self.standing, self.covered) {
            (Standing::Searching, _) => {
                let (depth, most) = (self.depth, budget.in_all());
                say!(
                    "Searching with {depth} of at most {most} faults: {runs} runs so far",
                    "正在搜索 {depth} 个故障的组合（最多 {most} 个）：已运行 {runs} 次"
                )
            }
            (Standing::Found, _) => say!("Found in {runs} runs", "运行 {runs} 次后找到"),
            (Standing::Covered, _) => {
                let (nothing, nothing_zh) = if broken == 0 {
                    ("Nothing", "没有发现问题")
                } else {
                    ("Nothing else", "没有发现其他问题")
                };
                say!(
                    "{nothing} broke in {runs} runs with at most {in_all}; not a proof beyond that; not searched: {left_out}",
                    "最多 {in_all_zh}：共运行 {runs} 次，{nothing_zh}；超出这个范围不作保证；未搜索：{left_out_zh}"
                )
            }
            (Standing::OutOfRuns | Standing::OutOfMemory, covered) => {
                let (what, what_zh) =
                    if self.standing == Standing::OutOfRuns { ("runs", "运行次数") } else { ("memory", "内存") };
                let (en, zh) = match covered {
                    Some(covered) => {
                        let covered = budget.at_most(covered);
                        (
                            format!("all runs with at most {} were tried", covered.en),
                            format!("最多 {}的情形都已试过", covered.zh),
                        )
                    }
                    None => {
                        ("not even the run as it stands was finished".to_owned(), "连原来的运行也没有跑完".to_owned())
                    }
                };
                say!(
                    "The search used up its {what} after {runs} runs; {en}",
                    "搜索用完了{what_zh}的上限（已运行 {runs} 次）；{zh}"
                )
            }
        }
    }
}
