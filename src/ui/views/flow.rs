//! The message flow: the space-time diagram of the run, a paper that moves under a pen.
//!
//! The component itself draws nothing but an empty holder. What is on it is kept by an [`easel::Easel`], which puts
//! pieces of the paper into the document when they come near the view, takes them out when they are gone, and moves
//! the rest: a frame costs a few attributes, whatever the length of the run.

mod easel;
mod frame;
mod hand;
mod layout;
mod mending;
mod outline;
mod paper;
mod reach;
mod window;
mod words;

use super::Stage;
use crate::ui::frames;
use easel::Easel;
use faultline::picture::flow::hit::{REACH_PX, REACH_TOUCH_PX};
use gloo::events::{EventListener, EventListenerOptions};
use hand::{Hand, Touch};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, PointerEvent, ResizeObserver, WheelEvent};
use yew::prelude::*;

/// Draws what is missing in the frames that follow, piece by piece: first the marks in view, then their words, then what
/// may come into view.
fn finish(easel: &Rc<RefCell<Easel>>) {
    let (slot, lack) = {
        let easel = easel.borrow();
        (easel.slot, easel.lack())
    };
    let Some(lack) = lack else { return };
    let weak = Rc::downgrade(easel);
    frames::ask(lack.urgency(), slot, move || {
        let Some(easel) = weak.upgrade() else { return false };
        let more = easel.borrow_mut().mend(lack);
        if !more {
            finish(&easel);
        }
        more
    });
}

#[derive(Clone, PartialEq, Properties)]
pub struct FlowProps {
    pub stage: Stage,
    /// By touch, dragging draws only while this is on.
    #[prop_or_default]
    pub breaking: bool,
}

/// The flow of the stage's run, as large as its parent.
#[component]
pub fn Flow(FlowProps { stage, breaking }: &FlowProps) -> Html {
    let holder = use_node_ref();
    let easel: Rc<RefCell<Easel>> = use_mut_ref(Easel::default);
    let hand: Rc<RefCell<Hand>> = use_mut_ref(Hand::default);
    {
        let (easel, holder) = (easel.clone(), holder.clone());
        use_effect_with(stage.clone(), move |stage| {
            if let Some(holder) = holder.cast::<Element>() {
                easel.borrow_mut().show(&holder, stage);
                finish(&easel);
            }
        });
    }
    {
        let easel = easel.clone();
        use_effect_with(stage.pen.clone(), move |pen| {
            let listening = pen.listen(move |position| {
                easel.borrow_mut().pen_at(position);
                finish(&easel);
            });
            move || drop(listening)
        });
    }
    {
        let (easel, holder) = (easel.clone(), holder.clone());
        use_effect_with((), move |()| {
            let resized = Closure::<dyn Fn()>::new(move || {
                easel.borrow_mut().resize();
                finish(&easel);
            });
            let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(holder)) = (&observer, holder.cast::<Element>()) {
                observer.observe(&holder);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(resized);
            }
        });
    }
    hand.borrow_mut().breaking = *breaking;
    {
        let (easel, hand, holder) = (easel.clone(), hand.clone(), holder.clone());
        use_effect_with((), move |()| {
            let holder = holder.cast::<Element>();
            let listeners = holder.map(|holder| (feel(&holder, &easel, &hand), look_closer(&holder, easel)));
            move || drop(listeners)
        });
    }
    html! { <div ref={holder} class="easel" /> }
}

/// Follows the pointers on the holder. Yew would hear of every pointer anywhere on the page and go through all that is under
/// it, which takes a slow machine a millisecond or two for each move of a hand that has nothing to do with the flow.
fn feel(holder: &Element, easel: &Rc<RefCell<Easel>>, hand: &Rc<RefCell<Hand>>) -> [EventListener; 4] {
    type Feel = fn(&mut Hand, &mut Easel, &Stage, Touch);
    let ways: [(&'static str, Feel); 4] = [
        ("pointerdown", Hand::press),
        ("pointermove", Hand::roam),
        ("pointerup", Hand::release),
        ("pointercancel", Hand::drop),
    ];
    ways.map(|(name, feel)| {
        let (easel, hand) = (easel.clone(), hand.clone());
        EventListener::new(holder, name, move |event| {
            let (easel, hand) = (&mut easel.borrow_mut(), &mut hand.borrow_mut());
            let Some((event, stage)) = event.dyn_ref::<PointerEvent>().zip(easel.stage.clone()) else { return };
            let by_finger = event.pointer_type() == "touch";
            let touch = Touch {
                x: f64::from(event.client_x()),
                y: f64::from(event.client_y()),
                reach: if by_finger { REACH_TOUCH_PX } else { REACH_PX },
                draws: !stage.read_only && (!by_finger || hand.breaking),
                pressed: event.buttons() & 1 == 1,
                pointer: event.pointer_id(),
                by_finger,
            };
            feel(hand, easel, &stage, touch);
        })
    })
}

/// Wheeling alone scrolls the page. With Ctrl, as pinching reports itself, it looks closer; the browser must not do so too,
/// so that this listener may not be passive.
fn look_closer(holder: &Element, easel: Rc<RefCell<Easel>>) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(holder, "wheel", options, move |event| {
        let Some(event) = event.dyn_ref::<WheelEvent>().filter(|event| event.ctrl_key()) else { return };
        event.prevent_default();
        easel.borrow_mut().zoom((-event.delta_y() / 240.0).exp2());
        finish(&easel);
    })
}
