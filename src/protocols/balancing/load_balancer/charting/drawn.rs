//! What was folded in, as charts and as figures.

use super::super::measures::{Totals, lines};
use super::{Load, Provider};
use crate::check::chart::{Chart, Figure, Line, Series, Shape, named};
use crate::check::measure::Unit;
use crate::protocols::parts::balancing::algorithms::Looks;
use crate::say;
use crate::sim::trace::Ending;
use crate::text::Text;

impl Load {
    pub(super) fn drawn(&self) -> Vec<Chart> {
        let chart =
            |id: &str, title, note, unit, shape, series| Chart { id: id.to_owned(), title, note, unit, shape, series };
        let each = |line: fn(&Provider) -> &Line| -> Vec<Series> {
            let provider =
                |(place, provider)| named(self.settings.provider(place), &self.names, line(provider).points());
            (0..).zip(&self.providers).map(provider).collect()
        };
        let measured = |name: Text, line| Series { name, node: None, points: self.window.points(line) };
        let over = self.window.length();
        let mut charts = vec![
            chart(
                "requests",
                Text::new("Requests per provider", "各提供者的请求数"),
                Text::new("Sent to it so far, retries too.", "至今发往它的请求，含重试。"),
                Unit::Count,
                Shape::Steps,
                each(|provider| &provider.calls),
            ),
            chart(
                "in-flight",
                Text::new("In flight", "在途请求数"),
                Text::new("Sent to it, and still awaited by a balancer.", "已发出，负载均衡器仍在等待答复。"),
                Unit::Count,
                Shape::Steps,
                each(|provider| &provider.in_flight),
            ),
            chart(
                "queue",
                Text::new("Queue length", "队列长度"),
                Text::new("Arrived at it, and waiting for a worker.", "已到达，正在等待空闲的工作线程。"),
                Unit::Count,
                Shape::Steps,
                each(|provider| &provider.waiting),
            ),
            chart(
                "latency",
                Text::new("Latency", "延迟"),
                say!(
                    "From a request to its answer: percentiles over the last {over}, to three digits.",
                    "从请求到答复的时间：最近 {over} 内的百分位数，保留三位有效数字。"
                ),
                Unit::Micros,
                Shape::Slopes,
                vec![measured(Text::same("p99"), 2), measured(Text::same("p95"), 1), measured(Text::same("p50"), 0)],
            ),
            chart(
                "fairness",
                Text::new("Fairness", "公平性"),
                say!(
                    "Jain's index (Jain, Chiu and Hawe, 1984) of the requests by weight of all that were believed well, over the last {over}: 1 where all get their share, 1/n where one of n gets everything.",
                    "Jain 公平性指数（Jain、Chiu、Hawe，1984）：取最近 {over} 内、被认为可用的各提供者按权重折算的请求数。人人各得其份时为 1，n 个中只有一个独占时为 1/n。"
                ),
                Unit::Thousandths,
                Shape::Slopes,
                vec![measured(Text::new("index", "指数"), 3)],
            ),
        ];
        if self.settings.algorithm.looks() == Looks::AtKey {
            let line = |name, line: &Line| Series { name, node: None, points: line.points() };
            charts.push(chart(
                "keys-moved",
                Text::new("Keys moved", "迁移的键数"),
                Text::new(
                    "How often a key went elsewhere than the time before, so far. Ideally only the keys of those who go move, and a fair share to those who come.",
                    "至今键换到另一提供者的次数。理想情况下，只有离开者的键迁移，新来者只分走平均的一份。",
                ),
                Unit::Count,
                Shape::Steps,
                vec![line(Text::new("moved", "实际"), &self.moves), line(Text::new("ideal", "理想"), &self.ideal)],
            ));
        }
        charts
    }

    pub(super) fn told(&self) -> Vec<Figure> {
        let percentile = |hundredths| self.latencies.percentile(hundredths);
        let totals = Totals {
            latencies: [50, 95, 99].map(percentile),
            requests: self.requests.into(),
            failed: self.failed.into(),
            calls: self.calls,
            busiest: self.providers.iter().map(|provider| provider.calls.value()).max().unwrap_or(0),
            providers: self.providers.len() as u64,
            at_once_max: self.at_once_max,
            keys_moved: self.moved.len() as u64,
        };
        let mut figures: Vec<Figure> = lines(&totals, Ending::Quiescent).into_iter().map(Figure::from).collect();
        let figure = |id: String, name, unit, value| Figure { id, name, unit, value };
        let longest = self.providers.iter().map(|provider| provider.waiting.greatest()).max();
        figures.push(figure(
            "queue".to_owned(),
            Text::new("Requests that waited at one provider, at most", "单个提供者处排队的请求数（最大）"),
            Unit::Count,
            longest,
        ));
        let calls: Vec<u64> = self.providers.iter().map(|provider| provider.calls.value()).collect();
        let called = (0..).zip(&calls).filter(|(_, calls)| **calls > 0).fold(0, |set, (place, _)| set | 1 << place);
        figures.push(figure(
            "fairness".to_owned(),
            Text::new("Fairness by weight of all that were called (Jain's index)", "按权重折算的公平性（Jain 指数）"),
            Unit::Thousandths,
            self.fairness(&calls, called),
        ));
        for (place, calls) in (0..).zip(calls) {
            let name = self.settings.name(place);
            figures.push(figure(
                format!("requests-{name}"),
                say!("Requests sent to {name}", "发往 {name} 的请求数"),
                Unit::Count,
                Some(calls),
            ));
        }
        figures
    }
}
