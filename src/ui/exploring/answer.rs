//! How a search stands, and what it found: the faults in words, why that breaks the property, and the run to open; or
//! what was covered.

use super::deed::Deed;
use super::inquiry::{Course, Inquiry};
use super::load::load;
use super::survey::survey;
use crate::ui::address::CATALOGUE;
use crate::ui::context::Laboratory;
use crate::ui::store::Action;
use faultline::say;
use faultline::scenario::checked;
use faultline::scenario::explore::{Break, grouped, in_words};
use faultline::scenario::link::Link;
use faultline::scenario::words::instant;
use faultline::scenario::work::{Answer, Task};
use faultline::text::Text;
use yew::prelude::*;

/// The whole of it.
pub fn answer(laboratory: &Laboratory, inquiry: &Inquiry) -> Html {
    let found = inquiry.found().filter(|_| !inquiry.is_under_way());
    let broken = inquiry.broken().filter(|_| inquiry.course == Course::Answered);
    html! {
        <>
            { question(laboratory, inquiry) }
            if let Some(said) = inquiry.said() {
                <p class={classes!("outcome", broken.map(|_| "broken"))}>{ laboratory.words(&said) }</p>
            }
            if let Some(found) = found { { draw_break(laboratory, inquiry, found) } }
            { one_more(laboratory, inquiry) }
            if inquiry.is_under_way() { { progress(laboratory, inquiry) } }
            { match &inquiry.answer {
                Some(Answer::Explored(account)) => figures(laboratory, &account.figures(inquiry.took_micros)),
                Some(Answer::Checked(account)) => html! {
                    <>
                        { figures(laboratory, &account.figures(inquiry.took_micros)) }
                        { verdicts(laboratory, inquiry, account) }
                    </>
                },
                Some(Answer::Sampled(sampled)) => survey(laboratory, inquiry, sampled),
                Some(Answer::LoadTested(report)) => load(laboratory, inquiry, report),
                Some(Answer::Reached(_) | Answer::Compared(_)) | None => Html::default(),
            } }
        </>
    }
}

/// What was asked, in a line: the form may say something else by now.
fn question(laboratory: &Laboratory, inquiry: &Inquiry) -> Html {
    let asked = &inquiry.asked;
    let (properties, how) = match &asked.task {
        Task::Explore(question) | Task::Reach(question, _) => {
            let from = match asked.from {
                None => Text::new("anywhere in the run", "整个运行过程"),
                Some(from) => {
                    let from = instant(from);
                    say!("after {from}", "{from} 之后")
                }
            };
            (&question.properties[..], from)
        }
        Task::Check(question) => {
            (&question.properties[..], Text::new("every order, without time", "任意次序，不计时间"))
        }
        Task::Sample(_, seeds) | Task::Compare(_, seeds) => {
            let (first, seeds) = (asked.scenario.seed, grouped((*seeds).into()));
            (&[][..], say!("{seeds} seeds, from {first} upwards", "从 {first} 起的 {seeds} 个种子"))
        }
        Task::LoadTest(_, requests) => {
            let requests = grouped((*requests).into());
            let same = say!(
                "{requests} requests, with the parameters, the seed and the faults of the run on screen; only statistics are kept",
                "{requests} 个请求，参数、种子、故障均与屏幕上的运行相同；只保留统计结果"
            );
            (&[][..], same)
        }
    };
    let property = properties.first().and_then(|id| inquiry.property(id));
    let property = match (property, &asked.task) {
        (Some(property), _) => property.title.clone(),
        (None, Task::Sample(..)) => Text::new("All properties and costs", "所有性质与代价"),
        (None, Task::LoadTest(..)) => Text::new("Load test", "压测"),
        (None, _) => Text::new("Any safety property", "所有安全性质"),
    };
    let changed = asked.mistake.is_none() && asked.scenario != laboratory.state.bench.run.scenario;
    html! {
        <p class="muted small">
            { laboratory.words(&property) }{ " · " }{ laboratory.words(&how) }
            if let (Task::Check(_), false) = (&asked.task, asked.scenario.faults.is_empty()) {
                { " · " }{ laboratory.words(&Text::new("without the faults of this run: the search places its own", "不含这次运行自身的故障：搜索自行安排故障")) }
            }
            if changed { { " · " }{ laboratory.words(&Text::new("asked of another run than the one on screen", "针对的不是屏幕上的这次运行")) } }
        </p>
    }
}

