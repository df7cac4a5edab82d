//! Where nodes stand when they are drawn as a map, and what is under way between them.
//!
//! The one who asks stands left, the one who decides in the middle, those who hold data on the right. On a narrow screen
//! the first two share the left column.

use crate::sim::fault::Fault;
use crate::sim::payload::Tone;
use crate::sim::time::Instant;
use crate::sim::topology::{Position, Topology};
use crate::sim::trace::{EventIndex, FaultIndex, MessageIndex, NodeId, StepIndex, StepKind, Trace};
use crate::sorted::SortedSet;

/// A point in pixels from the map's upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    /// The point a share (0 to 1) of the way to another.
    pub fn towards(self, other: Point, share: f64) -> Point {
        Point { x: self.x + (other.x - self.x) * share, y: self.y + (other.y - self.y) * share }
    }

    pub fn distance(self, other: Point) -> f64 {
        (other.x - self.x).hypot(other.y - self.y)
    }
}

/// Which way the map is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// From left to right.
    Wide,
    /// In two columns, within a phone's width.
    Narrow,
}

/// A map: its size, and where each node stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    pub width: f64,
    pub height: f64,
    /// The middle of each node's plate, by node.
    pub nodes: Vec<Point>,
}

/// The plate that a node's name and state stand on, in pixels.
pub const PLATE_WIDTH: f64 = 112.0;
pub const PLATE_NARROW_WIDTH: f64 = 92.0;
pub const PLATE_HEIGHT: f64 = 56.0;

const MARGIN: f64 = 8.0;
/// From one plate of a column to the next, in pixels: where there are many, and where there is room.
const PITCH: f64 = 64.0;
const PITCH_ROOMY: f64 = 84.0;

impl Map {
    pub fn of(topology: &Topology, layout: Layout) -> Map {
        match layout {
            Layout::Wide => Map::wide(topology),
            Layout::Narrow => Map::narrow(topology),
        }
    }

    fn wide(topology: &Topology) -> Map {
        let group = Groups::of(topology);
        let data = group.services.len() as f64;
        let pitch = if group.services.len() > 5 { PITCH } else { PITCH_ROOMY };
        let asking = group.initiators.len() as f64;
        let height = (data * pitch).max(asking * PITCH_ROOMY).max(280.0) + 2.0 * MARGIN;
        let middle = height / 2.0;
        let mut map = Map { width: 720.0, height, nodes: vec![Point { x: 0.0, y: 0.0 }; topology.nodes.len()] };
        map.column(&group.initiators, MARGIN + PLATE_WIDTH / 2.0, middle, PITCH_ROOMY);
        map.column(&group.deciders, 300.0, middle, PITCH_ROOMY);
        map.row(&group.stores, 300.0, height - MARGIN - PLATE_HEIGHT / 2.0, PLATE_WIDTH + 16.0);
        let right = map.width - MARGIN - PLATE_WIDTH / 2.0;
        map.column(&group.services, right, middle, pitch);
        for node in &group.services {
            // A shallow arc: those in the middle stand a little further out.
            let Point { x, y } = map.nodes[node.index()];
            let bow = ((y - middle) / (height / 2.0)).powi(2) * 48.0;
            map.nodes[node.index()] = Point { x: x - bow, y };
        }
        map
    }

    /// Two columns: who asks, decides and stores on the left, who holds data on the right. No message crosses a plate.
    fn narrow(topology: &Topology) -> Map {
        let group = Groups::of(topology);
        let left: Vec<NodeId> = [&group.initiators[..], &group.deciders, &group.stores].concat();
        let pitch = if group.services.len() > 5 { PITCH } else { PITCH_ROOMY };
        let height = (group.services.len() as f64 * pitch).max(left.len() as f64 * 2.0 * PITCH) + 2.0 * MARGIN;
        let mut map = Map { width: 288.0, height, nodes: vec![Point { x: 0.0, y: 0.0 }; topology.nodes.len()] };
        let side = PLATE_NARROW_WIDTH / 2.0;
        map.column(&left, side, height / 2.0, 2.0 * PITCH);
        map.column(&group.services, map.width - side, height / 2.0, pitch);
        map
    }

    fn column(&mut self, nodes: &[NodeId], x: f64, middle: f64, pitch: f64) {
        for (index, node) in nodes.iter().enumerate() {
            let y = middle + (index as f64 - (nodes.len() as f64 - 1.0) / 2.0) * pitch;
            self.nodes[node.index()] = Point { x, y };
        }
    }

    fn row(&mut self, nodes: &[NodeId], middle: f64, y: f64, pitch: f64) {
        for (index, node) in nodes.iter().enumerate() {
            let x = middle + (index as f64 - (nodes.len() as f64 - 1.0) / 2.0) * pitch;
            self.nodes[node.index()] = Point { x, y };
        }
    }
}

