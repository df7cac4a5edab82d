//! Sentences in lines, for pictures: nobody else breaks them there.

use crate::picture::letters;

/// A sentence in lines no longer than `room` pixels when its letters are so large: broken at spaces, and between Han
/// characters.
pub(super) fn wrapped(sentence: &str, room: f64, letter_px: f64) -> Vec<String> {
    let px = |text: &str| letters::width(text) * letter_px / letters::LABEL_PX;
    let mut lines = vec![String::new()];
    for word in words(sentence) {
        let line = lines.last_mut().expect("there is always a line");
        if px(line) + px(word.trim_end()) > room && !line.is_empty() {
            lines.push(word.to_owned());
        } else {
            line.push_str(word);
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// What stays together in a line: words with the space behind them, Han characters one by one with the punctuation behind
/// them.
fn words(sentence: &str) -> Vec<&str> {
    const CLOSING: &str = "，。；：、！？）”";
    const OPENING: &str = "（“";
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (place, letter) in sentence.char_indices() {
        let new = (before == ' ' || letters::is_han(before) || letters::is_han(letter))
            && !CLOSING.contains(letter)
            && !OPENING.contains(before)
            && letter != ' ';
        if new && place > start {
            words.push(&sentence[start..place]);
            start = place;
        }
        before = letter;
    }
    words.push(&sentence[start..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_between_han_characters() {
        assert_eq!(words("p1 may go on"), ["p1 ", "may ", "go ", "on"]);
        assert_eq!(words("协调者（c）崩溃。"), ["协", "调", "者", "（c）", "崩", "溃。"]);
        let lines = wrapped("the coordinator dies with every promise in hand", 136.0, 15.0);
        assert!(lines.len() > 2, "{lines:?}");
        assert_eq!(lines.join(" "), "the coordinator dies with every promise in hand");
    }
}
