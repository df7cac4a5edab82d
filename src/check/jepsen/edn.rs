//! As much of EDN, Clojure's notation for data, as Jepsen's logs use: numbers, keywords, symbols, strings, vectors, lists,
//! maps.

/// How deep vectors, lists and maps may stand in each other.
const DEPTH_MAX: u32 = 32;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edn {
    Nil,
    /// A number, a keyword with its colon, a symbol.
    Word(String),
    /// What stands between the quotes.
    Quoted(String),
    /// A vector or a list.
    Several(Vec<Edn>),
    Map(Vec<(Edn, Edn)>),
}

impl Edn {
    /// The value as text; none for nil.
    pub fn text(&self) -> Option<String> {
        match self {
            Edn::Nil => None,
            Edn::Word(text) | Edn::Quoted(text) => Some(text.clone()),
            Edn::Several(members) => {
                let members: Vec<String> = members.iter().map(Edn::shown).collect();
                Some(format!("[{}]", members.join(" ")))
            }
            Edn::Map(pairs) => {
                let pairs: Vec<String> =
                    pairs.iter().map(|(key, value)| format!("{} {}", key.shown(), value.shown())).collect();
                Some(format!("{{{}}}", pairs.join(", ")))
            }
        }
    }

    /// The value as text.
    pub fn shown(&self) -> String {
        self.text().unwrap_or_else(|| "nil".to_owned())
    }

    /// What a map has for a keyword.
    pub fn get(&self, keyword: &str) -> Option<&Edn> {
        let Edn::Map(pairs) = self else { return None };
        pairs.iter().find(|(key, _)| matches!(key, Edn::Word(word) if word == keyword)).map(|(_, value)| value)
    }
}

/// Reads values one after the other.
pub struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    pub fn of(text: &'a str) -> Reader<'a> {
        Reader { rest: text }
    }

    /// The next value; none at the end. An error says what is wrong.
    pub fn next(&mut self) -> Result<Option<Edn>, String> {
        self.value(0)
    }

    fn value(&mut self, depth: u32) -> Result<Option<Edn>, String> {
        // A comma is white space.
        self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        if depth > DEPTH_MAX {
            return Err(format!("more than {DEPTH_MAX} brackets stand in each other"));
        }
        match first {
            '[' => self.members(']', depth).map(|members| Some(Edn::Several(members))),
            '(' => self.members(')', depth).map(|members| Some(Edn::Several(members))),
            '{' => {
                let members = self.members('}', depth)?;
                if members.len() % 2 == 1 {
                    return Err("a map has a key without a value".to_owned());
                }
                let pairs = members.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
                Ok(Some(Edn::Map(pairs.collect())))
            }
            '"' => self.quoted().map(Some),
            ']' | ')' | '}' => Err(format!("“{first}” closes nothing")),
            _ => {
                let ends = |c: char| c.is_whitespace() || "[](){},\"".contains(c);
                let (word, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
                self.rest = rest;
                Ok(Some(if word == "nil" { Edn::Nil } else { Edn::Word(word.to_owned()) }))
            }
        }
    }

    fn members(&mut self, close: char, depth: u32) -> Result<Vec<Edn>, String> {
        self.rest = &self.rest[1..];
        let mut members = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if let Some(rest) = self.rest.strip_prefix(close) {
                self.rest = rest;
                return Ok(members);
            }
            match self.value(depth + 1)? {
                Some(member) => members.push(member),
                None => return Err(format!("“{close}” is missing")),
            }
        }
    }

    fn quoted(&mut self) -> Result<Edn, String> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((place, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[place + 1..];
                    return Ok(Edn::Quoted(text));
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, other)) => text.push(other),
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err("a text has no closing quote".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let mut reader = Reader::of(text);
        let mut all = Vec::new();
        while let Some(value) = reader.next()? {
            all.push(value.shown());
        }
        Ok(all)
    }

    #[test]
    fn values_are_read_one_after_the_other() {
        assert_eq!(read("0\t:invoke :cas [3 0]").unwrap(), ["0", ":invoke", ":cas", "[3 0]"]);
        assert_eq!(
            read("{:f :get, :key \"a b\"} nil (1 [2 nil])").unwrap(),
            ["{:f :get, :key a b}", "nil", "[1 [2 nil]]"]
        );
        assert_eq!(read(r#""say \"x\" \\ \n""#).unwrap(), ["say \"x\" \\ \n"]);
        assert!(read("  ").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (text, named) in [
            ("[1 2", "“]” is missing"),
            ("1 ]", "“]” closes nothing"),
            ("{:a}", "without a value"),
            ("\"open", "no closing quote"),
            ("\"open\\", "no closing quote"),
            (&"[".repeat(100_000), "stand in each other"),
        ] {
            assert!(read(text).unwrap_err().contains(named), "{text:.20}");
        }
    }
}
