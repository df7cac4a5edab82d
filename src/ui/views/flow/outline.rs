//! Outlines: what is selected, and what is being dragged out.

use crate::ui::selection::{Selection, Sweep};
use faultline::picture::flow::{Area, Sheet, Target};
use faultline::picture::path::Path;

/// What is selected, outlined.
pub fn selected(sheet: &Sheet, selection: &Selection) -> Option<String> {
    match selection {
        Selection::None => None,
        Selection::Message(message) => sheet.ring(Target::Message(*message)),
        Selection::Event(event) => {
            let last = sheet.run.len().checked_sub(1)?;
            let event = (*event).min(last);
            sheet.ring(Target::Event { node: sheet.run.trace.event(event).node, event })
        }
        Selection::Node { node, event } => sheet.ring(Target::Event { node: *node, event: *event }),
        Selection::Sweep(sweep) => Some(self::sweep(sheet, sweep)),
    }
}

/// What is marked by dragging, outlined.
pub fn sweep(sheet: &Sheet, sweep: &Sweep) -> String {
    /// How far the outline of a sweep stands from its lane or gap.
    const AROUND_PX: f64 = 14.0;
    let geometry = sheet.geometry;
    let (across, from, to) = match sweep {
        Sweep::Along { node, from, to } => (geometry.lane(*node), from, to),
        Sweep::Across { sides: [before, _], from, to } => {
            let last = before.iter().map(|node| node.0).max().unwrap_or(0);
            (geometry.at_lane(f64::from(last) + 0.5), from, to)
        }
    };
    let (from, to) = (sheet.axis.px(*from), sheet.axis.px(*to));
    let across = across + sheet.flow.shift(from);
    let Area { x, y, width, height } = geometry.area(from, to.max(from + 2.0), across - AROUND_PX, across + AROUND_PX);
    let mut path = Path::default();
    path.outline(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)]);
    path.text()
}
