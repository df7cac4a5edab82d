//! The keys of a Redis, and what each command does to them.

use super::{Command, Failure, Reply, Word, log::Record};
use crate::sim::clock::WallTime;
use crate::sim::time::Span;
use crate::sorted::SortedMap;
use serde::Serialize;

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Value {
    Text(Word),
    /// Fields with numbers: no command here puts anything else in a hash.
    Hash(SortedMap<Word, i64>),
}

/// A key's value, and when it expires by the server's wall clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub value: Value,
    pub expires: Option<WallTime>,
}

/// The keys. Those that have expired and that nobody has asked for since are still in here, and count as gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Keys(SortedMap<Word, Entry>);

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    pub reply: Reply,
    /// What changed, in order, for the log and the replicas.
    pub changes: Vec<Record>,
    /// What was published, by channel.
    pub published: Vec<(Word, Word)>,
}

/// A command's reply, or why it failed.
pub(super) type Outcome = Result<Reply, Failure>;

impl Keys {
    /// Does what a command says at that reading of the wall clock. Of publish and subscribe it knows only what is
    /// published; who is subscribed the server knows, and how many that are.
    pub fn execute(&mut self, command: &Command, now: WallTime) -> Executed {
        let mut run = Execution { keys: self, now, changes: Vec::new(), published: Vec::new() };
        let reply = run.run(command).unwrap_or_else(Reply::Failed);
        Executed { reply, changes: run.changes, published: run.published }
    }

    /// What stands under a key, unless it has expired.
    pub fn get(&self, key: &str, now: WallTime) -> Option<&Entry> {
        self.0.get(key).filter(|entry| entry.expires.is_none_or(|expires| now < expires))
    }

    /// What stands under a key, also if it has expired and nobody has asked for it since.
    pub fn kept(&self, key: &str) -> Option<&Entry> {
        self.0.get(key)
    }

    /// All keys in order, with those that have expired and that nobody has asked for since.
    pub fn all(&self) -> impl Iterator<Item = (&Word, &Entry)> {
        self.0.iter()
    }

    /// Reads one more record.
    pub fn read(&mut self, record: &Record) {
        match record {
            Record::Put { key, entry } => drop(self.0.insert(key.clone(), entry.clone())),
            Record::Delete { key } => drop(self.0.remove(key)),
            Record::Load { keys } => self.clone_from(keys),
        }
    }
}

/// A command at work, alone: nothing else happens in the server until it is done.
pub(super) struct Execution<'a> {
    keys: &'a mut Keys,
    now: WallTime,
    changes: Vec<Record>,
    published: Vec<(Word, Word)>,
}

