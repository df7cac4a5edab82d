//! What servers say to each other.

use super::Event;
use crate::protocols::parts::zookeeper::message::Between;
use crate::say;
use crate::sim::trace::NodeId;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn between(&self, from: NodeId, said: &Between) -> Option<Text> {
        let (here, sender) = (self.here, self.moment.name(from));
        Some(match said {
            Between::Vote { settled: true, vote, .. } => {
                let leader = self.moment.name(vote.leader);
                say!("{sender} says who leads already: {leader}", "{sender} 告知已有领导者：{leader}")
            }
            Between::Vote { vote, .. } => {
                let leader = self.moment.name(vote.leader);
                say!(
                    "{sender} would have {leader} lead: whoever has the newest transaction, and of equals the highest number",
                    "{sender} 推举 {leader}：事务最新者优先，相同则编号大者"
                )
            }
            Between::Follow { .. } => say!("{sender} would follow {here}", "{sender} 愿意跟随 {here}"),
            Between::NewEpoch { epoch } => say!(
                "{sender} begins epoch {epoch}: whoever promises it listens to no older leader",
                "{sender} 开启纪元 {epoch}：承诺者不再听命于更旧的领导者"
            ),
            Between::Promised { epoch, .. } => {
                say!("{sender} has promised epoch {epoch}, on its disk", "{sender} 已承诺纪元 {epoch}，并已落盘")
            }
            Between::NewLeader { .. } => say!(
                "{here} takes over the whole history of {sender}, in place of its own",
                "{here} 用 {sender} 的全部历史取代自己的"
            ),
            Between::Loaded { .. } => say!("{sender} has the history on its disk", "{sender} 已将历史落盘"),
            Between::UpToDate => say!(
                "A quorum has the history of {sender}: from here on {here} serves clients",
                "多数派已有 {sender} 的历史：{here} 从此可以服务客户端"
            ),
            Between::Forward { .. } => say!(
                "{here} gives the request its place in the one order, and has it logged everywhere",
                "{here} 给请求排定唯一的次序，并让所有服务器写日志"
            ),
            Between::Open { .. } => say!(
                "A new session is a transaction too: all must know of it",
                "新会话也是一个事务：所有服务器都要知道"
            ),
            Between::Revalidate { .. } => say!(
                "A client has moved to {sender}: {here} says whether its session still stands",
                "有客户端转到了 {sender}：由 {here} 判断其会话是否仍然有效"
            ),
            Between::Valid { timeout: Some(_), .. } => {
                say!("The session stands: {here} lets the client in", "会话有效：{here} 接纳该客户端")
            }
            Between::Valid { .. } => {
                say!("The session is over: {here} tells the client", "会话已结束：{here} 告知客户端")
            }
            Between::Propose(_) => say!(
                "{here} logs the transaction; until a quorum has, it is only proposed",
                "{here} 写下该事务；在多数派写下之前，它只是提案"
            ),
            Between::Accepted { .. } => match self.changed() {
                Some(changed) => changed,
                None => say!("{sender} has the transaction on its disk", "{sender} 已将该事务落盘"),
            },
            Between::Commit { .. } => match self.changed() {
                Some(changed) => changed,
                None => say!("A quorum has it: {here} applies the transaction", "多数派已有：{here} 执行该事务"),
            },
            Between::Heartbeat => say!(
                "{sender} leads still; {here} tells it which clients it has heard of",
                "{sender} 仍在领导；{here} 向它报告听到过哪些客户端"
            ),
            Between::Touched { sessions } if sessions.is_empty() => {
                say!("{sender} is there, and has heard of no client since", "{sender} 还在，其间没有客户端的消息")
            }
            Between::Touched { .. } => say!(
                "Clients of {sender} are alive: their session time-outs run anew",
                "{sender} 的客户端还活着：会话超时重新计时"
            ),
        })
    }
}