/// While it goes on: how far it is, the faults being tried, and the shortest break so far.
fn progress(laboratory: &Laboratory, inquiry: &Inquiry) -> Html {
    let said = match &inquiry.answer {
        Some(Answer::Explored(account)) => account.sentence.clone(),
        Some(Answer::Checked(account)) => account.sentence.clone(),
        Some(Answer::Sampled(survey)) => survey.sentence(),
        Some(Answer::LoadTested(report)) => report.sentence(),
        Some(Answer::Reached(_) | Answer::Compared(_)) | None => Text::new("The search begins", "搜索开始"),
    };
    let trying = match &inquiry.answer {
        Some(Answer::Explored(account)) => in_words(&account.trying, &inquiry.asked.scenario),
        _ => Vec::new(),
    };
    let trying: Vec<String> = trying.iter().map(|fault| laboratory.words(fault)).collect();
    let so_far = inquiry.found().map(Break::sentence);
    html! {
        <>
            <p class="outcome">{ laboratory.words(&said) }</p>
            if let Some(so_far) = so_far {
                <p>{ laboratory.words(&say!("The shortest break so far: {so_far}", "目前最短的反例：{}", so_far.zh)) }</p>
            }
            if !trying.is_empty() { <p class="trying muted small">{ trying.join(" + ") }</p> }
        </>
    }
}

fn figures(laboratory: &Laboratory, figures: &[(Text, String)]) -> Html {
    html! {
        <dl class="figures">
            { for figures.iter().map(|(name, figure)| html! {
                <div><dt>{ laboratory.words(name) }</dt><dd>{ figure }</dd></div>
            }) }
        </dl>
    }
}

fn draw_break(laboratory: &Laboratory, inquiry: &Inquiry, found: &Break) -> Html {
    let faults = in_words(&found.added, &inquiry.asked.scenario);
    let link = found.opening(CATALOGUE);
    let link = link.map(|link| Link { entry: inquiry.asked.entry.map(|entry| entry.0), ..link });
    let onclick = inquiry.opening().map(|opening| {
        let act = laboratory.act.clone();
        Callback::from(move |event: MouseEvent| {
            // With a key held the browser opens the link elsewhere, as it does with any link.
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                act.emit(Action::Explore(Deed::Open(Box::new(opening.clone()))));
            }
        })
    });
    html! {
        <>
            <ol class="added">
                { for faults.iter().map(|fault| html! { <li>{ laboratory.words(fault) }</li> }) }
            </ol>
            <p class="why">{ laboratory.words(&found.why) }</p>
            if let Some(link) = link {
                <p>
                    <a class="button first" href={link.fragment()} {onclick}>
                        { laboratory.words(&Text::new("Open beside your run", "与您的运行并排打开")) }
                    </a>
                </p>
            }
        </>
    }
}

/// What became of each property over all runs.
fn verdicts(laboratory: &Laboratory, inquiry: &Inquiry, account: &checked::Account) -> Html {
    if account.verdicts.is_empty() {
        return Html::default();
    }
    let line = |verdict: &checked::Verdict| {
        let property = inquiry.property(&verdict.property)?;
        let unshown = matches!(verdict.judged, checked::Judged::Violated(_)) && verdict.opens.is_none();
        Some(html! {
            <tr key={property.id}>
                <th scope="row">{ laboratory.words(&property.title) }</th>
                <td>
                    { laboratory.words(&verdict.judged.words(property.kind)) }
                    if unshown { { laboratory.words(&Text::new("; no run that is played shows it", "；没有可播放的运行能展示它")) } }
                </td>
            </tr>
        })
    };
    html! {
        <>
            <table class="judged">
                <caption class="unseen">{ laboratory.words(&Text::new("What became of each property", "每条性质的结论")) }</caption>
                <tbody>{ for account.verdicts.iter().filter_map(line) }</tbody>
            </table>
            if let Some(identity) = &account.identity { <p class="muted small">{ laboratory.words(identity) }</p> }
        </>
    }
}

/// Where all was tried in vain: offers one fault more.
fn one_more(laboratory: &Laboratory, inquiry: &Inquiry) -> Html {
    let Some(asked) = inquiry.one_more() else { return Html::default() };
    let press = laboratory.act.on(move |_: MouseEvent| Action::Explore(Deed::Ask(Box::new(asked.clone()))));
    html! {
        <p>
            <button type="button" class="button" id="explore-more" onclick={press}>
                { laboratory.words(&Text::new("Allow one more", "再多允许一个")) }
            </button>
        </p>
    }
}
