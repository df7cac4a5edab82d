//! Running other programs: say what is done, and turn a failure into a sentence.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An error is a sentence for the person in front of the terminal; nothing else ever reads it.
pub type Outcome<T = ()> = Result<T, String>;

/// The project's folder: the parent of this package's.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package stands in a workspace").to_path_buf()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Says on standard error what is about to be done.
pub fn say(sentence: &str) {
    eprintln!("» {sentence}");
}

/// A command that runs in the project's folder.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this program, so that a toolchain chosen on the command line stays chosen.
pub fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The program of this name on the PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
}

/// The PATH with these folders before everything else.
pub fn path_with(folders: &[PathBuf]) -> Outcome<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&rest));
    env::join_paths(all).map_err(|error| format!("A folder's name cannot stand in the PATH: {error}."))
}

/// Runs a command to its end, its output on the terminal.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status}).", line(command))) }
}

/// Runs a command in the place of this program, so that whoever ends this program ends the command.
pub fn become_command(command: &mut Command) -> Outcome {
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(command);
        Err(cannot_start(command, &error))
    }
    #[cfg(not(unix))]
    run(command)
}

/// Runs a command to its end and returns what it printed, or nothing if it failed or is not there.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command, shows its standard output line by line as it comes, and hands each line to `observe`. Whether the
/// command succeeded is the result: a test run that failed still has counts to report.
pub fn run_observed(command: &mut Command, mut observe: impl FnMut(&str)) -> Outcome<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| cannot_start(command, &error))?;
    let output = child.stdout.take().expect("standard output was asked for");
    for line in BufReader::new(output).split(b'\n') {
        let line = line.map_err(|error| format!("The output of a test run could not be read: {error}."))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        observe(&line);
    }
    let status = child.wait().map_err(|error| cannot_start(command, &error))?;
    Ok(status.success())
}

/// The command as somebody would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` cannot be started: {error}.", line(command))
}
