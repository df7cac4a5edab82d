//! Adds to the finished page what it is seen by elsewhere: `publish <folder of the page> <folder for what was drawn>
//! <folder of the page's module before it was divided> [--base <address>]`.

mod cards;
mod offline;
mod single;

use faultline::command;
use faultline::protocols::CATALOGUE;
use faultline::scenario::catalogue::Catalogue;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

/// An error is a sentence for whoever builds.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match publish(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("publish: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn publish(arguments: &[String]) -> Outcome {
    let [folder, kept, undivided, base @ ..] = arguments else {
        return Err(
            "It needs the folders of the built page, of what it has drawn, and of the undivided page.".to_owned()
        );
    };
    let (page, kept, undivided) = (PathBuf::from(folder), PathBuf::from(kept), PathBuf::from(undivided));
    println!("{}", cards::draw_all(&page, &kept)?);
    single::write(&page, &undivided)?;
    offline::write(&page)?;
    // Their pages come last: each is the page itself, with what was drawn.
    let command: Vec<String> = ["pages".to_owned(), folder.clone()].into_iter().chain(base.iter().cloned()).collect();
    match command::main(Catalogue(CATALOGUE), &command, &mut io::stdout().lock(), &mut io::stderr().lock()) {
        command::FINE => Ok(()),
        code => Err(format!("The scenarios' pages were not written ({code}).")),
    }
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))
}

fn save(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be written: {error}.", path.display())
}

/// The only file of a folder whose name begins and ends so.
fn only(folder: &Path, begins: &str, ends: &str) -> Outcome<String> {
    let files = fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}.", folder.display()))?;
    let names = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    let mut found: Vec<String> = names.filter(|name| name.starts_with(begins) && name.ends_with(ends)).collect();
    match (found.pop(), found.is_empty()) {
        (Some(name), true) => Ok(name),
        _ => Err(format!("{} has not exactly one {begins}…{ends}.", folder.display())),
    }
}

/// A text with words in the place of others, which must be there exactly once.
fn replaced(text: &str, from: &str, to: &str) -> Outcome<String> {
    match text.matches(from).count() {
        1 => Ok(text.replacen(from, to, 1)),
        count => Err(format!("`{from}` stands {count} times in what was built.")),
    }
}
