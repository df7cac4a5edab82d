//! The topology: nodes where they stand, messages travelling between them at the pen's instant, each node's state on
//! its face.
//!
//! Between two events the same messages are under way; so they are drawn once per event, and per frame only moved.

use super::{Breadth, Stage, StageProps};
use crate::ui::selection::{Anchor, Selection, Target};
use crate::ui::sentence;
use crate::ui::store::{Action, Pointing};
use faultline::picture::letters;
use faultline::picture::map::{self, Cut, Flight, Layout, Map, PLATE_HEIGHT, PLATE_NARROW_WIDTH, PLATE_WIDTH, Point};
use faultline::picture::path::written;
use faultline::scenario::run::NodeScene;
use faultline::sim::fault::Fault;
use faultline::sim::payload::{Outcome, Tone};
use faultline::sim::recorder::Status;
use faultline::sim::show::{ConditionKind, Mood};
use faultline::sim::time::Instant;
use faultline::sim::trace::NodeId;
use faultline::text::Text;
use web_sys::Element;
use yew::prelude::*;

#[component]
pub fn Topology(props: &StageProps) -> Html {
    let stage = &props.stage;
    let layout = if stage.breadth == Breadth::Phone { Layout::Narrow } else { Layout::Wide };
    let map = use_memo((stage.run.clone(), layout), |(run, layout)| Map::of(&run.topology, *layout));
    let links = use_memo(stage.run.clone(), |run| map::links(&run.trace));
    let numbered = use_memo(stage.run.clone(), |run| map::several_subjects(&run.trace));
    let flights = use_memo((stage.run.clone(), stage.cursor), |(run, cursor)| map::flights(&run.trace, *cursor));
    let plate = if layout == Layout::Narrow { PLATE_NARROW_WIDTH } else { PLATE_WIDTH };
    let ways: Vec<Way> = flights.iter().map(|flight| Way::of(&map, plate, flight)).collect();

    let moving = use_node_ref();
    {
        let moving = moving.clone();
        let axis = stage.axis.clone();
        let (flights, ways) = (flights.clone(), ways.clone());
        let pen = stage.pen.clone();
        use_effect_with((flights.clone(), layout), move |_| {
            let listening = pen.listen(move |px| {
                let Some(group) = moving.cast::<Element>() else { return };
                let now = axis.instant(px);
                let marks = group.children();
                for (index, (flight, way)) in flights.iter().zip(&ways).enumerate() {
                    if let Some(mark) = marks.item(index as u32) {
                        // A mark that cannot be moved has left the document with its event.
                        let _ = mark.set_attribute("transform", &way.transform(flight, now));
                    }
                }
            });
            move || drop(listening)
        });
    }
    let now = stage.axis.instant(stage.pen.position()).max(stage.at());
    let (width, height) = (written(map.width), written(map.height));
    let faults: Vec<&Fault> = map::lasting_faults(&stage.run.trace, stage.cursor)
        .into_iter()
        .filter_map(|index| stage.run.scenario.faults.get(usize::from(index)))
        .collect();
    let nodes = (0..stage.run.topology.nodes.len()).map(|index| NodeId(index as u8));
    let flying = flights.iter().zip(&ways).enumerate().map(|(index, (flight, way))| {
        let before = &flights[..index];
        draw_flight(stage, flight, way, now, before, *numbered)
    });
    html! {
        <div class="topology">
            <svg width={width.clone()} height={height.clone()} viewBox={format!("0 0 {width} {height}")} role="group"
                aria-label={stage.words(&Text::new("Nodes and the messages between them", "节点与途中的消息"))}>
                <defs>
                    <pattern id="topology-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <path class="hatch" d="M0 0v5" />
                    </pattern>
                </defs>
                { for links.iter().map(|(low, high)| draw_link(stage, &map, &faults, *low, *high)) }
                { for nodes.map(|node| draw_node(stage, &map, plate, node)) }
                <g class="flights" ref={moving}>{ for flying }</g>
            </svg>
        </div>
    }
}

/// The way of one message, from plate to plate.
#[derive(Clone, Copy)]
struct Way {
    from: Point,
    to: Point,
}

impl Way {
    fn of(map: &Map, plate: f64, flight: &Flight) -> Way {
        let (from, to) = (map.nodes[flight.from.index()], map.nodes[flight.to.index()]);
        // A mark is drawn behind its point, so it starts where all of it has left the plate.
        Way { from: edge(from, to, plate, ROOM_PX + MARK_PX), to: edge(to, from, plate, ROOM_PX) }
    }

    fn at(&self, flight: &Flight, now: Instant) -> Point {
        self.from.towards(self.to, flight.share(now))
    }

