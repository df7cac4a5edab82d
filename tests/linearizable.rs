//! The command line on histories that somebody recorded elsewhere.

use faultline::command::{self, BAD_INPUT, FINE, UNEXPECTED};
use faultline::protocols::CATALOGUE;
use faultline::scenario::catalogue::Catalogue;
use serde_json::Value;
use std::fs;

fn called(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = command::main(Catalogue(CATALOGUE), &arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn history(name: &str) -> String {
    format!("{}/tests/histories/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn recorded_histories_are_judged_as_published() {
    let expected = fs::read_to_string(history("expected.csv")).unwrap();
    let rows: Vec<Vec<&str>> = expected.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 4);
    for row in rows {
        let (code, out, err) = called(&["linearizable", "--spec", "register", &history(row[0]), "--json"]);
        let judged: Value = serde_json::from_str(&out).unwrap();
        let linearizable = row[2] == "linearizable";
        assert_eq!((code, err.as_str()), (if linearizable { FINE } else { UNEXPECTED }, ""), "{}", row[0]);
        assert_eq!(judged["linearizable"].as_bool(), Some(linearizable), "{}", row[0]);
        assert_eq!(judged["first_that_cannot_be_placed"].is_null(), linearizable);
    }
}

/// What was recorded up to the answer that cannot be placed is not linearizable; without that answer it is.
#[test]
fn the_operation_that_is_named_is_the_first() {
    for name in ["etcd_000.log", "etcd_010.log"] {
        let (_, out, _) = called(&["linearizable", "--spec=register", "--json", &history(name)]);
        let judged: Value = serde_json::from_str(&out).unwrap();
        let line = judged["first_that_cannot_be_placed"]["line"].as_u64().unwrap() as usize;
        let text = fs::read_to_string(history(name)).unwrap();
        for (lines, expected) in [(line - 1, FINE), (line, UNEXPECTED)] {
            let part: Vec<&str> = text.lines().take(lines).collect();
            let file = std::env::temp_dir().join(format!("faultline-{}-{lines}-{name}", std::process::id()));
            fs::write(&file, part.join("\n")).unwrap();
            let (code, ..) = called(&["linearizable", "--spec", "register", file.to_str().unwrap()]);
            fs::remove_file(&file).unwrap();
            assert_eq!(code, expected, "{name} up to line {lines}");
        }
        let (_, out, _) = called(&["linearizable", "--spec", "register", &history(name)]);
        assert!(out.starts_with("not linearizable\n") && out.contains(&format!("line {line}  ")), "{out}");
    }
}

#[test]
fn what_cannot_be_judged_is_bad_input() {
    let here = history("etcd_000.log");
    let readme = history("README.md");
    for (arguments, named) in [
        (&["linearizable", &here][..], "it needs --spec register or --spec key-value"),
        (&["linearizable", "--spec", "register"], "it needs a file"),
        (&["linearizable", "--spec", "stack", &here], "“stack” is no specification"),
        (&["linearizable", "--spec", "register", "nowhere.log"], "“nowhere.log” cannot be read"),
        (&["linearizable", "--spec", "register", &here, &here], "one argument too many"),
        (&["linearizable", "--spec", "key-value", &here], "line 1: the key is missing: write [key value]"),
        (&["linearizable", "--spec", "register", &readme], "line 2: “of” is none of :invoke"),
        (&["linearizable", "--quick", &here], "“--quick” is no option"),
    ] {
        let (code, out, err) = called(arguments);
        assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
        assert!(err.contains(named), "{arguments:?}: {err}");
    }
}
