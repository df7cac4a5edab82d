//! The fields of the question.

use super::form::{Choosing, Wanted, Way};
use crate::ui::context::Laboratory;
use faultline::check::PropertyKind;
use faultline::check::worlds::TimerRule;
use faultline::protocols::Protocol;
use faultline::say;
use faultline::scenario::checked::Bounds;
use faultline::scenario::explore::{FAULTS_IN_ALL_MAX, Kind, grouped, kinds_of};
use faultline::scenario::load_test::{LoadTest, REQUESTS_MAX};
use faultline::scenario::words::instant;
use faultline::text::Text;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// A callback that changes what is chosen.
fn choose<Event: 'static>(choosing: &Choosing, change: impl Fn(&mut Wanted, Event) + 'static) -> Callback<Event> {
    let choosing = choosing.clone();
    Callback::from(move |event| {
        let mut wanted = (*choosing).clone();
        change(&mut wanted, event);
        choosing.set(wanted);
    })
}

/// The value of the select element that an event comes from.
fn chosen(event: &Event) -> String {
    event.target_dyn_into::<HtmlSelectElement>().map_or_else(String::new, |select| select.value())
}

fn protocol(laboratory: &Laboratory) -> &'static dyn Protocol {
    laboratory.state.bench.run.scenario.protocol
}

