//! A lease as a bar that runs down with the pen.

use super::super::Stage;
use faultline::say;
use faultline::scenario::words::span;
use faultline::sim::show::Lease;
use faultline::sim::time::{Instant, Span};
use faultline::text::{Language, Text};
use web_sys::Element;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct LeaseProps {
    pub stage: Stage,
    pub lease: Lease,
    /// Only the bar with what is left, for a row of a table.
    #[prop_or_default]
    pub short: bool,
}

/// What moves while the pen does, and what it is drawn from.
#[derive(Clone)]
struct Hand {
    bar: NodeRef,
    words: NodeRef,
    lease: Lease,
    short: bool,
    language: Language,
}

impl Hand {
    fn draw(&self, now: Instant) {
        let left = self.lease.ends.since(now);
        let thousandths = left.as_micros() * 1_000 / self.lease.length.as_micros().max(1);
        if let Some(bar) = self.bar.cast::<Element>() {
            // It can only fail for a name that is none.
            drop(bar.set_attribute("width", &format!("{}.{}%", thousandths / 10, thousandths % 10)));
        }
        if let Some(words) = self.words.cast::<Element>() {
            words.set_text_content(Some(self.words(left).in_language(self.language)));
        }
    }

    fn words(&self, left: Span) -> Text {
        if left == Span::ZERO {
            return Text::new("lease over", "租约已到期");
        }
        let (left, length) = (span(readable(left)), span(readable(self.lease.length)));
        match self.short {
            true => say!("{left}", "{left}"),
            false => say!("{left} of {length} left", "租期 {length}，剩 {left}"),
        }
    }
}

/// No more than three digits change while it runs down: tenths of seconds, or milliseconds.
fn readable(left: Span) -> Span {
    let unit = match left.as_micros() {
        0..1_000 => 1,
        1_000..1_000_000 => 1_000,
        _ => 100_000,
    };
    Span::micros(left.as_micros().div_ceil(unit) * unit)
}

#[component]
pub fn LeaseBar(props: &LeaseProps) -> Html {
    let LeaseProps { stage, lease, short } = props;
    let (bar, words) = (use_node_ref(), use_node_ref());
    let hand = Hand { bar: bar.clone(), words: words.clone(), lease: *lease, short: *short, language: stage.language };
    let (axis, pen) = (stage.axis.clone(), stage.pen.clone());
    // The scene stands until the next event: the pen may be ahead of it, but not past that.
    let from = stage.scene.at;
    let next = stage.scene.event + 1;
    let until = if next < stage.run.len() { stage.run.trace.event(next).at.max(from) } else { from };
    use_effect_with((axis, from, until, *lease, stage.language), move |(axis, from, until, ..)| {
        let (axis, from, until) = (axis.clone(), *from, *until);
        let draw = move |px: f64| hand.draw(axis.instant(px).clamp(from, until));
        draw(pen.position());
        let listening = pen.listen(draw);
        move || drop(listening)
    });
    html! {
        <span class={if *short { "lease short" } else { "lease" }}>
            <svg aria-hidden="true"><rect class="track" width="100%" height="100%" /><rect ref={bar} class="left" height="100%" /></svg>
            <span ref={words} class="words" />
        </span>
    }
}
