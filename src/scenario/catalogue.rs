//! The protocols that a program knows, with their scenarios. Everything takes a catalogue, so that a test can pass a
//! protocol of its own through links, the command line and the player.

use super::Scenario;
use super::bad::nearest;
use super::notation::Notation;
use crate::check::Verdict;
use crate::protocols::{Entry, Expected, Family, Protocol};
use crate::sorted::sort_by_key;

/// A list of protocols: [`crate::protocols::CATALOGUE`], or a test's own.
#[derive(Clone, Copy)]
pub struct Catalogue(pub &'static [&'static dyn Protocol]);

/// A scenario of the catalogue with its protocol.
#[derive(Clone, Copy)]
pub struct Listed {
    pub protocol: &'static dyn Protocol,
    pub entry: &'static Entry,
}

impl Catalogue {
    pub fn protocols(self) -> impl Iterator<Item = &'static dyn Protocol> {
        self.0.iter().copied()
    }

    pub fn protocol(self, id: &str) -> Option<&'static dyn Protocol> {
        self.protocols().find(|protocol| protocol.id() == id)
    }

    /// Every scenario, protocol by protocol.
    pub fn entries(self) -> impl Iterator<Item = Listed> {
        self.protocols().flat_map(entries_of)
    }

    /// The scenario of this id. Those of protocols whose id it begins with are looked at first, so that the page need not
    /// have the texts of all others to open one.
    pub fn entry(self, id: &str) -> Option<Listed> {
        let of = |named| {
            self.protocols().filter(move |protocol| id.starts_with(protocol.id()) == named).flat_map(entries_of)
        };
        of(true).chain(of(false)).find(|listed| listed.entry.id == id)
    }

    /// The scenario that runs on the front page: the first that offers verbs of its own.
    pub fn opening(self) -> Option<Listed> {
        let with_verbs = self.entries().find(|listed| listed.entry.suggestions.len() >= 3);
        with_verbs.or_else(|| self.entries().next())
    }

    /// The chapters in their order, each with its scenarios; chapters without any are left out.
    pub fn families(self) -> Vec<(Family, Vec<Listed>)> {
        let mut families: Vec<(Family, Vec<Listed>)> = Vec::new();
        for listed in self.entries() {
            let family = listed.protocol.family();
            match families.iter_mut().find(|(known, _)| *known == family) {
                Some((_, entries)) => entries.push(listed),
                None => families.push((family, vec![listed])),
            }
        }
        sort_by_key(&mut families, |(family, _)| *family);
        families
    }

    /// The scenario whose id comes nearest to a misspelt one; a protocol's id leads to its first scenario.
    pub fn nearest(self, id: &str) -> Option<Listed> {
        let ids = self.entries().map(|listed| listed.entry.id);
        let known = nearest(id, ids.chain(self.protocols().map(|protocol| protocol.id())))?;
        self.entry(known).or_else(|| self.protocol(known).and_then(|protocol| entries_of(protocol).next()))
    }

    /// The scenario that an entry of this catalogue describes.
    pub fn scenario_of(self, entry: &'static Entry) -> Option<Scenario> {
        self.entry(entry.id).map(Listed::scenario)
    }
}

fn entries_of(protocol: &'static dyn Protocol) -> impl Iterator<Item = Listed> {
    protocol.entries().iter().map(move |entry| Listed { protocol, entry })
}

impl Listed {
    /// The scenario that the entry describes.
    ///
    /// # Panics
    /// If the protocol wrote an entry that is no scenario. Entries are no input: a test reads every one.
    pub fn scenario(self) -> Scenario {
        let Listed { protocol, entry } = self;
        let mut scenario = Scenario { seed: entry.seed, until: entry.until, ..Scenario::of(protocol) };
        for (key, value) in entry.parameters {
            let parameter = protocol.parameters().iter().find(|parameter| parameter.key == *key);
            let parameter = parameter.unwrap_or_else(|| panic!("{}: no parameter {key}", entry.id));
            let value = parameter.parse(value).unwrap_or_else(|bad| panic!("{}: {}", entry.id, bad.0));
            scenario.values.set(parameter.key, value);
        }
        let topology = protocol.topology(&scenario.values);
        let notation = Notation::new(protocol, &topology);
        scenario.faults = entry
            .faults
            .iter()
            .map(|fault| notation.fault(fault).unwrap_or_else(|bad| panic!("{}: {}", entry.id, bad.sentence())))
            .collect();
        scenario
    }

    /// What the entry says of a property; none if it says nothing.
    pub fn expected(self, property: &str) -> Option<Expected> {
        self.entry.expected.iter().find(|expectation| expectation.property == property).map(|e| e.verdict)
    }

    /// Whether a verdict on the entry's own run is what the entry says; a property that it leaves out is not judged.
    pub fn agrees(self, property: &str, verdict: &Verdict) -> bool {
        self.expected(property).is_none_or(|expected| expected.word() == verdict.word())
    }
}
