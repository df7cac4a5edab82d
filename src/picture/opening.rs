//! What is seen of a run before its first event has passed: the frame from which the page plays on, for pages that show
//! it before the page itself has come.

use super::flow::camera::{Camera, LABEL_AHEAD_PX, NIB_PX, fitting};
use super::flow::heads;
use super::flow::ruler::{RULER_DOWN_PX, RULER_RIGHT_PX};
use super::flow::{Flow, Geometry, Orientation, Sheet};
use super::path::written;
use super::svg;
use super::{Axis, Scale};
use crate::scenario::run::Run;
use crate::text::Language;

/// The first frame in a view of that width and height, in pixels, as the page draws it: the paper ahead of the pen is
/// blank.
pub fn opening(run: &Run, language: Language, orientation: Orientation, (width, height): (f64, f64)) -> String {
    let axis = Axis::of(run, Scale::Folded);
    let flow = Flow::of(run, &axis);
    let extent = heads::extent(run, language, orientation, width);
    let (along, across) = match orientation {
        Orientation::Right => (width, height - RULER_RIGHT_PX),
        Orientation::Down => (height, width - RULER_DOWN_PX),
    };
    let zoom = fitting(along - extent, flow.length());
    let lanes = run.topology.nodes.len();
    let geometry = Geometry::fit(orientation, lanes, across, flow.breaks().len()).zoomed(zoom);
    let camera = Camera { view: (along - extent) / zoom, length: flow.length() };
    let pen = axis.px(run.trace.event(0).at);
    let start = camera.start(pen);
    let passed = pen + NIB_PX / zoom;
    let sheet = &Sheet { run, axis: &axis, flow: &flow, geometry, language }.from_origin(start);
    let geometry = sheet.geometry;

    let ((x, y), ruler) = match orientation {
        Orientation::Right => ((extent, 0.0), (extent, geometry.across)),
        Orientation::Down => ((RULER_DOWN_PX, extent), (0.0, extent)),
    };
    let clipped = |at: (f64, f64), along: f64, across: f64, inside: &str| {
        let [x, y] = [at.0, at.1].map(written);
        let area = geometry.area(start, start + along, 0.0, across);
        let [width, height] = [area.width, area.height].map(written);
        format!("<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\">{inside}</svg>")
    };
    let mut marks = String::new();
    for layer in [sheet.draw_lasting(start, passed), sheet.draw_arrows(start, passed), sheet.draw_points(start, passed)]
    {
        svg::marks(&mut marks, &layer);
    }
    let end = start + camera.view;
    let mut labels = String::new();
    for label in sheet.labels(0).visible(sheet, 0, (start, end), pen + LABEL_AHEAD_PX / zoom) {
        svg::label(&mut labels, label);
    }
    let mut ticks = String::new();
    for tick in sheet.ruler(0).iter().filter(|tick| tick.along - tick.extent / 2.0 >= start && tick.along <= passed) {
        svg::tick(&mut ticks, &geometry, tick);
    }
    let ruler_px = if orientation == Orientation::Right { RULER_RIGHT_PX } else { RULER_DOWN_PX };
    let point = geometry.point(pen, 0.0);
    let [pen_x, pen_y] = [x + point.x, y + point.y].map(written);
    let nodes = run.scene(0).nodes;
    let [w, h] = [width, height].map(written);
    format!(
        "<svg class=\"paper\" aria-hidden=\"true\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">{}\
         <g transform=\"translate({pen_x} {pen_y})\">{}</g>{}{}{}</svg>\n",
        clipped((x, y), passed - start, geometry.across, &marks),
        heads::pen(&geometry),
        clipped((x, y), camera.view, geometry.across, &labels),
        clipped(ruler, camera.view, ruler_px, &ticks),
        heads::names(sheet, extent, &nodes),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::CATALOGUE;
    use crate::scenario::catalogue::Catalogue;

    #[test]
    fn every_run_opens_with_its_nodes_and_a_pen_and_without_what_is_to_come() {
        for listed in Catalogue(CATALOGUE).entries() {
            let run = Run::of(listed.scenario());
            let views = [(Orientation::Right, (880.0, 494.0)), (Orientation::Down, (328.0, 314.0))];
            for (orientation, size) in views {
                let text = opening(&run, Language::English, orientation, size);
                let id = listed.entry.id;
                assert_eq!(text.matches("class=\"head").count(), run.topology.nodes.len(), "{id}");
                assert!(text.contains("class=\"nib\"") && text.contains("class=\"lifeline "), "{id}: {text}");
                assert!(text.len() < 20_000, "{id}: {} bytes of a first frame", text.len());
            }
        }
    }
}
