//! How wide and high a label is, without asking a browser: an estimate per letter that no common font exceeds.

/// The size of labels in pixels; nothing on a picture is smaller.
pub const LABEL_PX: f64 = 13.0;
/// How high a line of labels is with Latin letters only, and with Han characters (their fonts have tall boxes).
pub const LATIN_HEIGHT_PX: f64 = 17.0;
pub const HAN_HEIGHT_PX: f64 = 20.0;

/// Sentences wider than this many Latin letters are set smaller on a phone, so that they stand there whole.
const LONG: usize = 112;

/// Whether a sentence is so long: a Han character is as wide as two letters.
pub fn is_long(sentence: &str) -> bool {
    sentence.chars().map(|letter| if is_han(letter) { 2 } else { 1 }).sum::<usize>() > LONG
}

/// The width of a text at the size of labels, in pixels.
pub fn width(text: &str) -> f64 {
    text.chars().map(width_em).sum::<f64>() * LABEL_PX
}

/// The height of its box, in pixels.
pub fn height(text: &str) -> f64 {
    if text.chars().any(is_han) { HAN_HEIGHT_PX } else { LATIN_HEIGHT_PX }
}

/// Han characters and full-width punctuation stand on one em each.
pub fn is_han(letter: char) -> bool {
    matches!(letter, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}')
}

fn width_em(letter: char) -> f64 {
    match letter {
        _ if is_han(letter) => 1.0,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.32,
        ' ' => 0.32,
        'f' | 't' | 'r' | '(' | ')' | '-' | '/' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.98,
        's' | 'c' | 'z' => 0.55,
        'A'..='Z' => 0.79,
        '×' | '+' | '=' | '<' | '>' | '→' | '–' | '—' | '…' => 0.84,
        _ => 0.64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_characters_are_one_em_and_latin_letters_about_half_of_that() {
        assert_eq!(width("准备（"), 3.0 * LABEL_PX);
        let latin = width("prepare the vote of each participant") / LABEL_PX / 36.0;
        assert!((0.5..0.64).contains(&latin), "{latin} em a letter");
        assert!(height("准备") > height("prepare"));
    }
}
