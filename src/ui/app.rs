//! The page's root: the one state, and everything between it and the browser.

use super::comparing::Comparing;
use super::context::{Act, Laboratory};
use super::embedding;
use super::exploring::deed::Deed;
use super::following::{Draw, Part};
use super::lab::use_lab;
use super::page::bar::bar;
use super::page::front::front;
use super::page::help::use_help;
use super::page::notice::use_notice;
use super::page::scenario::scenario;
use super::page::trouble::trouble;
use super::parts::{Loaded, use_parts};
use super::pen::Pen;
use super::player::use_player;
use super::shared::Shared;
use super::sharing::{Sharing, reopening};
use super::store::{Action, Place, State};
use super::{address, environment, parts, words};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// How long the address waits for further edits before it is written: browsers throttle the history.
const ADDRESS_DELAY_MS: u32 = 300;
/// How long while the pen is moved: writing costs more than a frame has, and a hand that rests is not yet done.
const ADDRESS_DELAY_MOVING_MS: u32 = 1_000;

/// The timer after which the address is written.
type Waiting = Rc<RefCell<Option<Timeout>>>;
/// The state as it is now.
type Latest = Rc<RefCell<Option<Shared<State>>>>;

#[component]
pub fn App() -> Html {
    let reducer = use_reducer(|| {
        let still = environment::wants_less_motion();
        let (language, theme) = (environment::language(), environment::theme());
        Shared::new(address::first(&environment::fragment(), language, theme, still))
    });
    let state = Shared::clone(&reducer);
    let now = use_mut_ref(|| state.clone());
    now.replace(state.clone());
    let breadth = use_state_eq(environment::breadth);
    let pen = use_memo((), |()| Pen::default());
    let act = Act::new(reducer.dispatcher(), now, (*pen).clone());

    {
        let (act, breadth) = (act.clone(), breadth.clone());
        use_effect_with((), move |()| {
            let listeners = [
                EventListener::new(&environment::window(), "hashchange", {
                    let act = act.clone();
                    move |event| visit(act.clone(), environment::new_fragment(event))
                }),
                EventListener::new(&environment::window(), "resize", move |_| breadth.set(environment::breadth())),
                key_listener(act),
            ];
            move || drop(listeners)
        });
    }
    use_address(&state);
    use_effect_with((state.language, state.theme, title(&state)), |(language, theme, title)| {
        environment::show(*language, *theme, title);
    });

    // What is not of the catalogue may take any turn: it gets everything at once.
    let loaded = use_parts(!state.bench.playing || state.bench.entry.is_none());
    let laboratory = Laboratory { state: state.clone(), act, pen: (*pen).clone(), breadth: *breadth };
    use_player(&laboratory);
    use_lab(&laboratory);
    let host = use_mut_ref(|| None);
    {
        let laboratory = laboratory.clone();
        use_effect(move || {
            match loaded {
                Loaded::Enough => {}
                // A host may order anything: it hears that the frame is ready when nothing has to be waited for.
                _ if laboratory.state.frame.embedded => embedding::attend(&host, &laboratory),
                Loaded::Some => {}
                Loaded::All => reopening::attend(&laboratory.act),
            }
        });
    }
    let notice = use_notice(&laboratory);
    let help = use_help(&laboratory);
    let page = match &state.place {
        Place::Front => front(&laboratory, loaded == Loaded::All),
        Place::Scenario => scenario(&laboratory),
        Place::Comparison(comparison) => {
            html! { <Comparing laboratory={laboratory.clone()} comparison={*comparison} /> }
        }
        Place::Trouble { text, problem } => trouble(&laboratory, text, problem),
    };
    html! {
        <div class={classes!("app", state.frame.embedded.then_some("embedded"))}>
            if !state.frame.embedded { <Part draw={Draw::Still(laboratory.clone(), bar)} /> }
            { page }
            { notice }
            { help }
            if state.shares { <Sharing laboratory={laboratory.clone()} /> }
        </div>
    }
}

/// Goes to an address once the parts of the page are there that it needs.
fn visit(act: Act, fragment: String) {
    spawn_local(async move {
        parts::load_for(&fragment).await;
        act.emit(Action::Visit(fragment));
    });
}

/// The document's title: the question that is asked.
fn title(state: &State) -> String {
    let name = words::FAULTLINE.in_language(state.language).to_owned();
    match (&state.place, state.bench.entry) {
        (Place::Scenario, Some(entry)) => format!("{} · {name}", entry.0.question.in_language(state.language)),
        (Place::Scenario, None) => {
            format!("{} · {name}", state.bench.run.scenario.protocol.name().in_language(state.language))
        }
        (Place::Comparison(comparison), _) => {
            format!("{} · {name}", comparison.0.question.in_language(state.language))
        }
        _ => name,
    }
}

/// Writes the address: discrete acts add to the history, edits and scrubbing replace.
#[hook]
fn use_address(state: &Shared<State>) {
    let waiting = use_mut_ref(|| None::<Timeout>);
    let latest = use_mut_ref(|| None::<Shared<State>>);
    use_effect_with(state.clone(), move |state| {
        let before = latest.replace(Some(state.clone()));
        let has = |same: fn(&State, &State) -> bool| before.as_ref().is_some_and(|before| same(before, state));
        let moved = has(|before, now| before.acts == now.acts);
        if moved && has(|before, now| before.bench.playing && now.bench.playing) {
            // The address of a run that plays stays as it is.
            return;
        }
        // A frame adds nothing to the history of the page around it.
        if has(|before, now| before.visits != now.visits) && !state.frame.embedded {
            *waiting.borrow_mut() = None;
            environment::write_fragment(&address::of(state), true);
        } else if !moved || waiting.borrow().is_none() {
            let delay_ms = if moved { ADDRESS_DELAY_MOVING_MS } else { ADDRESS_DELAY_MS };
            write_soon(waiting.clone(), latest.clone(), environment::fragment(), delay_ms);
        }
    });
}

/// Writes the address once the state has been the same for so long; while the pen is moved that is looked at now and then,
/// as a timer for every move costs the hand more.
fn write_soon(waiting: Waiting, latest: Latest, fragment: String, delay_ms: u32) {
    let awaited = latest.borrow().clone();
    let slot = waiting.clone();
    *slot.borrow_mut() = Some(Timeout::new(delay_ms, move || {
        *waiting.borrow_mut() = None;
        let state = latest.borrow().clone();
        // Somebody who has gone elsewhere meanwhile is not led back.
        let Some(state) = state.filter(|_| environment::fragment() == fragment) else { return };
        if state.bench.playing || awaited.is_some_and(|awaited| awaited == state) {
            environment::write_fragment(&address::of(&state), false);
        } else {
            write_soon(waiting, latest, fragment, ADDRESS_DELAY_MOVING_MS);
        }
    }));
}

/// Keys that work everywhere but in a field: `?`, undoing, and leaving a found run. All others need the focus on the flow.
fn key_listener(act: Act) -> EventListener {
    EventListener::new(&gloo::utils::document(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if environment::is_typing(event.target()) {
            return;
        }
        let with_control = event.ctrl_key() || event.meta_key();
        let action = match (event.key().as_str(), with_control) {
            ("?", false) => Action::Help(true),
            // What closes something else has said so.
            ("Escape", false) if !event.default_prevented() => Action::Explore(Deed::Return),
            ("z", true) => Action::Undo,
            ("Z", true) | ("y", true) => Action::Redo,
            _ => return,
        };
        act.emit(action);
    })
}
