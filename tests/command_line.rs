//! The command line over a catalogue with a protocol that nothing under `src` names.

#[path = "support/lease.rs"]
mod lease;

use faultline::command::{self, BAD_INPUT, FINE, UNEXPECTED};
use faultline::protocols::{CATALOGUE, Protocol};
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::run::Run;
use serde_json::Value;
use std::process::Command;
use std::sync::LazyLock;

static ALL: LazyLock<Vec<&'static dyn Protocol>> = LazyLock::new(|| {
    let mut all = CATALOGUE.to_vec();
    all.push(&lease::Lease);
    all
});

fn known() -> Catalogue {
    Catalogue(&ALL)
}

/// Exit code, standard output, standard error.
fn called(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = command::main(known(), &arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn it_lists_and_runs_it() {
    let (code, out, _) = called(&["list", "--json"]);
    assert_eq!(code, FINE);
    let listed: Value = serde_json::from_str(&out).unwrap();
    let families: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["protocol"] == "lease")
        .map(|entry| entry["family"].as_str().unwrap())
        .collect();
    assert!(families.len() > 5 && families.iter().all(|family| *family == "locks"));
    for entry in lease::Lease.entries() {
        let (code, out, err) = called(&["run", entry.id, "--json"]);
        assert_eq!((code, err.as_str()), (FINE, ""), "{}", entry.id);
        let end: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        assert_eq!(end["link"], format!("1/{}", entry.id));
        assert_eq!(end["events"].as_u64(), Some(out.lines().count() as u64 - 5), "four properties and the end");
    }
    let (code, _, err) = called(&["run", "lease-clam"]);
    assert_eq!(code, BAD_INPUT);
    assert!(err.contains("“lease-clam”") && err.contains("lease-calm"), "{err}");
    let (code, _, err) = called(&["run", "1/lease?do=c1@5ms:revoke.1"]);
    assert_eq!(code, BAD_INPUT, "only the server can be asked to revoke");
    assert!(err.contains("“c1@5ms”"), "{err}");
    assert!(called(&["run", "lease-calm"]).1.contains("c1:heartbeat.1"));
}

#[test]
fn it_compares_it_and_lists_what_does_not_carry_over() {
    let text = "1/lease?crash=s@5ms&do=s@9ms:revoke.1";
    let (code, out, _) = called(&["compare", text, "2pc", "3pc"]);
    assert_eq!(code, FINE);
    assert!(out.contains("2pc without do=s@9ms:revoke.1") && out.contains("3pc without do=s@9ms:revoke.1"), "{out}");
}

#[test]
fn the_program_itself_ends_with_those_codes() {
    let program = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_faultline")).args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, out, err) = program(&["run", "#1/2pc-all-yes", "--json"]);
    assert_eq!((code, err.as_str()), (Some(FINE), ""));
    let end: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    let run = Run::of(known().entry("2pc-all-yes").unwrap().scenario());
    assert_eq!(end["digest"], run.digest.to_string());
    assert_eq!(program(&["run", "1/2pc-all-yes?model=1&digest=00000000"]).0, Some(UNEXPECTED));
    let (code, out, err) = program(&["run", "1/2pc?crash=x@5ms"]);
    assert_eq!((code, out.as_str()), (Some(BAD_INPUT), ""));
    assert!(err.contains("“x” at character 13"), "{err}");
}
