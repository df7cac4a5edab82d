//! What takes long enough to be reported on and stopped: searches and samplings, as they are asked for, under way, and as
//! far as they are known. Whoever carries them out does so in slices: the worker, or the page where there is none.

use super::catalogue::Catalogue;
use super::checked::{self, Checking};
use super::comparing::{Compared, Comparing};
use super::explore::{self, Reach, Reached, Search, Standing};
use super::link::Link;
use super::load_test::{LoadReport, LoadTest};
use super::sampling::{Sampling, Survey};
use crate::protocols::COMPARISONS;
use crate::sim::time::Instant;
use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// The fewest faults that break a property.
    Explore(explore::Question),
    /// How few faults suffice from each of these instants on; the question's own instant is not looked at.
    Reach(explore::Question, Vec<Instant>),
    /// Every order, without time.
    Check(checked::Question),
    /// The scenario of this link under so many seeds.
    Sample(String, u32),
    /// The comparison of this id under so many seeds.
    Compare(String, u32),
    /// The scenario of this link under so many requests.
    LoadTest(String, u32),
}

/// A task as far as it is known what comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    Explored(explore::Account),
    /// By instant, in order.
    Reached(Vec<(Instant, Reached)>),
    Checked(checked::Account),
    Sampled(Survey),
    Compared(Compared),
    LoadTested(LoadReport),
}

/// A task under way. [`Work::go_on`] takes it further.
pub enum Work {
    Explore(Box<Search>),
    Reach(Box<Reach>),
    Check(Box<Checking>),
    Sample(Box<Sampling>),
    Compare(Box<Comparing>),
    LoadTest(Box<LoadTest>),
}

impl Task {
    /// The same with no more memory than so much, by estimate.
    #[must_use]
    pub fn within(mut self, memory_bytes_max: u64) -> Task {
        let memory = match &mut self {
            Task::Explore(question) | Task::Reach(question, _) => &mut question.bounds.memory_bytes_max,
            Task::Check(question) => &mut question.bounds.memory_bytes_max,
            Task::Sample(..) | Task::Compare(..) | Task::LoadTest(..) => return self,
        };
        *memory = memory_bytes_max.min(*memory);
        self
    }
}

impl Work {
    /// Begins it; none if the task cannot be read.
    pub fn begin(task: &Task, catalogue: Catalogue) -> Option<Work> {
        Some(match task {
            Task::Explore(question) => Work::Explore(Box::new(Search::new(question.ask(catalogue).ok()?))),
            Task::Reach(question, instants) => {
                Work::Reach(Box::new(Reach::new(question.ask(catalogue).ok()?, instants.clone())))
            }
            Task::Check(question) => Work::Check(Box::new(Checking::new(question.ask(catalogue).ok()?))),
            Task::Sample(link, seeds) => {
                Work::Sample(Box::new(Sampling::new(Link::read(link, catalogue).ok()?.scenario, *seeds)))
            }
            Task::Compare(id, seeds) => {
                let comparison = COMPARISONS.iter().find(|comparison| comparison.id == id)?;
                Work::Compare(Box::new(Comparing::new(comparison, *seeds, catalogue).ok()?))
            }
            Task::LoadTest(link, requests) => {
                Work::LoadTest(Box::new(LoadTest::new(&Link::read(link, catalogue).ok()?.scenario, *requests)?))
            }
        })
    }

    /// Goes on for about so many steps of runs, or by a batch of states; says whether it is done.
    pub fn go_on(&mut self, steps: u32) -> bool {
        match self {
            Work::Explore(search) => search.go_on(steps) != Standing::Searching,
            Work::Reach(reach) => reach.go_on(steps),
            Work::Check(checking) => checking.go_on(),
            Work::Sample(sampling) => sampling.go_on(steps),
            Work::Compare(comparing) => comparing.go_on(steps),
            Work::LoadTest(test) => test.go_on(steps),
        }
    }

    /// What is known so far.
    pub fn answer(&self) -> Answer {
        match self {
            Work::Explore(search) => Answer::Explored(explore::Account::of(search)),
            Work::Reach(reach) => Answer::Reached(reach.reached().collect()),
            Work::Check(checking) => Answer::Checked(checked::Account::of(checking)),
            Work::Sample(sampling) => Answer::Sampled(sampling.survey()),
            Work::Compare(comparing) => Answer::Compared(comparing.compared()),
            Work::LoadTest(test) => Answer::LoadTested(test.report()),
        }
    }
}
