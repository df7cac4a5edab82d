//! The text of an SVG path, written with integers: a tenth of a pixel is finer than any eye, and short.

/// A path under construction. Every point but the first is written by its way from the one before: that is shorter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    text: String,
    /// Where the last point is and where its outline began, in tenths of a pixel.
    at: (i32, i32),
    start: (i32, i32),
}

/// Tenths of a pixel; as far as they go for what is farther than 214 million pixels.
fn tenths(px: f64) -> i32 {
    (px * 10.0 + 0.5).floor() as i32
}

fn write(text: &mut String, tenths: i32) {
    if tenths < 0 {
        text.push('-');
    }
    let size = tenths.unsigned_abs();
    let (mut whole, rest) = (size / 10, (size % 10) as u8);
    // The digits from the last to the first: thousands of numbers are written in a frame, so none is allocated.
    let mut digits = [0u8; 10];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    for digit in &digits[first..] {
        text.push(char::from(b'0' + digit));
    }
    if rest > 0 {
        text.push('.');
        text.push(char::from(b'0' + rest));
    }
}

/// Writes a number with at most one decimal.
pub fn number(text: &mut String, value: f64) {
    write(text, tenths(value));
}

/// A number as an attribute's value.
pub fn written(value: f64) -> String {
    let mut text = String::new();
    number(&mut text, value);
    text
}

impl Path {
    /// Writes a number of a command.
    fn add(&mut self, tenths: i32) {
        // A sign parts numbers too.
        if tenths >= 0 && self.text.as_bytes().last().is_some_and(u8::is_ascii_digit) {
            self.text.push(' ');
        }
        write(&mut self.text, tenths);
    }

    /// Writes a command to the last of some points.
    fn go(&mut self, command: char, points: &[(f64, f64)]) -> &mut Path {
        self.text.push(command);
        let (from_x, from_y) = self.at;
        for (x, y) in points {
            let (x, y) = (tenths(*x), tenths(*y));
            self.add(x.saturating_sub(from_x));
            self.add(y.saturating_sub(from_y));
            self.at = (x, y);
        }
        self
    }

    pub fn to(&mut self, x: f64, y: f64) -> &mut Path {
        self.go(if self.is_empty() { 'M' } else { 'm' }, &[(x, y)]);
        self.start = self.at;
        self
    }

    pub fn line(&mut self, x: f64, y: f64) -> &mut Path {
        self.go('l', &[(x, y)])
    }

    pub fn close(&mut self) -> &mut Path {
        self.text.push('z');
        self.at = self.start;
        self
    }

    /// A bow to a point, drawn towards another.
    pub fn bow(&mut self, by_x: f64, by_y: f64, x: f64, y: f64) -> &mut Path {
        self.go('q', &[(by_x, by_y), (x, y)])
    }

    /// A straight piece.
    pub fn stroke(&mut self, from: (f64, f64), to: (f64, f64)) -> &mut Path {
        self.to(from.0, from.1).line(to.0, to.1)
    }

    /// A closed outline.
    pub fn outline(&mut self, corners: &[(f64, f64)]) -> &mut Path {
        for (index, (x, y)) in corners.iter().enumerate() {
            if index == 0 {
                self.to(*x, *y)
            } else {
                self.line(*x, *y)
            };
        }
        self.close()
    }

    /// A whole circle.
    pub fn circle(&mut self, x: f64, y: f64, radius: f64) -> &mut Path {
        self.to(x - radius, y);
        let (radius, width) = (tenths(radius), tenths(2.0 * radius));
        for way in [width, -width] {
            self.text.push('a');
            self.add(radius);
            self.add(radius);
            self.text.push_str(" 0 1 0");
            self.add(way);
            self.add(0);
        }
        self.close()
    }

    /// Everything of another path too.
    pub fn join(&mut self, other: &Path) -> &mut Path {
        self.text.push_str(&other.text);
        (self.at, self.start) = (other.at, other.start);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The path's text.
    pub fn text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_at_most_one_decimal() {
        for (value, text) in [(0.0, "0"), (-0.04, "0"), (-0.5, "-0.5"), (12.0, "12"), (3.146, "3.1"), (99.96, "100")] {
            assert_eq!(written(value), text);
        }
    }

    #[test]
    fn points_are_written_by_their_way_from_the_one_before() {
        let mut path = Path::default();
        path.stroke((0.0, 1.5), (-2.0, 3.25)).circle(5.0, 5.0, 2.0).bow(4.0, 4.0, 5.0, 6.5);
        let mut other = Path::default();
        other.outline(&[(10.0, 10.0), (12.0, 10.0), (12.0, 14.0)]);
        path.join(&other).line(11.0, 9.0);
        assert_eq!(path.text(), "M0 1.5l-2 1.8m5 1.7a2 2 0 1 0 4 0a2 2 0 1 0-4 0zq1-1 2 1.5M10 10l2 0l0 4zl1-1");
    }

    #[test]
    fn no_rounding_adds_up_along_a_path() {
        let mut path = Path::default();
        path.to(0.0, 0.0);
        for step in 1..=30 {
            path.line(f64::from(step) * 0.14, 0.0);
        }
        let sum: f64 =
            path.text().split('l').skip(1).map(|way| way.split(' ').next().unwrap().parse::<f64>().unwrap()).sum();
        assert!((sum - 4.2).abs() < 1e-9, "{sum}");
    }
}
