//! What the protocol is, what is modelled, and its words, each glossed once.

use crate::protocols::Term;
use crate::text::Text;

pub(super) static SUMMARY: Text = Text::new(
    "A service runs in several processes, and a balancer decides which of them gets each request: by lot, in turns, by who is \
     idle, or by the client's hash, so that a client always meets the same one. Each way is best at one thing and pays \
     with another, most of all when a process dies, is slow, or comes along.",
    "一个服务由多个进程提供，负载均衡器决定每个请求交给谁：抽签、轮流、看谁空闲，或按客户端的哈希，让同一客户端总是落到同一个进程。\
     每种办法各有所长，也各有代价，在进程宕机、变慢或新加入时尤其明显。",
);

pub(super) static MODELLED: &[Text] = &[
    Text::new(
        "Eighteen algorithms, held to the values that nginx, libmemcached, Envoy and Guava publish.",
        "十八种算法，与 nginx、libmemcached、Envoy、Guava 公布的结果逐一对照。",
    ),
    Text::new(
        "Providers with workers, a bounded queue and service times; warm-up, slow providers, joining and leaving.",
        "提供者：工作线程、有界队列、服务时间；预热、慢节点、加入与离开。",
    ),
    Text::new(
        "Time-outs, retries, passive checks after a failure, and active checks, whose datagrams may be lost.",
        "超时、重试、失败后的被动检查，以及主动检查（其数据报可能丢失）。",
    ),
    Text::new(
        "Several balancers, each of which counts its own requests only.",
        "多个负载均衡器，各自只统计自己的请求。",
    ),
];

pub(super) static NOT_MODELLED: &[Text] = &[
    Text::new(
        "A registry: providers tell balancers themselves that they join and leave.",
        "注册中心：提供者自己通知各负载均衡器加入或离开。",
    ),
    Text::new(
        "Clients' own time-outs and retries, and work that is still done for whoever gave up waiting being called off.",
        "客户端自身的超时与重试；放弃等待后，提供者上仍在执行的工作不会被取消。",
    ),
];

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub(super) static TERMS: &[Term] = &[
    term(
        "request",
        Text::new("request", "请求（request）"),
        Text::new("A client asks for something.", "客户端要求做一件事。"),
    ),
    term(
        "call",
        Text::new("call", "调用（call）"),
        Text::new("A balancer hands a request to the provider that it picked.", "负载均衡器把请求交给选中的提供者。"),
    ),
    term(
        "reply",
        Text::new("reply", "回复（reply）"),
        Text::new("The provider has done what was asked.", "提供者完成了请求。"),
    ),
    term(
        "refusal",
        Text::new("refusal", "拒绝（refusal）"),
        Text::new("The provider's queue is full.", "提供者的队列已满。"),
    ),
    term(
        "response",
        Text::new("response", "响应（response）"),
        Text::new("What the client asked for.", "客户端要的结果。"),
    ),
    term(
        "failure",
        Text::new("failure", "失败（failure）"),
        Text::new(
            "Nobody could be found who would do it, as HTTP's 502 says.",
            "没有找到能处理的提供者，如同 HTTP 502。",
        ),
    ),
    term(
        "check",
        Text::new("check", "检查（check）"),
        Text::new("A balancer asks a provider whether it is well.", "负载均衡器询问提供者是否正常。"),
    ),
    term(
        "healthy",
        Text::new("healthy", "正常（healthy）"),
        Text::new("The provider's process runs, and has for so long.", "提供者的进程在运行，并报告已运行多久。"),
    ),
    term(
        "join",
        Text::new("join", "加入（join）"),
        Text::new("A provider may be sent requests from now on.", "提供者从此可以接收请求。"),
    ),
    term(
        "leave",
        Text::new("leave", "离开（leave）"),
        Text::new("A provider finishes what it has, and wants no more.", "提供者处理完手头的请求，不再接收新的。"),
    ),
    term("arrival", Text::new("arrival", "到达"), Text::new("The next request comes.", "下一个请求到来。")),
    term(
        "finished",
        Text::new("finished", "处理完"),
        Text::new("A worker has done its request.", "工作线程处理完一个请求。"),
    ),
    term(
        "unanswered",
        Text::new("unanswered", "未答复"),
        Text::new("A balancer has waited long enough for a provider's reply.", "负载均衡器等待回复的时限已到。"),
    ),
    term(
        "next-check",
        Text::new("next check", "下次检查"),
        Text::new("Time to check all providers.", "到了检查所有提供者的时候。"),
    ),
    term(
        "try-again",
        Text::new("try again", "再次启用"),
        Text::new("A provider that failed has been left alone long enough.", "失败过的提供者已停用够久。"),
    ),
    term(
        "new-window",
        Text::new("new window", "新窗口"),
        Text::new("Average response times begin anew.", "平均响应时间重新开始统计。"),
    ),
];
