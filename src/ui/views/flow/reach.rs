//! What the visitor's hand finds on the easel: places, outlines, signs.

use super::easel::Easel;
use super::paper::set;
use crate::ui::selection::{Anchor, Sweep};
use faultline::picture::flow::Orientation;
use faultline::picture::flow::lanes::{Area, Point};
use faultline::picture::flow::ruler::RULER_DOWN_PX;

impl Easel {
    /// Looks closer, or from farther away.
    pub fn zoom(&mut self, by: f64) {
        /// Beyond these nothing new is seen.
        const CLOSER: (f64, f64) = (0.5, 4.0);
        let closer = (self.closer * by).clamp(CLOSER.0, CLOSER.1);
        if closer != self.closer {
            self.closer = closer;
            self.lay_out();
            self.turn();
        }
    }

    /// A point of the viewport as a point of the sheet.
    pub fn locate(&self, x: f64, y: f64) -> Option<Point> {
        let (layout, parts) = (self.layout.as_ref()?, self.parts.as_ref()?);
        let rect = parts.root.get_bounding_client_rect();
        let (x, y) = (x - rect.left(), y - rect.top());
        let start = layout.camera.start(self.seen) * layout.geometry.zoom;
        Some(match layout.geometry.orientation {
            Orientation::Right => Point { x: x - layout.heads + start, y },
            Orientation::Down => Point { x: x - RULER_DOWN_PX, y: y - layout.heads + start },
        })
    }

    /// Where an area of the sheet is in the viewport, as far as it is in view.
    pub fn anchor(&self, area: Area) -> Option<Anchor> {
        let (layout, parts) = (self.layout.as_ref()?, self.parts.as_ref()?);
        let rect = parts.root.get_bounding_client_rect();
        let start = layout.camera.start(self.seen) * layout.geometry.zoom;
        let (left, top) = match layout.geometry.orientation {
            Orientation::Right => (area.x + layout.heads - start, area.y),
            Orientation::Down => (area.x + RULER_DOWN_PX, area.y + layout.heads - start),
        };
        let (right, bottom) = ((left + area.width).min(self.size.0), (top + area.height).min(self.size.1));
        let (left, top) = (left.max(0.0), top.max(0.0));
        Some(Anchor {
            left: rect.left() + left,
            top: rect.top() + top,
            width: (right - left).max(0.0),
            height: (bottom - top).max(0.0),
        })
    }

    /// Shows what is being dragged out, or takes it away.
    pub fn sweep(&mut self, sweep: Option<Sweep>) {
        if self.sweep != sweep {
            self.sweep = sweep;
            self.marked = None;
            self.turn();
        }
    }

    /// Says by the pointer whether there is something to point at.
    pub fn beckon(&mut self, pointing: bool) {
        if let Some(parts) = self.parts.as_ref().filter(|_| self.beckons != pointing) {
            self.beckons = pointing;
            set(&parts.root, "data-pointing", if pointing { "yes" } else { "no" });
        }
    }

    /// Keeps receiving a pointer that leaves the holder.
    pub fn hold_pointer(&self, pointer: i32) {
        if let Some(holder) = &self.holder {
            // It may have been released in the meantime; then there is nothing to hold.
            drop(holder.set_pointer_capture(pointer));
        }
    }
}
