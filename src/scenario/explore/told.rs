//! What a visitor reads of a search besides its sentence: figures while it goes on, faults in words, the link that opens
//! what was found.

use super::words::grouped;
use super::{Account, Break, Budget, Kind, Question};
use crate::protocols::Protocol;
use crate::protocols::parameter::{Choice, Parameter, Value};
use crate::say;
use crate::scenario::Scenario;
use crate::scenario::catalogue::{Catalogue, Listed};
use crate::scenario::link::Link;
use crate::scenario::notation::Notation;
use crate::scenario::words::Words;
use crate::text::Text;

/// The kinds of faults that a search may place in a protocol's runs: interventions only where it declares some.
pub fn kinds_of(protocol: &'static dyn Protocol) -> impl Iterator<Item = Kind> {
    let intervenes = !protocol.interventions().is_empty();
    Kind::ALL.into_iter().filter(move |kind| intervenes || *kind != Kind::Intervention)
}

/// Faults as links write them, in words; what cannot be read is left out.
pub fn in_words(written: &[String], scenario: &Scenario) -> Vec<Text> {
    let topology = scenario.protocol.topology(&scenario.values);
    let notation = Notation::new(scenario.protocol, &topology);
    let words = Words::new(scenario.protocol, &topology);
    written.iter().filter_map(|fault| Some(words.fault(&notation.fault(fault).ok()?))).collect()
}

/// Which faults a search for a mistake may use that the catalogue does not show: those that happen to every system.
const MISTAKE_KINDS: [Kind; 4] = [Kind::Crash, Kind::Restart, Kind::Drop, Kind::Delay];

/// Up to how many of them together.
const MISTAKE_FAULTS: u8 = 2;

impl Question {
    /// A protocol with one of its deliberate mistakes and no faults, and the question which faults bring out what that
    /// mistake breaks: of the kinds with which the catalogue shows it, and no more of them.
    pub fn of_mistake(
        catalogue: Catalogue,
        protocol: &'static dyn Protocol,
        parameter: &'static Parameter,
        mistake: &Choice,
    ) -> (Scenario, Question) {
        let is_judged = |listed: &Listed| mistake.breaks.is_none_or(|id| listed.scenario().property(id).is_ok());
        let shown = catalogue.entries().find(|listed| {
            listed.protocol.id() == protocol.id()
                && listed.entry.parameters.contains(&(parameter.key, mistake.key))
                && is_judged(listed)
        });
        let mut scenario = shown.map_or_else(|| Scenario::of(protocol), |listed| listed.scenario());
        scenario.values.set(parameter.key, Value::Choice(mistake.key));
        let faults = std::mem::take(&mut scenario.faults);
        let budget = shown.and_then(|_| Budget::of_faults(&faults));
        let budget = budget.unwrap_or_else(|| Budget::up_to(MISTAKE_FAULTS, &MISTAKE_KINDS));
        let counted =
            budget.allowances().iter().map(|allowance| format!("{}={}", allowance.kind.key(), allowance.most));
        let question = Question {
            properties: mistake.breaks.iter().map(|id| (*id).to_owned()).collect(),
            faults: counted.collect::<Vec<_>>().join(","),
            at_most: (!faults.is_empty()).then_some(budget.in_all()),
            ..Question::of(&Link::of(scenario.clone()))
        };
        (scenario, question)
    }

    /// The same question with up to so many faults of these kinds together.
    pub fn with_kinds(self, kinds: impl IntoIterator<Item = Kind>, at_most: u8) -> Question {
        let keys: Vec<&str> = kinds.into_iter().map(Kind::key).collect();
        Question { faults: keys.join(","), at_most: Some(at_most), ..self }
    }
}

impl Break {
    /// The link that opens the run where it breaks, its faults listed as editable lines.
    pub fn opening(&self, catalogue: Catalogue) -> Option<Link> {
        let link = Link::read(&self.link, catalogue).ok()?;
        Some(Link { view: vec!["faults".to_owned()], ..link })
    }

    /// How little it takes.
    pub fn sentence(&self) -> Text {
        match self.added.len() {
            0 => Text::new(
                "It needs no further fault: this run breaks it as it stands",
                "无需再加故障：这次运行本身就违反了它",
            ),
            1 => Text::new("One fault is enough", "一个故障就够了"),
            count => say!(
                "{count} faults are enough; with fewer of these kinds nothing broke",
                "{count} 个故障就够了；同类故障再少就不会出问题"
            ),
        }
    }
}

impl Account {
    /// Where a search stood when the visitor stopped it.
    pub fn stopped(&self) -> Text {
        let runs = grouped(self.runs);
        match self.covered {
            None => say!("Stopped after {runs} runs", "已停止，共运行 {runs} 次"),
            Some(0) => say!(
                "Stopped after {runs} runs; nothing broke so far, and of the runs with a fault not all were tried",
                "已停止，共运行 {runs} 次；目前没有发现问题，但单个故障的情形尚未全部试过"
            ),
            Some(covered) => say!(
                "Stopped after {runs} runs; nothing broke so far, and every run with {covered} of these faults or fewer was tried",
                "已停止，共运行 {runs} 次；目前没有发现问题，{covered} 个故障以内的情形都已试过"
            ),
        }
    }

