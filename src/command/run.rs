//! `faultline run`: one scenario with its trace and its verdicts.

use super::{FINE, Failure, UNEXPECTED};
use crate::export::json;
use crate::scenario::catalogue::Listed;
use crate::scenario::link::{Link, mismatch};
use crate::scenario::run::Run;
use crate::scenario::transcript::transcript;
use std::io::Write;

pub(super) fn run(link: Link, as_json: bool, out: &mut dyn Write, err: &mut dyn Write) -> Result<i32, Failure> {
    if let Some(warning) = link.warning() {
        writeln!(err, "faultline: {warning}.")?;
    }
    let run = Run::of(link.scenario.clone());
    let expecting = expecting(&link);
    if as_json {
        write_json(&run, &link, expecting, out)?;
    } else {
        out.write_all(transcript(&run, link.entry).as_bytes())?;
    }
    let mut code = FINE;
    for judged in &run.verdicts {
        let expected = expecting.and_then(|listed| listed.expected(judged.property.id));
        if let Some(expected) = expected.filter(|expected| expected.word() != judged.verdict.word()) {
            let (id, is, expected) = (judged.property.id, judged.verdict.word(), expected.word());
            writeln!(err, "faultline: {id} was expected to end as “{expected}” and ended as “{is}”.")?;
            code = UNEXPECTED;
        }
    }
    if let Some(mismatch) = link.digest.and_then(|digest| mismatch(digest, run.digest)) {
        writeln!(err, "faultline: {mismatch}.")?;
        code = UNEXPECTED;
    }
    Ok(code)
}

/// The entry whose verdicts this run must end in: the link's, unless the link changes its run.
fn expecting(link: &Link) -> Option<Listed> {
    let listed = Listed { protocol: link.scenario.protocol, entry: link.entry? };
    (listed.scenario() == link.scenario).then_some(listed)
}

fn write_json(run: &Run, link: &Link, expecting: Option<Listed>, out: &mut dyn Write) -> Result<(), Failure> {
    for scene in run.scenes() {
        writeln!(out, "{}", json::event(run, &scene))?;
    }
    for judged in &run.verdicts {
        let expected = expecting.and_then(|listed| listed.expected(judged.property.id));
        writeln!(out, "{}", json::verdict(judged, expected.map(|expected| expected.word())))?;
    }
    writeln!(out, "{}", json::ending(run, link))?;
    Ok(())
}
