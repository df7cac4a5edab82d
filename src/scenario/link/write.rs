//! From links to text, in the one canonical form.

use super::{Link, Theme, VERSION, faults_of};
use crate::protocols::Values;
use crate::scenario::catalogue::Listed;
use crate::scenario::notation::Notation;
use crate::scenario::{SEED_DEFAULT, UNTIL_DEFAULT};
use crate::text::Language;
use std::fmt;

impl fmt::Display for Link {
    /// Without the `#`. A fault that names a node which does not exist is left out: it can strike nothing.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts();
        let path = self.listed().map_or(self.scenario.protocol.id(), |listed| listed.entry.id);
        write!(formatter, "{VERSION}/{path}")?;
        if !parts.is_empty() {
            write!(formatter, "?{}", parts.join("&"))?;
        }
        Ok(())
    }
}

impl Link {
    /// The entry that the text is relative to, if it belongs to the scenario's protocol.
    fn listed(&self) -> Option<Listed> {
        let protocol = self.scenario.protocol;
        let entry = self.entry.filter(|entry| protocol.entries().iter().any(|own| own.id == entry.id))?;
        Some(Listed { protocol, entry })
    }

    /// What differs from the entry, or from the protocol's defaults.
    fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        self.write_scenario(&mut parts);
        if let Some(at) = self.at {
            parts.push(format!("t={at}"));
        }
        if let Some(range) = self.play {
            let [from, to] = [range.from, range.to].map(|end| end.map_or_else(String::new, |at| at.to_string()));
            parts.push(format!("play={from}-{to}"));
        }
        if !self.view.is_empty() {
            parts.push(format!("view={}", self.view.join(",")));
        }
        if !self.compare.is_empty() {
            let ids: Vec<&str> = self.compare.iter().map(|protocol| protocol.id()).collect();
            parts.push(format!("compare={}", ids.join(",")));
        }
        match self.language {
            Some(Language::English) => parts.push("lang=en".to_owned()),
            Some(Language::SimplifiedChinese) => parts.push("lang=zh".to_owned()),
            None => {}
        }
        match self.theme {
            Some(Theme::Light) => parts.push("theme=light".to_owned()),
            Some(Theme::Dark) => parts.push("theme=dark".to_owned()),
            None => {}
        }
        if self.embed {
            parts.push("embed=1".to_owned());
        }
        if self.readonly {
            parts.push("readonly=1".to_owned());
        }
        if self.digest.is_some() || self.scenario.version != self.scenario.protocol.version() {
            parts.push(format!("model={}", self.scenario.version));
        }
        if let Some(digest) = self.digest {
            parts.push(format!("digest={digest:08x}"));
        }
        parts
    }

    fn write_scenario(&self, parts: &mut Vec<String>) {
        let scenario = &self.scenario;
        let base = self.listed().map(Listed::scenario);
        if scenario.seed != base.as_ref().map_or(SEED_DEFAULT, |base| base.seed) {
            parts.push(format!("seed={}", scenario.seed));
        }
        let parameters = scenario.protocol.parameters();
        let values = base.as_ref().map_or_else(|| Values::defaults(parameters), |base| base.values.clone());
        for parameter in parameters {
            match scenario.values.get(parameter.key) {
                Some(value) if Some(value) != values.get(parameter.key) => {
                    parts.push(format!("{}={value}", parameter.key));
                }
                _ => {}
            }
        }
        if scenario.until != base.as_ref().map_or(UNTIL_DEFAULT, |base| base.until) {
            parts.push(format!("until={}", scenario.until));
        }
        let topology = scenario.protocol.topology(&scenario.values);
        let notation = Notation::new(scenario.protocol, &topology);
        let base_faults = self.listed().map_or_else(Vec::new, |listed| faults_of(listed.entry, &notation));
        if scenario.faults != base_faults {
            if scenario.faults.is_empty() {
                parts.push("faults=none".to_owned());
            }
            let known = scenario.faults.iter().filter(|fault| notation.knows_nodes_of(fault));
            parts.extend(known.map(|fault| notation.write(fault)));
        }
        if let Some(schedule) = &scenario.schedule {
            parts.push(format!("order={}", notation.write_schedule(schedule)));
        }
    }
}
