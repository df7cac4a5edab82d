//! Options of a command: `--name value`, `--name=value`, flags, and words that are no options.

use super::Failure;

/// The arguments of one command, read option by option.
pub(super) struct Arguments<'a> {
    command: &'static str,
    rest: std::slice::Iter<'a, String>,
    /// The value that stands behind `=` in the option just read.
    attached: Option<&'a str>,
}

/// One argument.
pub(super) enum Argument<'a> {
    /// Its name without the dashes.
    Option(&'a str),
    Word(&'a str),
}

impl<'a> Arguments<'a> {
    pub fn of(command: &'static str, arguments: &'a [String]) -> Arguments<'a> {
        Arguments { command, rest: arguments.iter(), attached: None }
    }

    /// The next argument; none at the end. Fails where a flag was given a value.
    pub fn next(&mut self) -> Result<Option<Argument<'a>>, Failure> {
        if let Some(value) = self.attached.take() {
            return Err(self.failure(format!("“{value}” is a value for an option that takes none")));
        }
        let Some(argument) = self.rest.next() else { return Ok(None) };
        Ok(Some(match argument.strip_prefix("--") {
            None if argument.starts_with('-') && argument.len() > 1 => Argument::Option(argument),
            None => Argument::Word(argument),
            Some(option) => {
                let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
                self.attached = value;
                Argument::Option(name)
            }
        }))
    }

    /// The value of the option just read.
    pub fn value(&mut self, option: &str) -> Result<&'a str, Failure> {
        let value = self.attached.take().or_else(|| self.rest.next().map(String::as_str));
        value.ok_or_else(|| self.failure(format!("--{option} needs a value")))
    }

    /// The value of the option just read: a whole number in a range.
    pub fn number(&mut self, option: &str, minimum: u64, maximum: u64) -> Result<u64, Failure> {
        let text = self.value(option)?;
        number(text, minimum, maximum).ok_or_else(|| {
            self.failure(format!("“{text}” is no whole number from {minimum} to {maximum}, as --{option} needs"))
        })
    }

    pub fn unknown(&self, option: &str, known: &str) -> Failure {
        let dashes = if option.starts_with('-') { "" } else { "--" };
        self.failure(format!("“{dashes}{option}” is no option of it; there are {known}"))
    }

    pub fn failure(&self, sentence: String) -> Failure {
        Failure::Input(format!("{}: {sentence}", self.command))
    }
}

/// A whole number without sign, in a range.
pub(super) fn number(text: &str, minimum: u64, maximum: u64) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && (minimum..=maximum).contains(number))
}
