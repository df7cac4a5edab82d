//! The look of the message flow, held on every scenario of the catalogue: no two labels meet and none is cut, at every
//! beat, at three widths, in both languages; a window shows exactly the trace's marks; where a property breaks, the
//! paper is displaced.

use faultline::picture::flow::camera::{Camera, LABEL_AHEAD_PX, TILE_PX, fitting, tile_start};
use faultline::picture::flow::lanes::{Area, BREAK_PX};
use faultline::picture::flow::marks::Shape;
use faultline::picture::flow::ruler::{RULER_DOWN_PX, RULER_RIGHT_PX};
use faultline::picture::flow::sheet::LEAD_PX;
use faultline::picture::flow::{Flow, Geometry, Orientation, Sheet, Target};
use faultline::picture::svg::{HEADS_DOWN_PX, HEADS_RIGHT_PX, Inks, TOKENS, View, write};
use faultline::picture::{Axis, Scale};
use faultline::protocols::Value;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use faultline::sim::fault::{Fault, Place};
use faultline::sim::time::{Instant, Span};
use faultline::sim::trace::{EventIndex, MessageIndex, NodeId};
use faultline::text::Language;
use std::collections::{BTreeMap, BTreeSet};

/// What the flow gets of a page of 360, 820 and 1440 px: its width and height.
const PLACES: [(Orientation, f64, f64); 3] =
    [(Orientation::Down, 328.0, 336.0), (Orientation::Right, 756.0, 420.0), (Orientation::Right, 888.0, 464.0)];
const LANGUAGES: [Language; 2] = [Language::English, Language::SimplifiedChinese];

fn catalogue() -> Catalogue {
    Catalogue(faultline::protocols::CATALOGUE)
}

struct Laid {
    run: Run,
    axis: Axis,
    flow: Flow,
}

impl Laid {
    fn out(run: Run) -> Laid {
        let axis = Axis::of(&run, Scale::Folded);
        let flow = Flow::of(&run, &axis);
        Laid { run, axis, flow }
    }

    fn of(id: &str) -> Laid {
        Laid::out(Run::of(catalogue().entry(id).expect("the catalogue has it").scenario()))
    }

    /// The sheet and the view on it, as the page lays them out.
    fn sheet(&self, (orientation, width, height): (Orientation, f64, f64), language: Language) -> (Sheet<'_>, Camera) {
        let (across, along) = match orientation {
            Orientation::Right => (height - RULER_RIGHT_PX, width - HEADS_RIGHT_PX),
            Orientation::Down => (width - RULER_DOWN_PX, height - HEADS_DOWN_PX),
        };
        let zoom = fitting(along, self.flow.length());
        let lanes = self.run.topology.nodes.len();
        let geometry = Geometry::fit(orientation, lanes, across, self.flow.breaks().len()).zoomed(zoom);
        let sheet = Sheet { run: &self.run, axis: &self.axis, flow: &self.flow, geometry, language };
        (sheet, Camera { view: along / zoom, length: self.flow.length() })
    }

    fn px(&self, event: EventIndex) -> f64 {
        self.axis.px(self.run.trace.event(event).at)
    }
}

