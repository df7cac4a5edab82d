//! From text to links: bounded work, and an error that says which part is wrong, where, and how to mend it.

use super::{BYTES_MAX, KEYS, Link, PARTS_MAX, Range, SECTION_BYTES_MAX, SECTIONS_MAX, Theme, VERSION, faults_of};
use crate::protocols::{Parameter, Protocol};
use crate::say;
use crate::scenario::Scenario;
use crate::scenario::bad::{Bad, Piece, Read, listed, nearest};
use crate::scenario::catalogue::Catalogue;
use crate::scenario::notation::{FAULTS, Notation, is_fault_key};
use crate::sim::fault::FAULTS_MAX;
use crate::sim::time::Instant;
use crate::text::{Language, Text};

impl Link {
    /// Reads a link: `1/two-phase-commit?seed=7&crash=c@12ms`, with or without its `#` and the page's address before
    /// it, percent-encoded or not. The range of an error counts in the text as given.
    pub fn read(text: &str, catalogue: Catalogue) -> Read<Link> {
        if text.len() > BYTES_MAX {
            let limit = BYTES_MAX / 1024;
            let mut bad = Piece::of(text).bad(
                say!("longer than {limit} KB", "超过 {limit} KB"),
                Text::new("Leave out some faults", "请减少故障"),
            );
            bad.nearest = catalogue.entries().next().map(|listed| listed.entry.id);
            return Err(bad);
        }
        let start = text.find('#').map_or(0, |at| at + 1);
        let raw = &text[start..];
        let decoded = percent_decoded(raw);
        read_link(Piece::of(&decoded), catalogue).map_err(|mut bad| {
            let [from, to] = [bad.range.start, bad.range.end].map(|at| start + offset_in_encoded(raw, at));
            bad.range = from..to;
            bad
        })
    }
}

fn read_link(whole: Piece, catalogue: Catalogue) -> Read<Link> {
    let (path, query) = match whole.split('?') {
        Some((path, query)) => (path, Some(query)),
        None => (whole, None),
    };
    let near = |id: &str| catalogue.nearest(id).map(|listed| listed.entry.id);
    let id = read_version(path).map_err(|mut bad| {
        bad.nearest = near(path.text().rsplit('/').next().unwrap_or_default());
        bad
    })?;
    let mut link = match (catalogue.entry(id.text()), catalogue.protocol(id.text())) {
        (Some(listed), _) => Link::of_entry(listed),
        (None, Some(protocol)) => Link::of(Scenario::of(protocol)),
        (None, None) => {
            let nearest = near(id.text());
            let meant = nearest.unwrap_or("…");
            let mut bad = id.bad(
                Text::new("there is no scenario or protocol of this name", "没有叫这个名字的场景或协议"),
                say!("The nearest is 1/{meant}", "最接近的是 1/{meant}"),
            );
            bad.nearest = nearest;
            return Err(bad);
        }
    };
    match query {
        Some(query) if !query.text().is_empty() => read_parts(&mut link, query, catalogue).map_err(|mut bad| {
            bad.nearest = near(id.text());
            bad
        })?,
        _ => {}
    }
    Ok(link)
}

/// Checks the version, and gives what follows it.
fn read_version(path: Piece) -> Read<Piece> {
    let Some((version, id)) = path.split('/') else {
        return Err(path.bad(
            Text::new("the link does not begin with its version", "链接开头没有版本号"),
            Text::new("Write 1/ and the name of a scenario", "请写 1/ 和场景名"),
        ));
    };
    if version.text() == VERSION {
        return Ok(id);
    }
    if version.text().bytes().all(|byte| byte.is_ascii_digit()) && !version.text().is_empty() {
        return Err(version.bad(
            say!(
                "this page reads version {VERSION} of the link format, and the link is of another",
                "本页只能读取第 {VERSION} 版链接格式，而此链接是其他版本"
            ),
            Text::new("Open it where it was made, or with a newer page", "请在生成它的页面或更新的页面中打开"),
        ));
    }
    Err(version.bad(
        Text::new("not a version of the link format", "不是链接格式的版本号"),
        Text::new("Write 1/ and the name of a scenario", "请写 1/ 和场景名"),
    ))
}

