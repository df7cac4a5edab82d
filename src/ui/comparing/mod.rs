//! The page of a comparison: all ways to do one thing, measured when somebody looks. It is made of tables, in which each
//! number opens a run that shows it, and of charts of the same numbers.

mod chart;
mod figure;
mod table;

use super::address;
use super::context::Laboratory;
use super::environment;
use super::lab::background::{Background, News};
use super::sharing::snippet;
use super::store::ComparisonHandle;
use faultline::protocols::comparison::{Column, Comparison, Load, Trial, Way};
use faultline::say;
use faultline::scenario::comparing::{self, Compared};
use faultline::scenario::explore::grouped;
use faultline::scenario::sampling::Survey;
use faultline::scenario::work::{Answer, Task};
use faultline::text::{Language, Text};
use std::rc::Rc;
use yew::prelude::*;

/// Enough for a median that more do not move by much, and soon there.
const SEEDS: u32 = 40;

/// How high a frame is in which a comparison stands, in pixels.
const FRAME_HEIGHT_PX: u32 = 640;

#[derive(Clone, PartialEq, Properties)]
pub struct ComparingProps {
    pub laboratory: Laboratory,
    pub comparison: ComparisonHandle,
}

/// What is shown of it.
#[derive(Clone, PartialEq)]
enum Known {
    Nothing,
    Some(Rc<Compared>),
    /// The browser gave no more memory, or page and worker do not belong together.
    Lost,
}

#[component]
pub fn Comparing(ComparingProps { laboratory, comparison }: &ComparingProps) -> Html {
    let known = use_state_eq(|| Known::Nothing);
    {
        let known = known.clone();
        use_effect_with(*comparison, move |comparison| {
            known.set(Known::Nothing);
            let background = Background::new(Callback::from(move |news| match news {
                News::Worked { answer, .. } => {
                    if let Answer::Compared(compared) = *answer {
                        known.set(Known::Some(Rc::new(compared)));
                    }
                }
                News::WorkLost { .. } => known.set(Known::Lost),
                News::Ran { .. } | News::Scene(_) => {}
            }));
            background.work(0, Task::Compare(comparison.0.id.to_owned(), SEEDS));
            move || background.dismiss()
        });
    }
    let comparison = comparison.0;
    let compared = match &*known {
        Known::Some(compared) => Some(&**compared),
        _ => None,
    };
    html! {
        <main class="page comparison">
            <h1 class="question">{ laboratory.words(&comparison.question) }</h1>
            <p class="prose">{ laboratory.words(&comparison.about) }</p>
            { progress(laboratory, &known) }
            { for (0..comparison.trials.len()).map(|place| section(Tried { laboratory, comparison, place, compared })) }
            if !laboratory.state.frame.embedded { { snippets(laboratory, comparison) } }
        </main>
    }
}

/// How much of it is measured.
fn progress(laboratory: &Laboratory, known: &Known) -> Html {
    let (done, of) = match known {
        Known::Lost => {
            let lost = Text::new(
                "The measuring ended early, most likely because the browser gave it no more memory. Please reload the page.",
                "测量中途结束，多半是浏览器没有更多内存可用。请重新加载页面。",
            );
            return html! { <p role="alert">{ laboratory.words(&lost) }</p> };
        }
        Known::Nothing => (0, None),
        Known::Some(compared) => (compared.cells.len() as u32, Some(compared.of)),
    };
    let seeds = grouped(SEEDS.into());
    let said = match of {
        Some(of) if done >= of => say!(
            "Measured here and now, each line under {seeds} seeds.",
            "以上数字均为此刻在本页测得，每行运行 {seeds} 个种子。"
        ),
        _ => say!("Measuring: each line under {seeds} seeds …", "正在测量：每行运行 {seeds} 个种子……"),
    };
    html! {
        <p class="measuring muted small" role="status">
            <span>{ laboratory.words(&said) }</span>
            if of.is_none_or(|of| done < of) {
                <progress max={of.unwrap_or(1).to_string()} value={done.to_string()}
                    aria-label={laboratory.words(&Text::new("Measured so far", "测量进度"))}></progress>
            }
        </p>
    }
}

/// One trial with what is known of it.
#[derive(Clone, Copy)]
struct Tried<'a> {
    laboratory: &'a Laboratory,
    comparison: &'static Comparison,
    place: usize,
    compared: Option<&'a Compared>,
}

/// A way under a load.
#[derive(Clone, Copy)]
struct Row<'a> {
    way: &'static Way,
    load: &'static Load,
    /// Whether it is the first of its way.
    is_first: bool,
    survey: Option<&'a Survey>,
}

impl<'a> Tried<'a> {
    fn trial(self) -> &'static Trial {
        &self.comparison.trials[self.place]
    }

    fn rows(self) -> impl Iterator<Item = Row<'a>> {
        self.comparison.ways.iter().enumerate().flat_map(move |(way_place, way)| {
            self.trial().loads.iter().enumerate().map(move |(place, load)| {
                let cell = |compared: &'a Compared| compared.cell(self.comparison, self.place, way_place, place);
                Row { way, load, is_first: place == 0, survey: self.compared.and_then(cell) }
            })
        })
    }

    /// What a column is called, as soon as one of its figures is known.
    fn name(self, column: Column) -> Text {
        let example = self.rows().find_map(|row| comparing::figure(row.survey?, column));
        figure::name(column, example)
    }

    fn words(self, text: &Text) -> String {
        self.laboratory.words(text)
    }
}

fn section(tried: Tried) -> Html {
    let trial = tried.trial();
    html! {
        <section class="tried" key={tried.place}>
            <h2>{ tried.words(&trial.title) }</h2>
            <p class="prose muted">{ tried.words(&trial.note) }</p>
            { table::table(tried) }
            { chart::charts(tried) }
        </section>
    }
}

/// The two lines with which others show it: a link, and a frame for a post.
fn snippets(laboratory: &Laboratory, comparison: &Comparison) -> Html {
    let language = laboratory.language();
    let tag = if language == Language::English { "en" } else { "zh" };
    let link = format!("{}{}", environment::base_address(), address::of_comparison(comparison.id));
    let title = comparison.question.in_language(language);
    let frame = snippet::plain_frame(&format!("{link}?embed=1&lang={tag}"), title, FRAME_HEIGHT_PX);
    let lines = [(Text::new("Link", "链接"), link), (Text::new("In a post", "嵌入文章"), frame)];
    html! {
        <section class="tried">
            <h2>{ laboratory.words(&Text::new("Pass it on", "分享")) }</h2>
            <dl class="passed">{ for lines.into_iter().map(|(name, text)| html! {
                <>
                    <dt>{ laboratory.words(&name) }</dt>
                    <dd><pre class="notation" tabindex="0">{ text }</pre></dd>
                </>
            }) }</dl>
        </section>
    }
}
