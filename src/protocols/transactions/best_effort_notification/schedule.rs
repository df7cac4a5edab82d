//! When a notification is tried again: the schedules that payment services publish.

use crate::sim::time::Span;

/// Who publishes a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// WeChat Pay's result notification: 15 more attempts in 24 h 4 min.
    WeChatPay,
    /// The same in its version 2: 9 more in some three hours.
    WeChatPayV2,
    /// Alipay's asynchronous notification: 7 more in 24 h 24 min.
    Alipay,
}

const fn minutes(minutes: u64) -> Span {
    Span::seconds(60 * minutes)
}

const fn hours(hours: u64) -> Span {
    Span::seconds(3_600 * hours)
}

static WECHAT_PAY: [Span; 15] = [
    Span::seconds(15),
    Span::seconds(15),
    Span::seconds(30),
    minutes(3),
    minutes(10),
    minutes(20),
    minutes(30),
    minutes(30),
    minutes(30),
    minutes(60),
    hours(3),
    hours(3),
    hours(3),
    hours(6),
    hours(6),
];

static WECHAT_PAY_V2: [Span; 9] = [
    Span::seconds(15),
    Span::seconds(15),
    Span::seconds(30),
    Span::seconds(180),
    Span::seconds(1_800),
    Span::seconds(1_800),
    Span::seconds(1_800),
    Span::seconds(1_800),
    Span::seconds(3_600),
];

static ALIPAY: [Span; 7] = [minutes(4), minutes(10), minutes(10), hours(1), hours(2), hours(6), hours(15)];

impl Schedule {
    pub fn of(word: &str) -> Schedule {
        match word {
            "wechat-v2" => Schedule::WeChatPayV2,
            "alipay" => Schedule::Alipay,
            _ => Schedule::WeChatPay,
        }
    }

    /// How long after each failed attempt the next one comes; after the last there is none.
    pub fn gaps(self) -> &'static [Span] {
        match self {
            Schedule::WeChatPay => &WECHAT_PAY,
            Schedule::WeChatPayV2 => &WECHAT_PAY_V2,
            Schedule::Alipay => &ALIPAY,
        }
    }
}
