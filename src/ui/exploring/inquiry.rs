//! What was asked of a search, and what is known of the answer.

use crate::ui::shared::Shared;
use crate::ui::store::{EntryHandle, Place, Section, State};
use faultline::check::Property;
use faultline::check::search::End;
use faultline::say;
use faultline::scenario::Scenario;
use faultline::scenario::explore::{Break, FAULTS_IN_ALL_MAX, Standing, grouped};
use faultline::scenario::run::Run;
use faultline::scenario::work::{Answer, Task};
use faultline::sim::time::Instant;
use faultline::text::Text;

/// A task, with what it is about.
#[derive(Clone)]
pub struct Asked {
    pub task: Task,
    /// The scenario that the task's link says.
    pub scenario: Scenario,
    /// Faults are added only after this instant.
    pub from: Option<Instant>,
    /// The catalogue scenario that stands on the page: what is found keeps its question.
    pub entry: Option<EntryHandle>,
    /// The deliberate mistake that is switched on for the search.
    pub mistake: Option<&'static str>,
}

/// Where a search has got to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    UnderWay,
    Answered,
    /// By the visitor.
    Stopped,
    /// Whoever searched is gone: the browser gave it no more memory.
    Lost,
}

/// A search that was asked for.
#[derive(Clone)]
pub struct Inquiry {
    /// No other has it.
    pub number: u32,
    pub asked: Asked,
    /// What was on the screen then.
    pub run: Shared<Run>,
    pub course: Course,
    /// The latest that was heard; nothing was at first.
    pub answer: Option<Answer>,
    /// How long it has taken, in real microseconds.
    pub took_micros: u64,
}

impl Asked {
    /// Whether it is asked for the strip under the scrubber, not for the section.
    pub fn is_for_strip(&self) -> bool {
        matches!(self.task, Task::Reach(..))
    }
}

impl Inquiry {
    pub fn is_under_way(&self) -> bool {
        self.course == Course::UnderWay
    }

    /// The first break that was found.
    pub fn found(&self) -> Option<&Break> {
        match self.answer.as_ref()? {
            Answer::Explored(account) => account.breaks.first(),
            Answer::Checked(account) => account.broken()?.opens.as_ref(),
            Answer::Reached(_) | Answer::Sampled(_) | Answer::Compared(_) | Answer::LoadTested(_) => None,
        }
    }

    /// The property that was broken first.
    pub fn broken(&self) -> Option<&'static Property> {
        let id = match self.answer.as_ref()? {
            Answer::Explored(account) => &account.breaks.first()?.property,
            Answer::Checked(account) => &account.broken()?.property,
            Answer::Reached(_) | Answer::Sampled(_) | Answer::Compared(_) | Answer::LoadTested(_) => return None,
        };
        self.property(id)
    }

    /// The property of that id.
    pub fn property(&self, id: &str) -> Option<&'static Property> {
        self.asked.scenario.property(id).ok()
    }

    /// The answer in a sentence; none while it is searched for.
    pub fn said(&self) -> Option<Text> {
        Some(match (self.course, &self.answer) {
            (Course::UnderWay, _) => return None,
            (Course::Answered, Some(answer)) => self.answered(answer),
            (Course::Stopped, Some(answer)) => stopped(answer),
            (Course::Stopped, None) => Text::new("Stopped before the first run", "尚未开始运行就已停止"),
            (Course::Answered | Course::Lost, _) => LOST,
        })
    }

    fn answered(&self, answer: &Answer) -> Text {
        let broken = self.broken().map(|property| &property.title);
        match (answer, broken) {
            (Answer::Explored(account), Some(title)) => {
                let little = account.breaks.first().map_or(Text::same(""), Break::sentence);
                say!("It can: “{title}” is violated. {little}.", "会：“{}”被违反。{}。", title.zh, little.zh)
            }
            (Answer::Checked(account), Some(title)) => {
                let sentence = &account.sentence;
                say!("It can: “{title}” is violated. {sentence}.", "会：“{}”被违反。{}。", title.zh, sentence.zh)
            }
            (Answer::Explored(account), None) => account.sentence.clone(),
            (Answer::Checked(account), None) => account.sentence.clone(),
            (Answer::Sampled(survey), _) => survey.sentence(),
            (Answer::LoadTested(report), _) => report.sentence(),
            (Answer::Reached(_) | Answer::Compared(_), _) => {
                Text::new("How few faults suffice is known for every beat", "每个关键步需要的最少故障数已全部算出")
            }
        }
    }

    /// The same question with one fault more, where everything with fewer was tried.
    pub fn one_more(&self) -> Option<Asked> {
        let more = |covered: u8| covered.checked_add(1).filter(|more| *more <= FAULTS_IN_ALL_MAX);
        let mut task = self.asked.task.clone();
        match (self.answer.as_ref()?, &mut task) {
            (Answer::Explored(account), Task::Explore(question)) if account.standing == Standing::Covered => {
                question.at_most = Some(more(account.covered?)?);
            }
            (Answer::Checked(account), Task::Check(question))
                if account.end == Some(End::Complete) && account.broken().is_none() && !question.faults.is_empty() =>
            {
                question.at_most = Some(more(question.at_most?)?);
            }
            _ => return None,
        }
        Some(Asked { task, ..self.asked.clone() })
    }
}

