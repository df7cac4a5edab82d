//! What stands around the flow. While only the pen moves each part follows in a frame of its own, when there is time for
//! it: then no frame draws all of the page.

use crate::ui::context::Laboratory;
use crate::ui::frames::{self, Slot, Urgency};
use crate::ui::views::View;
use yew::prelude::*;

/// How a part is drawn.
#[derive(Clone, Copy)]
pub enum Draw {
    /// From all that the page knows.
    Whole(fn(&Laboratory) -> Html),
    /// From that of it which stays as it is while only the pen moves.
    Still(fn(&Laboratory) -> Html),
    /// A view, from its stage.
    View(&'static View),
}

impl PartialEq for Draw {
    fn eq(&self, other: &Draw) -> bool {
        match (self, other) {
            (Draw::Whole(this), Draw::Whole(other)) | (Draw::Still(this), Draw::Still(other)) => {
                std::ptr::fn_addr_eq(*this, *other)
            }
            (Draw::View(this), Draw::View(other)) => std::ptr::eq(*this, *other),
            _ => false,
        }
    }
}

/// What a part is drawn from, and how.
#[derive(Clone, PartialEq, Properties)]
pub struct PartProps {
    pub laboratory: Laboratory,
    pub draw: Draw,
}

/// A part of the page that is drawn again only when its laboratory changes: at once, unless only the pen has moved.
pub struct Part {
    slot: Slot,
}

impl Component for Part {
    type Message = ();
    type Properties = PartProps;

    fn create(_: &Context<Part>) -> Part {
        Part { slot: frames::slot() }
    }

    fn changed(&mut self, context: &Context<Part>, before: &PartProps) -> bool {
        let now = context.props();
        if now.draw != before.draw || !now.laboratory.only_moved(&before.laboratory) {
            frames::withdraw(self.slot);
            return true;
        }
        if !matches!(now.draw, Draw::Still(_)) {
            let link = context.link().clone();
            frames::ask(Urgency::Panels, self.slot, move || {
                link.send_message(());
                false
            });
        }
        false
    }

    fn view(&self, context: &Context<Part>) -> Html {
        let PartProps { laboratory, draw } = context.props();
        match draw {
            Draw::Whole(draw) | Draw::Still(draw) => draw(laboratory),
            Draw::View(view) => (view.draw)(laboratory.stage()),
        }
    }

    fn destroy(&mut self, _: &Context<Part>) {
        frames::withdraw(self.slot);
    }
}