    /// The figures of a search that has taken so many microseconds, each with its name.
    pub fn figures(&self, took_micros: u64) -> [(Text, String); 5] {
        let per_second = u128::from(self.runs) * 1_000_000 / u128::from(took_micros.max(1));
        [
            (Text::new("Runs", "运行次数"), grouped(self.runs)),
            (Text::new("Runs per second", "每秒运行次数"), grouped(per_second as u64)),
            (Text::new("States", "状态数"), grouped(self.states)),
            (Text::new("Faults together", "同时的故障数"), self.depth.to_string()),
            (Text::new("Memory", "内存"), memory(self.memory_bytes)),
        ]
    }
}

/// An amount of memory, rounded up.
pub fn memory(bytes: u64) -> String {
    match bytes.div_ceil(1024) {
        kilobytes if kilobytes < 1024 => format!("{kilobytes} KB"),
        kilobytes => format!("{} MB", grouped(kilobytes.div_ceil(1024))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::CATALOGUE;
    use crate::scenario::explore::{Search, Standing};
    use crate::scenario::run::Run;

    const KNOWN: Catalogue = Catalogue(CATALOGUE);
    /// The longest search, in steps: long runs have so many places for faults that some would take minutes.
    const SEARCHED_STEPS_MAX: u32 = 200_000;
    /// Mistakes whose searches are longer than that; each is shown by its own scenario.
    const LONGER: [&str; 7] = [
        "2pc mistake=acknowledge-unknown",
        "3pc mistake=ready-decides-alone",
        "3pc mistake=ignores-preabort",
        "tcc mistake=delete-on-duplicate",
        "redlock drift=none",
        "redlock after-token=go-on",
        "zookeeper-lock release=first",
    ];

    fn answer(question: &Question) -> Account {
        let mut search = Search::new(question.ask(KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence())));
        while search.go_on(10_000) == Standing::Searching {}
        Account::of(&search)
    }

    fn link(text: &str) -> Link {
        Link::read(text, KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence()))
    }

    #[test]
    fn a_break_is_told_in_words_and_opens_with_its_faults_listed() {
        let asked = link("1/2pc?mistake=prepared-timeout-commit");
        let account = answer(&Question::of(&asked));
        let [found] = &account.breaks[..] else { panic!("{:?}", account.breaks) };
        assert!(!found.added.is_empty());
        assert_eq!(in_words(&found.added, &asked.scenario).len(), found.added.len());
        let opened = found.opening(KNOWN).expect("a link that can be read");
        assert_eq!(opened.view, ["faults"]);
        let run = Run::of(opened.scenario);
        assert_eq!(opened.at, Some(run.trace.event(found.at).at));
        assert_eq!(opened.digest, Some(run.digest.short()));
    }

    #[test]
    fn every_mistake_breaks_what_it_says_by_no_more_faults_than_the_catalogue_shows() {
        let mut longer = Vec::new();
        for protocol in CATALOGUE {
            for parameter in protocol.parameters() {
                for mistake in parameter.mistakes() {
                    let (scenario, question) = Question::of_mistake(KNOWN, *protocol, parameter, mistake);
                    let ask = question.ask(KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
                    assert!(ask.scenario == scenario && scenario.faults.is_empty(), "{}", mistake.key);
                    let mut search = Search::new(ask);
                    if search.go_on(SEARCHED_STEPS_MAX) == Standing::Searching {
                        longer.push(format!("{} {}={}", protocol.id(), parameter.key, mistake.key));
                        continue;
                    }
                    let account = Account::of(&search);
                    let broken = account.breaks.first().map(|found| &found.property[..]);
                    let expected = mistake.breaks.filter(|_| !needs_more(*protocol, parameter.key, mistake.key));
                    assert_eq!(broken, expected, "{}: {}", mistake.key, account.sentence);
                }
            }
        }
        assert_eq!(longer, LONGER);
    }

    /// Whether the catalogue shows a mistake with faults that no search adds: slow links, clock rates.
    fn needs_more(protocol: &dyn crate::protocols::Protocol, parameter: &'static str, mistake: &'static str) -> bool {
        KNOWN.entries().filter(|listed| listed.protocol.id() == protocol.id()).any(|listed| {
            listed.entry.parameters.contains(&(parameter, mistake))
                && Budget::of_faults(&listed.scenario().faults).is_none()
        })
    }

    #[test]
    fn every_kind_that_is_offered_can_be_searched_for() {
        for protocol in CATALOGUE {
            let asked = Question::of(&Link::of(Scenario::of(*protocol)));
            for kind in kinds_of(*protocol) {
                let ask =
                    asked.clone().with_kinds([kind], 1).ask(KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
                assert_eq!(ask.budget.allowances().iter().map(|allowance| allowance.kind).collect::<Vec<_>>(), [kind]);
            }
        }
    }

    #[test]
    fn figures_are_plain_and_never_divide_by_nothing() {
        let account = Account {
            standing: Standing::Searching,
            runs: 48_210,
            merged: 0,
            repeating: 0,
            candidates: 0,
            steps: 0,
            states: 7,
            depth: 2,
            covered: Some(1),
            memory_bytes: 1_500_000,
            trying: Vec::new(),
            sentence: Text::same(""),
            breaks: Vec::new(),
        };
        let figures = account.figures(2_000_000).map(|(_, figure)| figure);
        assert_eq!(figures, ["48,210", "24,105", "7", "2", "2 MB"]);
        assert_eq!(account.figures(0)[0].1, "48,210");
        assert_eq!(memory(1_000), "1 KB");
        assert!(account.stopped().en.ends_with("every run with 1 of these faults or fewer was tried"));
    }
}
