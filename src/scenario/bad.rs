//! What is wrong with a text that should be a link or a part of one: a value that names the part, says where it stands
//! and how to mend it.

use crate::say;
use crate::text::Text;
use std::ops::Range;

/// How much of a wrong part is quoted back, in characters.
const QUOTED_MAX: usize = 60;

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The part that is wrong, as it was written, cut short where it is very long.
    pub part: String,
    /// Where the part stands in the text that was given, in bytes.
    pub range: Range<usize>,
    /// What is wrong with it.
    pub what: Text,
    /// What to write instead.
    pub mend: Text,
    /// The id of the catalogue scenario that comes nearest to what was meant; none for a fault read by itself.
    pub nearest: Option<&'static str>,
}

/// What reading gives: boxed, because success is the usual case.
pub type Read<T> = Result<T, Box<Bad>>;

impl Bad {
    /// All of it in one sentence or two, for the command line and for live regions.
    pub fn sentence(&self) -> Text {
        let Bad { part, what, mend, .. } = self;
        let (what_zh, mend_zh) = (&what.zh, &mend.zh);
        let from = self.range.start + 1;
        if part.is_empty() {
            return say!("At character {from}: {what}. {mend}.", "第 {from} 个字符处：{what_zh}。{mend_zh}。");
        }
        say!("“{part}” at character {from}: {what}. {mend}.", "第 {from} 个字符处的“{part}”：{what_zh}。{mend_zh}。")
    }
}

/// A part of a text that remembers where it stands in it.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Piece<'a> {
    /// The whole of a text.
    pub fn of(text: &'a str) -> Piece<'a> {
        Piece { text, start: 0 }
    }

    pub fn text(self) -> &'a str {
        self.text
    }

    /// Where it stands in the whole text, in bytes.
    pub fn range(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// What comes before and after the first `mark`.
    pub fn split(self, mark: char) -> Option<(Piece<'a>, Piece<'a>)> {
        self.text.find(mark).map(|at| self.apart(at, mark))
    }

    /// What comes before and after the last `mark`.
    pub fn split_last(self, mark: char) -> Option<(Piece<'a>, Piece<'a>)> {
        self.text.rfind(mark).map(|at| self.apart(at, mark))
    }

    fn apart(self, at: usize, mark: char) -> (Piece<'a>, Piece<'a>) {
        let (before, after) = (&self.text[..at], &self.text[at + mark.len_utf8()..]);
        (Piece { text: before, start: self.start }, Piece { text: after, start: self.start + at + mark.len_utf8() })
    }

    /// What stands between the `mark`s.
    pub fn pieces(self, mark: char) -> impl Iterator<Item = Piece<'a>> {
        let mut start = self.start;
        self.text.split(mark).map(move |text| {
            let piece = Piece { text, start };
            start += text.len() + mark.len_utf8();
            piece
        })
    }

    /// This piece is wrong.
    pub fn bad(self, what: Text, mend: Text) -> Box<Bad> {
        let part = match self.text.char_indices().nth(QUOTED_MAX) {
            Some((end, _)) => format!("{}…", &self.text[..end]),
            None => self.text.to_owned(),
        };
        Box::new(Bad { part, range: self.range(), what, mend, nearest: None })
    }

    /// A whole number without sign, from `minimum` to `maximum`.
    pub fn number(self, minimum: u64, maximum: u64) -> Read<u64> {
        let digits = !self.text.is_empty() && self.text.len() <= 20 && self.text.bytes().all(|b| b.is_ascii_digit());
        match self.text.parse::<u64>() {
            Ok(number) if digits && (minimum..=maximum).contains(&number) => Ok(number),
            _ => Err(self.bad(
                Text::new("not a whole number in range", "不是范围内的整数"),
                say!("Write a number from {minimum} to {maximum}", "请写 {minimum} 到 {maximum} 的整数"),
            )),
        }
    }

    /// A time with its unit: an instant or a span.
    pub fn time<T: std::str::FromStr>(self) -> Read<T> {
        self.text.parse().map_err(|_| {
            self.bad(
                Text::new("not a time", "不是时间"),
                Text::new(
                    "Write a number with its unit, such as 250us, 12ms or 1.5s",
                    "请写带单位的数，例如 250us、12ms、1.5s",
                ),
            )
        })
    }
}

/// The candidate that differs least from `text`, if there is any. Very long texts are compared by their beginning, so
/// that the work stays bounded.
pub fn nearest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    const COMPARED_MAX: usize = 48;
    let text: String = text.chars().take(COMPARED_MAX).collect();
    candidates.into_iter().min_by_key(|candidate| strsim::levenshtein(&text, candidate))
}

/// The candidates as one list in each language, for people: at most twelve of them.
pub(super) fn listed<'c>(candidates: impl IntoIterator<Item = &'c str>) -> Text {
    const LISTED_MAX: usize = 12;
    let mut candidates = candidates.into_iter();
    let mut list: Vec<&str> = candidates.by_ref().take(LISTED_MAX).collect();
    list.extend(candidates.next().map(|_| "…"));
    Text { en: list.join(", ").into(), zh: list.join("、").into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_knows_where_it_stands() {
        let whole = Piece::of("drop=c:vote:p1");
        let (key, value) = whole.split('=').unwrap();
        assert_eq!((key.range(), value.range()), (0..4, 5..14));
        let ranges: Vec<_> = value.pieces(':').map(Piece::range).collect();
        assert_eq!(ranges, [5..6, 7..11, 12..14]);
        assert_eq!(value.split_last(':').unwrap().1.range(), 12..14);
    }

    #[test]
    fn numbers_have_no_sign_and_a_range() {
        assert_eq!(Piece::of("17").number(1, 17).ok(), Some(17));
        for wrong in ["", "+1", "-1", "18", "0", "1e3", "１", "99999999999999999999999"] {
            assert!(Piece::of(wrong).number(1, 17).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_nearest_name_is_the_one_that_differs_least() {
        assert_eq!(nearest("comit", ["prepare", "commit", "abort"]), Some("commit"));
        assert_eq!(nearest(&"x".repeat(60_000), ["a", "b"]), Some("a"));
        assert_eq!(nearest("a", []), None);
    }

    #[test]
    fn a_very_long_part_is_quoted_short() {
        let long = "长".repeat(1_000);
        let bad = Piece::of(&long).bad(Text::same("x"), Text::same("y"));
        assert_eq!(bad.part.chars().count(), QUOTED_MAX + 1);
        assert_eq!(bad.range, 0..3_000);
    }
}