    fn transform(&self, flight: &Flight, now: Instant) -> String {
        let Point { x, y } = self.at(flight, now);
        format!("translate({} {})", written(x), written(y))
    }

    /// Which way its head points, in degrees.
    fn angle(&self) -> f64 {
        (self.to.y - self.from.y).atan2(self.to.x - self.from.x).to_degrees()
    }
}

/// How long a message's mark is, and how much room there is between it and a plate, in pixels.
const MARK_PX: f64 = 16.0;
const ROOM_PX: f64 = 4.0;

/// Where the line from the middle of a plate to another point has left the plate, with some room.
fn edge(middle: Point, to: Point, plate: f64, room: f64) -> Point {
    let (x, y) = (to.x - middle.x, to.y - middle.y);
    let across = if x == 0.0 { f64::INFINITY } else { (plate / 2.0) / x.abs() };
    let down = if y == 0.0 { f64::INFINITY } else { (PLATE_HEIGHT / 2.0) / y.abs() };
    let room = room / middle.distance(to).max(1.0);
    middle.towards(to, (across.min(down) + room).min(0.5))
}

/// A line between two nodes, and what stands in its way.
fn draw_link(stage: &Stage, map: &Map, faults: &[&Fault], low: NodeId, high: NodeId) -> Html {
    let (from, to) = (map.nodes[low.index()], map.nodes[high.index()]);
    let cut = faults.iter().find_map(|fault| map::cut(fault, low, high));
    let slow = faults.iter().any(
        |fault| matches!(fault, Fault::SlowLink { from, to, .. } if [(low, high), (high, low)].contains(&(*from, *to))),
    );
    let middle = from.towards(to, 0.5);
    let angle = (to.y - from.y).atan2(to.x - from.x).to_degrees();
    let turn = format!("translate({} {}) rotate({})", written(middle.x), written(middle.y), written(angle));
    html! {
        <g class={classes!("link", cut.map(|_| "cut"), slow.then_some("slow"))} key={format!("{}-{}", low.0, high.0)}>
            <line x1={written(from.x)} y1={written(from.y)} x2={written(to.x)} y2={written(to.y)} />
            if let Some(cut) = cut {
                <g class="wall" transform={turn}>
                    <path d="M0 -18V18" class="dashes" />
                    <path d="M-5 -18h10M-5 18h10" />
                    // Where one direction is open, an arrow still passes.
                    { match cut {
                        Cut::Both => Html::default(),
                        Cut::Forth => html! { <path d="M14 0H-14l6 -4m-6 4l6 4" class="passes" /> },
                        Cut::Back => html! { <path d="M-14 0H14l-6 -4m6 4l-6 4" class="passes" /> },
                    } }
                </g>
            } else if slow {
                <text x={written(middle.x)} y={written(middle.y - 6.0)}>{ stage.words(&Text::new("slow", "变慢")) }</text>
            }
        </g>
    }
}

fn draw_flight(stage: &Stage, flight: &Flight, way: &Way, now: Instant, before: &[Flight], numbered: bool) -> Html {
    let (class, head) = match flight.tone {
        Tone::Request => ("request", "M-14 0H0M0 0l-8 -3v6z"),
        Tone::Reply => ("reply", "M-14 0H0M-8 -4L0 0L-8 4"),
        Tone::Decision(_) => ("decision", "M-16 0H0M-7 -4.5L0 0L-7 4.5M-13 -4.5L-6 0L-13 4.5"),
    };
    let name = stage.run.trace.message(flight.message).name;
    let fan = |other: &Flight| {
        let theirs = stage.run.trace.message(other.message).name;
        let together = (theirs.kind, theirs.subject, other.left) == (name.kind, name.subject, flight.left);
        together && (other.from == flight.from || other.to == flight.to)
    };
    // Once for what leaves one node, or goes to one node, together.
    let label = (!before.iter().any(fan)).then(|| {
        let label = stage.words(&sentence::label(name.kind, stage.run.scenario.protocol));
        if numbered { format!("{label} {}", name.subject.0) } else { label }
    });
    html! {
        <g class={classes!("flight", class, flight.lost.then_some("lost"))} key={format!("{}-{}", flight.message, flight.copy)}
            transform={way.transform(flight, now)}>
            <path d={head} transform={format!("rotate({})", written(way.angle()))} />
            if let Some(label) = label { <text y="-10">{ label }</text> }
        </g>
    }
}

