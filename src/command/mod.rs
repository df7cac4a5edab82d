//! The command line: runs what the page runs, without a browser. A function of its catalogue and its arguments, so that
//! tests call it as the binary does.

mod arguments;
mod bench;
mod check;
mod compare;
mod comparison;
mod explore;
mod export;
mod first_frame;
mod linearizable;
mod list;
mod load_test;
mod memory;
mod model;
mod pages;
mod pick;
mod run;
mod sample;
mod searched;
#[cfg(test)]
mod tests;

use crate::check::Property;
use crate::scenario::Scenario;
use crate::scenario::bad::Bad;
use crate::scenario::catalogue::{Catalogue, Listed};
use crate::scenario::link::Link;
use std::io::{self, Write};

/// Everything went as expected.
pub const FINE: i32 = 0;
/// A verdict, or the digest of a link, is other than expected; a property of a model is broken.
pub const UNEXPECTED: i32 = 1;
/// The arguments cannot be understood; a sentence on standard error names the bad part.
pub const BAD_INPUT: i32 = 2;

const USAGE: &str = "\
faultline: the protocols of distributed systems, really run

  faultline list [--json]               every scenario of the catalogue and the verdicts it must end in
  faultline run <id or link> [--json]   runs a scenario: one line per event, the verdicts, the digest
  faultline compare <id or link> [<protocol>…] [--json]
                                        the same seed and faults under other protocols, and what each cost
  faultline compare transactions|locks|balancing|hashing|sessions [--seeds <n>] [--json]
                                        all ways to do one thing under the same loads, faults and seeds: medians,
                                        how often properties failed, and a link to a run for each number
  faultline export <id or link> --as svg|animated-svg|mermaid|shiviz|json|table
                                        a run in another form; the part that the link plays, in its language
  faultline pages <folder of the built page> [--base https://…]
                                        a page for every scenario beside it, for links that unfurl and readers
                                        without scripts; with the address where it will stand, a site map and oEmbed
  faultline bench [<id or link>] [--json]
                                        measures events per second, memory and seeking; without a scenario also
                                        a run of a million requests that keeps statistics only
  faultline explore <protocol, id or link> [--property <id>,…] [--faults crash=1,drop=2,…] [--at-most <n>]
                    [--from <link>] [--json]
                                        the fewest faults that break a property; from a link's instant if it has one
  faultline sample <id or link> [--seeds <n>] [--json]
                                        the same scenario under many seeds: its costs, and how often properties fail
  faultline sample <id or link> --requests <n> [--json]
                                        one run of it under as many requests, up to a million: what it came to, and
                                        charts over virtual time
  faultline check <protocol, id or link> [--set key=value]… [--property <id>,…] [--timers patient|any]
                  [--partial-order] [--faults crash:c=1,cut=1,do.lose=1,…] [--json]
                                        every order of a protocol's actions, without time, and a link to what it
                                        finds; faults as for explore, bounds as below. Pauses need a bound: what waits
                                        for a paused node may send to it for ever; --partial-order takes one order of
                                        actions that leave each other alone: the same states, fewer transitions
  faultline model <name> [--set key=value]… [--symmetry] [--json]
                                        searches every state of a published specification; bounds by --states,
                                        --depth, --memory-mb and --seconds; --threads; --exact compares whole states
                                        instead of 64-bit fingerprints; --symmetry keeps one state of those that
                                        differ only in which part is which
  faultline linearizable --spec register|key-value <file> [--json]
                                        judges a recorded history, in the line format of Jepsen's logs
  faultline pick <algorithm> --providers 10.0.1.1:600,10.0.1.2:300,… [--keys <file or ->] [--requests <n>]
                 [--seed <n>] [--set key=value]… [--json]
                                        which provider a balancer sends each key, or each successive request, to

A link is what the page shows after its #: 1/two-phase-commit?seed=7&crash=c@12ms
Exit codes: 0 fine, 1 a verdict other than expected or a property that is broken, 2 bad input.
";

/// Why a command did not do what was asked.
enum Failure {
    /// What to say on standard error.
    Input(String),
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<Box<Bad>> for Failure {
    fn from(bad: Box<Bad>) -> Failure {
        let mut sentence = bad.sentence().to_string();
        if let Some(nearest) = bad.nearest.filter(|nearest| !sentence.contains(nearest)) {
            sentence.push_str(&format!(" The nearest scenario is {nearest}."));
        }
        Failure::Input(sentence)
    }
}

/// Runs one command; the arguments do not include the program's own name. Returns the exit code.
pub fn main(catalogue: Catalogue, arguments: &[String], out: &mut dyn Write, err: &mut dyn Write) -> i32 {
    let outcome = command(catalogue, arguments, out, err).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match outcome {
        Ok(code) => code,
        // Whoever reads the output has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => FINE,
        Err(failure) => {
            let sentence = match failure {
                Failure::Input(sentence) => sentence,
                Failure::Output(error) => format!("cannot write: {error}"),
            };
            // If standard error is closed too, the exit code still tells.
            let _ = writeln!(err, "faultline: {sentence}");
            BAD_INPUT
        }
    }
}

fn command(
    catalogue: Catalogue,
    arguments: &[String],
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<i32, Failure> {
    let helps = arguments.iter().any(|argument| argument == "--help" || argument == "-h");
    match arguments.split_first() {
        Some((first, rest)) if first == "model" && !helps => return model::model(rest, out),
        Some((first, rest)) if first == "sample" && !helps => return sample::sample(catalogue, rest, out),
        Some((first, rest)) if first == "compare" && !helps => return compare::compare(catalogue, rest, out),
        Some((first, rest)) if first == "check" && !helps => return check::check(catalogue, rest, out),
        Some((first, rest)) if first == "explore" && !helps => return explore::explore(catalogue, rest, out),
        Some((first, rest)) if first == "export" && !helps => return export::export(catalogue, rest, out),
        Some((first, rest)) if first == "pages" && !helps => return pages::pages(catalogue, rest, out),
        Some((first, rest)) if first == "linearizable" && !helps => return linearizable::linearizable(rest, out),
        Some((first, rest)) if first == "pick" && !helps => return pick::pick(rest, out),
        _ => {}
    }
    let mut json = false;
    let mut words: Vec<&str> = Vec::new();
    for argument in arguments {
        match argument.as_str() {
            "--json" => json = true,
            "--help" | "-h" => {
                out.write_all(USAGE.as_bytes())?;
                return Ok(FINE);
            }
            "--version" | "-V" => {
                writeln!(out, "faultline {}", env!("CARGO_PKG_VERSION"))?;
                return Ok(FINE);
            }
            flag if flag.starts_with('-') => {
                return Err(Failure::Input(format!("“{flag}” is no option; the only one is --json")));
            }
            word => words.push(word),
        }
    }
    match words[..] {
        ["list"] => list::list(catalogue, json, out),
        ["run", scenario] => run::run(opened(catalogue, scenario)?, json, out, err),
        ["bench"] => bench::bench(bench::load(catalogue)?, load_test::first(catalogue), json, out),
        ["bench", scenario] => bench::bench(opened(catalogue, scenario)?.scenario, None, json, out),
        ["help"] => {
            out.write_all(USAGE.as_bytes())?;
            Ok(FINE)
        }
        [] => Err(Failure::Input(format!("which command?\n\n{USAGE}"))),
        ["run"] => Err(Failure::Input("run needs the id of a scenario, or a link: try faultline list".to_owned())),
        [known @ ("list" | "run" | "bench"), .., extra] => {
            Err(Failure::Input(format!("“{extra}” is one argument too many for {known}")))
        }
        [unknown, ..] => {
            let known =
                "list, run, compare, export, bench, check, explore, sample, model, linearizable, pick and pages";
            Err(Failure::Input(format!("“{unknown}” is no command; there are {known}")))
        }
    }
}

/// The judged property of that id; the error is a sentence.
fn judged(scenario: &Scenario, id: &str) -> Result<&'static Property, String> {
    scenario.property(id).map_err(|why| {
        let known = scenario.properties().map(|property| property.id).collect::<Vec<_>>().join(", ");
        format!("“{id}” {why}; there are {known}")
    })
}

/// A scenario by its id, a protocol by its id, or a link.
fn opened(catalogue: Catalogue, text: &str) -> Result<Link, Failure> {
    if let Some(listed) = catalogue.entry(text) {
        return Ok(Link::of_entry(listed));
    }
    if let Some(protocol) = catalogue.protocol(text) {
        return Ok(Link::of(Scenario::of(protocol)));
    }
    if text.contains(['/', '#', '?', '%']) {
        return Ok(Link::read(text, catalogue)?);
    }
    let short: String = text.chars().take(60).collect();
    let nearest = catalogue
        .nearest(text)
        .map_or_else(String::new, |Listed { entry, .. }| format!("; the nearest is {}", entry.id));
    Err(Failure::Input(format!("“{short}” is neither a scenario of the catalogue nor a link{nearest}")))
}
