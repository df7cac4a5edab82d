//! One mistake, twice: how much is in flight is read only when health is checked, by whoever looks who is idle and by whoever
//! bounds the load.

use super::{PAUSE_P1, SLOW_P3, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const COUNT_ALWAYS: Suggestion = Suggestion {
    name: Text::new("Count every call", "改为随时计数"),
    change: Change::Parameter("mistake", "none"),
};
const CHECK_OFTEN: Suggestion = Suggestion {
    name: Text::new("Check every 10 ms", "每 10 毫秒检查一次"),
    change: Change::Parameter("check-every", "10ms"),
};

pub const LEAST_ACTIVE: Entry = Entry {
    id: "load-balancer-mistake-stale-counts",
    question: Text::new(
        "The balancer reads how busy everybody is only when it checks their health. Who gets the requests in between?",
        "负载均衡器只在健康检查时才读取各提供者有多忙。两次检查之间的请求给谁？",
    ),
    answer: Text::new(
        "All go to whoever was idle at the last check, until the next check finds that one the busiest of all, and everybody \
         runs to another.",
        "全都涌向上次检查时最闲的那个；到下次检查，它已成了最忙的，于是大家又一起涌向另一个。",
    ),
    parameters: &[
        ("algorithm", "least-active"),
        ("every", "5ms"),
        ("requests", "60"),
        ("keys", "3"),
        ("check-every", "50ms"),
        ("mistake", "stale-counts"),
    ],
    seed: 1,
    faults: &[],
    until: Span::millis(600),
    suggestions: &[COUNT_ALWAYS, CHECK_OFTEN, SLOW_P3],
    expected: expected! {
        LEAST_BUSY: Violated, "sheet §14, breakers: stale in-flight counts; by those of the last check it was the idlest, by now it is not";
        QUEUED: Holds, "ten requests come between two checks, and whoever was the idlest has two workers that do six or seven in that time";
    },
};

pub const BOUNDED_LOAD: Entry = Entry {
    id: "load-balancer-mistake-stale-counts-unbound",
    question: Text::new(
        "Loads are bounded, by counts that are as old as the last check. Does the bound hold?",
        "负载有上限，计数却是上次检查时的。上限还守得住吗？",
    ),
    answer: Text::new(
        "No: between two checks nobody seems to get fuller, so the hot client's owner is sent far more than its bound.",
        "守不住：两次检查之间谁都不显得更忙，热点客户端的归属者收到的请求远远超过上限。",
    ),
    parameters: &[
        ("algorithm", "bounded-load"),
        ("popularity", "one-hot"),
        ("workers", "1"),
        ("every", "8ms"),
        ("requests", "40"),
        ("check-every", "100ms"),
        ("mistake", "stale-counts"),
    ],
    seed: 1,
    faults: &[],
    until: Span::millis(900),
    suggestions: &[COUNT_ALWAYS, CHECK_OFTEN, PAUSE_P1],
    expected: expected! {
        KEYS_STAY: Violated, "sheet §14: at a check its owner has more than the bound, and is skipped until the next";
        BOUNDED: Violated, "sheet LB-4, breakers: stale in-flight counts; the hot client's owner gets more than half of all, and looks idle";
        QUEUED: Holds, "the hot client's owner gets a request every 16 ms for that client alone, takes 15 ms, and has others' besides";
    },
};
