//! Balancers held to what other projects publish about theirs: `tests/vectors/`.

use faultline::command::{self, BAD_INPUT, FINE};
use faultline::protocols::CATALOGUE;
use faultline::protocols::parts::balancing::algorithms::{EnvoyRing, Maglev, NginxSmooth, jump};
use faultline::protocols::parts::balancing::{Balancer, Fleet, Provider, Request};
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use faultline::scenario::wire::WireRun;
use faultline::scenario::{checked, explore};
use serde_json::Value;
use std::fs;

/// The rows of a file of comma-separated values, without its header.
fn rows(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<String>> = text.lines().skip(1).map(fields).collect();
    assert!(!rows.is_empty());
    rows
}

/// The fields of a line; quoted ones may hold commas, and quotation marks doubled.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let last = fields.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => last.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => last.push(other),
        }
    }
    fields
}

fn numbers<T: std::str::FromStr<Err: std::fmt::Debug>>(field: &str) -> Vec<T> {
    field.split(' ').map(|number| number.parse().unwrap()).collect()
}

fn fleet(names: &str, weights: &[u32]) -> Fleet {
    Fleet::of(names.split(' ').zip(weights).map(|(name, weight)| Provider::new(name, *weight)).collect())
}

fn request(key: &[u8]) -> Request<'_> {
    Request { key, draw: &|_| 0 }
}

