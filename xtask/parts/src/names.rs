//! Names of functions, without what changes although nobody has changed the function.

/// The folder of `protocols/` whose folders several protocols share.
pub const SHARED: &str = "parts";

/// A name without what tells two functions of one name apart: `decide[1]`.
pub fn shared(name: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match name.strip_suffix(']').and_then(|name| name.rsplit_once('[')) {
        Some((before, number)) if is_number(number) && number.len() < 8 => before,
        _ => name,
    }
}

/// `faultline[4e3db2d527ea4e15]::sim::{closure#2}` without what tells two crates of one name apart, and without the
/// numbers that closures and the like are given in order.
pub fn lasting(name: &str) -> String {
    let mut lasting = String::with_capacity(name.len());
    let mut rest = shared(name);
    while let Some(at) = rest.find(['[', '#']) {
        lasting.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let is_hash = |text: &str| text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        rest = match after.split_once(']') {
            Some((hash, after)) if rest[at..].starts_with('[') && is_hash(hash) => after,
            _ if rest[at..].starts_with('#') => after.trim_start_matches(|letter: char| letter.is_ascii_digit()),
            _ => {
                lasting.push('[');
                after
            }
        };
    }
    lasting + rest
}

/// The folder, as `family/protocol`, of the protocol whose implementation of `Protocol` this is by its lasting name. All else
/// of a protocol is only reached through these. Names of other functions say less: the compiler calls equal functions
/// by the name of one of them.
pub fn protocol(name: &str) -> Option<String> {
    let (kind, _) = name.split_once(" as faultline::protocols::protocol::Protocol>::")?;
    let (family, folder) = folders(kind).next().filter(|(family, _)| *family != SHARED)?;
    Some(format!("{family}/{folder}"))
}

/// The folder that protocols share to which a function belongs by its lasting name, as `parts/redis`.
pub fn shared_folder(name: &str) -> Option<String> {
    folders(name).find(|(family, _)| *family == SHARED).map(|(_, folder)| format!("{SHARED}/{folder}"))
}

/// The folders below `protocols/` that a lasting name names.
fn folders(name: &str) -> impl Iterator<Item = (&str, &str)> {
    name.split("faultline::protocols::").skip(1).filter_map(|path| {
        let mut path = path.split("::");
        let (family, folder) = (path.next()?, path.next()?);
        let is_folder =
            |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'0'..=b'9'));
        // Something must come after the folder's name: otherwise this is an item that stands in the family's file.
        path.next()?;
        (is_folder(family) && is_folder(folder)).then_some((family, folder))
    })
}

#[cfg(test)]
mod tests {
    use super::{lasting, protocol, shared_folder};

    #[test]
    fn lasting_names_lack_hashes_and_numbers() {
        let names = [
            (
                "<faultline[4e3db2d527ea4e15]::sim::World>::act::{closure#0}::{closure#12}",
                "<faultline::sim::World>::act::{closure}::{closure}",
            ),
            ("<[u8] as core[3b2f8c7a9d0e1f22]::fmt::Debug>::fmt", "<[u8] as core::fmt::Debug>::fmt"),
            ("core[3b2f8c7a9d0e1f22]::ptr::drop_in_place::<[u8; 4]>[3]", "core::ptr::drop_in_place::<[u8; 4]>"),
        ];
        for (name, expected) in names {
            assert_eq!(lasting(name), expected);
        }
    }

    #[test]
    fn protocols_are_told_by_their_folders() {
        let folder = |name: &str| protocol(name);
        let three = "<faultline::protocols::transactions::three_phase_commit::ThreePhaseCommit";
        assert_eq!(
            folder(&format!("{three} as faultline::protocols::protocol::Protocol>::entries")).as_deref(),
            Some("transactions/three_phase_commit")
        );
        assert_eq!(folder(&format!("{three} as core::clone::Clone>::clone")), None);
        assert_eq!(folder("core::ptr::drop_in_place::<faultline::protocols::parts::locks::Locks>"), None);
        assert_eq!(
            shared_folder("core::ptr::drop_in_place::<faultline::protocols::parts::locks::Locks>").as_deref(),
            Some("parts/locks")
        );
        assert_eq!(folder("<faultline::protocols::parameter::Values>::get"), None);
        assert_eq!(folder("<faultline::protocols::protocol::Family>::title"), None);
    }
}