/// Reads all `key=value` parts: parameters first, because they decide which nodes there are for faults to strike.
fn read_parts(link: &mut Link, query: Piece, catalogue: Catalogue) -> Read<()> {
    let protocol = link.scenario.protocol;
    let mut seen: Vec<&str> = Vec::new();
    let mut faults: Vec<(Piece, Piece)> = Vec::new();
    let (mut no_faults, mut order) = (false, None);
    for (index, part) in query.pieces('&').enumerate() {
        if index >= PARTS_MAX {
            return Err(part.bad(
                say!("more than {PARTS_MAX} parts", "超过 {PARTS_MAX} 个部分"),
                Text::new("Leave the rest out", "请去掉其余部分"),
            ));
        }
        if part.text().is_empty() {
            continue;
        }
        let (key, value) = match part.split('=') {
            Some(parts) => parts,
            None if matches!(part.text(), "embed" | "readonly") => (part, part),
            None => {
                return Err(part.bad(Text::new("no value", "没有值"), Text::new("Write key=value", "请写成 key=value")));
            }
        };
        if is_fault_key(key.text()) {
            if faults.len() == FAULTS_MAX {
                return Err(part.bad(
                    say!("more than {FAULTS_MAX} faults", "故障超过 {FAULTS_MAX} 个"),
                    Text::new("Leave the rest out", "请去掉其余部分"),
                ));
            }
            faults.push((key, value));
            continue;
        }
        if seen.contains(&key.text()) {
            return Err(key.bad(Text::new("given twice", "写了两次"), Text::new("Keep one of them", "只保留一个")));
        }
        seen.push(key.text());
        match protocol.parameters().iter().find(|parameter| parameter.key == key.text()) {
            Some(parameter) => set_parameter(&mut link.scenario, parameter, value)?,
            None if key.text() == "faults" => {
                one_of(value, &[("none", ())])?;
                no_faults = true;
            }
            None if key.text() == "order" => order = Some(value),
            None => read_setting(link, key, value, catalogue)?,
        }
    }
    if let Some(conflict) = protocol.conflict(&link.scenario.values) {
        return Err(query.bad(conflict, Text::new("Change one of these parameters", "请修改其中一个参数")));
    }
    let topology = protocol.topology(&link.scenario.values);
    let notation = Notation::new(protocol, &topology);
    if !faults.is_empty() || no_faults {
        let read = faults.into_iter().map(|(key, value)| notation.read_fault(key, value));
        link.scenario.faults = read.collect::<Read<Vec<_>>>()?;
    } else if let Some(entry) = link.entry {
        link.scenario.faults = faults_of(entry, &notation);
    }
    if let Some(order) = order {
        link.scenario.schedule = Some(notation.read_schedule(order)?);
    }
    Ok(())
}

fn set_parameter(scenario: &mut Scenario, parameter: &'static Parameter, value: Piece) -> Read<()> {
    match parameter.parse(value.text()) {
        Ok(read) => {
            scenario.values.set(parameter.key, read);
            Ok(())
        }
        Err(bad) => {
            let (name, name_zh) = (&parameter.name.en, &parameter.name.zh);
            Err(value.bad(say!("not a value of “{name}”", "不是“{name_zh}”的取值"), bad.0))
        }
    }
}

/// Reads what is neither a fault nor a parameter.
fn read_setting(link: &mut Link, key: Piece, value: Piece, catalogue: Catalogue) -> Read<()> {
    match key.text() {
        "seed" => link.scenario.seed = value.number(0, u64::MAX)?,
        "until" => link.scenario.until = value.time()?,
        "t" => link.at = Some(value.time()?),
        "play" => link.play = Some(read_range(value)?),
        "view" => link.view = read_sections(value)?,
        "compare" => link.compare = read_protocols(value, catalogue)?,
        "lang" => {
            let languages = [("en", Language::English), ("zh", Language::SimplifiedChinese)];
            link.language = Some(one_of(value, &languages)?);
        }
        "theme" => link.theme = Some(one_of(value, &[("light", Theme::Light), ("dark", Theme::Dark)])?),
        "embed" => link.embed = one_of(value, &[("1", true), ("0", false), ("embed", true)])?,
        "readonly" => link.readonly = one_of(value, &[("1", true), ("0", false), ("readonly", true)])?,
        "model" => link.scenario.version = value.number(1, u64::from(u16::MAX))? as u16,
        "digest" => link.digest = Some(read_digest(value)?),
        _ => return Err(unknown_key(link.scenario.protocol, key)),
    }
    Ok(())
}

fn unknown_key(protocol: &'static dyn Protocol, key: Piece) -> Box<Bad> {
    let parameters = protocol.parameters().iter().map(|parameter| parameter.key);
    let settings = KEYS.into_iter().filter(|known| *known != "packed");
    let known = parameters.chain(settings).chain(FAULTS.iter().map(|(key, _)| *key));
    let meant = nearest(key.text(), known).unwrap_or("seed");
    let name = protocol.name();
    let (name, name_zh) = (&name.en, &name.zh);
    key.bad(
        say!("neither a fault nor a setting nor a parameter of {name}", "既不是故障，也不是设置或{name_zh}的参数"),
        say!("Perhaps “{meant}” is meant", "也许是“{meant}”"),
    )
}

fn one_of<T: Copy>(value: Piece, words: &[(&str, T)]) -> Read<T> {
    words.iter().find(|(word, _)| *word == value.text()).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words = listed(words.iter().map(|(word, _)| *word));
        let (words, words_zh) = (words.en, words.zh);
        value.bad(
            Text::new("not one of its values", "不是可用的值"),
            say!("Write one of: {words}", "可用的值：{words_zh}"),
        )
    })
}

