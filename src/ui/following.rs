//! Parts of the page that follow the pen by themselves. While only the pen moves each is drawn in a frame of its own, when
//! there is time for it: then no frame draws all of the page.

use super::context::Laboratory;
use super::frames::{self, Slot, Urgency};
use super::views::{Spot, Stage, View};
use faultline::scenario::run::Scene;
use yew::prelude::*;

/// How a part is drawn, and from what.
#[derive(Clone)]
pub enum Draw {
    /// From all that the page knows.
    Whole(Laboratory, fn(&Laboratory) -> Html),
    /// From that of it which stays as it is while only the pen moves, and from how the pen stands.
    Still(Laboratory, fn(&Laboratory) -> Html),
    /// A view, from the page's stage.
    View(Laboratory, &'static View),
    /// A piece of a view, from its stage: the piece at these places.
    Piece(Stage, &'static Piece, [usize; 2]),
}

/// A piece of a view, of which there may be several.
pub struct Piece {
    pub draw: fn(&Stage, [usize; 2]) -> Html,
    /// Whether there is nothing else to be seen in one scene than in another.
    pub is_same: fn(&Scene, &Scene, [usize; 2]) -> bool,
}

impl PartialEq for Draw {
    fn eq(&self, other: &Draw) -> bool {
        self.is_alike(other)
            && match (self, other) {
                (Draw::Piece(this, ..), Draw::Piece(other, ..)) => this == other,
                _ => self.laboratory() == other.laboratory(),
            }
    }
}

impl Draw {
    fn laboratory(&self) -> Option<&Laboratory> {
        match self {
            Draw::Whole(laboratory, _) | Draw::Still(laboratory, _) | Draw::View(laboratory, _) => Some(laboratory),
            Draw::Piece(..) => None,
        }
    }

    /// Whether the same is drawn, from whatever state.
    fn is_alike(&self, other: &Draw) -> bool {
        match (self, other) {
            (Draw::Whole(_, this), Draw::Whole(_, other)) => std::ptr::fn_addr_eq(*this, *other),
            (Draw::Still(laboratory, this), Draw::Still(before, other)) => {
                std::ptr::fn_addr_eq(*this, *other)
                    && laboratory.state.bench.standing() == before.state.bench.standing()
            }
            (Draw::View(_, this), Draw::View(_, other)) => std::ptr::eq(*this, *other),
            (Draw::Piece(_, this, place), Draw::Piece(_, other, other_place)) => {
                std::ptr::eq(*this, *other) && place == other_place
            }
            _ => false,
        }
    }

    /// Whether only the pen has moved since.
    fn only_moved(&self, before: &Draw) -> bool {
        match (self, before) {
            (Draw::Piece(this, ..), Draw::Piece(before, ..)) => this.only_moved(before),
            _ => self.laboratory().zip(before.laboratory()).is_some_and(|(this, before)| this.only_moved(before)),
        }
    }

    /// Whether there is nothing new to show although the pen has moved: it is not known yet what can be seen at the pen, or
    /// it is the same.
    fn stays(&self, before: &Draw) -> bool {
        match (self, before) {
            (Draw::View(laboratory, _), _) => laboratory.state.bench.behind,
            (Draw::Piece(stage, piece, place), Draw::Piece(before, ..)) => {
                (piece.is_same)(&stage.scene, &before.scene, *place)
            }
            _ => false,
        }
    }

    fn draw(&self) -> Html {
        match self {
            Draw::Whole(laboratory, draw) | Draw::Still(laboratory, draw) => draw(laboratory),
            Draw::View(laboratory, view) => (view.draw)(laboratory.stage()),
            Draw::Piece(stage, piece, place) => (piece.draw)(stage, *place),
        }
    }
}

/// What a part takes.
#[derive(Clone, PartialEq, Properties)]
pub struct PartProps {
    pub draw: Draw,
}

/// A part of the page that is drawn again only when what it is drawn from changes: at once, unless only the pen has moved.
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
        let (now, before) = (&context.props().draw, &before.draw);
        let only_moved = now.is_alike(before) && now.only_moved(before);
        if only_moved && now.stays(before) {
            return false;
        }
        // A view in pieces costs little itself: its pieces follow.
        let follows_in_pieces = matches!(now, Draw::View(_, view) if view.spot == (Spot::Beside { in_pieces: true }));
        if follows_in_pieces || !only_moved {
            frames::withdraw(self.slot);
            return true;
        }
        if !matches!(now, Draw::Still(..)) {
            let link = context.link().clone();
            frames::ask(Urgency::Panels, self.slot, move || {
                link.send_message(());
                false
            });
        }
        false
    }

    fn view(&self, context: &Context<Part>) -> Html {
        context.props().draw.draw()
    }

    fn destroy(&mut self, _: &Context<Part>) {
        frames::withdraw(self.slot);
    }
}