const LOST: Text = Text::new(
    "The search ended without an answer, most likely because the browser gave it no more memory. Ask for fewer faults, or fewer kinds.",
    "搜索中途结束，没有得到答案，多半是浏览器没有更多内存可用。请减少故障的个数或种类。",
);

/// Where a search stood when the visitor stopped it.
fn stopped(answer: &Answer) -> Text {
    match answer {
        Answer::Explored(account) => account.stopped(),
        Answer::Checked(account) => {
            let (states, depth) = (grouped(account.states), account.depth);
            say!(
                "Stopped after {states} states, on level {depth}; nothing broke so far",
                "已停止，共 {states} 个状态，到第 {depth} 层；目前没有发现问题"
            )
        }
        Answer::Sampled(survey) => survey.sentence(),
        Answer::LoadTested(report) => report.stopped(),
        Answer::Reached(_) | Answer::Compared(_) => {
            Text::new("Stopped: of some beats it is not known", "已停止：部分关键步尚未算出")
        }
    }
}

/// A new search in place of the one before: of what is asked for the strip, the section keeps its answer, and the other
/// way round; but only one goes on at a time.
pub fn begin(state: &mut State, asked: Asked) {
    stop(state);
    // Whoever asks on the front page goes on with the run on a page of its own.
    if state.place == Place::Front {
        state.place = Place::Scenario;
        state.visits += 1;
    }
    let numbers = [&state.inquiry, &state.strip].into_iter().flatten().map(|inquiry| inquiry.number);
    let number = numbers.max().map_or(0, |number| number.wrapping_add(1));
    let for_strip = asked.is_for_strip();
    let run = state.bench.run.clone();
    let inquiry = Inquiry { number, asked, run, course: Course::UnderWay, answer: None, took_micros: 0 };
    if for_strip {
        state.strip = Some(Shared::new(inquiry));
    } else {
        state.bench.touch();
        state.bench.playing = false;
        state.bench.section = Some(Section::Explore);
        state.bench.sheet = true;
        state.inquiry = Some(Shared::new(inquiry));
    }
}

/// The search that goes on, if one does.
pub fn under_way(state: &State) -> Option<&Shared<Inquiry>> {
    [&state.inquiry, &state.strip].into_iter().flatten().find(|inquiry| inquiry.is_under_way())
}

/// What is known of the search that goes on.
pub fn hear(state: &mut State, answer: Answer, done: bool, took_micros: u64) {
    let Some(inquiry) = under_way(state) else { return };
    let course = if done { Course::Answered } else { Course::UnderWay };
    let inquiry = Inquiry { course, answer: Some(answer), took_micros, ..(**inquiry).clone() };
    put(state, inquiry);
}

/// The search that goes on ends before it has an answer.
pub fn end(state: &mut State, course: Course) {
    let Some(inquiry) = under_way(state) else { return };
    let inquiry = Inquiry { course, ..(**inquiry).clone() };
    put(state, inquiry);
}

/// Stops what goes on, by the visitor's will.
pub fn stop(state: &mut State) {
    end(state, Course::Stopped);
}

fn put(state: &mut State, inquiry: Inquiry) {
    let said = inquiry.said();
    let slot = if inquiry.asked.is_for_strip() { &mut state.strip } else { &mut state.inquiry };
    *slot = Some(Shared::new(inquiry));
    if let Some(said) = said {
        state.say(said);
    }
}
