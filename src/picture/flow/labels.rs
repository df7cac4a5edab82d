//! Labels: at the sending end, once per fan-out; the first mark of a kind carries its word. None overlaps another.
//!
//! Which labels a page would like to have is gathered here; [`super::place`] finds room for them. What finds none stays
//! in hand: when the pen stands at its event it is shown, and past ones in its way fade.

use super::draw::bar_side;
use super::lanes::{Area, Orientation, Point};
use super::marks::{Arrow, End, Mark, MarkKind, Shape, Target};
use super::place::{Anchor, Placing, Spot, Toward, Wanted};
use super::sheet::Sheet;
use super::words::{intervention, repeats, term};
use crate::sim::fault::Fault;
use crate::sim::payload::{Subject, Tone};
use crate::sim::trace::{EventIndex, FaultIndex};
use crate::sorted::SortedMap;
use crate::text::{Language, without_gloss};

/// A label with the room that it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The event at which it appears.
    pub event: EventIndex,
    pub target: Option<Target>,
    pub text: String,
    /// What it is painted as.
    pub class: &'static str,
    /// Its box on the sheet, by the estimate of [`crate::picture::letters`].
    pub area: Area,
    /// Which point of the text [`Label::point`] is.
    pub anchor: Anchor,
}

impl Label {
    /// Where the text's anchor stands: on its baseline.
    pub fn point(&self) -> Point {
        let x = match self.anchor {
            Anchor::Start => self.area.x,
            Anchor::Middle => self.area.x + self.area.width / 2.0,
            Anchor::End => self.area.x + self.area.width,
        };
        Point { x, y: self.area.y + self.area.height * 0.76 }
    }
}

/// The labels of one page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// None of them overlaps another.
    pub placed: Vec<Label>,
    /// Those that found no room, each where it would stand if it were alone.
    pub crowded: Vec<Label>,
}

impl Page {
    /// The labels to be seen while the pen stands at an event and a piece of the paper is in view: those of the event
    /// first, past ones where they leave room, none cut by the edge of the view, none that begins beyond `until`.
    pub fn visible(&self, sheet: &Sheet, at: EventIndex, (from, to): (f64, f64), until: f64) -> Vec<&Label> {
        let inside = |label: &&Label| {
            let (start, end) = sheet.geometry.along_of(&label.area);
            label.event <= at && start >= from && end <= to && start <= until
        };
        let mut shown: Vec<&Label> = self.placed.iter().filter(inside).filter(|label| label.event == at).collect();
        for label in self.crowded.iter().filter(inside).filter(|label| label.event == at) {
            if shown.iter().all(|other| !other.area.meets(&label.area)) {
                shown.push(label);
            }
        }
        let now = shown.len();
        for label in self.placed.iter().filter(inside).filter(|label| label.event != at) {
            if shown[..now].iter().all(|other| !other.area.meets(&label.area)) {
                shown.push(label);
            }
        }
        shown
    }
}

/// The labels that a page would like to have, about to be placed.
pub(super) fn placing(sheet: &Sheet, page: usize) -> Placing {
    let (from, to) = sheet.page_ends(page);
    let (run, axis, flow) = (sheet.run, sheet.axis, sheet.flow);
    let arrows = flow.arrows_starting(run, axis, from, to);
    let entering = flow.arrows_entering(run, axis, from);
    let points = flow.points(run, axis, from, to);
    let lasting = flow.lasting(run, axis, from, to);
    let gather = Gather { sheet, from };
    let mut wanted = gather.messages(&arrows);
    for mark in arrows.iter().chain(&entering) {
        if let Shape::Arrow(arrow) = &mark.shape {
            gather.ends(arrow, &mut wanted);
        }
    }
    for mark in points.iter().chain(&lasting) {
        wanted.extend(gather.word(mark));
    }
    wanted.retain(|wanted| wanted.along >= from && wanted.along < to);
    let obstacles = arrows.iter().chain(&entering).chain(&points).chain(&lasting);
    Placing::new(sheet, (from, to), wanted, obstacles)
}

/// How much later than the first of its kind a bar may begin to carry the word in its stead, in pixels along the axis.
const BESIDE_FIRST_PX: f64 = 96.0;

struct Gather<'a> {
    sheet: &'a Sheet<'a>,
    /// Where the page begins.
    from: f64,
}

