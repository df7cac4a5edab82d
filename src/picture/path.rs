//! The text of an SVG path, written with integers: a tenth of a pixel is finer than any eye, and short.

/// A path under construction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path(String);

/// Writes a number with at most one decimal.
pub fn number(text: &mut String, value: f64) {
    let tenths = (value * 10.0).round() as i64;
    if tenths < 0 {
        text.push('-');
    }
    let (mut whole, rest) = (tenths.unsigned_abs() / 10, (tenths.unsigned_abs() % 10) as u8);
    // The digits from the last to the first: thousands of numbers are written in a frame, so none is allocated.
    let mut digits = [0u8; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    text.extend(digits[first..].iter().map(|digit| char::from(*digit)));
    if rest > 0 {
        text.push('.');
        text.push(char::from(b'0' + rest));
    }
}

/// A number as an attribute's value.
pub fn written(value: f64) -> String {
    let mut text = String::new();
    number(&mut text, value);
    text
}

impl Path {
    fn add(&mut self, command: char, numbers: &[f64]) -> &mut Path {
        self.0.push(command);
        for (index, value) in numbers.iter().enumerate() {
            if index > 0 {
                self.0.push(' ');
            }
            number(&mut self.0, *value);
        }
        self
    }

    pub fn to(&mut self, x: f64, y: f64) -> &mut Path {
        self.add('M', &[x, y])
    }

    pub fn line(&mut self, x: f64, y: f64) -> &mut Path {
        self.add('L', &[x, y])
    }

    pub fn close(&mut self) -> &mut Path {
        self.add('Z', &[])
    }

    /// A bow to a point, drawn towards another.
    pub fn bow(&mut self, by_x: f64, by_y: f64, x: f64, y: f64) -> &mut Path {
        self.add('Q', &[by_x, by_y, x, y])
    }

    /// A straight piece.
    pub fn stroke(&mut self, from: (f64, f64), to: (f64, f64)) -> &mut Path {
        self.to(from.0, from.1).line(to.0, to.1)
    }

    /// A closed outline.
    pub fn outline(&mut self, corners: &[(f64, f64)]) -> &mut Path {
        for (index, (x, y)) in corners.iter().enumerate() {
            self.add(if index == 0 { 'M' } else { 'L' }, &[*x, *y]);
        }
        self.close()
    }

    /// A whole circle.
    pub fn circle(&mut self, x: f64, y: f64, radius: f64) -> &mut Path {
        self.to(x - radius, y);
        for way in [2.0 * radius, -2.0 * radius] {
            self.add('a', &[radius, radius, 0.0, 1.0, 0.0, way, 0.0]);
        }
        self.close()
    }

    /// Everything of another path too.
    pub fn join(&mut self, other: &Path) -> &mut Path {
        self.0.push_str(&other.0);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path's text.
    pub fn text(self) -> String {
        self.0
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
        let mut path = Path::default();
        path.stroke((0.0, 1.5), (-2.0, 3.25)).circle(5.0, 5.0, 2.0);
        assert_eq!(path.text(), "M0 1.5L-2 3.3M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0Z");
    }
}
