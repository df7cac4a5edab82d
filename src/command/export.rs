//! `faultline export`: a run in another form, for posts, documents and other tools.

use super::arguments::{Argument, Arguments};
use super::{FINE, Failure, opened};
use crate::export::{Export, Form};
use crate::scenario::catalogue::Catalogue;
use crate::scenario::run::Run;
use std::io::Write;

pub(super) fn export(catalogue: Catalogue, arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let mut arguments = Arguments::of("export", arguments);
    let (mut form, mut link) = (None, None);
    let known = || Form::ALL.iter().map(|form| form.word()).collect::<Vec<_>>().join(", ");
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option("as") => {
                let word = arguments.value("as")?;
                let read = Form::of(word);
                form = Some(read.ok_or_else(|| {
                    arguments.failure(format!("“{word}” is no form that it writes; there are {}", known()))
                })?);
            }
            Argument::Option(option) => return Err(arguments.unknown(option, "--as")),
            Argument::Word(word) if link.is_none() => link = Some(opened(catalogue, word)?),
            Argument::Word(extra) => return Err(arguments.failure(format!("“{extra}” is one argument too many"))),
        }
    }
    let link = link.ok_or_else(|| arguments.failure("it needs the id of a scenario, or a link".to_owned()))?;
    let form = form.ok_or_else(|| arguments.failure(format!("--as must say in which form: {}", known())))?;
    let run = Run::of(link.scenario.clone());
    let sentence = |sentence: crate::text::Text| Failure::Input(sentence.en.to_string());
    let written = Export::of(&run, &link).and_then(|export| export.write(form)).map_err(sentence)?;
    out.write_all(written.as_bytes())?;
    Ok(FINE)
}
