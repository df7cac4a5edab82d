//! A protocol's own description of its parameters: the page makes a form of it, links are checked against it.

use crate::say;
use crate::sim::time::Span;
use crate::sorted::SortedMap;
use crate::text::Text;
use std::fmt;

/// One parameter.
pub struct Parameter {
    /// Lower case, words joined by hyphens; links use it.
    pub key: &'static str,
    pub name: Text,
    pub help: Text,
    pub kind: ParameterKind,
    /// Where the default comes from: a product's setting, a paper.
    pub source: Text,
}

/// What values a parameter takes.
pub enum ParameterKind {
    Number {
        minimum: u32,
        maximum: u32,
        default: u32,
    },
    Time {
        minimum: Span,
        maximum: Span,
        default: Span,
    },
    /// One of several words; the first is the default. Deliberate mistakes are choices too.
    Choice(&'static [Choice]),
}

/// One word that a parameter may take.
pub struct Choice {
    pub key: &'static str,
    pub name: Text,
    /// For a deliberate mistake: the `always` property that it breaks.
    pub breaks: Option<&'static str>,
}

/// A word that is no mistake.
pub const fn choice(key: &'static str, name: Text) -> Choice {
    Choice { key, name, breaks: None }
}

pub const fn number(minimum: u32, maximum: u32, default: u32) -> ParameterKind {
    ParameterKind::Number { minimum, maximum, default }
}

pub const fn time(minimum: Span, maximum: Span, default: Span) -> ParameterKind {
    ParameterKind::Time { minimum, maximum, default }
}

/// A parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    Number(u32),
    Time(Span),
    Choice(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => number.fmt(formatter),
            Value::Time(span) => span.fmt(formatter),
            Value::Choice(word) => formatter.write_str(word),
        }
    }
}

/// Why a text is no value of a parameter; says what would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadValue(pub Text);

impl Parameter {
    /// The choices that are deliberate mistakes.
    pub fn mistakes(&self) -> impl Iterator<Item = &'static Choice> + use<> {
        let choices: &'static [Choice] = match &self.kind {
            ParameterKind::Choice(choices) => choices,
            _ => &[],
        };
        choices.iter().filter(|choice| choice.breaks.is_some())
    }

    pub fn default(&self) -> Value {
        match &self.kind {
            ParameterKind::Number { default, .. } => Value::Number(*default),
            ParameterKind::Time { default, .. } => Value::Time(*default),
            ParameterKind::Choice(choices) => Value::Choice(choices[0].key),
        }
    }

    /// Reads a value as links write it.
    pub fn parse(&self, text: &str) -> Result<Value, BadValue> {
        let key = self.key;
        match &self.kind {
            ParameterKind::Number { minimum, maximum, .. } => match text.parse::<u32>() {
                Ok(number) if (*minimum..=*maximum).contains(&number) => Ok(Value::Number(number)),
                _ => Err(BadValue(say!(
                    "{key} must be a whole number from {minimum} to {maximum}",
                    "{key} 必须是 {minimum} 到 {maximum} 的整数"
                ))),
            },
            ParameterKind::Time { minimum, maximum, .. } => match text.parse::<Span>() {
                Ok(span) if (*minimum..=*maximum).contains(&span) => Ok(Value::Time(span)),
                _ => Err(BadValue(say!(
                    "{key} must be a time from {minimum} to {maximum}, such as 250us, 12ms or 1.5s",
                    "{key} 必须是 {minimum} 到 {maximum} 的时间，例如 250us、12ms、1.5s"
                ))),
            },
            ParameterKind::Choice(choices) => match choices.iter().find(|choice| choice.key == text) {
                Some(choice) => Ok(Value::Choice(choice.key)),
                None => {
                    let words = choices.iter().map(|choice| choice.key).collect::<Vec<_>>().join(", ");
                    Err(BadValue(say!("{key} must be one of: {words}", "{key} 只能取：{words}")))
                }
            },
        }
    }
}

/// Every parameter's value: the defaults, and what differs from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values(SortedMap<&'static str, Value>);

impl Values {
    pub fn defaults(parameters: &'static [Parameter]) -> Values {
        Values(parameters.iter().map(|parameter| (parameter.key, parameter.default())).collect())
    }

    pub fn set(&mut self, key: &'static str, value: Value) {
        self.0.insert(key, value);
    }

    pub fn get(&self, key: &str) -> Option<Value> {
        self.0.get(key).copied()
    }

    /// The number of that name.
    ///
    /// # Panics
    /// If the protocol asks for a number that it did not declare: any run of it shows the mistake.
    pub fn number(&self, key: &str) -> u32 {
        match self.get(key) {
            Some(Value::Number(number)) => number,
            other => panic!("parameter {key} is not a declared number: {other:?}"),
        }
    }

    /// The time of that name; panics as [`Values::number`] does.
    pub fn time(&self, key: &str) -> Span {
        match self.get(key) {
            Some(Value::Time(span)) => span,
            other => panic!("parameter {key} is not a declared time: {other:?}"),
        }
    }

    /// The word of that name; panics as [`Values::number`] does.
    pub fn choice(&self, key: &str) -> &'static str {
        match self.get(key) {
            Some(Value::Choice(word)) => word,
            other => panic!("parameter {key} is not a declared choice: {other:?}"),
        }
    }
}
