//! What happened at an event and why it matters, in one sentence.

use super::balancer::Balancer;
use super::message::{Arrival, Finished, Message, Timer};
use super::provider::Provider;
use super::seen::Seen;
use crate::protocols::Moment;
use crate::protocols::parts::balancing::{Algorithm, Index};
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

pub(super) fn narrate(moment: &Moment) -> Option<Text> {
    let step = moment.step();
    let event = Event { moment, node: step.node, here: moment.name(step.node) };
    match step.kind {
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            event.delivered(message.name.from, message.payload.get()?)
        }
        StepKind::Start => Some(event.started()),
        StepKind::Fire(timer) => {
            let timer = &moment.trace.local(timer).payload;
            let arrived = timer.get().map(|Arrival(number)| say!("Request {number} comes", "请求 {number} 到来"));
            let finished = || timer.get().map(|Finished(number)| event.finished(*number));
            arrived.or_else(finished).or_else(|| event.fired(*timer.get()?))
        }
        StepKind::Disconnected(peer) => event.disconnected(peer),
        StepKind::Strike(_) => event.struck(),
        _ => None,
    }
}

fn balancer(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<&Balancer> {
    look::<Balancer>(&**nodes.get(node.index())?)?.0
}

fn provider(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<&Provider> {
    look::<Provider>(&**nodes.get(node.index())?)?.0
}

struct Event<'a> {
    moment: &'a Moment<'a>,
    node: NodeId,
    here: &'static str,
}

impl Event<'_> {
    /// The first message of its kind that the event's handler sent.
    fn sent(&self, is: impl Fn(&Message) -> bool) -> Option<&Message> {
        self.moment.effects().iter().find_map(|effect| {
            let StepKind::Send(message) = effect.kind else { return None };
            self.moment.trace.message(message).payload.get::<Message>().filter(|message| is(message))
        })
    }

    /// Whether the balancer of this event believed that provider to be well before and after it.
    fn belief(&self, place: Index) -> Option<(bool, bool)> {
        let (before, after) = (balancer(self.moment.before, self.node)?, balancer(self.moment.after, self.node)?);
        Some((before.believes_well(place), after.believes_well(place)))
    }

    fn started(&self) -> Text {
        let here = self.here;
        if provider(self.moment.after, self.node).is_some() {
            return say!(
                "{here} is up: its workers are idle and its queue is empty",
                "{here} 启动：线程空闲，队列为空"
            );
        }
        if balancer(self.moment.after, self.node).is_some() {
            return say!(
                "{here} knows its providers by their names and weights, and takes all of them for well",
                "{here} 知道各提供者的名字与权重，先假定它们都正常"
            );
        }
        say!(
            "{here} stands for all clients, whose requests come one after the other",
            "{here} 代表全部客户端，请求一个接一个到来"
        )
    }

    fn finished(&self, number: u32) -> Text {
        let here = self.here;
        match provider(self.moment.before, self.node).map(|provider| provider.load().1) {
            Some(waiting) if waiting > 0 => say!(
                "A worker of {here} has done request {number} and takes the next that waits",
                "{here} 的一个线程处理完请求 {number}，接着处理排在最前面的一个"
            ),
            _ => say!("A worker of {here} has done request {number}", "{here} 的一个线程处理完请求 {number}"),
        }
    }

    fn delivered(&self, from: NodeId, message: &Message) -> Option<Text> {
        let (here, sender) = (self.here, self.moment.name(from));
        Some(match message {
            Message::Request { number, key } => return self.picked(*number, *key),
            Message::Call { number, .. } => {
                let (serving, waiting) = provider(self.moment.before, self.node)?.load();
                if self.sent(|message| matches!(message, Message::Refusal { .. })).is_some() {
                    say!(
                        "The queue of {here} is full: it refuses request {number}, which costs less than letting it wait",
                        "{here} 的队列已满：拒绝请求 {number}，总比让它空等划算"
                    )
                } else if provider(self.moment.after, self.node)?.load().1 > waiting {
                    say!(
                        "No worker of {here} is free (busy: {serving}): request {number} waits (before it: {waiting})",
                        "{here} 没有空闲线程（忙碌 {serving} 个）：请求 {number} 排队（前面 {waiting} 个）"
                    )
                } else {
                    say!(
                        "A worker of {here} takes request {number} at once",
                        "{here} 的一个工作线程立刻接手请求 {number}"
                    )
                }
            }
            Message::Reply { number, .. } => match self.sent(|message| matches!(message, Message::Response { .. })) {
                Some(_) => {
                    let left = balancer(self.moment.after, self.node)?.awaited().count();
                    say!(
                        "{sender} has done request {number}; {left} more are in flight from {here}",
                        "{sender} 完成请求 {number}；{here} 还有 {left} 个在途"
                    )
                }
                None => say!(
                    "{sender} has done request {number}, but {here} gave up on that try long ago: the work was for nothing",
                    "{sender} 完成了请求 {number}，但 {here} 早已放弃这次尝试：白做了"
                ),
            },
            Message::Refusal { number, .. } => return self.tried_again(*number, sender),
            Message::Response { number } => say!("Request {number} is answered", "请求 {number} 得到答复"),
            Message::Failure { number } => say!(
                "Request {number} fails: there was nobody left to try",
                "请求 {number} 失败：已经没有可以尝试的提供者"
            ),
            Message::Healthy { .. } => {
                let place = balancer(self.moment.after, self.node)?.settings().place(from)?;
                match self.belief(place)? {
                    (false, true) => say!(
                        "{sender} has answered enough checks: {here} sends it requests again",
                        "{sender} 通过了足够多的检查：{here} 重新向它发送请求"
                    ),
                    _ => return None,
                }
            }
            Message::Join => say!(
                "{sender} joins: {here} looks at it from its next pick on",
                "{sender} 加入：{here} 从下一次选择起会考虑它"
            ),
            Message::Leave => say!(
                "{sender} leaves in good order: it gets nothing more, and nothing is lost",
                "{sender} 有序离开：不再收到请求，也不丢失请求"
            ),
            Message::Check => return None,
        })
    }

    /// Whom the balancer picked for a request, and by what.
    fn picked(&self, number: u32, key: u32) -> Option<Text> {
        let here = self.here;
        let Some(Message::Call { seen, .. }) = self.sent(|message| matches!(message, Message::Call { .. })) else {
            return Some(say!(
                "{here} knows of nobody who is well: request {number} fails at once",
                "{here} 眼中没有一个正常的提供者：请求 {number} 立即失败"
            ));
        };
        let settings = balancer(self.moment.after, self.node)?.settings();
        let reason = reason(settings.algorithm, seen, key);
        let (name, en, zh) = (settings.name(seen.picked), reason.en, reason.zh);
        Some(say!("{here} sends request {number} to {name}: {en}", "{here} 把请求 {number} 发给 {name}：{zh}"))
    }

    fn tried_again(&self, number: u32, failed: &str) -> Option<Text> {
        Some(match self.sent(|message| matches!(message, Message::Call { .. })) {
            Some(Message::Call { seen, attempt, .. }) => {
                let next = balancer(self.moment.after, self.node)?.settings().name(seen.picked);
                say!(
                    "{failed} did not answer request {number}: it goes to {next} on its {attempt}. try, and {failed} is left alone for a while",
                    "{failed} 没有答复请求 {number}：第 {attempt} 次改发给 {next}，{failed} 暂时停用"
                )
            }
            _ => say!(
                "{failed} did not answer request {number}, and there is no try left",
                "{failed} 没有答复请求 {number}，尝试次数也已用完"
            ),
        })
    }

    fn fired(&self, timer: Timer) -> Option<Text> {
        let here = self.here;
        let before = balancer(self.moment.before, self.node)?;
        match timer {
            Timer::Unanswered(number) => {
                let (_, awaited) = before.awaited().find(|(awaited, _)| *awaited == number)?;
                self.tried_again(number, before.settings().name(awaited.provider))
            }
            Timer::NextCheck => {
                let lost = before.settings().places().find(|place| self.belief(*place) == Some((true, false)))?;
                let lost = before.settings().name(lost);
                Some(say!(
                    "{lost} has missed too many checks: {here} takes it for dead, whether it is or not",
                    "{lost} 错过太多次检查：{here} 认定它已失效，不管事实如何"
                ))
            }
            Timer::TryAgain(place) => {
                let name = before.settings().name(place as Index - 1);
                Some(say!(
                    "{name} has been left alone long enough: {here} gives it another chance",
                    "{name} 停用够久了：{here} 再给它一次机会"
                ))
            }
            Timer::NewWindow => Some(say!(
                "Averages begin anew: to {here} all providers are as fast as can be",
                "平均值重新统计：在 {here} 看来，所有提供者此刻一样快"
            )),
        }
    }

    fn disconnected(&self, peer: NodeId) -> Option<Text> {
        let (here, name) = (self.here, self.moment.name(peer));
        let before = balancer(self.moment.before, self.node)?;
        let place = before.settings().place(peer)?;
        let lost = before.awaited().filter(|(_, awaited)| awaited.provider == place).count();
        Some(say!(
            "The connection to {name} is gone, and with it {lost} requests: {here} tries them elsewhere",
            "到 {name} 的连接断开，{lost} 个请求随之失败：{here} 改试其他提供者"
        ))
    }

    /// What a crash means here.
    fn struck(&self) -> Option<Text> {
        let here = self.here;
        let before = provider(self.moment.before, self.node)?;
        if provider(self.moment.after, self.node).is_some() {
            return None;
        }
        let (serving, waiting) = before.load();
        let lost = serving + waiting;
        Some(say!(
            "{here} dies with {lost} requests; no balancer knows yet",
            "{here} 宕机，手上有 {lost} 个请求；还没有负载均衡器知道"
        ))
    }
}

