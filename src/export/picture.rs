//! The message flow as a picture that stands by itself.

use super::{Export, too_long};
use crate::picture::flow::Sheet;
use crate::picture::flow::camera::fitting;
use crate::picture::flow::ruler::RULER_RIGHT_PX;
use crate::picture::flow::sheet::{LEAD_PX, TRAIL_PX};
use crate::picture::svg::{self, HEADS_RIGHT_PX, View};
use crate::picture::{Axis, Flow, Geometry, Orientation, Scale};
use crate::text::Text;

/// How wide a picture of a short run is, in pixels: a column of a post.
pub(super) const WIDTH_PX: f64 = 888.0;
/// How wide a picture can get: beyond this nobody looks at it as one.
const WIDTH_PX_MAX: f64 = 12_000.0;
/// How far lanes stand apart, and what is left at the outer two, in pixels.
const LANE_PX: f64 = 80.0;

/// A run laid out as a picture wants it.
pub(super) struct Laid {
    axis: Axis,
    flow: Flow,
    geometry: Geometry,
    /// The part of the axis that is drawn, in pixels along it.
    pub window: (f64, f64),
}

impl Laid {
    /// The error is a sentence: the part is too long for one picture.
    pub fn out(export: &Export) -> Result<Laid, Text> {
        let run = export.run;
        let axis = Axis::of(run, Scale::Folded);
        let flow = Flow::of(run, &axis);
        let px = |event| axis.px(run.trace.event(event).at);
        let end = flow.length() + TRAIL_PX;
        let window = (px(export.part.first) - LEAD_PX, (px(export.part.last) + TRAIL_PX).min(end));
        let lanes = run.topology.nodes.len();
        let across = lanes as f64 * LANE_PX;
        let zoom = fitting(WIDTH_PX - HEADS_RIGHT_PX, window.1 - window.0 - LEAD_PX - TRAIL_PX);
        let geometry = Geometry::fit(Orientation::Right, lanes, across, flow.breaks().len()).zoomed(zoom);
        if (window.1 - window.0) * zoom > WIDTH_PX_MAX {
            return Err(too_long("a picture", "图片", WIDTH_PX_MAX as usize, "pixels", "像素"));
        }
        Ok(Laid { axis, flow, geometry, window })
    }

    pub fn sheet<'a>(&'a self, export: &Export<'a>) -> Sheet<'a> {
        Sheet {
            run: export.run,
            axis: &self.axis,
            flow: &self.flow,
            geometry: self.geometry,
            language: export.language,
        }
    }

    /// How high the lanes and the ruler are, in pixels.
    pub fn height(&self) -> f64 {
        self.geometry.across + RULER_RIGHT_PX
    }
}

pub(super) fn write(export: &Export) -> Result<String, Text> {
    let laid = Laid::out(export)?;
    let title = export.title();
    let view = View { inks: export.inks, at: None, window: laid.window, title: &title, extras: Default::default() };
    Ok(svg::write(&laid.sheet(export), &view))
}
