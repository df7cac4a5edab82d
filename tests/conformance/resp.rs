//! As much of Redis's wire protocol (RESP 2) as the comparison needs.

use faultline::protocols::parts::redis::{Command, Failure, Reply};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// One connection.
pub struct Connection {
    reader: BufReader<TcpStream>,
}

/// What came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Simple(String),
    Error(String),
    Integer(i64),
    Text(String),
    Nil,
    Array(Vec<Answer>),
}

impl Connection {
    pub fn new(stream: TcpStream) -> Connection {
        Connection { reader: BufReader::new(stream) }
    }

    pub fn ask(&mut self, words: &[String]) -> Answer {
        self.send(words);
        self.answer()
    }

    pub fn ask_words(&mut self, words: &[&str]) -> Answer {
        self.ask(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    pub fn send(&mut self, words: &[String]) {
        let mut bytes = format!("*{}\r\n", words.len());
        for word in words {
            bytes += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.reader.get_mut().write_all(bytes.as_bytes()).expect("the server listens");
    }

    pub fn answer(&mut self) -> Answer {
        let line = self.line();
        let (kind, rest) = line.split_at(1);
        let count = || rest.parse::<i64>().unwrap_or_else(|_| panic!("no number: {line}"));
        match kind {
            "+" => Answer::Simple(rest.into()),
            "-" => Answer::Error(rest.into()),
            ":" => Answer::Integer(count()),
            "$" if count() < 0 => Answer::Nil,
            "$" => {
                let mut bytes = vec![0; count() as usize + 2];
                self.reader.read_exact(&mut bytes).expect("a text");
                bytes.truncate(bytes.len() - 2);
                Answer::Text(String::from_utf8(bytes).expect("text"))
            }
            "*" if count() < 0 => Answer::Nil,
            "*" => Answer::Array((0..count()).map(|_| self.answer()).collect()),
            _ => panic!("no answer of Redis: {line}"),
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("an answer in time");
        line.trim_end().into()
    }
}

/// A command as words.
pub fn words(command: &Command) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut all = |parts: &[&str]| words.extend(parts.iter().map(ToString::to_string));
    match command {
        Command::Set { key, value, only_new, expires_ms } => {
            all(&["SET", key, value]);
            if *only_new {
                all(&["NX"]);
            }
            if let Some(milliseconds) = expires_ms {
                all(&["PX", &milliseconds.to_string()]);
            }
        }
        Command::Get { key } => all(&["GET", key]),
        Command::Del { key } => all(&["DEL", key]),
        Command::Exists { key } => all(&["EXISTS", key]),
        Command::Pttl { key } => all(&["PTTL", key]),
        Command::Pexpire { key, milliseconds } => all(&["PEXPIRE", key, &milliseconds.to_string()]),
        Command::Incr { key } => all(&["INCR", key]),
        Command::Hincrby { key, field, by } => all(&["HINCRBY", key, field, &by.to_string()]),
        Command::Hset { key, fields } => {
            all(&["HSET", key]);
            fields.iter().for_each(|(field, value)| all(&[field, &value.to_string()]));
        }
        Command::Hgetall { key } => all(&["HGETALL", key]),
        Command::Hexists { key, field } => all(&["HEXISTS", key, field]),
        Command::Hget { key, field } => all(&["HGET", key, field]),
        Command::Hdel { key, field } => all(&["HDEL", key, field]),
        Command::Publish { channel, text } => all(&["PUBLISH", channel, text]),
        Command::Subscribe { channel } => all(&["SUBSCRIBE", channel]),
        Command::Unsubscribe { channel } => all(&["UNSUBSCRIBE", channel]),
        Command::Eval(script) => {
            let (keys, arguments) = script.arguments();
            all(&["EVAL", script.source(), &keys.len().to_string()]);
            keys.iter().chain(&arguments).for_each(|word| all(&[word]));
        }
    }
    words
}

/// How far the time that a key has left may differ, in milliseconds: by what a reply takes, and rounding.
const LEFT_DIFFERS_MAX: i64 = 60;

/// Whether the real answer says what the model's reply says.
pub fn agrees(command: &Command, reply: &Reply, answer: &Answer) -> bool {
    match (reply, answer) {
        (Reply::Ok, Answer::Simple(word)) => word == "OK",
        (Reply::Nil, Answer::Nil) => true,
        (Reply::Text(text), Answer::Text(real)) => **text == *real,
        (Reply::Fields(fields), Answer::Array(parts)) => {
            let text = |answer: &Answer| if let Answer::Text(text) = answer { text.clone() } else { String::new() };
            let mut real: Vec<(String, String)> =
                parts.chunks(2).map(|pair| (text(&pair[0]), pair.get(1).map_or_else(String::new, text))).collect();
            real.sort();
            let model = fields.iter().map(|(field, value)| (field.to_string(), value.to_string()));
            real == model.collect::<Vec<_>>()
        }
        // How long a key has left: that of a missing key, or of one that stays, is exact.
        (Reply::Integer(model), Answer::Integer(real)) if tells_time_left(command) && *model > 1 => {
            model.abs_diff(*real) <= LEFT_DIFFERS_MAX as u64
        }
        (Reply::Integer(model), Answer::Integer(real)) => model == real,
        // Subscribing answers with its own name, the channel and the count.
        (Reply::Integer(model), Answer::Array(parts)) => parts.get(2) == Some(&Answer::Integer(*model)),
        // A script's error is the command's, with a remark on where in the script it was.
        (Reply::Failed(failure), Answer::Error(sentence)) => error_agrees(command, *failure, sentence),
        _ => false,
    }
}

fn tells_time_left(command: &Command) -> bool {
    matches!(command, Command::Pttl { .. } | Command::Eval(_))
}

fn error_agrees(command: &Command, failure: Failure, sentence: &str) -> bool {
    match command {
        Command::Eval(_) => sentence.starts_with(&failure.sentence()),
        _ => sentence == failure.sentence(),
    }
}