fn draw_node(stage: &Stage, map: &Map, plate: f64, node: NodeId) -> Html {
    let here: &NodeScene = &stage.scene.nodes[node.index()];
    let spec = &stage.run.topology.nodes[node.index()];
    let Point { x, y } = map.nodes[node.index()];
    let (left, top) = (x - plate / 2.0, y - PLATE_HEIGHT / 2.0);
    let has = |kind: ConditionKind| here.conditions.iter().any(|condition| condition.kind == kind);
    let waits = has(ConditionKind::InDoubt) || has(ConditionKind::WaitsForLock);
    let (status, word) = match (here.status, &here.face) {
        (Status::Down, _) | (_, None) => ("down", Text::new("down", "宕机")),
        (Status::Paused, _) => ("paused", Text::new("paused", "暂停")),
        (Status::Running, Some(face)) => ("", face.word.clone()),
    };
    let mood = here.face.as_ref().map(|face| face.mood).filter(|_| here.status == Status::Running);
    let selected = matches!(stage.selection, Selection::Node { node: selected, .. } if selected == node);
    let lines = broken(&stage.words(&word), plate - 28.0);
    let first = y + if lines.len() > 1 { -14.0 } else { -5.0 };
    let point = point_at(stage, node);
    let on_key = {
        let point = point.clone();
        Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                point.emit(event.target_unchecked_into());
            }
        })
    };
    let on_click = Callback::from(move |event: MouseEvent| {
        if let Some(target) = event.current_target() {
            point.emit(wasm_bindgen::JsCast::unchecked_into(target));
        }
    });
    html! {
        <g class={classes!("node", status, selected.then_some("selected"))} key={spec.name} role="button" tabindex="0"
            aria-label={stage.words(&sentence::node(&stage.run, &stage.scene, node))} onclick={on_click} onkeydown={on_key}>
            if here.status == Status::Paused {
                <rect class="outer" x={written(left - 3.0)} y={written(top - 3.0)} width={written(plate + 6.0)} height={written(PLATE_HEIGHT + 6.0)} rx="2" />
            }
            <rect class="plate" x={written(left)} y={written(top)} width={written(plate)} height={written(PLATE_HEIGHT)} rx="2" />
            if has(ConditionKind::Holds) {
                <rect class="holds" x={written(left)} y={written(top)} width="8" height={written(PLATE_HEIGHT)} />
            } else if has(ConditionKind::BelievesToHold) {
                <rect class="believes" x={written(left + 0.75)} y={written(top + 0.75)} width="7" height={written(PLATE_HEIGHT - 1.5)} />
            }
            if waits {
                <rect class="waits" x={written(left + plate - 8.0)} y={written(top)} width="8" height={written(PLATE_HEIGHT)} fill="url(#topology-hatch)" />
            }
            { match mood {
                Some(Mood::Decided(Outcome::Commit)) => html! { <circle class="commit" cx={written(left + plate - 18.0)} cy={written(top + 12.0)} r="5" /> },
                Some(Mood::Decided(Outcome::Abort)) => html! { <rect class="abort" x={written(left + plate - 24.0)} y={written(top + 9.5)} width="12" height="5" /> },
                _ => Html::default(),
            } }
            if status == "down" {
                <path class="cross" d={format!("M{} {}l8 8m0 -8l-8 8", written(left + plate - 22.0), written(top + 8.0))} />
            }
            <text class="name" x={written(x)} y={written(first)}>{ spec.name }</text>
            { for lines.iter().enumerate().map(|(line, said)| html! {
                <text class="state" x={written(x)} y={written(first + 18.0 + 17.0 * line as f64)}>{ said.clone() }</text>
            }) }
        </g>
    }
}

/// Pointing at a node: opens the verbs that can be done to it, or only selects it where nothing may be edited.
fn point_at(stage: &Stage, node: NodeId) -> Callback<Element> {
    let (act, event, read_only) = (stage.act.clone(), stage.cursor, stage.read_only);
    Callback::from(move |element: Element| {
        if read_only {
            act.emit(Action::Select(Selection::Node { node, event }));
            return;
        }
        let bounds = element.get_bounding_client_rect();
        let anchor = Anchor { left: bounds.left(), top: bounds.top(), width: bounds.width(), height: bounds.height() };
        act.emit(Action::Point(Pointing { targets: vec![Target::Node { node, event }], anchor }));
    })
}

/// A word or two on at most two lines, broken where it fits best.
fn broken(words: &str, width: f64) -> Vec<String> {
    if letters::width(words) <= width {
        return vec![words.to_string()];
    }
    let letters: Vec<char> = words.chars().collect();
    let middle = letters.len() / 2;
    let spaces = letters.iter().enumerate().filter(|(_, letter)| **letter == ' ').map(|(place, _)| place);
    match spaces.min_by_key(|place| place.abs_diff(middle)) {
        Some(space) => vec![letters[..space].iter().collect(), letters[space + 1..].iter().collect()],
        None if letters::is_han(letters[0]) => {
            vec![letters[..middle].iter().collect(), letters[middle..].iter().collect()]
        }
        None => vec![words.to_string()],
    }
}
