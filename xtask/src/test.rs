//! `cargo xtask test`: native tests, then the page in a real browser.

use crate::browser;
use crate::build;
use crate::process::{Outcome, cargo, root, run_observed, say};
use crate::servers;
use std::fmt;
use std::fs;
use std::path::PathBuf;

/// What a test runner reported, added up over its programs or files.
#[derive(Default)]
pub struct Counts {
    runner: &'static str,
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { runner, passed, failed, skipped } = self;
        write!(formatter, "{runner} tests: {passed} passed, {failed} failed, {skipped} skipped")
    }
}

impl Counts {
    /// Cargo closes each test program with: `test result: ok. 12 passed; 0 failed; 1 ignored; …`
    fn add_native(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        for part in result.split(['.', ';']) {
            let mut words = part.split_whitespace();
            let Some(count) = words.next().and_then(|word| word.parse::<u32>().ok()) else { continue };
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed") => self.failed += count,
                Some("ignored") => self.skipped += count,
                _ => {}
            }
        }
    }

    /// Node closes with lines such as `ℹ pass 12`.
    fn add_browser(&mut self, line: &str) {
        let Some((word, count)) = line.strip_prefix("ℹ ").and_then(|rest| rest.split_once(' ')) else { return };
        let Ok(count) = count.parse::<u32>() else { return };
        match word {
            "pass" => self.passed += count,
            "fail" | "cancelled" => self.failed += count,
            "skipped" | "todo" => self.skipped += count,
            _ => {}
        }
    }

    fn result(self, succeeded: bool) -> Outcome<Self> {
        if !succeeded || self.failed > 0 {
            return Err(format!("Not every test passed. {self}."));
        }
        if self.passed == 0 {
            return Err(format!("Not one test ran, which cannot be right. {self}."));
        }
        Ok(self)
    }
}

pub fn everything() -> Outcome {
    let native = native()?;
    let browser = browser(&[])?;
    println!("{native}\n{browser}");
    Ok(())
}

/// Every test of the workspace, in the machine's own code.
pub fn native() -> Outcome<Counts> {
    servers::prepare()?;
    say("Native tests");
    let mut counts = Counts { runner: "Native", ..Counts::default() };
    let succeeded =
        run_observed(cargo().args(["test", "--workspace", "--no-fail-fast"]), |line| counts.add_native(line))?;
    counts.result(succeeded)
}

/// The built page and its WebAssembly in Chromium. Without names, every file.
pub fn browser(names: &[&str]) -> Outcome<Counts> {
    let files = test_files(names)?;
    let browser = browser::prepare()?;
    build::build(&[])?;
    // Tests compare what the page computes with what the command line computes.
    let faultline = build::command_line()?;

    say("Browser tests");
    let mut counts = Counts { runner: "Browser", ..Counts::default() };
    let mut succeeded = true;
    // What is measured must not share the machine with other tests, so those files run one after the other.
    for (files, concurrency) in [(&files.plain, processors()), (&files.measured, 1)] {
        if files.is_empty() {
            continue;
        }
        let mut run = browser.run_tests(files, concurrency);
        run.env("FAULTLINE_COMMAND", &faultline);
        succeeded &= run_observed(&mut run, |line| counts.add_browser(line))?;
    }
    counts.result(succeeded)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get())
}

#[derive(Default)]
struct TestFiles {
    plain: Vec<PathBuf>,
    measured: Vec<PathBuf>,
}

/// The test files in `tests/browser/` and in its folder `measured/`, all or those with the given names.
fn test_files(names: &[&str]) -> Outcome<TestFiles> {
    const ENDING: &str = ".test.mjs";
    let list = |folder: PathBuf| -> Vec<PathBuf> {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let is_wanted = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.strip_suffix(ENDING).is_some_and(|name| {
                names.is_empty()
                    || names
                        .iter()
                        .any(|wanted| wanted.rsplit('/').next().unwrap_or(wanted).trim_end_matches(ENDING) == name)
            })
        };
        let mut files: Vec<PathBuf> = entries.filter(is_wanted).collect();
        files.sort();
        files
    };
    let files = TestFiles { plain: list(browser::folder()), measured: list(browser::folder().join("measured")) };
    if files.plain.is_empty() && files.measured.is_empty() {
        let folder = browser::folder();
        let folder = folder.strip_prefix(root()).unwrap_or(&folder);
        return Err(format!("No test file of that name is in {}.", folder.display()));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn counts_of_cargo_add_up_over_programs() {
        let mut counts = Counts { runner: "Native", ..Counts::default() };
        for line in [
            "test sim::clock::tests::ticks ... ok",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            counts.add_native(line);
        }
        assert_eq!(counts.to_string(), "Native tests: 15 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn counts_of_node_add_up_over_runs() {
        let mut counts = Counts { runner: "Browser", ..Counts::default() };
        for line in ["✔ pass 7 balls", "ℹ tests 6", "ℹ pass 4", "ℹ fail 1", "ℹ cancelled 0", "ℹ skipped 1", "ℹ pass 2"]
        {
            counts.add_browser(line);
        }
        assert_eq!(counts.to_string(), "Browser tests: 6 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn a_run_without_tests_is_a_failure() {
        assert!(Counts::default().result(true).is_err());
        assert!(Counts { passed: 1, ..Counts::default() }.result(true).is_ok());
        assert!(Counts { passed: 1, ..Counts::default() }.result(false).is_err());
    }
}
