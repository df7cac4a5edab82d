//! The circle's geometry: every owner has a lane of its own, so that none needs a colour. The first owner's is the outermost.

use faultline::picture::path::number;
use faultline::protocols::placement::Keys;
use std::f64::consts::TAU;

/// How wide the picture is, in pixels; on a phone less, so that words in it are not made smaller.
const SIZE: f64 = 352.0;
const SIZE_ON_A_PHONE: f64 = 288.0;
/// The room outside of the outermost lane: there a key's walk is drawn.
const MARGIN: f64 = 16.0;
/// The innermost lane is no smaller than this, and no lane further from the next than that.
const INNER: f64 = 24.0;
const PITCH_MAX: f64 = 18.0;
/// Names stand one below the other while lanes are so far apart, otherwise in two columns.
const PITCH_OF_ONE_COLUMN: f64 = 14.0;
/// The part of a turn that names have at the top, in one column or two; arcs and keys share the rest.
const NAMES: [f64; 2] = [0.06, 0.11];

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    pub middle: f64,
    pub outer: f64,
    pub pitch: f64,
    names: f64,
}

impl Circle {
    pub fn of(owners: usize, on_a_phone: bool) -> Circle {
        let middle = if on_a_phone { SIZE_ON_A_PHONE } else { SIZE } / 2.0;
        let outer = middle - MARGIN;
        let pitch = ((outer - INNER) / owners.saturating_sub(1).max(1) as f64).min(PITCH_MAX);
        let names = if pitch < PITCH_OF_ONE_COLUMN { NAMES[1] } else { NAMES[0] };
        Circle { middle, outer, pitch, names }
    }

    pub fn size(&self) -> f64 {
        2.0 * self.middle
    }

    pub fn radius(&self, owner: u16) -> f64 {
        self.outer - self.pitch * f64::from(owner)
    }

    /// How far a place on the ring is round, clockwise from the top, behind the names: in radians.
    pub fn angle(&self, position: u64) -> f64 {
        (self.names / 2.0 + position as f64 / 2f64.powi(64) * (1.0 - self.names)) * TAU
    }

    pub fn point(&self, angle: f64, radius: f64) -> (f64, f64) {
        (self.middle + radius * angle.sin(), self.middle - radius * angle.cos())
    }

    /// Where an owner's name stands.
    pub fn name_at(&self, owner: u16) -> (f64, f64) {
        let aside = match (self.pitch < PITCH_OF_ONE_COLUMN, owner % 2) {
            (false, _) => 0.0,
            (true, 0) => -15.0,
            (true, _) => 15.0,
        };
        (self.middle + aside, self.middle - self.radius(owner) + 4.5)
    }

    /// Adds a stretch of a lane to a path, clockwise.
    pub fn arc(&self, path: &mut String, radius: f64, from: f64, to: f64) {
        // An arc of a whole turn would end where it begins, and be none.
        let to = to.min(from + TAU - 0.01);
        self.move_to(path, from, radius);
        path.push('A');
        number(path, radius);
        path.push(' ');
        number(path, radius);
        path.push_str(if to - from > TAU / 2.0 { " 0 1 1 " } else { " 0 0 1 " });
        self.write(path, to, radius);
    }

    /// Adds the open head of an arrow that comes to that point clockwise.
    pub fn head(&self, path: &mut String, at: f64, radius: f64, size: f64) {
        let behind = at - size / radius;
        self.move_to(path, behind, radius - 0.6 * size);
        path.push('L');
        self.write(path, at, radius);
        path.push('L');
        self.write(path, behind, radius + 0.6 * size);
    }

    /// Adds a line across lanes.
    pub fn across(&self, path: &mut String, angle: f64, from: f64, to: f64) {
        self.move_to(path, angle, from);
        path.push('L');
        self.write(path, angle, to);
    }

    pub fn move_to(&self, path: &mut String, angle: f64, radius: f64) {
        path.push('M');
        self.write(path, angle, radius);
    }

    fn write(&self, path: &mut String, angle: f64, radius: f64) {
        let (x, y) = self.point(angle, radius);
        number(path, x);
        path.push(' ');
        number(path, y);
    }

    /// The key that stands nearest to a point of the picture.
    pub fn nearest(&self, keys: &Keys, owners: &[Option<u16>], x: f64, y: f64) -> Option<usize> {
        let (right, up) = (x - self.middle, self.middle - y);
        let (radius, angle) = (right.hypot(up), right.atan2(up).rem_euclid(TAU));
        let distance = |(position, owner): (&u64, &Option<u16>)| {
            let lane = self.radius((*owner)?);
            let turn = (self.angle(*position) - angle).abs();
            let along = turn.min(TAU - turn) * lane;
            Some((radius - lane).powi(2) + along.powi(2))
        };
        let far = keys.positions.iter().zip(owners).map(distance).enumerate();
        let far = far.filter_map(|(key, distance)| Some((key, distance?)));
        far.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(key, _)| key)
    }
}
