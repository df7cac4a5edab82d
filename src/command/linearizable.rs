//! `faultline linearizable`: judges a history that somebody recorded elsewhere.

use super::arguments::{Argument, Arguments};
use super::{FINE, Failure, UNEXPECTED};
use crate::check::jepsen::{self, BadLine, Places, Recorded};
use crate::check::linearizable::{Judged, KeyValue, Linearizability, Register, SequentialSpecification, judge};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;

const OPTIONS: &str = "--spec, --configurations and --json";
/// How many sets of placed operations are looked at unless somebody wants more; each takes about a hundred bytes.
const CONFIGURATIONS: u64 = 5_000_000;
const CONFIGURATIONS_MAX: u64 = 1_000_000_000;
/// The longest file that is read.
const BYTES_MAX: u64 = 1 << 30;

#[derive(Clone, Copy)]
enum Specification {
    Register,
    KeyValue,
}

/// What a verdict is about.
struct Judgement {
    judged: Judged,
    operations: usize,
    unanswered: usize,
    /// The first operation that cannot be placed.
    first: Option<Places>,
}

pub(super) fn linearizable(arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let mut arguments = Arguments::of("linearizable", arguments);
    let (mut specification, mut file, mut json, mut configurations_max) = (None, None, false, CONFIGURATIONS);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option("json") => json = true,
            Argument::Option("configurations") => {
                configurations_max = arguments.number("configurations", 1, CONFIGURATIONS_MAX)?;
            }
            Argument::Option("spec") => {
                specification = Some(match arguments.value("spec")? {
                    "register" => Specification::Register,
                    "key-value" => Specification::KeyValue,
                    other => {
                        let sentence = format!("“{other}” is no specification; there are register and key-value");
                        return Err(arguments.failure(sentence));
                    }
                });
            }
            Argument::Option(other) => return Err(arguments.unknown(other, OPTIONS)),
            Argument::Word(word) if file.is_none() => file = Some(word),
            Argument::Word(extra) => return Err(arguments.failure(format!("“{extra}” is one argument too many"))),
        }
    }
    let Some(specification) = specification else {
        return Err(arguments.failure("it needs --spec register or --spec key-value".to_owned()));
    };
    let Some(file) = file else {
        return Err(arguments.failure("it needs a file with a history, in the line format of Jepsen's logs".to_owned()));
    };
    let text = read(file).map_err(|why| arguments.failure(format!("“{file}” cannot be read: {why}")))?;
    let judgement = match specification {
        Specification::Register => {
            jepsen::register(&text).map(|recorded| judgement(&Register { initial: None }, recorded, configurations_max))
        }
        Specification::KeyValue => {
            jepsen::key_value(&text).map(|recorded| judgement(&KeyValue, recorded, configurations_max))
        }
    };
    let judgement =
        judgement.map_err(|BadLine { number, why }| arguments.failure(format!("{file}, line {number}: {why}")))?;
    if judgement.operations == 0 && !text.contains(":invoke") {
        return Err(arguments.failure(format!("“{file}” has no operation in it")));
    }
    if json {
        writeln!(out, "{}", described(&judgement))?;
    } else {
        write_judgement(&judgement, out)?;
    }
    Ok(match judgement.judged.verdict {
        Linearizability::Linearizable(_) => FINE,
        Linearizability::Not { .. } | Linearizability::Undecided => UNEXPECTED,
    })
}

fn read(file: &str) -> Result<String, String> {
    let length = fs::metadata(file).map_err(|error| error.to_string())?.len();
    if length > BYTES_MAX {
        return Err(format!("it has more than {BYTES_MAX} bytes"));
    }
    fs::read_to_string(file).map_err(|error| error.to_string())
}

fn judgement<S: SequentialSpecification>(
    specification: &S,
    recorded: Recorded<S>,
    configurations_max: u64,
) -> Judgement {
    let judged = judge(specification, &recorded.history, configurations_max);
    let calls = recorded.history.calls();
    let first = match judged.verdict {
        Linearizability::Not { operation } => Some(recorded.places[operation].clone()),
        _ => None,
    };
    let unanswered = calls.iter().filter(|call| call.answer.is_none()).count();
    Judgement { judged, operations: calls.len(), unanswered, first }
}

fn described(judgement: &Judgement) -> Value {
    let linearizable = match judgement.judged.verdict {
        Linearizability::Linearizable(_) => Value::from(true),
        Linearizability::Not { .. } => Value::from(false),
        Linearizability::Undecided => Value::Null,
    };
    let first = judgement.first.as_ref().map(|places| {
        json!({
            "line": places.answered.as_ref().map(|line| line.number),
            "answered": places.answered.as_ref().map(|line| line.text.as_str()),
            "called_line": places.called.number,
            "called": places.called.text,
        })
    });
    json!({
        "linearizable": linearizable,
        "operations": judgement.operations,
        "unanswered": judgement.unanswered,
        "configurations": judgement.judged.configurations,
        "first_that_cannot_be_placed": first,
    })
}

fn write_judgement(judgement: &Judgement, out: &mut dyn Write) -> Result<(), Failure> {
    let Judgement { judged, operations, unanswered, first } = judgement;
    let verdict = match judged.verdict {
        Linearizability::Linearizable(_) => "linearizable",
        Linearizability::Not { .. } => "not linearizable",
        Linearizability::Undecided => "undecided: there are more ways than were to be looked at",
    };
    writeln!(out, "{verdict}")?;
    if let Some(Places { called, answered: Some(answered) }) = first {
        writeln!(out, "line {}  {}", answered.number, answered.text)?;
        writeln!(out, "cannot be placed, called in line {}; all that was answered before it can", called.number)?;
    }
    let ways = judged.configurations;
    writeln!(
        out,
        "{operations} operations, {unanswered} of them without an answer; {ways} sets of placed ones looked at"
    )?;
    Ok(())
}
