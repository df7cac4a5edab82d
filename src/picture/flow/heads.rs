//! The heads of the lanes: the names of the nodes, with their titles where there is room; and the pen, which stands
//! across all lanes.

use super::lanes::{Geometry, Orientation};
use super::ruler::RULER_DOWN_PX;
use super::sheet::Sheet;
use crate::picture::letters;
use crate::picture::path::Path;
use crate::picture::svg::{self, HEADS_DOWN_PX};
use crate::scenario::run::{NodeScene, Run};
use crate::sim::recorder::Status;
use crate::sim::trace::NodeId;
use crate::text::{Language, Text, without_gloss};

/// The column of heads: wide enough for names, or for titles where there is room.
const HEADS_NAMES_PX: f64 = 56.0;
const HEADS_TITLES_PX_MAX: f64 = 144.0;

/// How much room the heads take along the axis, on a sheet of some width in pixels.
pub fn extent(run: &Run, language: Language, orientation: Orientation, width: f64) -> f64 {
    if orientation == Orientation::Down {
        return HEADS_DOWN_PX;
    }
    let titles = run.topology.nodes.iter().map(|node| letters::width(title(language, &node.title)) + 16.0);
    let widest = titles.fold(HEADS_NAMES_PX, f64::max).ceil();
    if width >= 640.0 && widest <= HEADS_TITLES_PX_MAX { widest } else { HEADS_NAMES_PX }
}

/// The names of the nodes as they stand in a scene, in heads of that extent.
pub fn names(sheet: &Sheet, extent: f64, nodes: &[NodeScene]) -> String {
    let geometry = sheet.geometry;
    let mut text = String::new();
    for (index, node) in sheet.run.topology.nodes.iter().enumerate() {
        let lane = geometry.lane(NodeId(index as u8));
        let down = nodes.get(index).is_some_and(|node| node.status == Status::Down);
        let class = if down { "head start down" } else { "head start" };
        let name = if down { format!("{} ×", node.name) } else { node.name.to_string() };
        match geometry.orientation {
            Orientation::Right => {
                let title = title(sheet.language, &node.title);
                let titled = extent > HEADS_NAMES_PX
                    && geometry.lane_gap >= 44.0
                    && letters::width(title) <= extent - 16.0
                    && title != node.name;
                svg::words(&mut text, class, 4.0, lane + if titled { -4.5 } else { 4.5 }, &name);
                if titled {
                    svg::words(&mut text, "title start", 4.0, lane + 15.5, title);
                }
            }
            Orientation::Down => {
                // A narrow lane has no room for the cross.
                let class = if down { "head down" } else { "head" };
                let crossed = if geometry.lane_gap >= 44.0 { name.as_str() } else { node.name };
                svg::words(&mut text, class, RULER_DOWN_PX + lane, 25.0, crossed);
            }
        }
    }
    text
}

/// A node's title as its lane's head says it.
fn title(language: Language, title: &Text) -> &str {
    without_gloss(title.in_language(language))
}

/// The pen: a line across the lanes with its nib at the edge.
pub fn pen(geometry: &Geometry) -> String {
    let mut line = Path::default();
    let mut nib = Path::default();
    let geometry = geometry.from_origin(0.0);
    let at = |along: f64, across: f64| {
        let point = geometry.point(along, across);
        (point.x, point.y)
    };
    line.stroke(at(0.0, 0.0), at(0.0, geometry.across));
    let half = 5.0 / geometry.zoom;
    nib.outline(&[at(-half, 0.0), at(half, 0.0), at(0.0, 7.0)]);
    format!("<path class=\"edge\" d=\"{}\"/><path class=\"nib\" d=\"{}\"/>", line.text(), nib.text())
}
