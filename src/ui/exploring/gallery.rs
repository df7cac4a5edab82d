//! The protocol's deliberate mistakes: one press switches one on and searches for the shortest way in which it breaks.

use super::answer::answer;
use super::deed::Deed;
use super::inquiry::Asked;
use crate::ui::address::CATALOGUE;
use crate::ui::context::Laboratory;
use crate::ui::store::Action;
use faultline::protocols::Parameter;
use faultline::protocols::parameter::Choice;
use faultline::scenario::explore::Question;
use faultline::scenario::work::Task;
use faultline::text::Text;
use yew::prelude::*;

/// The list; nothing where a protocol has no mistakes.
pub fn gallery(laboratory: &Laboratory) -> Html {
    let protocol = laboratory.state.bench.run.scenario.protocol;
    let all = protocol
        .parameters()
        .iter()
        .flat_map(|parameter| parameter.mistakes().map(move |mistake| (parameter, mistake)));
    let mistakes: Vec<(&'static Parameter, &'static Choice)> = all.collect();
    if mistakes.is_empty() {
        return Html::default();
    }
    html! {
        <section class="gallery">
            <h2>{ laboratory.words(&Text::new("Deliberate mistakes", "故意的错误")) }</h2>
            <p class="help">{ laboratory.words(&Text::new(
                "Each is one wrong line of the protocol. A press switches it on, in a run of its own without faults, and looks for the fewest faults that bring it out.",
                "每一项都是协议中写错的一行。点一下，就会在一次没有故障的运行里打开它，并找出最少要哪些故障才会让它暴露。",
            )) }</p>
            <ul>{ for mistakes.into_iter().map(|(parameter, mistake)| row(laboratory, parameter, mistake)) }</ul>
        </section>
    }
}

fn row(laboratory: &Laboratory, parameter: &'static Parameter, mistake: &'static Choice) -> Html {
    let bench = &laboratory.state.bench;
    let protocol = bench.run.scenario.protocol;
    let press = laboratory.act.on(move |_: MouseEvent| {
        let (scenario, question) = Question::of_mistake(CATALOGUE, protocol, parameter, mistake);
        let task = Task::Explore(question);
        Action::Explore(Deed::Ask(Box::new(Asked {
            task,
            scenario,
            from: None,
            entry: None,
            mistake: Some(mistake.key),
        })))
    });
    let properties = protocol.properties();
    let breaks = properties.iter().find(|property| Some(property.id) == mistake.breaks);
    let inquiry = laboratory.state.inquiry.as_ref().filter(|inquiry| {
        inquiry.asked.mistake == Some(mistake.key) && inquiry.asked.scenario.protocol.id() == protocol.id()
    });
    html! {
        <li key={mistake.key}>
            <div class="wrong-line">
                <span class="name">{ laboratory.words(&mistake.name) }</span>
                if let Some(property) = breaks { <span class="muted">{ laboratory.words(&property.title) }</span> }
                <button type="button" class="button" id={format!("explore-{}", mistake.key)} onclick={press}
                    aria-label={format!("{}: {}", laboratory.words(&BREAK_IT), laboratory.words(&mistake.name))}>
                    { laboratory.words(&BREAK_IT) }
                </button>
            </div>
            if let Some(inquiry) = inquiry { <div class="found">{ answer(laboratory, inquiry) }</div> }
        </li>
    }
}

const BREAK_IT: Text = Text::new("Show how it breaks", "看它如何出错");