#[test]
fn at_every_beat_no_two_labels_meet_and_none_is_cut() {
    let mut labels_seen = 0;
    for listed in catalogue().entries() {
        let laid = Laid::out(Run::of(listed.scenario()));
        for place in PLACES {
            for language in LANGUAGES {
                let (sheet, camera) = laid.sheet(place, language);
                let pages: Vec<_> = (0..sheet.pages()).map(|page| sheet.labels(page)).collect();
                let ends = (0..laid.run.len()).next_back().into_iter();
                for event in laid.run.beats.iter().map(|beat| beat.event).chain(ends) {
                    let start = camera.start(laid.px(event));
                    let end = start + camera.view;
                    let seen: Vec<_> = (sheet.page_at(start)..=sheet.page_at(end))
                        .flat_map(|page| {
                            pages[page].visible(
                                &sheet,
                                event,
                                (start, end),
                                laid.px(event) + LABEL_AHEAD_PX / sheet.geometry.zoom,
                            )
                        })
                        .collect();
                    labels_seen += seen.len();
                    let paper = sheet.geometry.area(start, end, 0.0, sheet.geometry.across);
                    for (index, label) in seen.iter().enumerate() {
                        let whole = within(&label.area, &paper);
                        assert!(whole, "{} at {event}, {place:?}: “{}” is cut", listed.entry.id, label.text);
                        for other in &seen[index + 1..] {
                            assert!(
                                !label.area.meets(&other.area),
                                "{} at {event}, {place:?}: “{}” meets “{}”",
                                listed.entry.id,
                                label.text,
                                other.text
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(labels_seen > 1_000, "only {labels_seen} labels were seen at all");
}

fn within(area: &Area, paper: &Area) -> bool {
    /// Floats: a millionth of a pixel is no edge.
    const NOTHING: f64 = 1e-6;
    area.x >= paper.x - NOTHING
        && area.y >= paper.y - NOTHING
        && area.x + area.width <= paper.x + paper.width + NOTHING
        && area.y + area.height <= paper.y + paper.height + NOTHING
}

#[test]
fn the_words_of_the_ruler_do_not_meet() {
    for listed in catalogue().entries() {
        let laid = Laid::out(Run::of(listed.scenario()));
        for place in PLACES {
            let (sheet, _) = laid.sheet(place, Language::SimplifiedChinese);
            for page in 0..sheet.pages() {
                for pair in sheet.ruler(page).windows(2) {
                    let apart = pair[1].along - pair[0].along;
                    assert!(
                        apart >= (pair[0].extent + pair[1].extent) / 2.0,
                        "{}: “{}” meets “{}”",
                        listed.entry.id,
                        pair[0].text,
                        pair[1].text
                    );
                }
            }
        }
    }
}

#[test]
fn no_two_instants_of_the_ruler_that_follow_each_other_read_the_same() {
    let long = Link::read("1/2pc?orders=476&at-once=32&rows=64&until=100000s", catalogue()).expect("it is a link");
    let laid = Laid::out(Run::of(long.scenario));
    for place in PLACES {
        let (sheet, _) = laid.sheet(place, Language::English);
        assert!(sheet.pages() > 10, "the edges of pages are what matters");
        let ticks: Vec<_> = (0..sheet.pages()).flat_map(|page| sheet.ruler(page)).collect();
        let instants: Vec<_> = ticks.iter().filter(|tick| tick.stroke.is_some()).map(|tick| &tick.text).collect();
        for pair in instants.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }
}

#[test]
fn the_first_message_of_a_kind_carries_its_word_when_the_pen_is_there() {
    let mut missing = Vec::new();
    let mut kinds = 0;
    for listed in catalogue().entries() {
        let laid = Laid::out(Run::of(listed.scenario()));
        let mut first: BTreeMap<&str, MessageIndex> = BTreeMap::new();
        for (index, message) in laid.run.trace.messages.iter().enumerate() {
            first.entry(message.name.kind).or_insert(index as MessageIndex);
        }
        for place in PLACES {
            let (sheet, camera) = laid.sheet(place, Language::SimplifiedChinese);
            for (kind, index) in &first {
                let event = laid.run.trace.event_of(laid.run.trace.message(*index).sent);
                let start = camera.start(laid.px(event));
                let end = start + camera.view;
                let pages: Vec<_> =
                    (sheet.page_at(start)..=sheet.page_at(end)).map(|page| sheet.labels(page)).collect();
                let shown = pages
                    .iter()
                    .flat_map(|page| {
                        page.visible(&sheet, event, (start, end), laid.px(event) + LABEL_AHEAD_PX / sheet.geometry.zoom)
                    })
                    .any(|label| label.target == Some(Target::Message(*index)));
                kinds += 1;
                if !shown {
                    missing.push(format!("{}: {kind} at {event}, {place:?}", listed.entry.id));
                }
            }
        }
    }
    // A label at the very edge of a narrow view may find no room; that is rare.
    assert!(missing.len() * 50 <= kinds, "{} of {kinds} are missing: {missing:#?}", missing.len());
}

#[test]
fn a_window_shows_exactly_the_marks_of_the_trace_in_it() {
    for listed in catalogue().entries() {
        let laid = Laid::out(Run::of(listed.scenario()));
        let trace = &laid.run.trace;
        let folded = laid.axis.repeat().map(|(repeat, _)| repeat.from);
        let way = |index: usize| {
            let message = &trace.messages[index];
            let sent = trace.steps[message.sent as usize].at;
            let ended = message.ends.iter().map(|step| trace.steps[*step as usize].at).max();
            (laid.axis.px(sent), ended.map_or(laid.flow.length(), |at| laid.axis.px(at)), sent)
        };
        let mut from = -LEAD_PX;
        while from < laid.flow.length() {
            let to = from + 211.0;
            let marks = laid.flow.marks(&laid.run, &laid.axis, from, to);
            let drawn: BTreeSet<MessageIndex> = marks
                .iter()
                .filter_map(|mark| match (&mark.shape, mark.target) {
                    (Shape::Arrow(_), Some(Target::Message(index))) => Some(index),
                    _ => None,
                })
                .collect();
            let expected: BTreeSet<MessageIndex> = (0..trace.messages.len())
                .filter(|index| {
                    let (sent, ended, at) = way(*index);
                    folded.is_none_or(|folded| at < folded) && sent < to && ended >= from
                })
                .map(|index| index as MessageIndex)
                .collect();
            assert_eq!(drawn, expected, "{} from {from} to {to}", listed.entry.id);
            assert!(marks.is_sorted_by(|a, b| a.from <= b.from));
            from = to;
        }
    }
}

#[test]
fn every_message_leaves_in_exactly_one_tile() {
    for listed in catalogue().entries() {
        let laid = Laid::out(Run::of(listed.scenario()));
        let tiles = (laid.flow.length() / TILE_PX).ceil() as i64 + 1;
        let drawn: Vec<Target> = (-1..tiles)
            .flat_map(|tile| {
                let from = tile_start(tile);
                laid.flow.arrows_starting(&laid.run, &laid.axis, from, from + TILE_PX)
            })
            .filter_map(|mark| mark.target)
            .collect();
        let folded = laid.axis.repeat().map(|(repeat, _)| repeat.from);
        let trace = &laid.run.trace;
        let unfolded = trace
            .messages
            .iter()
            .filter(|message| folded.is_none_or(|folded| trace.steps[message.sent as usize].at < folded))
            .count();
        assert_eq!(drawn.len(), unfolded, "{}", listed.entry.id);
        assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), unfolded, "{}", listed.entry.id);
    }
}

#[test]
fn after_a_break_everything_stands_displaced() {
    let mut broken = 0;
    for listed in catalogue().entries() {
        let laid = Laid::out(Run::of(listed.scenario()));
        let Some(first) = laid.flow.breaks().first().copied() else { continue };
        broken += 1;
        assert_eq!(laid.flow.shift(first.px - 1.0), 0.0);
        assert_eq!(laid.flow.shift(first.px + 1.0), BREAK_PX);
        let (sheet, _) = laid.sheet(PLACES[2], Language::English);
        // A node that is up has one line before the break and one a little lower after it.
        let lines = sheet.draw_lasting(first.px - 8.0, first.px + 8.0);
        let lifelines = lines.iter().filter(|drawn| drawn.class == "lifeline");
        let paths: Vec<&str> = lifelines.flat_map(|line| &line.pieces).map(|piece| piece.path.as_str()).collect();
        let is_displaced = |node: NodeId| {
            let (before, after) = (format!(" {}l", sheet.geometry.lane(node)), format!("m0 {BREAK_PX}l"));
            paths.iter().any(|path| path.split_once(&before).is_some_and(|(_, rest)| rest.contains(&after)))
        };
        let nodes = (0..laid.run.topology.nodes.len() as u8).map(NodeId);
        assert!(nodes.into_iter().any(is_displaced), "{}: {paths:?}", listed.entry.id);
        let tears = sheet.draw_points(first.px - 1.0, first.px + 1.0);
        assert!(tears.iter().any(|drawn| drawn.class == "break"), "{}", listed.entry.id);
    }
    assert!(broken > 0, "no scenario of the catalogue breaks anything");
}

#[test]
fn a_fault_moves_nothing_before_it() {
    let before = Laid::of("2pc-all-yes");
    let middle = before.run.len() / 2;
    let at = before.run.trace.event(middle).at;
    let mut scenario = catalogue().entry("2pc-all-yes").expect("it is there").scenario();
    scenario.faults.push(Fault::Crash { node: NodeId(1), place: Place::At(at) });
    let after = Laid::out(Run::of(scenario));
    for event in 0..middle {
        assert_eq!(before.px(event), after.px(event), "event {event}");
    }
    assert_ne!(before.run.digest, after.run.digest);
}

#[test]
fn several_runs_share_one_axis() {
    let (one, other) = (Laid::of("2pc-all-yes").run, Laid::of("2pc-vote-lost").run);
    let axis = Axis::shared(&[&one, &other], Scale::Folded);
    let stations: BTreeSet<Instant> = axis.stations(0.0, axis.length()).map(|(at, _)| at).collect();
    for run in [&one, &other] {
        for event in 0..run.len() {
            assert!(stations.contains(&run.trace.event(event).at));
        }
    }
}

#[test]
fn pictures_as_text_name_every_message_and_use_the_inks_of_the_page() {
    let laid = Laid::of("2pc-all-yes");
    let (sheet, _) = laid.sheet(PLACES[2], Language::English);
    let text = write(&sheet, &View::whole(&sheet, Inks::Both));
    let named = text.split("data-message=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut named: Vec<usize> = named.flat_map(str::split_whitespace).map(|index| index.parse().unwrap()).collect();
    named.sort_unstable();
    assert_eq!(named, (0..laid.run.trace.messages.len()).collect::<Vec<_>>(), "each message once");
    let page = include_str!("../static/faultline.css");
    for (name, light, dark) in TOKENS {
        assert!(page.contains(&format!("--{name}: light-dark({light}, {dark});")), "{name}");
    }
    assert_eq!(text.matches("<svg").count(), text.matches("</svg>").count());
    assert_eq!(text.matches("<g").count(), text.matches("</g>").count());
}

#[test]
fn a_screen_of_a_long_run_costs_what_is_on_it() {
    let mut scenario = catalogue().entry("2pc-rush").expect("it is there").scenario();
    scenario.values.set("orders", Value::Number(800));
    scenario.until = Span::seconds(10_000);
    let laid = Laid::out(Run::of(scenario));
    assert!(laid.run.len() > 10_000, "{} events", laid.run.len());
    let (sheet, camera) = laid.sheet(PLACES[2], Language::English);
    let trace = &laid.run.trace;
    for part in 0..40 {
        let pen = laid.flow.length() * f64::from(part) / 40.0;
        let (first, last) = camera.in_view(pen);
        assert!((last - first) as f64 <= (camera.view / TILE_PX).ceil(), "{} tiles", last - first + 1);
        for tile in first..=last {
            let (from, to) = (tile_start(tile), tile_start(tile + 1));
            let sheet = sheet.from_origin(from);
            let arrows = sheet.draw_arrows(from, to);
            let leaving = trace
                .messages
                .iter()
                .filter(|message| (from..to).contains(&laid.axis.px(trace.steps[message.sent as usize].at)))
                .count();
            // Each message's way names it; what stands at its ends does not.
            let ways = arrows.iter().filter(|drawn| drawn.target.is_some()).count();
            assert_eq!(ways, leaving, "tile {tile}");
            assert!(arrows.len() <= 2 * leaving, "tile {tile}");
            let pieces = arrows.len() + sheet.draw_lasting(from, to).len() + sheet.draw_points(from, to).len();
            assert!(pieces < 600, "{pieces} marks in tile {tile}");
        }
    }
}