/// The nodes by what they are.
struct Groups {
    initiators: Vec<NodeId>,
    deciders: Vec<NodeId>,
    services: Vec<NodeId>,
    stores: Vec<NodeId>,
}

impl Groups {
    fn of(topology: &Topology) -> Groups {
        let at = |is: fn(Position) -> bool| {
            let all = (0..topology.nodes.len()).map(|index| NodeId(index as u8));
            all.filter(|node| is(topology.nodes[node.index()].position)).collect()
        };
        Groups {
            initiators: at(|position| position == Position::Initiator),
            deciders: at(|position| position == Position::Decider),
            services: at(|position| matches!(position, Position::Service(_))),
            stores: at(|position| position == Position::Store),
        }
    }
}

/// Every pair of nodes between which the run has messages, the lower node first.
pub fn links(trace: &Trace) -> Vec<(NodeId, NodeId)> {
    let pair = |from: NodeId, to: NodeId| (from.min(to), from.max(to));
    let pairs: SortedSet<_> = trace.messages.iter().map(|message| pair(message.name.from, message.name.to)).collect();
    pairs.into_iter().collect()
}

/// Whether messages speak of several subjects, so that labels must say which.
pub fn several_subjects(trace: &Trace) -> bool {
    let mut subjects = trace.messages.iter().map(|message| message.name.subject).filter(|subject| subject.0 > 0);
    subjects.next().is_some_and(|first| subjects.any(|other| other != first))
}

/// A message on its way just after an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Flight {
    pub message: MessageIndex,
    pub from: NodeId,
    pub to: NodeId,
    pub tone: Tone,
    pub left: Instant,
    pub arrives: Instant,
    /// It will be lost on the way.
    pub lost: bool,
    /// It is the second copy.
    pub copy: bool,
}

impl Flight {
    /// How far it has come at an instant, from 0 to 1; what will be lost comes half way.
    pub fn share(&self, now: Instant) -> f64 {
        let whole = self.arrives.since(self.left).as_micros();
        if whole == 0 {
            return 0.0;
        }
        let share = (now.since(self.left).as_micros() as f64 / whole as f64).min(1.0);
        if self.lost { share / 2.0 } else { share }
    }
}

/// How many messages a map shows at once; more would be a cloud.
pub const FLIGHTS_MAX: usize = 60;

/// The messages under way just after an event: until the next event they are the same.
pub fn flights(trace: &Trace, event: EventIndex) -> Vec<Flight> {
    let next: StepIndex = trace.events.get(event as usize + 1).copied().unwrap_or(trace.steps.len() as StepIndex);
    let sent_by_now = trace.messages.partition_point(|message| message.sent < next);
    let mut flights = Vec::new();
    for index in (0..sent_by_now).rev() {
        let message = &trace.messages[index];
        let left = trace.steps[message.sent as usize].at;
        let mut fly = |arrives: Instant, lost: bool, copy: bool| {
            flights.push(Flight {
                message: index as MessageIndex,
                from: message.name.from,
                to: message.name.to,
                tone: message.payload.tone(),
                left,
                arrives,
                lost,
                copy,
            });
        };
        if message.ends.is_empty() {
            fly(message.due.max(trace.end()), false, false);
        }
        for (copy, end) in message.ends.iter().enumerate().filter(|(_, end)| **end >= next) {
            let step = trace.steps[*end as usize];
            fly(step.at, matches!(step.kind, StepKind::Lose(..)), copy > 0);
        }
        if flights.len() >= FLIGHTS_MAX {
            break;
        }
    }
    flights
}

/// The faults that began at or before an event and have not ended just after it.
pub fn lasting_faults(trace: &Trace, event: EventIndex) -> Vec<FaultIndex> {
    let next: StepIndex = trace.events.get(event as usize + 1).copied().unwrap_or(trace.steps.len() as StepIndex);
    let lasts = |steps: &Vec<StepIndex>| {
        let last = steps.iter().filter(|step| **step < next).max();
        last.is_some_and(|step| matches!(trace.steps[*step as usize].kind, StepKind::Strike(_)))
    };
    let all = trace.struck.iter().enumerate();
    all.filter(|(_, steps)| lasts(steps)).map(|(index, _)| index as FaultIndex).collect()
}

/// What a partition does to a link: nothing passes, or only not in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    Both,
    /// Nothing passes from the lower node to the higher.
    Forth,
    /// Nothing passes from the higher node to the lower.
    Back,
}

