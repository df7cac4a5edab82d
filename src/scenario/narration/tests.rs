use crate::scenario::link::Link;
use crate::scenario::run::Run;
use crate::scenario::sample::CATALOGUE;

fn told(link: &str) -> Vec<(String, String)> {
    let run = Run::of(Link::read(link, CATALOGUE).unwrap().scenario);
    run.scenes().map(|scene| (scene.narration.en.into_owned(), scene.narration.zh.into_owned())).collect()
}

#[track_caller]
fn tells(link: &str, en: &str, zh: &str) {
    let all = told(link);
    assert!(all.iter().any(|(told, _)| told == en), "{link}: {all:#?}");
    assert!(all.iter().any(|(_, told)| told == zh), "{link}: {all:#?}");
}

#[test]
fn losses_say_who_does_not_know_what() {
    tells(
        "1/errand?drop=a:ask.1:w1",
        "ask 1 from a to w1 is lost on its way: w1 does not know it was asked; a cannot tell a lost question from a \
             lost answer",
        "a 发给 w1 的请求 1 在途中丢失：w1 不知道自己被询问过，a 也分不清丢的是请求还是应答",
    );
    tells(
        "1/errand?crash=a@3ms",
        "all-done 1 from w1 to a finds a down and is lost: to a it is as if w1 had never answered",
        "w1 发给 a 的办妥 1 到达时 a 已宕机，消息丢失：在 a 看来，w1 从未应答",
    );
}

#[test]
fn a_crash_for_good_is_told_from_one_that_is_mended() {
    tells(
        "1/errand?crash=w1@1ms",
        "w1 crashes: what it held in memory is gone, its log survives; it never comes back, and whoever waits for \
             it waits for ever",
        "w1 崩溃：内存中的一切丢失，日志保留；它再也没有恢复，等它的人将一直等下去",
    );
    tells(
        "1/errand?crash=w1@1ms&restart=w1@5ms",
        "w1 crashes: what it held in memory is gone, its log survives",
        "w1 崩溃：内存中的一切丢失，日志保留",
    );
    tells(
        "1/errand?crash=w1@1ms&restart=w1@5ms",
        "w1 is back and knows only what its disk tells it: promises that it kept in memory alone are gone; it waits",
        "w1 恢复运行，只记得磁盘上的内容：仅存于内存的承诺已经丢失；它等待",
    );
}

#[test]
fn what_becomes_durable_lets_the_answer_go() {
    tells(
        "1/errand",
        "noted 1 is on the disk of w1: no crash can take it back; only now it sends all-done 1 to a",
        "笔记 1 已在 w1 落盘，崩溃也无法抹去；直到现在它才向 a 发送办妥 1",
    );
}

#[test]
fn every_kind_of_fault_says_why_it_matters() {
    for fault in [
        "power=w1@3ms",
        "restart=w1@3ms&crash=w1@1ms",
        "pause=w1@1ms+9ms",
        "cut=a/w1@1ms+9ms",
        "oneway=a/w1@1ms+9ms",
        "twice=a:ask.1:w1+3ms",
        "delay=a:ask.1:w1+30ms",
        "slow=a:w1@0ms+1ms~3ms",
        "jump=w1@5ms-30s",
        "rate=w1@5ms+5000",
        "do=w1@9ms:lose-note.1",
    ] {
        for (en, zh) in told(&format!("1/errand?{fault}")) {
            assert!(en.len() > 20 && !en.contains("{") && !en.contains("  "), "{fault}: {en}");
            assert!(zh.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)), "{fault}: {zh}");
        }
    }
}
