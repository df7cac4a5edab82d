//! Words in both languages of the interface, side by side in one value: a missing translation does not compile.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    #[default]
    English,
    SimplifiedChinese,
}

/// One thing said in English and in Simplified Chinese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub en: Cow<'static, str>,
    pub zh: Cow<'static, str>,
}

/// Words without the gloss that follows them in Chinese: 协调者 of 协调者（coordinator）.
pub fn without_gloss(words: &str) -> &str {
    words.split_once('（').map_or(words, |(words, _)| words)
}

impl Text {
    /// Fixed words.
    pub const fn new(en: &'static str, zh: &'static str) -> Text {
        Text { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
    }

    /// A name that is the same in both languages: a message's, a node's.
    pub const fn same(word: &'static str) -> Text {
        Text::new(word, word)
    }

    /// The words in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::SimplifiedChinese => &self.zh,
        }
    }
}

impl fmt::Display for Text {
    /// English: for the command line and for failing tests.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.en)
    }
}

/// A sentence with values in it: `say!("{node} is down", "{node} 已宕机")` captures the variables in scope for both.
///
/// A captured [`Text`](crate::text::Text) reads as its English; for the Chinese sentence the Chinese follows as an
/// argument: `say!("Undone: {edit}", "已撤销：{}", edit.zh)`.
#[macro_export]
macro_rules! say {
    ($en:literal, $zh:literal, $($argument:expr),+ $(,)?) => {
        $crate::text::Text { en: format!($en).into(), zh: format!($zh, $($argument),+).into() }
    };
    ($en:literal, $zh:literal $(,)?) => {
        $crate::text::Text { en: format!($en).into(), zh: format!($zh).into() }
    };
}
