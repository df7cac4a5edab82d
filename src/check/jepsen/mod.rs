//! Histories in the line format of Jepsen's logs: process, type (`:invoke`, `:ok`, `:fail`, `:info`), function, value; or a
//! map with these keys. What a logger puts before a line is skipped, and so are other loggers' lines, blank lines and what
//! the nemesis does.
//!
//! `:fail` says that an operation did not happen; after `:info`, or without any answer, it may have taken effect, then or
//! at any time later.

mod edn;
#[cfg(test)]
mod tests;

use super::linearizable::{
    History, KeyValue, KeyValueCall, Outstanding, Register, RegisterAnswer, RegisterCall, SequentialSpecification,
};
use edn::{Edn, Reader};

/// A recorded history, and where each of its operations stands.
pub struct Recorded<S: SequentialSpecification> {
    pub history: History<S>,
    /// One for each operation of the history.
    pub places: Vec<Places>,
}

/// Where an operation stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub called: Line,
    pub answered: Option<Line>,
}

/// A line, counted from 1, without what the logger put before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: usize,
    pub text: String,
}

/// A line that cannot be understood, and why, in a sentence without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    pub number: usize,
    pub why: String,
}

/// Reads a history of a register that holds nil at first: `:read nil`, `:write 1`, `:cas [1 2]`.
pub fn register(text: &str) -> Result<Recorded<Register<String>>, BadLine> {
    read(text, |event| {
        Ok(match event.function.as_str() {
            "read" | "get" => RegisterCall::Read,
            "write" | "put" => RegisterCall::Write(event.value.text()),
            "cas" => {
                let (expected, value) = two(&event.value)?;
                RegisterCall::CompareAndSet(expected.text(), value.text())
            }
            other => return Err(format!("a register cannot “{other}”, only read, write and cas")),
        })
    })
}

/// Reads a history of keys that hold nil at first, with values of `[key value]` or a `:key` of their own: `:read [x nil]`
/// (or `:get`), `:write [x 1]` (or `:put`), `:append [x 1]`, `:cas [x [1 2]]`.
pub fn key_value(text: &str) -> Result<Recorded<KeyValue>, BadLine> {
    read(text, |event| {
        let reads = matches!(event.function.as_str(), "read" | "get");
        let (key, value) = match (&event.key, two(&event.value)) {
            (Some(key), _) => (key.clone(), event.value.clone()),
            (None, Ok((key, value))) => (key, value),
            (None, Err(_)) if reads => (event.value.clone(), Edn::Nil),
            (None, Err(why)) => return Err(format!("{why}: a key and its value")),
        };
        let key = key.text().ok_or("the key is missing: write [key value]")?;
        Ok(match event.function.as_str() {
            "read" | "get" => KeyValueCall::Get(key),
            "write" | "put" => KeyValueCall::Put(key, value.text()),
            "append" => KeyValueCall::Append(key, value.text().unwrap_or_default()),
            "cas" => {
                let (expected, value) = two(&value)?;
                KeyValueCall::CompareAndSet(key, expected.text(), value.text())
            }
            other => return Err(format!("a key cannot “{other}”, only read, write, append and cas")),
        })
    })
}

/// The two members of a vector.
fn two(value: &Edn) -> Result<(Edn, Edn), String> {
    match value {
        Edn::Several(members) => match &members[..] {
            [one, other] => Ok((one.clone(), other.clone())),
            _ => Err(format!("“{}” has not two members", value.shown())),
        },
        _ => Err(format!("“{}” has not two members", value.shown())),
    }
}

/// What a line says.
struct Event {
    process: u64,
    kind: Kind,
    /// Without its colon.
    function: String,
    key: Option<Edn>,
    value: Edn,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Invoke,
    Ok,
    Fail,
    Info,
}

