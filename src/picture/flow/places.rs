//! Where a label could stand beside what it speaks of, whichever way time runs.

use super::lanes::{Area, Orientation, Point};
use super::place::{Anchor, BEYOND_BAR, NEAR, Spot, Toward, Wanted};
use super::sheet::Sheet;

/// The places that a label could take, the best first.
pub(super) fn places(sheet: &Sheet, wanted: &Wanted, width: f64, height: f64) -> Vec<(Area, Anchor)> {
    let geometry = sheet.geometry;
    let Point { x, y } = geometry.point(wanted.along, wanted.across + sheet.flow.shift(wanted.along));
    let area = |x: f64, y: f64| Area { x, y, width, height };
    // Beside a point: to the right of it, to its left, above and below it; `by` is the distance kept.
    let right = |by: f64, down: f64| (area(x + by, y - height / 2.0 + down), Anchor::Start);
    let left = |by: f64, down: f64| (area(x - by - width, y - height / 2.0 + down), Anchor::End);
    let above = |by: f64| (area(x - 3.0, y - by - height), Anchor::Start);
    let below = |by: f64| (area(x - 3.0, y + by), Anchor::Start);
    let above_back = |by: f64| (area(x + 3.0 - width, y - by - height), Anchor::End);
    let below_back = |by: f64| (area(x + 3.0 - width, y + by), Anchor::End);
    let above_middle = |by: f64| (area(x - width / 2.0, y - by - height), Anchor::Middle);
    let below_middle = |by: f64| (area(x - width / 2.0, y + by), Anchor::Middle);
    let slides = |until: f64| {
        let extent = if geometry.orientation == Orientation::Right { width } else { height };
        [0.0, 24.0, 48.0, 96.0, 160.0, 240.0, 400.0]
            .into_iter()
            .filter(move |by| *by == 0.0 || wanted.along + (by + extent) / geometry.zoom <= until.min(sheet.end()))
    };
    match (wanted.spot, geometry.orientation) {
        (Spot::Send { toward, slope }, Orientation::Right) => {
            // Between the lifeline and the arrow that slants away from it.
            let wedge = |side: f64| {
                let by = slope * geometry.zoom * (height + 6.0) + 6.0;
                (area(x + by, if side > 0.0 { y + 3.0 } else { y - 3.0 - height }), Anchor::Start)
            };
            let (mut first, mut second) = (
                vec![
                    above(NEAR),
                    above(BEYOND_BAR),
                    above_back(NEAR),
                    above_back(BEYOND_BAR),
                    above(BEYOND_BAR + height),
                ],
                vec![
                    below(NEAR),
                    below(BEYOND_BAR),
                    below_back(NEAR),
                    below_back(BEYOND_BAR),
                    below(BEYOND_BAR + height),
                ],
            );
            match toward {
                Toward::After => second.insert(0, wedge(1.0)),
                Toward::Before => {
                    first.insert(0, wedge(-1.0));
                    std::mem::swap(&mut first, &mut second);
                }
                Toward::Both => {}
            }
            first.extend(second);
            first
        }
        (Spot::Send { toward, .. }, Orientation::Down) => {
            let upper = -height / 2.0 + 2.0;
            let (mut first, second) = (
                vec![right(NEAR, upper), right(BEYOND_BAR, upper), right(NEAR, upper - height), right(BEYOND_BAR, 0.0)],
                vec![
                    left(NEAR, upper),
                    left(BEYOND_BAR, upper),
                    left(NEAR, 0.0),
                    left(BEYOND_BAR, 0.0),
                    left(NEAR, upper - height),
                ],
            );
            if toward == Toward::Before {
                let mut mirrored = vec![left(NEAR, upper), left(BEYOND_BAR, upper), left(NEAR, upper - height)];
                mirrored.extend([
                    right(NEAR, upper),
                    right(BEYOND_BAR, upper),
                    right(NEAR, 0.0),
                    right(BEYOND_BAR, 0.0),
                ]);
                mirrored.extend([right(NEAR, height / 2.0), left(NEAR, height / 2.0)]);
                return mirrored;
            }
            first.extend(second);
            first.extend([left(NEAR, height / 2.0), right(NEAR, height / 2.0)]);
            first
        }
        (Spot::Bar { side, until }, Orientation::Right) => slides(until)
            .map(|by| {
                let y = if side > 0.0 { y + BEYOND_BAR } else { y - BEYOND_BAR - height };
                (area(x + by, y), Anchor::Start)
            })
            .collect(),
        (Spot::Bar { side, until }, Orientation::Down) => slides(until)
            .map(|by| match side > 0.0 {
                true => (area(x + BEYOND_BAR, y + by), Anchor::Start),
                false => (area(x - BEYOND_BAR - width, y + by), Anchor::End),
            })
            .collect(),
        (Spot::Point, Orientation::Right) => vec![
            above(7.0),
            below(7.0),
            above(BEYOND_BAR),
            below(BEYOND_BAR),
            above_back(7.0),
            below_back(7.0),
            above_back(BEYOND_BAR),
            below_back(BEYOND_BAR),
            above(BEYOND_BAR + height),
            below(BEYOND_BAR + height),
        ],
        (Spot::Point, Orientation::Down) => {
            let mut places = Vec::new();
            for down in [0.0, height / 2.0 + 3.0, -height / 2.0 - 3.0] {
                places.extend([right(9.0, down), left(9.0, down), right(BEYOND_BAR, down), left(BEYOND_BAR, down)]);
            }
            places
        }
        (Spot::Lost, _) => vec![
            right(9.0, 0.0),
            above_middle(7.0),
            below_middle(7.0),
            left(9.0, 0.0),
            right(9.0, height),
            right(9.0, -height),
            left(9.0, height),
            left(9.0, -height),
        ],
        (Spot::Wall { until }, Orientation::Right) => slides(until)
            .flat_map(|by| [area(x + 5.0 + by, y - 3.0 - height), area(x + 5.0 + by, y + 3.0)])
            .map(|area| (area, Anchor::Start))
            .collect(),
        (Spot::Wall { until }, Orientation::Down) => slides(until)
            .flat_map(|by| {
                [(area(x + 5.0, y + 5.0 + by), Anchor::Start), (area(x - 5.0 - width, y + 5.0 + by), Anchor::End)]
            })
            .collect(),
        (Spot::Tail { until }, _) => {
            let middle = geometry.along_px(until - wanted.along) / 2.0;
            let by = [0.0, -height, height, -2.0 * height, 2.0 * height];
            by.map(|by| (area(x - width / 2.0, y + middle - height / 2.0 + by), Anchor::Middle)).to_vec()
        }
        (Spot::Break, Orientation::Right) => {
            let bottom = geometry.across - height - 1.0;
            vec![
                (area(x + 6.0, 1.0), Anchor::Start),
                (area(x - 6.0 - width, 1.0), Anchor::End),
                (area(x + 6.0, bottom), Anchor::Start),
                (area(x - 6.0 - width, bottom), Anchor::End),
            ]
        }
        (Spot::Break, Orientation::Down) => {
            let end = geometry.across - width - 2.0;
            vec![
                (area(end, y + 4.0), Anchor::End),
                (area(end, y - 4.0 - height), Anchor::End),
                (area(2.0, y + 4.0), Anchor::Start),
                (area(2.0, y - 4.0 - height), Anchor::Start),
                (area(end, y + 4.0 + height), Anchor::End),
                (area(2.0, y + 4.0 + height), Anchor::Start),
            ]
        }
    }
}