fn called(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = command::main(Catalogue(CATALOGUE), &arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// A file with these lines, for as long as the test runs.
struct Keys(std::path::PathBuf);

impl Keys {
    fn of(name: &str, lines: &[String]) -> Keys {
        let path = std::env::temp_dir().join(format!("faultline-{}-{name}", std::process::id()));
        fs::write(&path, lines.join("\n")).unwrap();
        Keys(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn nginx_smooth_has_the_published_running_weights() {
    let fleet = fleet("a b c", &[5, 1, 1]);
    let mut smooth = NginxSmooth::default();
    for row in rows("smooth_wrr.csv") {
        let picked = smooth.pick(&request(b""), &fleet).unwrap();
        assert_eq!(&*fleet.get(picked).unwrap().name, row[3], "pick {}", row[1]);
        let after: Vec<i64> = numbers(&row[4]);
        assert_eq!(smooth.current_weights().collect::<Vec<_>>(), after, "pick {}", row[1]);
    }
}

#[test]
fn jump_has_the_published_buckets() {
    for row in rows("jump_hash.csv") {
        let [key, buckets, expected] = [0, 1, 2].map(|column: usize| row[column].parse::<u64>().unwrap());
        assert_eq!(u64::from(jump(key, buckets as u32)), expected, "{row:?}");
    }
}

#[test]
fn maglev_has_the_published_tables() {
    for row in rows("maglev.csv") {
        let hosts = row[0].split(' ').count();
        assert_eq!(row[1], format!("1/{hosts} each"));
        let fleet = fleet(&row[0], &vec![1; hosts]);
        let mut maglev = Maglev::new(row[2].parse().unwrap());
        assert_eq!(maglev.table(&fleet), numbers::<u16>(&row[3]), "{}", row[0]);
    }
}

#[test]
fn envoys_rings_are_the_published_ones() {
    for row in rows("envoy_ring.csv") {
        let fleet = fleet(&row[0], &numbers::<u32>(&row[1]));
        let mut ring = EnvoyRing::new(row[2].parse().unwrap());
        let points: Vec<String> =
            ring.ring(&fleet).points().iter().map(|point| format!("{}:{}", point.position, point.owner)).collect();
        assert_eq!(points.join(" "), row[3], "{}", row[4]);
    }
}

/// Envoy's `HostWeightedLargeRing`: 6,144 points, and of 6,000 keys evenly around the ring so many for each host.
#[test]
fn a_large_ring_shares_as_envoys() {
    let fleet = fleet("127.0.0.1:90 127.0.0.1:91 127.0.0.1:92", &[1, 2, 3]);
    let mut ring = EnvoyRing::new(6_144);
    let ring = ring.ring(&fleet);
    assert_eq!(ring.points().len(), 6_144);
    let mut counts = [0; 3];
    for number in 0..6_000 {
        counts[usize::from(ring.owner(number * (u64::MAX / 6_000)).unwrap())] += 1;
    }
    assert_eq!(counts, [987, 1_932, 3_081]);
}

/// The properties by which only those are judged that promise them.
const PROMISED: [&str; 4] = ["exact-cycles", "keys-stay", "bounded-load", "least-busy"];

fn link(text: &str) -> Link {
    Link::read(text, Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{}", bad.sentence()))
}

#[test]
fn an_algorithm_is_judged_by_what_it_promises() {
    for (parameters, promised) in [
        ("algorithm=random", &[][..]),
        ("algorithm=weighted-random", &[]),
        ("algorithm=round-robin", &["exact-cycles"]),
        // It takes no notice of weights.
        ("algorithm=round-robin&weights=3-2-1", &[]),
        ("algorithm=round-robin&warm-up=1s", &[]),
        ("algorithm=naive-weighted&weights=3-2-1", &["exact-cycles"]),
        ("algorithm=nginx-smooth&weights=3-2-1", &["exact-cycles"]),
        ("algorithm=dubbo-smooth", &["exact-cycles"]),
        ("algorithm=least-active", &["least-busy"]),
        ("algorithm=shortest-response", &[]),
        ("algorithm=two-choices", &[]),
        ("algorithm=dubbo-ring", &["keys-stay"]),
        ("algorithm=ketama", &["keys-stay"]),
        ("algorithm=envoy-ring", &["keys-stay"]),
        ("algorithm=bounded-load", &["keys-stay", "bounded-load"]),
        ("algorithm=maglev", &["keys-stay"]),
        ("algorithm=jump", &["keys-stay"]),
        ("algorithm=rendezvous", &["keys-stay"]),
        ("algorithm=modulo", &["keys-stay"]),
        ("algorithm=ip-hash", &["keys-stay"]),
    ] {
        let run = Run::of(link(&format!("1/load-balancer?{parameters}")).scenario);
        let judged = run.verdicts.iter().map(|judged| judged.property.id);
        let (some, all): (Vec<&str>, Vec<&str>) = judged.partition(|id| PROMISED.contains(id));
        assert_eq!((some, all.len()), (promised.to_vec(), 5), "{parameters}");
        // On its way to the page each verdict stays with its property.
        let arrived = WireRun::of(&run).into_run(run.scenario.clone()).unwrap();
        let verdicts = |run: &Run| {
            run.verdicts.iter().map(|judged| (judged.property.id, judged.verdict.clone())).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(&arrived), verdicts(&run), "{parameters}");
    }
}

#[test]
fn whoever_asks_for_what_is_not_promised_is_told_so() {
    let said = "is not judged here, as load-balancer does not promise it with these parameters";
    for arguments in [
        &["explore", "load-balancer", "--property", "least-busy"][..],
        &["explore", "1/load-balancer?algorithm=least-active", "--property", "keys-stay"],
        &["check", "load-balancer", "--set", "algorithm=modulo", "--property", "exact-cycles"],
    ] {
        let (code, out, err) = called(arguments);
        assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
        assert!(err.contains(said) && err.contains("; there are "), "{arguments:?}: {err}");
    }
    let asked = link("1/load-balancer?algorithm=round-robin");
    let properties = || vec!["least-busy".to_owned()];
    let explored = explore::Question { properties: properties(), ..explore::Question::of(&asked) };
    let checked = checked::Question { properties: properties(), ..checked::Question::of(&asked) };
    for bad in [explored.ask(Catalogue(CATALOGUE)).err(), checked.ask(Catalogue(CATALOGUE)).err()] {
        let sentence = bad.unwrap().sentence();
        assert!(sentence.en.contains(said) && sentence.zh.contains("并不承诺"), "{sentence}");
        assert!(sentence.en.contains("exact-cycles") && !sentence.en.contains("keys-stay"), "{sentence}");
    }
}

const MEMCACHED: &str =
    "10.0.1.1:600,10.0.1.2:300,10.0.1.3:200,10.0.1.4:350,10.0.1.5:1000,10.0.1.6:800,10.0.1.7:950,10.0.1.8:100";

#[test]
fn pick_sends_every_key_where_libmemcached_does() {
    let rows = rows("ketama_weighted.csv");
    let keys: Vec<String> = rows.iter().map(|row| row[0].clone()).collect();
    let file = Keys::of("ketama", &keys);
    let (code, out, err) = called(&["pick", "ketama", "--providers", MEMCACHED, "--keys", file.path()]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let expected: Vec<String> = rows.iter().map(|row| format!("{}\t{}", row[0], row[1])).collect();
    assert_eq!(out.lines().collect::<Vec<_>>(), expected);
    // The default port may be said.
    let with_port = MEMCACHED.replace(':', ":11211:");
    let (_, out, _) = called(&["pick", "ketama", "--providers", &with_port, "--keys", file.path()]);
    assert_eq!(out.replace(":11211", "").lines().collect::<Vec<_>>(), expected);
}

#[test]
fn pick_takes_turns_as_nginx_and_says_where_each_request_goes() {
    let (code, out, err) = called(&["pick", "nginx-smooth", "--providers", "a:5,b:1,c:1", "--requests=7"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let picked: Vec<&str> = out.lines().map(|line| line.split_once('\t').unwrap().1).collect();
    assert_eq!(picked.join(" "), "a a b a c a a");
    // Reference sheet §23.12: both ways of weighting 3, 2 and 1.
    for (algorithm, order) in
        [("dubbo-smooth", "a b a c b a"), ("naive-weighted", "a a a b b c"), ("round-robin", "a b c a b c")]
    {
        let (_, out, _) = called(&["pick", algorithm, "--providers", "a:3,b:2,c:1", "--requests", "6", "--json"]);
        let picks: Value = serde_json::from_str(&out).unwrap();
        let picked: Vec<&str> =
            picks["picks"].as_array().unwrap().iter().map(|pick| pick["provider"].as_str().unwrap()).collect();
        assert_eq!(picked.join(" "), order, "{algorithm}");
    }
}

/// nginx's tests of `ip_hash`: thirty networks 127.0.x over two servers and over three.
#[test]
fn pick_shares_networks_as_nginx_tests_expect() {
    let keys: Vec<String> = (1..=30).map(|network| format!("127.0.{network}.2")).collect();
    let file = Keys::of("ip-hash", &keys);
    for (providers, shares) in [("a,b", vec![15, 15]), ("a,b,c", vec![10, 10, 10])] {
        let (code, out, _) = called(&["pick", "ip-hash", "--providers", providers, "--keys", file.path(), "--json"]);
        let report: Value = serde_json::from_str(&out).unwrap();
        let counted: Vec<u64> =
            report["providers"].as_array().unwrap().iter().map(|one| one["picks"].as_u64().unwrap()).collect();
        assert_eq!((code, counted), (FINE, shares));
    }
}

#[test]
fn what_pick_cannot_understand_is_named() {
    let file = Keys::of("bad", &["127.0.0.1".to_owned(), "nobody".to_owned()]);
    let missing = format!("{}-not-there", file.path());
    for (arguments, named) in [
        (&["pick"][..], "which algorithm? There are random, weighted-random"),
        (&["pick", "magic"], "“magic” is no algorithm; there are random"),
        (&["pick", "modulo"], "it needs --providers"),
        (&["pick", "modulo", "--providers"], "--providers needs a value"),
        (&["pick", "modulo", "--providers", "a,,b"], "provider 2 of --providers is empty"),
        (&["pick", "modulo", "--providers", "a,b,a"], "“a” stands twice"),
        (&["pick", "modulo", "--providers", "a,b:0"], "“0” is no weight of “b”: whole numbers from 1 to 1000000"),
        (&["pick", "modulo", "--providers", "a,b:many"], "“many” is no weight of “b”"),
        (&["pick", "modulo", "--providers", "::1:5"], "“::1:5” has colons of its own: write it in brackets"),
        (&["pick", "modulo", "--providers", "a,:5"], "“:5” has no name"),
        (&["pick", "modulo", "--providers", "a,b"], "modulo looks at keys: it needs --keys"),
        (&["pick", "random", "--providers", "a", "--requests", "0"], "“0” is no whole number from 1"),
        (&["pick", "random", "--providers", "a", "--fast"], "“--fast” is no option of it; there are --providers"),
        (&["pick", "random", "maglev", "--providers", "a"], "“maglev” is one argument too many"),
        (&["pick", "maglev", "--providers", "a", "--set", "table-size=100"], "“100” is no prime"),
        (&["pick", "maglev", "--providers", "a", "--set", "size=7"], "“size” sets nothing; there are virtual-nodes"),
        (&["pick", "random", "--providers", "a", "--keys", &missing], "cannot be read"),
        (&["pick", "ip-hash", "--providers", "a,b", "--keys", file.path()], "line 2: “nobody” is no address"),
        (&["pick", "random", "--providers", "a", "--requests", "2", "--keys", file.path()], "--requests and --keys"),
    ] {
        let (code, out, err) = called(arguments);
        assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
        assert!(err.contains(named), "{arguments:?}: {err}");
    }
}