impl Execution<'_> {
    pub(super) fn run(&mut self, command: &Command) -> Outcome {
        match command {
            Command::Set { key, value, only_new, expires_ms } => self.set(key, value, *only_new, *expires_ms),
            Command::Get { key } => Ok(self.text(key)?.map_or(Reply::Nil, Reply::Text)),
            Command::Del { key } => Ok(Reply::Integer(self.delete(key).into())),
            Command::Exists { key } => Ok(Reply::Integer(self.entry(key).is_some().into())),
            Command::Pttl { key } => Ok(Reply::Integer(self.pttl(key))),
            Command::Pexpire { key, milliseconds } => self.pexpire(key, *milliseconds),
            Command::Incr { key } => self.incr(key),
            Command::Hincrby { key, field, by } => self.hincrby(key, field, *by).map(Reply::Integer),
            Command::Hset { key, fields } => self.hset(key, fields),
            Command::Hgetall { key } => Ok(Reply::Fields(self.hash(key)?)),
            Command::Hexists { key, field } => Ok(Reply::Integer(self.field(key, field)?.is_some().into())),
            Command::Hget { key, field } => {
                let text = |number: i64| Reply::Text(number.to_string().into());
                Ok(self.field(key, field)?.map_or(Reply::Nil, text))
            }
            Command::Hdel { key, field } => self.hdel(key, field),
            Command::Eval(script) => script.run(self),
            Command::Publish { channel, text } => {
                self.publish(channel, text);
                Ok(Reply::Integer(0))
            }
            Command::Subscribe { .. } | Command::Unsubscribe { .. } => Ok(Reply::Ok),
        }
    }

    /// What stands under a key. One that has expired leaves now, and a deletion of it goes to the log and the replicas.
    fn entry(&mut self, key: &Word) -> Option<&Entry> {
        if self.keys.0.contains_key(key) && self.keys.get(key, self.now).is_none() {
            self.remove(key);
        }
        self.keys.0.get(key)
    }

    fn remove(&mut self, key: &Word) {
        self.change(Record::Delete { key: key.clone() });
    }

    fn put(&mut self, key: &Word, value: Value, expires: Option<WallTime>) {
        self.change(Record::Put { key: key.clone(), entry: Entry { value, expires } });
    }

    fn change(&mut self, record: Record) {
        self.keys.read(&record);
        self.changes.push(record);
    }

    fn set(&mut self, key: &Word, value: &Word, only_new: bool, expires_ms: Option<i64>) -> Outcome {
        let expires = expires_ms.map(|milliseconds| match milliseconds {
            1.. => self.expiry(milliseconds, "set"),
            _ => Err(Failure::InvalidExpireTime("set")),
        });
        let expires = expires.transpose()?;
        if only_new && self.entry(key).is_some() {
            return Ok(Reply::Nil);
        }
        self.put(key, Value::Text(value.clone()), expires);
        Ok(Reply::Ok)
    }

    fn expiry(&self, milliseconds: i64, command: &'static str) -> Result<WallTime, Failure> {
        let micros = milliseconds.checked_mul(1_000).ok_or(Failure::InvalidExpireTime(command))?;
        Ok(match u64::try_from(micros) {
            Ok(ahead) => self.now.after(Span::micros(ahead)),
            Err(_) => self.now,
        })
    }

    fn text(&mut self, key: &Word) -> Result<Option<Word>, Failure> {
        match self.entry(key).map(|entry| &entry.value) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(Value::Hash(_)) => Err(Failure::WrongType),
        }
    }

    fn hash(&mut self, key: &Word) -> Result<SortedMap<Word, i64>, Failure> {
        match self.entry(key).map(|entry| &entry.value) {
            None => Ok(SortedMap::new()),
            Some(Value::Hash(fields)) => Ok(fields.clone()),
            Some(Value::Text(_)) => Err(Failure::WrongType),
        }
    }

    fn field(&mut self, key: &Word, field: &Word) -> Result<Option<i64>, Failure> {
        Ok(self.hash(key)?.get(field).copied())
    }

    fn delete(&mut self, key: &Word) -> bool {
        let found = self.entry(key).is_some();
        if found {
            self.remove(key);
        }
        found
    }

    fn pttl(&mut self, key: &Word) -> i64 {
        let now = self.now;
        match self.entry(key) {
            None => -2,
            Some(Entry { expires: None, .. }) => -1,
            Some(Entry { expires: Some(expires), .. }) => (expires.since(now).as_micros() / 1_000) as i64,
        }
    }

    fn pexpire(&mut self, key: &Word, milliseconds: i64) -> Outcome {
        let expires = self.expiry(milliseconds, "pexpire")?;
        let Some(entry) = self.entry(key).cloned() else { return Ok(Reply::Integer(0)) };
        if milliseconds <= 0 {
            self.remove(key);
        } else {
            self.put(key, entry.value, Some(expires));
        }
        Ok(Reply::Integer(1))
    }

    fn incr(&mut self, key: &Word) -> Outcome {
        let text = self.text(key)?;
        let expires = self.entry(key).and_then(|entry| entry.expires);
        let number = text.map_or(Some(0), |text| integer(&text)).ok_or(Failure::NotAnInteger)?;
        let number = number.checked_add(1).ok_or(Failure::Overflow)?;
        self.put(key, Value::Text(number.to_string().into()), expires);
        Ok(Reply::Integer(number))
    }

    fn hincrby(&mut self, key: &Word, field: &Word, by: i64) -> Result<i64, Failure> {
        let mut fields = self.hash(key)?;
        let expires = self.entry(key).and_then(|entry| entry.expires);
        let number = fields.get(field).copied().unwrap_or(0).checked_add(by).ok_or(Failure::Overflow)?;
        fields.insert(field.clone(), number);
        self.put(key, Value::Hash(fields), expires);
        Ok(number)
    }

    /// How many of the fields are new; the key's end stays as it is.
    fn hset(&mut self, key: &Word, changed: &[(Word, i64)]) -> Outcome {
        let mut fields = self.hash(key)?;
        let expires = self.entry(key).and_then(|entry| entry.expires);
        let before = fields.len();
        for (field, value) in changed {
            fields.insert(field.clone(), *value);
        }
        let new = fields.len() - before;
        self.put(key, Value::Hash(fields), expires);
        Ok(Reply::Integer(new as i64))
    }

    /// Takes a field out; a hash without fields is no key.
    fn hdel(&mut self, key: &Word, field: &Word) -> Outcome {
        let mut fields = self.hash(key)?;
        if fields.remove(field).is_none() {
            return Ok(Reply::Integer(0));
        }
        let expires = self.entry(key).and_then(|entry| entry.expires);
        if fields.is_empty() {
            self.remove(key);
        } else {
            self.put(key, Value::Hash(fields), expires);
        }
        Ok(Reply::Integer(1))
    }

    pub(super) fn publish(&mut self, channel: &Word, text: &Word) {
        self.published.push((channel.clone(), text.clone()));
    }
}

/// The number that a text is, by Redis's rule: no sign but a minus, no leading zero, no space.
fn integer(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
