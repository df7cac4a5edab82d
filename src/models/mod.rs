//! Specifications as others published them, written by hand as [`Model`]s: the exhaustive search must count their states
//! as TLC and Stateright do. Adding one is a file and a line of [`CATALOGUE`].

mod atomic_commitment;
mod paxos;
mod registers;
mod resource_managers;
#[cfg(test)]
mod tests;
mod transaction_commit;
mod two_phase;

use crate::check::model::Model;
use crate::check::search::{Options, Report, Search, Watch};
use crate::check::symmetry::{Reduced, Symmetric};

/// Every reference model.
pub static CATALOGUE: &[&ReferenceModel] = &[
    &transaction_commit::MODEL,
    &two_phase::MODEL,
    &atomic_commitment::SIMPLE_BROADCAST,
    &atomic_commitment::NON_BLOCKING,
    &atomic_commitment::NON_BLOCKING_WRONG,
    &paxos::MODEL,
    &registers::SINGLE_COPY,
    &registers::ABD,
    &registers::PAXOS,
];

/// A constant of a specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant {
    pub key: &'static str,
    /// What it counts: "resource managers".
    pub meaning: &'static str,
    pub default: u32,
    pub minimum: u32,
    pub maximum: u32,
}

/// What a search found; an error is a sentence.
pub type Searched = Result<Report<()>, String>;

/// Searches a specification with values for its constants.
pub type SearchWith = fn(&[u32], Options, &mut Watch) -> Searched;

/// A specification with its constants.
pub struct ReferenceModel {
    /// Lower case, words joined by hyphens; the command line uses it.
    pub id: &'static str,
    /// What else it is called, the module's own name first.
    pub names: &'static [&'static str],
    /// What it describes, in a few words.
    pub title: &'static str,
    /// Where it was published.
    pub source: &'static str,
    pub constants: &'static [Constant],
    /// Searches it with these values, one for each constant. An error says which size does not fit.
    pub search: SearchWith,
    /// The same, where some of its parts are told apart by nothing, with one state for all that become each other when
    /// those change places.
    pub by_symmetry: Option<SearchWith>,
}

impl ReferenceModel {
    /// The model of this name; hyphens, underscores and capitals make no difference.
    pub fn of(name: &str) -> Option<&'static ReferenceModel> {
        let plain = |name: &str| name.to_lowercase().replace(['-', '_'], "");
        let wanted = plain(name);
        CATALOGUE
            .iter()
            .copied()
            .find(|model| plain(model.id) == wanted || model.names.iter().any(|other| plain(other) == wanted))
    }

    /// Whether there is one value for each constant, within its range.
    pub fn admits(&self, values: &[u32]) -> bool {
        let in_range = |(constant, value): (&Constant, &u32)| (constant.minimum..=constant.maximum).contains(value);
        values.len() == self.constants.len() && self.constants.iter().zip(values).all(in_range)
    }

    /// The default value of each constant.
    pub fn defaults(&self) -> Vec<u32> {
        self.constants.iter().map(|constant| constant.default).collect()
    }
}

/// The same with one state for all that stand for each other. An error says why not.
fn searched_by_symmetry<M: Symmetric>(model: M, options: Options, watch: &mut Watch) -> Searched {
    let reduced = Reduced::of(model).ok_or_else(|| "a property of it looks at more than states".to_owned())?;
    Ok(searched(&reduced, options, watch))
}

/// Searches a model to its end, or until the watcher has seen enough.
fn searched<M: Model>(model: &M, options: Options, watch: &mut Watch) -> Report<()> {
    Search::new(model, options).run_watched(watch).without_states()
}