/// What a fault does to the link between two nodes, the lower first.
pub fn cut(fault: &Fault, low: NodeId, high: NodeId) -> Option<Cut> {
    let Fault::Partition { groups, one_way, .. } = fault else { return None };
    let side = |node: NodeId| groups.iter().position(|group| group.contains(&node));
    match (side(low)?, side(high)?) {
        (low, high) if low == high => None,
        (0, _) if *one_way => Some(Cut::Forth),
        (_, 0) if *one_way => Some(Cut::Back),
        _ if *one_way => None,
        _ => Some(Cut::Both),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Span;

    /// A topology of one who asks, one who decides, and so many that hold data.
    fn topology(services: u8) -> Topology {
        use crate::sim::node::process;
        use crate::sim::random::Distribution;
        use crate::sim::topology::NodeSpec;
        use crate::text::Text;
        let fixed = Distribution::Fixed(Span::millis(5));
        let positions =
            [Position::Initiator, Position::Decider].into_iter().chain((1..=services).map(Position::Service));
        let nodes = positions.map(|position| NodeSpec {
            name: "n",
            title: Text::same("n"),
            position,
            node: process::<still::Still>(()),
            fsync: fixed,
        });
        Topology {
            nodes: nodes.collect(),
            latency: fixed,
            links: Vec::new(),
            connection_timeout: Span::seconds(1),
            base_latency: Span::millis(5),
        }
    }

    /// A node that does nothing.
    mod still {
        use crate::sim::payload::{Named, Subject};
        use crate::sim::role::{Diskless, Role, Turn};
        use crate::sim::show::{Face, Mood};
        use crate::sim::trace::NodeId;
        use crate::text::Text;
        use serde::Serialize;

        #[derive(Clone, Serialize)]
        pub struct Still;

        #[derive(Clone, Debug, Serialize)]
        pub struct Nothing;

        impl Named for Nothing {
            fn kind(&self) -> &'static str {
                "nothing"
            }
            fn subject(&self) -> Subject {
                Subject::NONE
            }
        }

        impl Role for Still {
            type Message = Nothing;
            type Timer = Nothing;
            type Durable = Diskless;
            type Setup = ();
            fn start(_: &(), _: &mut Turn<Self>) -> Still {
                Still
            }
            fn receive(&mut self, _: NodeId, _: &Nothing, _: &mut Turn<Self>) {}
            fn fire(&mut self, _: &Nothing, _: &mut Turn<Self>) {}
            fn face(&self, _: &Diskless) -> Face {
                Face { word: Text::same("still"), mood: Mood::Idle }
            }
        }
    }

    #[test]
    fn from_three_to_twelve_nodes_no_two_plates_meet_and_none_leaves_the_map() {
        for services in 1..=10 {
            for (layout, width) in [(Layout::Wide, PLATE_WIDTH), (Layout::Narrow, PLATE_NARROW_WIDTH)] {
                let map = Map::of(&topology(services), layout);
                for (index, one) in map.nodes.iter().enumerate() {
                    let (across, down) = (width / 2.0, PLATE_HEIGHT / 2.0);
                    assert!(
                        one.x - across >= 0.0 && one.x + across <= map.width,
                        "{services} {layout:?} {index}: {one:?}"
                    );
                    assert!(
                        one.y - down >= 0.0 && one.y + down <= map.height,
                        "{services} {layout:?} {index}: {one:?}"
                    );
                    for other in &map.nodes[index + 1..] {
                        let apart = (one.x - other.x).abs() >= width || (one.y - other.y).abs() >= PLATE_HEIGHT;
                        assert!(apart, "{services} services, {layout:?}: {one:?} meets {other:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn on_a_phone_the_map_fits_a_phone() {
        assert!(Map::of(&topology(10), Layout::Narrow).width <= 288.0);
    }

    #[test]
    fn the_one_who_asks_stands_left_and_the_one_who_decides_before_those_who_hold_data() {
        let map = Map::of(&topology(3), Layout::Wide);
        assert!(map.nodes[0].x < map.nodes[1].x);
        assert!(map.nodes[2..].iter().all(|service| service.x > map.nodes[1].x));
    }

    #[test]
    fn what_will_be_lost_comes_half_way() {
        let at = |millis| Instant::START + Span::millis(millis);
        let flight = Flight {
            message: 0,
            from: NodeId(0),
            to: NodeId(1),
            tone: Tone::Reply,
            left: at(10),
            arrives: at(20),
            lost: false,
            copy: false,
        };
        assert_eq!(flight.share(at(15)), 0.5);
        assert_eq!(flight.share(at(25)), 1.0);
        assert_eq!(Flight { lost: true, ..flight }.share(at(20)), 0.5);
    }

    #[test]
    fn a_one_way_partition_cuts_one_direction() {
        let groups = vec![vec![NodeId(2)], vec![NodeId(0), NodeId(1)]];
        let fault = |one_way| Fault::Partition { groups: groups.clone(), one_way, at: Instant::START, lasting: None };
        assert_eq!(cut(&fault(false), NodeId(1), NodeId(2)), Some(Cut::Both));
        assert_eq!(cut(&fault(true), NodeId(1), NodeId(2)), Some(Cut::Back), "2 cannot reach 1");
        assert_eq!(cut(&fault(true), NodeId(0), NodeId(1)), None, "they are on the same side");
        assert_eq!(cut(&fault(true), NodeId(1), NodeId(3)), None, "nodes in no group stay connected");
    }
}