/// One of a few, all of them in sight.
fn radios<Value: Copy + PartialEq + 'static>(
    laboratory: &Laboratory,
    choosing: &Choosing,
    (name, legend): (&'static str, Text),
    now: Value,
    values: &[(Value, &'static str, Text)],
    set: fn(&mut Wanted, Value),
) -> Html {
    let radio = |(value, key, words): &(Value, &'static str, Text)| {
        let value = *value;
        let onchange = choose(choosing, move |wanted, _: Event| set(wanted, value));
        html! {
            <label key={*key}>
                <input type="radio" {name} value={*key} checked={now == value} {onchange} />
                <span>{ laboratory.words(words) }</span>
            </label>
        }
    };
    html! {
        <fieldset class={classes!("ask", name)}>
            <legend>{ laboratory.words(&legend) }</legend>
            <div class="choices">{ for values.iter().map(radio) }</div>
        </fieldset>
    }
}

/// One of several.
fn select<Value: Copy + PartialEq + 'static>(
    laboratory: &Laboratory,
    choosing: &Choosing,
    (id, label): (&'static str, Text),
    now: Value,
    values: Vec<(Value, Text)>,
    set: fn(&mut Wanted, Value),
) -> Html {
    let all: Vec<Value> = values.iter().map(|(value, _)| *value).collect();
    let onchange = choose(choosing, move |wanted, event: Event| {
        let place = chosen(&event).parse::<usize>();
        if let Some(value) = place.ok().and_then(|place| all.get(place)) {
            set(wanted, *value);
        }
    });
    html! {
        <div class="ask">
            <label for={id}>{ laboratory.words(&label) }</label>
            <select class="field" {id} {onchange}>
                { for values.iter().enumerate().map(|(place, (value, words))| html! {
                    <option value={place.to_string()} selected={*value == now}>{ laboratory.words(words) }</option>
                }) }
            </select>
        </div>
    }
}

pub fn ways(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let ways = [
        (Way::Faults, "faults", Text::new("faults in time, as runs are played", "按时间安排故障，与播放的运行相同")),
        (Way::Orders, "orders", Text::new("every order, without time", "任意次序，不计时间")),
        (Way::Seeds, "seeds", Text::new("many seeds of this scenario", "此场景的大量种子")),
    ];
    let has_load = LoadTest::is_possible(&laboratory.state.bench.run.scenario);
    let load = (Way::Load, "load", Text::new("very many requests, one run", "压测：单次运行，大量请求"));
    let ways: Vec<_> = ways.into_iter().chain(has_load.then_some(load)).collect();
    let legend = ("way", Text::new("How to search", "搜索方式"));
    radios(laboratory, choosing, legend, choosing.way, &ways, |wanted, way| {
        // What is only possible can be asked of every order alone.
        wanted.property = None;
        wanted.way = way;
    })
}

pub fn properties(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let scenario = &laboratory.state.bench.run.scenario;
    let asked = |kind| kind != PropertyKind::Sometimes || choosing.way == Way::Orders;
    let properties = scenario.properties().filter(|property| asked(property.kind));
    let any = (None, Text::new("Any safety property", "所有安全性质"));
    let all = [any].into_iter().chain(properties.map(|property| (Some(property.id), property.title.clone())));
    let label = ("explore-property", Text::new("What may break", "检查哪条性质"));
    let now = choosing.property(scenario);
    select(laboratory, choosing, label, now, all.collect(), |wanted, property| wanted.property = property)
}

pub fn kinds(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let check = |kind: Kind| {
        let onchange = choose(choosing, move |wanted, _: Event| match wanted.kinds.contains(&kind) {
            true => wanted.kinds.retain(|other| *other != kind),
            false => wanted.kinds.push(kind),
        });
        html! {
            <label key={kind.key()}>
                <input type="checkbox" name="kind" value={kind.key()} checked={choosing.kinds.contains(&kind)} {onchange} />
                <span>{ laboratory.words(&kind.name(2)) }</span>
            </label>
        }
    };
    html! {
        <fieldset class="ask kinds">
            <legend>{ laboratory.words(&Text::new("Which faults", "可以出现哪些故障")) }</legend>
            <div class="choices">{ for kinds_of(protocol(laboratory)).filter(|kind| choosing.places(*kind)).map(check) }</div>
        </fieldset>
    }
}

pub fn how_many(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let numbers = (1..=FAULTS_IN_ALL_MAX).map(|number| match number {
        1 => (1, Text::new("1 fault", "1 个故障")),
        _ => (number, say!("{number} faults together", "共 {number} 个故障")),
    });
    let label = ("explore-number", Text::new("At most", "最多"));
    select(laboratory, choosing, label, choosing.at_most, numbers.collect(), |wanted, number| wanted.at_most = number)
}

pub fn from_where(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let at = instant(laboratory.state.bench.at());
    let places = [
        (false, "start", Text::new("anywhere in the run", "整个运行过程")),
        (true, "here", say!("after the instant on screen ({at})", "屏幕上的时刻（{at}）之后")),
    ];
    let legend = ("from", Text::new("Where they may fall", "从何时开始"));
    radios(laboratory, choosing, legend, choosing.from_here, &places, |wanted, from_here| wanted.from_here = from_here)
}

pub fn timers(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let rules = [
        (
            TimerRule::Patient,
            "patient",
            Text::new("patient: only when nothing else can happen", "耐心（patient）：没有其他动作可做时才到期"),
        ),
        (TimerRule::Any, "any", Text::new("any: at any moment", "任意（any）：随时可以到期")),
    ];
    let legend = ("timers", Text::new("When timers may fire", "定时器何时可以到期"));
    radios(laboratory, choosing, legend, choosing.timers, &rules, |wanted, rule| wanted.timers = rule)
}

const STATES: [u32; 5] = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
const DEPTHS: [u32; 5] = [10, 20, 50, 100, u32::MAX];
const MEMORY_MEGABYTES: [u64; 4] = [16, 64, 512, 2_048];

/// How far the search may go.
pub fn bounds(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let Bounds { states_max, depth_max, memory_bytes_max } = choosing.bounds;
    let states = STATES.map(|states| {
        let words = grouped(states.into());
        (states, say!("{words} states", "{words} 个状态"))
    });
    let depths = DEPTHS.map(|depth| match depth {
        u32::MAX => (depth, Text::new("any depth", "不限深度")),
        _ => (depth, say!("{depth} steps deep", "深 {depth} 步")),
    });
    let memory = MEMORY_MEGABYTES.map(|megabytes| {
        let words = grouped(megabytes);
        (megabytes * 1024 * 1024, say!("{words} MB of memory", "{words} MB 内存"))
    });
    html! {
        <>
            { select(laboratory, choosing, ("explore-states", Text::new("No more than", "上限")), states_max, states.to_vec(),
                |wanted, states| wanted.bounds.states_max = states) }
            { select(laboratory, choosing, ("explore-depth", Text::new("How deep", "深度")), depth_max, depths.to_vec(),
                |wanted, depth| wanted.bounds.depth_max = depth) }
            { select(laboratory, choosing, ("explore-memory", Text::new("With", "内存")), memory_bytes_max, memory.to_vec(),
                |wanted, memory| wanted.bounds.memory_bytes_max = memory) }
        </>
    }
}

const REQUESTS: [u32; 3] = [10_000, 100_000, REQUESTS_MAX];

pub fn requests(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let requests = REQUESTS.map(|requests| {
        let words = grouped(requests.into());
        (requests, say!("{words} requests", "{words} 个请求"))
    });
    let label = ("explore-requests", Text::new("How many", "数量"));
    select(laboratory, choosing, label, choosing.requests, requests.to_vec(), |wanted, requests| {
        wanted.requests = requests;
    })
}

const SEEDS: [u32; 4] = [100, 1_000, 10_000, 100_000];

pub fn seeds(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let seeds = SEEDS.map(|seeds| {
        let words = grouped(seeds.into());
        (seeds, say!("{words} seeds", "{words} 个种子"))
    });
    let label = ("explore-seeds", Text::new("How many", "数量"));
    select(laboratory, choosing, label, choosing.seeds, seeds.to_vec(), |wanted, seeds| wanted.seeds = seeds)
}
