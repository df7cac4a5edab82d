//! What the broker promises, case by case; how it behaves in runs, the protocols' own tests say.

use super::*;
use crate::sim::clock::WallTime;
use crate::sim::payload::Outcome;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Word(u32);

impl Body for Word {
    fn subject(&self) -> Subject {
        Subject(self.0)
    }

    fn key(&self) -> u32 {
        0
    }
}

fn append(log: &mut Log<Word>, number: u32) -> Offset {
    let offset = log.next();
    log.read(&Record::Append { offset, topic: 0, body: Word(number) });
    offset
}

fn append_half(log: &mut Log<Word>, number: u32, checks: u8, replaces: Option<Offset>) -> Offset {
    let offset = log.next();
    let half = Half { topic: 0, body: Word(number), checks, born: WallTime::from_micros(0) };
    log.read(&Record::AppendHalf { offset, half, replaces });
    offset
}

/// The published values (`tests/vectors/retry_schedules.csv`).
#[test]
fn rocketmqs_schedules_are_the_published_ones() {
    let table = include_str!("../../../../tests/vectors/retry_schedules.csv");
    let row = |system: &str| table.lines().find(|line| line.starts_with(system)).expect("a row");
    let seconds = |text: &str| {
        let (number, unit) = text.split_at(text.len() - 1);
        let factor = match unit {
            "s" => 1,
            "m" => 60,
            _ => 3_600,
        };
        Span::seconds(number.parse::<u64>().expect("a number") * factor)
    };
    let consumer = row("RocketMQ concurrent consumer").split(',').nth(1).expect("delays");
    assert_eq!(consumer_retries(), consumer.split(' ').map(seconds).collect::<Vec<_>>());
    let total: u64 = consumer_retries().iter().map(|delay| delay.as_micros() / 1_000_000).sum();
    assert_eq!(total, 4 * 3_600 + 45 * 60 + 40, "4h45m40s");
    let halves = row("RocketMQ half-message check-back");
    let Checking { immune_for, interval, checks_max, .. } = Checking::default();
    assert!(halves.contains(&format!("age>{immune_for}, then every {interval}")), "{halves}");
    assert!(halves.contains(&format!("{checks_max} checks")), "{halves}");
}

#[test]
fn what_is_consumed_waits_no_more_and_what_comes_twice_is_stored_twice() {
    let mut log = Log::default();
    let (one, again) = (append(&mut log, 1), append(&mut log, 1));
    assert_eq!(log.waiting().map(|(offset, _)| offset).collect::<Vec<_>>(), [one, again]);
    log.read(&Record::Progress { subject: Subject(1), offset: one });
    log.read(&Record::Progress { subject: Subject(1), offset: one });
    assert_eq!(log.waiting().map(|(offset, _)| offset).collect::<Vec<_>>(), [again]);
    assert_eq!(log.consumed().count(), 1);
}

#[test]
fn a_message_that_fails_for_the_last_time_is_a_dead_letter() {
    let mut log = Log::default();
    let offset = append(&mut log, 7);
    for failures in 1..=3 {
        log.read(&Record::Retry { subject: Subject(7), offset, due: WallTime::from_micros(failures) });
    }
    log.read(&Record::DeadLetter { subject: Subject(7), offset });
    assert_eq!(log.dead().iter().map(|entry| (entry.body.0, entry.failures)).collect::<Vec<_>>(), [(7, 3)]);
    assert_eq!(log.waiting().count(), 0);
}

#[test]
fn a_half_message_is_hidden_asked_about_appended_anew_and_still_there_when_it_is_resolved() {
    let mut log = Log::default();
    let first = append_half(&mut log, 5, 0, None);
    assert_eq!((log.waiting().count(), log.halves().count()), (0, 1));
    let anew = append_half(&mut log, 5, 1, Some(first));
    assert_eq!(log.halves().map(|(offset, half)| (offset, half.checks)).collect::<Vec<_>>(), [(anew, 1)]);
    log.read(&Record::Operation { subject: Subject(5), half: anew, outcome: Outcome::Abort });
    assert_eq!(log.halves().count(), 0);
    assert_eq!(
        (log.resolved_at(first), log.resolved_at(anew)),
        (Some(End::Reappended), Some(End::Resolved(Outcome::Abort)))
    );
    assert!(log.half(first).is_some() && log.half(anew).is_some(), "nothing is deleted from an append-only log");
}

#[test]
fn a_half_message_asked_about_too_often_is_parked() {
    let mut log = Log::default();
    let half = append_half(&mut log, 5, 15, None);
    log.read(&Record::Park { subject: Subject(5), half });
    assert_eq!((log.halves().count(), log.parked().len(), log.waiting().count()), (0, 1, 0));
}

#[test]
fn what_is_over_is_kept_for_a_while_only() {
    let mut log = Log::default();
    for number in 0..1_000 {
        let offset = append(&mut log, number);
        log.read(&Record::Progress { subject: Subject(number), offset });
        let half = append_half(&mut log, number, 0, None);
        log.read(&Record::Operation { subject: Subject(number), half, outcome: Outcome::Commit });
    }
    assert!(log.consumed().count() <= 32 && log.resolved().count() <= 32);
}
