//! What was asked of the search, and what is known of the answer.

use crate::ui::shared::Shared;
use crate::ui::store::{EntryHandle, Place, State};
use faultline::check::Property;
use faultline::say;
use faultline::scenario::Scenario;
use faultline::scenario::explore::{Account, FAULTS_IN_ALL_MAX, Question, Standing};
use faultline::sim::time::Instant;
use faultline::text::Text;

/// A question, with what it is about.
#[derive(Clone)]
pub struct Asked {
    pub question: Question,
    /// The scenario that the question's link says.
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
    pub course: Course,
    /// The latest that was heard; nothing was at first.
    pub account: Option<Account>,
    /// How long it has taken, in real microseconds.
    pub took_micros: u64,
}

impl Inquiry {
    pub fn is_under_way(&self) -> bool {
        self.course == Course::UnderWay
    }

    /// The property that was broken.
    pub fn broken(&self) -> Option<&'static Property> {
        let id = &self.account.as_ref()?.breaks.first()?.property;
        self.asked.scenario.protocol.properties().iter().find(|property| property.id == id)
    }

    /// The answer in a sentence; none while it is searched for.
    pub fn answer(&self) -> Option<Text> {
        let account = self.account.as_ref();
        Some(match (self.course, account, self.broken()) {
            (Course::UnderWay, ..) => return None,
            (Course::Answered, Some(account), Some(property)) => {
                let (little, title) = (account.breaks.first()?.sentence(), &property.title);
                say!("It can: “{title}” is violated. {little}.", "会：“{}”被违反。{}。", title.zh, little.zh)
            }
            (Course::Answered, Some(account), None) => account.sentence.clone(),
            (Course::Stopped, Some(account), _) => account.stopped(),
            (Course::Stopped, None, _) => Text::new("Stopped before the first run", "尚未开始运行就已停止"),
            (Course::Answered | Course::Lost, ..) => Text::new(
                "The search ended without an answer, most likely because the browser gave it no more memory. Ask for fewer faults, or fewer kinds.",
                "搜索中途结束，没有得到答案，多半是浏览器没有更多内存可用。请减少故障的个数或种类。",
            ),
        })
    }

    /// The same question with one fault more, where everything with fewer was tried.
    pub fn one_more(&self) -> Option<Asked> {
        let covered = self.account.as_ref().filter(|account| account.standing == Standing::Covered)?.covered?;
        let more = covered.checked_add(1).filter(|more| *more <= FAULTS_IN_ALL_MAX)?;
        let question = Question { at_most: Some(more), ..self.asked.question.clone() };
        Some(Asked { question, ..self.asked.clone() })
    }
}

/// A new search in place of the one before.
pub fn begin(state: &mut State, asked: Asked) {
    // Whoever asks on the front page goes on with the run on a page of its own.
    if state.place == Place::Front {
        state.place = Place::Scenario;
        state.visits += 1;
    }
    let number = state.inquiry.as_ref().map_or(0, |inquiry| inquiry.number.wrapping_add(1));
    let inquiry = Inquiry { number, asked, course: Course::UnderWay, account: None, took_micros: 0 };
    state.inquiry = Some(Shared::new(inquiry));
}

/// How the search stands.
pub fn hear(state: &mut State, account: Account, took_micros: u64) {
    let Some(inquiry) = &state.inquiry else { return };
    let course = if account.standing == Standing::Searching { Course::UnderWay } else { Course::Answered };
    let inquiry = Inquiry { course, account: Some(account), took_micros, ..(**inquiry).clone() };
    put(state, inquiry);
}

/// The search ends before it has an answer.
pub fn end(state: &mut State, course: Course) {
    let Some(inquiry) = &state.inquiry else { return };
    let inquiry = Inquiry { course, ..(**inquiry).clone() };
    put(state, inquiry);
}

fn put(state: &mut State, inquiry: Inquiry) {
    let answer = inquiry.answer();
    state.inquiry = Some(Shared::new(inquiry));
    if let Some(answer) = answer {
        state.say(answer);
    }
}
