use super::*;
use crate::scenario::sample::CATALOGUE;
use serde_json::Value;

/// Exit code, standard output, standard error.
pub(super) fn called(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = main(CATALOGUE, &arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn list_names_every_scenario_with_its_verdicts() {
    let (code, out, err) = called(&["list", "--json"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let listed: Value = serde_json::from_str(&out).unwrap();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["errand-done", "errand-lost", "errand-wrong"]);
    assert_eq!(listed[1]["protocol"], "errand");
    assert_eq!(listed[1]["family"], "messaging");
    assert_eq!(listed[1]["expected"]["answered"], "not-seen");
    let (_, out, _) = called(&["list"]);
    assert!(out.contains("errand-lost   errand, all hold but answered (not-seen)"), "{out}");
}

#[test]
fn run_gives_events_then_verdicts_then_the_end() {
    let (code, out, err) = called(&["run", "errand-lost", "--json"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let lines = lines(&out);
    let [events @ .., verdict, end] = &lines[..] else { panic!("{out}") };
    assert_eq!(end["events"], events.len());
    assert_eq!(end["digest"].as_str().unwrap().len(), 16);
    assert_eq!(end["ending"], "quiescent");
    assert_eq!((&verdict["property"], &verdict["verdict"]), (&"answered".into(), &"not-seen".into()));
    assert_eq!(verdict["expected"], "not-seen");
    assert_eq!(events[0]["what"], "start");
    assert_eq!(events[0]["effects"][0]["message"]["kind"], "ask");
    let lost = events.iter().find(|event| event["what"] == "lose").unwrap();
    assert_eq!((&lost["message"]["to"], &lost["why"]), (&"w1".into(), &"dropped".into()));
    assert!(events.iter().all(|event| !event["narration"]["zh"].as_str().unwrap().is_empty()));
}

#[test]
fn ids_and_links_run_alike() {
    let end = |argument: &str| {
        let (code, out, err) = called(&["run", argument]);
        assert_eq!((code, err.as_str()), (FINE, ""), "{argument}");
        out.lines().last().unwrap().to_owned()
    };
    assert_eq!(end("errand-done"), end("https://example.org/#1/errand-done"));
    assert_eq!(end("errand-done"), end("#1/errand?seed=7&workers=3&pause=w3@after:write:noted.1%2B20ms&until=5s"));
    assert_ne!(end("errand-done"), end("errand"));
}

#[test]
fn another_verdict_than_expected_is_told_by_the_exit_code() {
    let (code, _, err) = called(&["run", "errand-wrong"]);
    assert_eq!(code, UNEXPECTED);
    assert!(err.contains("answered was expected to end as “holds” and ended as “not-seen”"), "{err}");
    assert_eq!(called(&["run", "1/errand-wrong?seed=3"]).0, FINE, "of another run nothing is expected");
}

#[test]
fn a_link_that_no_longer_replays_is_told_by_the_exit_code() {
    let (code, _, err) = called(&["run", "1/errand?model=1&digest=00000000"]);
    assert_eq!(code, UNEXPECTED);
    assert!(err.contains("version 1 of the model") && err.contains("digest 00000000"), "{err}");
}

#[test]
fn bad_input_is_named_on_standard_error() {
    for (arguments, part) in [
        (&[][..], "which command"),
        (&["walk"], "“walk”"),
        (&["list", "everything"], "“everything”"),
        (&["list", "--xml"], "“--xml”"),
        (&["run"], "id of a scenario"),
        (&["run", "errand-done", "twice"], "“twice”"),
        (&["compare"], "id of a scenario"),
        (&["compare", "errand-done", "erand"], "“erand”"),
        (&["run", "errand-dome"], "the nearest is errand-done"),
        (&["run", "1/errand?crash=w9@1ms"], "“w9” at character 16"),
        (&["run", "2/errand"], "version"),
        (&["run", ""], "“”"),
        (&["bench"], "name a scenario"),
        (&["export", "--as", "svg"], "id of a scenario"),
        (&["export", "errand-done"], "--as"),
        (&["export", "errand-done", "--as", "pdf"], "“pdf”"),
        (&["export", "1/errand-done?play=900s-", "--as", "svg"], "Nothing happens"),
    ] {
        let (code, out, err) = called(arguments);
        assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
        assert!(err.starts_with("faultline: ") && err.contains(part), "{arguments:?}: {err}");
    }
}

#[test]
fn compare_gives_a_run_for_each_protocol_with_what_it_cost() {
    let (code, out, err) = called(&["compare", "errand-lost", "errand", "--json"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let lines = lines(&out);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["verdicts"][0]["verdict"], lines[1]["verdicts"][0]["verdict"]);
    assert_eq!((&lines[0]["first_difference_us"], &lines[0]["left_behind"]), (&Value::Null, &Value::Array(vec![])));
    assert!(lines[1]["costs"].as_array().is_some_and(|costs| !costs.is_empty()));
    let (_, out, _) = called(&["compare", "errand-lost", "errand"]);
    assert!(out.starts_with("                                errand                  errand\nmessages "), "{out}");
}

/// As [`called`], over the catalogue of the program.
fn called_in_earnest(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let known = crate::scenario::catalogue::Catalogue(crate::protocols::CATALOGUE);
    let code = main(known, &arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn explore_gives_a_link_that_breaks_the_property() {
    let (code, out, err) =
        called_in_earnest(&["explore", "3pc", "--property", "agreement,irrevocable", "--faults=crash:c=1", "--json"]);
    assert_eq!((code, err.as_str()), (UNEXPECTED, ""));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["standing"], &report["covered_at_most"]), (&"covered".into(), &1.into()));
    for number in ["runs", "candidates", "steps", "states", "seconds", "runs_per_second"] {
        assert!(report[number].as_f64().unwrap() > 0.0, "{number}");
    }
    let [agreement, irrevocable] = &report["properties"].as_array().unwrap()[..] else { panic!("{out}") };
    assert_eq!((&agreement["verdict"], &irrevocable["verdict"]), (&"violated".into(), &"not-violated".into()));
    let (_, run, _) = called_in_earnest(&["run", agreement["link"].as_str().unwrap(), "--json"]);
    let judged: Vec<Value> = lines(&run).into_iter().filter(|line| line["property"] == "agreement").collect();
    assert_eq!((&judged[0]["verdict"], &judged[0]["at_event"]), (&"violated".into(), &agreement["at_event"]));
    let (code, out, _) = called_in_earnest(&["explore", "3pc", "--faults", "crash:c=1"]);
    assert_eq!(code, UNEXPECTED);
    assert!(out.contains("violated      agreement\n    + crash=c@after:pre-commit.1:p1\n"), "{out}");
}

#[test]
fn explore_says_what_it_covered() {
    let (code, out, err) = called_in_earnest(&["explore", "1/2pc?until=5s", "--faults", "crash", "--at-most", "1"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    assert!(out.contains("with at most 1 crash; not a proof beyond that"), "{out}");
    let from = ["explore", "2pc", "--from", "1/2pc?until=5s&crash=c@4ms&t=1s", "--json"];
    let report: Value = serde_json::from_str(&called_in_earnest(&from).1).unwrap();
    assert_eq!((&report["from_us"], &report["at_most"]), (&1_000_000.into(), &2.into()));
}

#[test]
fn explore_names_what_it_cannot_understand() {
    for (arguments, part) in [
        (&["explore"][..], "needs a protocol"),
        (&["explore", "nonsense"], "“nonsense”"),
        (&["explore", "2pc", "3pc"], "“3pc”"),
        (&["explore", "2pc", "--fault", "crash"], "“--fault”"),
        (&["explore", "2pc", "--faults"], "--faults needs a value"),
        (&["explore", "2pc", "--faults", "crush=1"], "“crush”"),
        (&["explore", "2pc", "--at-most", "ten"], "“ten”"),
        (&["explore", "2pc", "--property", "agreeable"], "“agreeable”"),
        (&["explore", "2pc", "--from", "1/3pc"], "3pc"),
    ] {
        let (code, out, err) = called_in_earnest(arguments);
        assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
        assert!(err.contains(part), "{arguments:?}: {err}");
    }
    let (code, _, err) = called(&["explore", "errand"]);
    assert_eq!((code, err.contains("no safety property")), (BAD_INPUT, true), "{err}");
    let (code, _, err) = called(&["explore", "errand", "--property", "answered"]);
    assert_eq!((code, err.contains("“answered”")), (BAD_INPUT, true), "{err}");
}

#[test]
fn sample_tells_costs_and_failures() {
    let link = "1/2pc?latency-model=long-tailed&refuse=p2&mistake=reopen-after-abort&until=5s";
    let (code, out, err) = called_in_earnest(&["sample", link, "--seeds", "150", "--json"]);
    assert_eq!((code, err.as_str()), (UNEXPECTED, ""));
    let survey: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(survey["seeds"], 150);
    let costs = survey["costs"].as_array().unwrap();
    assert!(costs.iter().any(|cost| cost["measure"] == "messages" && cost["quantiles"]["median"].as_u64() > Some(5)));
    let broken: Vec<&Value> =
        survey["properties"].as_array().unwrap().iter().filter(|property| property["violated"] != 0).collect();
    let (_, run, _) = called_in_earnest(&["run", broken[0]["link"].as_str().unwrap()]);
    assert!(run.contains(&format!("violated  {}", broken[0]["property"].as_str().unwrap())), "{run}");
    let (code, out, _) = called_in_earnest(&["sample", "2pc-all-yes", "--seeds=20"]);
    assert_eq!(code, FINE);
    assert!(out.contains("agreement: holds in 20\n") && out.contains("\nfsyncs"), "{out}");
    for (arguments, part) in [
        (&["sample"][..], "id of a scenario"),
        (&["sample", "2pc", "--seeds", "0"], "“0”"),
        (&["sample", "2pc", "--seed", "1"], "“--seed”"),
        (&["sample", "2pc", "3pc"], "“3pc”"),
        (&["sample", "nonsense"], "“nonsense”"),
    ] {
        let (code, _, err) = called_in_earnest(arguments);
        assert_eq!((code, err.contains(part)), (BAD_INPUT, true), "{err}");
    }
}

#[test]
fn pages_are_made_of_a_built_page_and_of_nothing_else() {
    let (code, _, err) = called(&["pages", "no-such-folder"]);
    assert_eq!(code, BAD_INPUT);
    assert!(err.contains("no-such-folder/index.html cannot be read"), "{err}");
    let (code, _, err) = called(&["pages", "docs", "--base", "example.org"]);
    assert_eq!(code, BAD_INPUT);
    assert!(err.contains("“example.org” is no address"), "{err}");
}

#[test]
fn help_and_version_are_no_mistakes() {
    assert!(called(&["--help"]).1.contains("faultline run"));
    assert_eq!(called(&["help"]).0, FINE);
    assert_eq!(called(&["--version"]).1, format!("faultline {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn bench_tells_the_figures_and_the_machine() {
    let (code, out, _) = called(&["bench", "errand-done", "--json"]);
    assert_eq!(code, FINE);
    let figures: Value = serde_json::from_str(&out).unwrap();
    assert!(figures["events"].as_u64().unwrap() > 5);
    assert!(figures["events_per_second"].as_u64().unwrap() > 0);
    assert!(figures["machine"]["threads"].as_u64().unwrap() > 0);
    assert!(called(&["bench", "errand-done"]).1.contains("events a second"));
}

#[test]
fn a_scenario_is_put_under_as_many_requests_as_are_asked_for() {
    let (code, out, err) = called_in_earnest(&["sample", "load-balancer-smooth", "--requests", "700", "--json"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let told: Value = serde_json::from_str(&out).unwrap();
    let figure = |id: &str| {
        let figures = told["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["measure"] == id).unwrap()["value"].as_u64().unwrap()
    };
    assert_eq!((told["requests"].as_u64(), told["wanted"].as_u64()), (Some(700), Some(700)));
    // Weights of 5, 1 and 1: a hundred cycles of seven.
    assert_eq!(["requests-p1", "requests-p2", "requests-p3"].map(figure), [500, 100, 100]);
    assert_eq!(figure("fairness"), 1_000);
    assert_eq!(told["charts"][0]["series"][0]["points"].as_array().unwrap().last().unwrap()[1], 500);
    let (code, out, _) = called_in_earnest(&["sample", "load-balancer-smooth", "--requests=700"]);
    assert!(code == FINE && out.contains("700 requests, all answered or failed"), "{out}");
    for (arguments, part) in [
        (&["sample", "2pc", "--requests", "10"][..], "any size"),
        (&["sample", "load-balancer", "--requests", "1000001"], "“1000001”"),
        (&["sample", "load-balancer", "--requests", "10", "--seeds", "10"], "without --seeds"),
    ] {
        let (code, out, err) = called_in_earnest(arguments);
        assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
        assert!(err.contains(part), "{arguments:?}: {err}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    assert_eq!(main(CATALOGUE, &["list".to_owned()], &mut Closed, &mut Vec::new()), FINE);
}
