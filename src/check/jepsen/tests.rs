use super::*;
use crate::check::linearizable::{Linearizability, judge};

fn registers(text: &str) -> Linearizability {
    let recorded = register(text).unwrap();
    assert_eq!(recorded.places.len(), recorded.history.calls().len());
    judge(&Register { initial: None }, &recorded.history, 1_000_000).verdict
}

#[test]
fn lines_are_read_with_and_without_what_a_logger_writes() {
    let text = "INFO  jepsen.core - Worker 0 starting\n\
        INFO  jepsen.util - 0\t:invoke\t:write\t3\n\
        INFO [2020-01-01] jepsen worker 0 - jepsen.util :nemesis :info :start \"Cut off {n1 #{n2}}\"\n\
        ; a comment\n\
        \n\
        0 :ok :write 3\n\
        {:process 1, :type :invoke, :f :read, :value nil}\n\
        {:type :ok, :f :read, :process 1, :value 3, :time 17}\n";
    let recorded = register(text).unwrap();
    assert_eq!(recorded.history.calls().len(), 2);
    assert_eq!(recorded.places[0].called, Line { number: 2, text: "0 :invoke :write 3".to_owned() });
    assert_eq!(recorded.places[1].answered.as_ref().unwrap().number, 8);
    assert!(matches!(registers(text), Linearizability::Linearizable(_)));
}

#[test]
fn what_failed_did_not_happen_and_what_is_unknown_may_have() {
    let text = "0 :invoke :cas [nil 1]\n1 :invoke :write 2\n0 :fail :cas [nil 1]\n1 :info :write :timed-out\n\
        2 :invoke :read nil\n2 :ok :read nil\n2 :invoke :read nil\n2 :ok :read 2\n";
    assert!(matches!(registers(text), Linearizability::Linearizable(_)));
    let text = "0 :invoke :cas [nil 1]\n0 :fail :cas [nil 1]\n2 :invoke :read nil\n2 :ok :read 1\n";
    assert_eq!(registers(text), Linearizability::Not { operation: 0 });
}

#[test]
fn keys_stand_before_values_or_by_themselves() {
    let text = "0 :invoke :write [x 1]\n0 :ok :write [x 1]\n0 :invoke :append [y \"a\"]\n0 :ok :append [y \"a\"]\n\
        0 :invoke :cas [x [1 2]]\n0 :ok :cas [x [1 2]]\n\
        1 :invoke :read [x nil]\n1 :ok :read [x 2]\n1 :invoke :get y\n1 :ok :get a\n\
        {:process 2, :type :invoke, :f :get, :key \"y\", :value nil}\n\
        {:process 2, :type :ok, :f :get, :key \"y\", :value \"a\"}\n";
    let recorded = key_value(text).unwrap();
    let judged = judge(&KeyValue, &recorded.history, 1_000_000);
    assert!(matches!(judged.verdict, Linearizability::Linearizable(_)));
}

#[test]
fn a_bad_line_is_named_with_its_number() {
    for (text, number, why) in [
        ("0 :invoke :read nil\n\n0 :invoke :read nil", 3, "its operation of line 1 has no answer"),
        ("0 :ok :read 3", 1, "has an answer without a call"),
        ("0 :invoke :write 1\n0 :ok :read 1", 2, "“:read” answers “:write” of line 1"),
        ("0 :start :read 3", 1, "“:start” is none of"),
        ("me :invoke :read 3", 1, "“me” is no process"),
        ("0", 1, "the type is missing"),
        ("0 :invoke", 1, "the function is missing"),
        ("0 :invoke :cas 3", 1, "“3” has not two members"),
        ("0 :invoke :cas [1 2 3]", 1, "“[1 2 3]” has not two members"),
        ("0 :invoke :fly nil", 1, "a register cannot “fly”"),
        ("0 :invoke :read [", 1, "“]” is missing"),
        ("{:process 1}", 1, ":type is missing"),
    ] {
        let Err(bad) = register(text) else { panic!("{text}") };
        assert_eq!(bad.number, number, "{text}");
        assert!(bad.why.contains(why), "{text}: {}", bad.why);
    }
    let Err(bad) = key_value("0 :invoke :write 3") else { panic!() };
    assert!(bad.why.contains("a key and its value"), "{}", bad.why);
}