/// Why an algorithm picked whom it picked.
fn reason(algorithm: Algorithm, seen: &Seen, key: u32) -> Text {
    let (in_flight, weight) = seen.chosen().map_or((0, 0), |chosen| (chosen.in_flight, chosen.weight));
    match algorithm {
        Algorithm::Random => say!("it was drawn by lot", "抽签抽中了它"),
        Algorithm::WeightedRandom => {
            say!("it was drawn by lot, with {weight} lots of its own", "抽签抽中了它，它有 {weight} 支签")
        }
        Algorithm::RoundRobin => say!("it is its turn", "轮到它了"),
        Algorithm::NaiveWeighted => {
            say!("it is its turn, for {weight} requests in a row", "轮到它了，连续 {weight} 个请求都归它")
        }
        Algorithm::NginxSmooth | Algorithm::DubboSmooth => {
            say!("its running weight is the largest now", "此刻它的当前权重最大")
        }
        Algorithm::LeastActive => {
            say!("with {in_flight} in flight nobody has fewer", "它的在途请求为 {in_flight}，没有比它更少的")
        }
        Algorithm::ShortestResponse => {
            say!(
                "by its average and {in_flight} in flight it would answer first",
                "按平均响应时间和 {in_flight} 个在途估算，它最先答复"
            )
        }
        Algorithm::TwoChoices => {
            say!(
                "of two drawn by lot it is the less busy, with {in_flight} in flight",
                "抽出的两个里它较闲，在途 {in_flight} 个"
            )
        }
        Algorithm::DubboRing | Algorithm::Ketama | Algorithm::EnvoyRing => {
            say!("on the ring the next point after client {key} is its own", "环上客户端 {key} 之后的下一个点属于它")
        }
        Algorithm::BoundedLoad => {
            say!(
                "on the ring it is the first after client {key} with room",
                "环上从客户端 {key} 往后，它是第一个有余量的"
            )
        }
        Algorithm::Maglev => say!("the table has it in the place of client {key}", "查找表中客户端 {key} 的位置是它"),
        Algorithm::Jump => say!("client {key} jumps into its bucket", "客户端 {key} 跳进了它的桶"),
        Algorithm::Rendezvous => say!("with client {key} its hash is the highest", "与客户端 {key} 合算，它的哈希最高"),
        Algorithm::Modulo => say!("the remainder of client {key} is its place", "客户端 {key} 的余数正是它的序号"),
        Algorithm::IpHash => say!("the network of client {key} hashes to it", "客户端 {key} 的网段哈希到它"),
    }
}
