//! A scenario written down, with what the page shows of it: readable, typed by hand, only what differs from the
//! default. `docs/links.md` is the reference.

mod read;
#[cfg(test)]
mod tests;
mod write;

use super::Scenario;
pub use super::bad::Bad;
use super::catalogue::Listed;
use super::notation::{Notation, is_fault_key};
use super::run::{Digest, Run};
use crate::protocols::{Entry, Protocol};
use crate::say;
use crate::sim::fault::{FAULTS_MAX, Fault};
use crate::sim::time::Instant;
use crate::text::{Language, Text};
use std::fmt;

/// The version of the format; every link begins with it.
pub const VERSION: &str = "1";

/// The longest text that is looked at, in bytes.
pub const BYTES_MAX: usize = 64 * 1024;

/// The most `key=value` parts of one link: every fault, and room for the rest.
pub const PARTS_MAX: usize = FAULTS_MAX + 128;

/// The most sections that a link may open, and the most protocols that it may set beside its own.
pub const SECTIONS_MAX: usize = 8;

/// The longest name of a section, in bytes.
pub const SECTION_BYTES_MAX: usize = 24;

/// The keys that are neither a fault's nor a parameter's; no parameter may be called like one. `packed` is kept free
/// for a compact tail.
pub const KEYS: [&str; 15] = [
    "seed", "until", "faults", "order", "t", "play", "view", "compare", "lang", "theme", "embed", "readonly", "model",
    "digest", "packed",
];

/// Whether no parameter may have this key, because links already use it.
pub fn is_reserved(key: &str) -> bool {
    KEYS.contains(&key) || is_fault_key(key)
}

/// Light or dark; without it, as the reader's system has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// The part of a run that plays: from the start if it has no beginning, to the end of the run if it has no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    pub from: Option<Instant>,
    pub to: Option<Instant>,
}

/// Everything that a link says.
#[derive(Clone)]
pub struct Link {
    pub scenario: Scenario,
    /// The catalogue's scenario that it starts from: its question and suggestions go with the run. Of the same protocol.
    pub entry: Option<&'static Entry>,
    /// Opens paused at this instant.
    pub at: Option<Instant>,
    pub play: Option<Range>,
    /// What is open beside the flow: lower-case words that the page gives a meaning, unknown ones being ignored.
    pub view: Vec<String>,
    /// The protocols that run beside this one under the same seed and faults.
    pub compare: Vec<&'static dyn Protocol>,
    pub language: Option<Language>,
    pub theme: Option<Theme>,
    /// Less around it, for a frame.
    pub embed: bool,
    /// Readers may play the run and may not break it.
    pub readonly: bool,
    /// The first eight hexadecimal digits of the run's digest when the link was made.
    pub digest: Option<u32>,
}

impl Link {
    /// A link to a scenario and nothing else.
    pub fn of(scenario: Scenario) -> Link {
        Link {
            scenario,
            entry: None,
            at: None,
            play: None,
            view: Vec::new(),
            compare: Vec::new(),
            language: None,
            theme: None,
            embed: false,
            readonly: false,
            digest: None,
        }
    }

    /// A link to a scenario of the catalogue.
    pub fn of_entry(listed: Listed) -> Link {
        Link { entry: Some(listed.entry), ..Link::of(listed.scenario()) }
    }

    /// The link to share for what is on screen: it carries the run's digest and today's model version, so that whoever
    /// opens it later is told if it no longer replays to the same end.
    pub fn sharing(self, run: &Run, at: Option<Instant>) -> Link {
        let mut scenario = run.scenario.clone();
        scenario.version = scenario.protocol.version();
        Link { scenario, at, digest: Some(run.digest.short()), ..self }
    }

    /// With its `#`, to follow a page's address.
    pub fn fragment(&self) -> String {
        format!("#{self}")
    }

    /// What to tell of a link that an older or newer model wrote.
    pub fn warning(&self) -> Option<Text> {
        let protocol = self.scenario.protocol;
        let (then, now) = (self.scenario.version, protocol.version());
        let name = protocol.name();
        let (name, name_zh) = (&name.en, &name.zh);
        (then != now).then(|| {
            say!(
                "This link was made with version {then} of the model of {name}; this page has version {now}, so the \
                 run may differ from the one that was shared",
                "此链接由{name_zh}模型的第 {then} 版生成，本页使用第 {now} 版，运行结果可能与分享时不同"
            )
        })
    }
}

/// What to tell of a link whose run no longer ends as it did when its digest began with `then`; none if it does.
pub fn mismatch(then: u32, digest: Digest) -> Option<Text> {
    let now = digest.short();
    (then != now).then(|| {
        say!(
            "This link no longer replays to the same end: it was made for a run with digest {then:08x}, and this run \
             has {now:08x}",
            "此链接已无法重放出相同的结局：它对应的运行摘要为 {then:08x}，而本次运行为 {now:08x}"
        )
    })
}

impl Digest {
    /// The first eight hexadecimal digits, as a number.
    pub fn short(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl PartialEq for Link {
    fn eq(&self, other: &Link) -> bool {
        let ids = |link: &Link| link.compare.iter().map(|protocol| protocol.id()).collect::<Vec<_>>();
        self.scenario == other.scenario
            && self.entry.map(|entry| entry.id) == other.entry.map(|entry| entry.id)
            && self.at == other.at
            && self.play == other.play
            && self.view == other.view
            && ids(self) == ids(other)
            && self.language == other.language
            && self.theme == other.theme
            && (self.embed, self.readonly, self.digest) == (other.embed, other.readonly, other.digest)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Link({self}: {:?})", self.scenario)
    }
}

/// The entry's faults in the names of a topology that other parameters may have changed; those whose node is missing
/// there are left out.
fn faults_of(entry: &Entry, notation: &Notation) -> Vec<Fault> {
    entry.faults.iter().filter_map(|fault| notation.fault(fault).ok()).collect()
}
