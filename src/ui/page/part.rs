//! What stands around the flow. While only the pen moves it follows a frame later, or when there is time for it: then no
//! frame draws all of the page.

use crate::ui::context::Laboratory;
use crate::ui::frames::{self, Urgency};
use yew::prelude::*;

/// A part of the page that is drawn again only when its laboratory changes.
#[derive(Clone, Properties)]
pub struct PartProps {
    pub laboratory: Laboratory,
    pub draw: fn(&Laboratory) -> Html,
}

impl PartialEq for PartProps {
    fn eq(&self, other: &PartProps) -> bool {
        std::ptr::fn_addr_eq(self.draw, other.draw) && self.laboratory == other.laboratory
    }
}

#[component]
pub fn Part(PartProps { laboratory, draw }: &PartProps) -> Html {
    draw(laboratory)
}

/// The laboratory as it was when the parts around the flow were last drawn: as it is now, unless only the pen has moved.
#[hook]
pub fn use_trailing(laboratory: &Laboratory) -> Laboratory {
    let shown = use_mut_ref(|| laboratory.state.clone());
    let redraw = use_force_update();
    let slot = *use_memo((), |()| frames::slot());
    let now = &laboratory.state;
    if !now.bench.trails {
        shown.replace(now.clone());
        frames::withdraw(slot);
    } else if *shown.borrow() != *now {
        let (shown, redraw, now) = (shown.clone(), redraw.clone(), now.clone());
        frames::ask(Urgency::Panels, slot, move || {
            shown.replace(now.clone());
            redraw.force_update();
            false
        });
    }
    let state = shown.borrow().clone();
    Laboratory { state, ..laboratory.clone() }
}