/// A specification whose reads are answered with a value and everything else with a word.
fn read<S: SequentialSpecification<Answer = RegisterAnswer<String>>>(
    text: &str,
    call: impl Fn(&Event) -> Result<S::Call, String>,
) -> Result<Recorded<S>, BadLine> {
    let mut recorded = Recorded { history: History::default(), places: Vec::new() };
    // The function of each operation: its answer must name the same.
    let mut functions: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let bad = |why: String| BadLine { number, why };
        let Some(line) = operation(line) else { continue };
        let Some(event) = event(line).map_err(bad)? else { continue };
        let line = Line { number, text: line.split_whitespace().collect::<Vec<_>>().join(" ") };
        let process = event.process;
        let waiting = recorded.history.outstanding(process);
        if event.kind == Kind::Invoke {
            recorded.history.call(process, call(&event).map_err(bad)?).map_err(|outstanding| {
                let Outstanding::Operation(place) = outstanding else { return bad("it cannot call".to_owned()) };
                let since = recorded.places[place].called.number;
                bad(format!("process {process} calls while its operation of line {since} has no answer"))
            })?;
            recorded.places.push(Places { called: line, answered: None });
            functions.push(event.function);
            continue;
        }
        let Some(place) = waiting else {
            return Err(bad(format!("process {process} has an answer without a call")));
        };
        if functions[place] != event.function {
            let (asked, since) = (&functions[place], recorded.places[place].called.number);
            return Err(bad(format!("“:{}” answers “:{asked}” of line {since}", event.function)));
        }
        let nothing = |_| bad(format!("process {process} has an answer without a call"));
        match event.kind {
            Kind::Ok => {
                recorded.history.answer(process, answer(&event)).map_err(nothing)?;
                recorded.places[place].answered = Some(line);
            }
            Kind::Fail => {
                recorded.history.fail(process).map_err(nothing)?;
                recorded.places.remove(place);
                functions.remove(place);
            }
            Kind::Info | Kind::Invoke => {
                recorded.history.give_up(process).map_err(nothing)?;
            }
        }
    }
    Ok(recorded)
}

fn answer(event: &Event) -> RegisterAnswer<String> {
    if !matches!(event.function.as_str(), "read" | "get") {
        return RegisterAnswer::Done;
    }
    // With keys the value stands behind its key.
    match (&event.key, two(&event.value)) {
        (None, Ok((_, value))) => RegisterAnswer::Holds(value.text()),
        _ => RegisterAnswer::Holds(event.value.text()),
    }
}

/// The part of a line that is an operation; none if the line is something else.
fn operation(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(place) = line.find("jepsen.util") {
        // `INFO  jepsen.util - 0 :invoke :read nil`, or with a colon.
        let rest = line[place + "jepsen.util".len()..].trim_start();
        let rest = rest.strip_prefix("- ").or_else(|| rest.strip_prefix(": ")).unwrap_or(rest);
        return Some(rest.trim_start());
    }
    let level = ["INFO", "WARN", "ERROR", "DEBUG", "TRACE"].iter().any(|level| line.contains(level));
    let comment = line.starts_with([';', '#']);
    (!line.is_empty() && !comment && !level).then_some(line)
}

/// What an operation's line says; none if it is the nemesis's.
fn event(line: &str) -> Result<Option<Event>, String> {
    let mut reader = Reader::of(line);
    let mut next = || reader.next();
    let first = next()?.unwrap_or(Edn::Nil);
    let (process, kind, function, key, value) = if let Edn::Map(_) = first {
        let field = |name: &str| first.get(name).cloned();
        let part = |name: &str| field(name).ok_or_else(|| format!("{name} is missing"));
        let value = field(":value").unwrap_or(Edn::Nil);
        (part(":process")?, part(":type")?, part(":f")?, field(":key"), value)
    } else {
        let kind = next()?.ok_or("the type is missing: :invoke, :ok, :fail or :info")?;
        let function = next()?.ok_or("the function is missing, :read for example")?;
        (first, kind, function, None, next()?.unwrap_or(Edn::Nil))
    };
    let process = process.shown();
    if process.starts_with(':') {
        return Ok(None);
    }
    let kind = match kind.shown().as_str() {
        ":invoke" => Kind::Invoke,
        ":ok" => Kind::Ok,
        ":fail" => Kind::Fail,
        ":info" => Kind::Info,
        other => return Err(format!("“{}” is none of :invoke, :ok, :fail, :info", short(other))),
    };
    let process = process.parse().map_err(|_| format!("“{}” is no process, which is a number", short(&process)))?;
    let function = function.shown().trim_start_matches(':').to_owned();
    Ok(Some(Event { process, kind, function, key, value }))
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