/// `5ms-20ms`, `5ms-`, `-20ms`
fn read_range(value: Piece) -> Read<Range> {
    let bad = || {
        value.bad(
            Text::new("not a range of time", "不是时间范围"),
            Text::new(
                "Write two instants with a hyphen between them, the earlier first, as in 5ms-20ms",
                "请写两个时刻，中间用连字符，早的在前，例如 5ms-20ms",
            ),
        )
    };
    let (from, to) = value.split('-').ok_or_else(bad)?;
    let end = |piece: Piece| if piece.text().is_empty() { Ok(None) } else { piece.time::<Instant>().map(Some) };
    let range = Range { from: end(from)?, to: end(to)? };
    if range.from.unwrap_or(Instant::START) > range.to.unwrap_or(Instant::from_micros(u64::MAX)) {
        return Err(bad());
    }
    Ok(range)
}

/// `table,ledger`
fn read_sections(value: Piece) -> Read<Vec<String>> {
    let mut sections: Vec<String> = Vec::new();
    for section in value.pieces(',') {
        let word = section.text();
        let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if word.is_empty() || word.len() > SECTION_BYTES_MAX || !plain || sections.len() == SECTIONS_MAX {
            return Err(section.bad(
                Text::new("not the name of a section", "不是栏目的名称"),
                say!(
                    "Write at most {SECTIONS_MAX} lower-case words with commas between them",
                    "请写小写单词，用逗号隔开，最多 {SECTIONS_MAX} 个"
                ),
            ));
        }
        if !sections.iter().any(|known| known == word) {
            sections.push(word.to_owned());
        }
    }
    Ok(sections)
}

/// `three-phase-commit`, or several with commas between them
fn read_protocols(value: Piece, catalogue: Catalogue) -> Read<Vec<&'static dyn Protocol>> {
    let mut protocols = Vec::new();
    for id in value.pieces(',') {
        let known = catalogue.protocol(id.text()).filter(|_| protocols.len() < SECTIONS_MAX);
        protocols.push(known.ok_or_else(|| {
            let ids = listed(catalogue.protocols().map(|protocol| protocol.id()));
            let (ids, ids_zh) = (ids.en, ids.zh);
            id.bad(
                Text::new("no protocol to compare with", "不是可比较的协议"),
                say!("The protocols are {ids}", "可用的协议：{ids_zh}"),
            )
        })?);
    }
    Ok(protocols)
}

/// Eight hexadecimal digits.
fn read_digest(value: Piece) -> Read<u32> {
    let digits = value.text();
    match u32::from_str_radix(digits, 16) {
        Ok(digest) if digits.len() == 8 && !digits.starts_with('+') => Ok(digest),
        _ => Err(value.bad(
            Text::new("not a digest", "不是摘要"),
            Text::new(
                "Write the first eight hexadecimal digits of the run's digest, or leave it out",
                "请写运行摘要的前八位十六进制数字，或者去掉",
            ),
        )),
    }
}

/// What one `%41` at the beginning of `bytes` stands for, if it is an ASCII character: the format has no others.
fn percent_pair(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |byte: &u8| (*byte as char).to_digit(16);
    let byte = (digit(high)? * 16 + digit(low)?) as u8;
    byte.is_ascii().then_some(byte)
}

/// The text with `%41` turned to `A`; everything else stays.
fn percent_decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match percent_pair(rest.as_bytes()) {
            Some(byte) => {
                decoded.push(byte as char);
                3
            }
            None => {
                decoded.push('%');
                1
            }
        };
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    decoded
}

/// Where a place of the decoded text stands in the encoded one, in bytes.
fn offset_in_encoded(encoded: &str, decoded_offset: usize) -> usize {
    let bytes = encoded.as_bytes();
    let mut offset = 0;
    for _ in 0..decoded_offset {
        offset += if percent_pair(&bytes[offset.min(bytes.len())..]).is_some() { 3 } else { 1 };
    }
    offset.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_undone_once_and_only_where_it_is_one() {
        for (encoded, decoded) in [
            ("1%2Fa%3fb", "1/a?b"),
            ("%2540", "%40"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%E4%BD%A0你", "%E4%BD%A0你"),
        ] {
            assert_eq!(percent_decoded(encoded), decoded);
        }
    }

    #[test]
    fn offsets_count_in_the_text_as_given() {
        let encoded = "a%20b%40c";
        let decoded = percent_decoded(encoded);
        assert_eq!(decoded, "a b@c");
        let places: Vec<usize> = (0..=decoded.len()).map(|at| offset_in_encoded(encoded, at)).collect();
        assert_eq!(places, [0, 1, 4, 5, 8, 9]);
    }

    #[test]
    fn a_range_of_time_may_lack_an_end() {
        let read = |text| read_range(Piece::of(text)).ok().map(|range| (range.from, range.to));
        let at = |micros| Some(Instant::from_micros(micros));
        assert_eq!(read("5ms-20ms"), Some((at(5_000), at(20_000))));
        assert_eq!(read("5ms-"), Some((at(5_000), None)));
        assert_eq!(read("-20ms"), Some((None, at(20_000))));
        for wrong in ["", "5ms", "20ms-5ms", "5-6", "5ms-6ms-7ms"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
