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
    {
        // Wheeling alone scrolls the page. With Ctrl, as pinching reports itself, it looks closer; the browser must not
        // do so too, so that this listener may not be passive.
        let (easel, holder) = (easel.clone(), holder.clone());
        use_effect_with((), move |()| {
            let listener = holder.cast::<Element>().map(|holder| {
                let options = EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&holder, "wheel", options, move |event| {
                    let Some(event) = event.dyn_ref::<WheelEvent>().filter(|event| event.ctrl_key()) else { return };
                    event.prevent_default();
                    easel.borrow_mut().zoom((-event.delta_y() / 240.0).exp2());
                    finish(&easel);
                })
            });
            move || drop(listener)
        });
    }
    let on = {
        let (easel, stage, breaking) = (easel.clone(), stage.clone(), *breaking);
        move |touch: fn(&mut Hand, &mut Easel, &Stage, Touch)| {
            let (hand, easel, stage) = (hand.clone(), easel.clone(), stage.clone());
            Callback::from(move |event: PointerEvent| {
                let by_finger = event.pointer_type() == "touch";
                let touch_here = Touch {
                    x: f64::from(event.client_x()),
                    y: f64::from(event.client_y()),
                    reach: if by_finger { REACH_TOUCH_PX } else { REACH_PX },
                    draws: !stage.read_only && (!by_finger || breaking),
                    pressed: event.buttons() & 1 == 1,
                    pointer: event.pointer_id(),
                    by_finger,
                };
                touch(&mut hand.borrow_mut(), &mut easel.borrow_mut(), &stage, touch_here);
            })
        }
    };
    html! {
        <div ref={holder} class="easel"
            onpointerdown={on(Hand::press)} onpointermove={on(Hand::roam)} onpointerup={on(Hand::release)}
            onpointercancel={on(Hand::drop)} />
    }
}