impl Gather<'_> {
    fn word(&self, mark: &Mark) -> Option<Wanted> {
        let run = self.sheet.run;
        let trace = &run.trace;
        let geometry = self.sheet.geometry;
        let event_kind = |kind: MarkKind, event: EventIndex| self.is_first(kind, event).then_some((kind, event));
        let ((kind, event), spot, across, class, owned) = match (&mark.shape, mark.target) {
            (Shape::Durable { node, .. }, Some(Target::Event { event, .. })) => {
                (event_kind(MarkKind::Durable, event)?, Spot::Point, geometry.lane(*node), "label", None)
            }
            (Shape::Timer { node }, Some(Target::Event { event, .. })) => {
                (event_kind(MarkKind::Timer, event)?, Spot::Point, geometry.lane(*node), "label", None)
            }
            (Shape::Disconnected { node }, Some(Target::Event { event, .. })) => {
                (event_kind(MarkKind::Disconnected, event)?, Spot::Point, geometry.lane(*node), "label struck", None)
            }
            (
                Shape::Down { node } | Shape::Restart { node } | Shape::Clock { node } | Shape::Intervention { node },
                Some(Target::Fault(fault)),
            ) => {
                let event = self.struck_at(fault, mark.from)?;
                let listed = run.scenario.faults.get(usize::from(fault))?;
                let lane = geometry.lane(*node);
                if let Fault::Intervention { key, .. } = listed {
                    let word = intervention(run.scenario.protocol, key, self.sheet.language);
                    return Some(Wanted {
                        event,
                        target: mark.target,
                        along: mark.from,
                        across: lane,
                        spot: Spot::Point,
                        texts: vec![word],
                        class: "label struck",
                        priority: 1,
                        word_of: None,
                    });
                }
                let kind = event_kind(super::marks::struck_kind(listed)?, event)?;
                (kind, Spot::Point, lane, "label struck", None)
            }
            (Shape::Wall { after, opens: true, .. }, Some(Target::Fault(fault))) => {
                let event = self.struck_at(fault, mark.from)?;
                let listed = run.scenario.faults.get(usize::from(fault))?;
                let kind = event_kind(super::marks::struck_kind(listed)?, event)?;
                let across = geometry.at_lane(f64::from(after.0) + 0.5);
                (kind, Spot::Wall { until: mark.to }, across, "label struck", None)
            }
            (Shape::Bar { node, kind }, Some(Target::Stretch(index))) => {
                let stretch = &trace.stretches[index as usize];
                let begins = |index: u32| self.sheet.axis.px(trace.event(trace.stretches[index as usize].from).at);
                let first = *self.sheet.flow.first.get(&MarkKind::from(*kind))?;
                // Only the piece on which a bar begins carries the word, and only the first bar, or one that begins
                // with it where the first is too short for a word.
                if begins(index) < self.from || begins(index) > begins(first) + BESIDE_FIRST_PX {
                    return None;
                }
                let spot = Spot::Bar { side: bar_side(*kind), until: mark.to };
                let class = if bar_side(*kind) > 0.0 { "label hold" } else { "label wait" };
                (((*kind).into(), stretch.from), spot, geometry.lane(*node), class, None)
            }
            (Shape::Line { node, paused: true }, _) => {
                let first = *self.sheet.flow.first.get(&MarkKind::Paused)?;
                let at = self.sheet.axis.px(trace.event(first).at);
                let here = trace.event(first).node == *node && at == mark.from;
                here.then_some(((MarkKind::Paused, first), Spot::Point, geometry.lane(*node), "label struck", None))?
            }
            (Shape::Repeat { period }, _) if geometry.orientation == Orientation::Down => {
                // The ruler is too narrow for it there.
                let words = repeats(*period).in_language(self.sheet.language).to_string();
                let (repeat, _) = self.sheet.axis.repeat()?;
                let event = trace.event_at(repeat.from);
                let across = geometry.across / 2.0;
                return Some(Wanted {
                    event,
                    target: mark.target,
                    along: mark.from,
                    across,
                    spot: Spot::Tail { until: mark.to },
                    texts: vec![words],
                    class: "label",
                    priority: 0,
                    word_of: None,
                });
            }
            (Shape::Break { event }, _) => {
                let words = MarkKind::Break.word().in_language(self.sheet.language).to_string();
                ((MarkKind::Break, *event), Spot::Break, 0.0, "label violation", Some(words))
            }
            _ => return None,
        };
        let text = owned.unwrap_or_else(|| kind.word().in_language(self.sheet.language).to_string());
        let priority = if kind == MarkKind::Break { 0 } else { 1 };
        let word_of = matches!(mark.shape, Shape::Bar { .. }).then_some(kind);
        let (target, along, texts) = (mark.target, mark.from, vec![text]);
        Some(Wanted { event, target, along, across, spot, texts, class, priority, word_of })
    }

    fn is_first(&self, kind: MarkKind, index: u32) -> bool {
        self.sheet.flow.first.get(&kind) == Some(&index)
    }

    /// The event at which a fault struck there.
    fn struck_at(&self, fault: FaultIndex, along: f64) -> Option<EventIndex> {
        let trace = &self.sheet.run.trace;
        let steps = trace.struck.get(usize::from(fault))?;
        let step = steps.iter().find(|step| self.sheet.axis.px(trace.steps[**step as usize].at) == along)?;
        Some(trace.event_of(*step))
    }

    /// One label for each fan-out: messages of one kind about one subject that leave at one event.
    fn messages(&self, arrows: &[Mark]) -> Vec<Wanted> {
        let trace = &self.sheet.run.trace;
        type Fan<'a> = Vec<(&'a Mark, &'a Arrow)>;
        let mut fans: SortedMap<(EventIndex, &'static str, Subject), Fan> = SortedMap::new();
        for mark in arrows {
            let Shape::Arrow(arrow) = &mark.shape else { continue };
            let message = trace.message(arrow.message);
            let key = (trace.event_of(message.sent), message.name.kind, message.name.subject);
            fans.entry(key).or_default().push((mark, arrow));
        }
        let geometry = self.sheet.geometry;
        fans.into_iter()
            .map(|((event, kind, subject), fan)| {
                let (mark, arrow) = fan[0];
                let first = self.sheet.flow.first_of_kind.get(kind) == Some(&arrow.message);
                let up = fan.iter().any(|(_, arrow)| arrow.receiver < arrow.sender);
                let down = fan.iter().any(|(_, arrow)| arrow.receiver > arrow.sender);
                let toward = match (up, down) {
                    (true, false) => Toward::Before,
                    (false, true) => Toward::After,
                    _ => Toward::Both,
                };
                // How far along an arrow goes for each pixel across: the steepest of the fan bounds the wedge beside it.
                let slope = fan
                    .iter()
                    .flat_map(|(_, arrow)| arrow.legs.iter().map(move |leg| (arrow, leg)))
                    .map(|(arrow, leg)| {
                        let across = geometry.at_lane(leg.lane) - geometry.lane(arrow.sender);
                        (leg.at - arrow.sent) / across.abs().max(1.0)
                    })
                    .fold(f64::MAX, f64::min);
                let (class, priority) = match arrow.tone {
                    Tone::Request => ("label request", 3),
                    Tone::Reply => ("label reply", 3),
                    Tone::Decision(_) => ("label decision", 2),
                };
                let texts = self.message_texts(kind, subject, first);
                let lane = geometry.lane(arrow.sender);
                let priority = if first { 1 } else { priority };
                Wanted {
                    event,
                    target: mark.target,
                    along: mark.from,
                    across: lane,
                    spot: Spot::Send { toward, slope },
                    texts,
                    class,
                    priority,
                    word_of: None,
                }
            })
            .collect()
    }

    /// What a message's label may say, the longest first: a word is glossed once, where it first appears.
    fn message_texts(&self, kind: &str, subject: Subject, first: bool) -> Vec<String> {
        let word = term(self.sheet.run.scenario.protocol, kind, self.sheet.language);
        // The protocol may gloss a word itself, in its own spelling.
        let bare = without_gloss(&word);
        let plain = if self.sheet.flow.several_subjects && subject.0 > 0 {
            format!("{bare} {}", subject.0)
        } else {
            bare.to_string()
        };
        let glossed = match self.sheet.language {
            Language::SimplifiedChinese if first && bare != word => Some(word.clone()),
            Language::SimplifiedChinese if first && bare != kind => Some(format!("{word}（{kind}）")),
            _ => None,
        };
        glossed.into_iter().chain([plain]).collect()
    }

    /// What stands at a message's ends: the word where it was lost, "×2" at a second head, the ring where it was due.
    fn ends(&self, arrow: &Arrow, wanted: &mut Vec<Wanted>) {
        let trace = &self.sheet.run.trace;
        let geometry = self.sheet.geometry;
        let message = trace.message(arrow.message);
        let word = |kind: MarkKind| kind.word().in_language(self.sheet.language).to_string();
        let mut add = |event: EventIndex, along: f64, across: f64, text: String, spot: Spot| {
            let target = Some(Target::Message(arrow.message));
            let (texts, class, priority) = (vec![text], "label struck", 1);
            wanted.push(Wanted { event, target, along, across, spot, texts, class, priority, word_of: None });
        };
        for (leg, step) in arrow.legs.iter().zip(&message.ends) {
            if let End::Lost(loss) = leg.end
                && self.is_first(loss.into(), arrow.message)
            {
                add(trace.event_of(*step), leg.at, geometry.at_lane(leg.lane), word(loss.into()), Spot::Lost);
            }
        }
        if let ([_, second, ..], [_, step, ..]) = (&arrow.legs[..], &message.ends[..]) {
            let across = geometry.at_lane(second.lane);
            add(trace.event_of(*step), second.at, across, word(MarkKind::Duplicated), Spot::Point);
        }
        if let (Some(due), Some(step)) = (arrow.due, message.ends.first())
            && self.is_first(MarkKind::Delayed, arrow.message)
        {
            // The word comes with the message: until then nobody knows that it is late.
            let across = geometry.lane(arrow.receiver);
            add(trace.event_of(*step), due, across, word(MarkKind::Delayed), Spot::Point);
        }
    }
}
