//! What a comparison says: several ways to do the same thing, under the same loads, faults and seeds.

use super::Family;
use crate::text::Text;

/// Ways to do one thing, side by side.
pub struct Comparison {
    /// Lower case, words joined by hyphens; links and the command line use it.
    pub id: &'static str,
    pub family: Family,
    /// What is asked.
    pub question: Text,
    /// What is the same for all, and how to read the numbers: one paragraph.
    pub about: Text,
    pub ways: &'static [Way],
    pub trials: &'static [Trial],
}

/// One of the ways that are compared.
pub struct Way {
    pub name: Text,
    /// What each of its links begins with: the protocol's id.
    pub protocol: &'static str,
    /// The parameters that make it this way, as links write them.
    pub parameters: &'static [&'static str],
    /// The crash that costs it most, and its end, as links write faults.
    pub worst: &'static [&'static str],
}

/// One table: every way under each of the loads.
pub struct Trial {
    pub title: Text,
    pub note: Text,
    pub loads: &'static [Load],
    pub columns: &'static [Column],
}

/// What the ways are put under.
pub struct Load {
    /// Short, as it stands beside a number: "4 clients". Empty where there is only one load.
    pub name: Text,
    /// What links say of it.
    pub link: &'static [&'static str],
    /// Whether each way's own worst crash comes on top.
    pub with_worst: bool,
}

/// What a table shows of each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// A measured cost, by its id.
    Cost(&'static str),
    /// In how many runs a property failed, by its id.
    Failed(&'static str),
    /// Which of all that the way claims failed in any run.
    Guarantees,
}

impl Load {
    /// One in which nothing of its own goes wrong.
    pub const fn of(name: Text, link: &'static [&'static str]) -> Load {
        Load { name, link, with_worst: false }
    }
}

impl Way {
    /// The link of this way under a load.
    pub fn under(&self, load: &Load) -> String {
        let worst = if load.with_worst { self.worst } else { &[] };
        let said: Vec<&str> = [self.parameters, load.link, worst].concat();
        let mark = if said.is_empty() { "" } else { "?" };
        format!("1/{}{mark}{}", self.protocol, said.join("&"))
    }
}
