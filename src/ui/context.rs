//! What every part of the page is drawn from: the state, the dispatcher, the language.
//!
//! Parts are plain functions of it wherever they need no hook: every component costs some 3 KB of the page.

use super::pen::Pen;
use super::shared::Shared;
use super::store::{Action, State};
use super::views::{Breadth, Stage};
use faultline::scenario::run::Scene;
use faultline::text::{Language, Text};
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// How views act: a dispatcher that never changes, so that it never causes a redraw.
#[derive(Clone)]
pub struct Act {
    dispatcher: UseReducerDispatcher<Shared<State>>,
    now: Rc<RefCell<Shared<State>>>,
    pen: Pen,
}

impl PartialEq for Act {
    fn eq(&self, _: &Act) -> bool {
        true
    }
}

impl Act {
    /// `now` is kept up to date by whoever draws.
    pub fn new(dispatcher: UseReducerDispatcher<Shared<State>>, now: Rc<RefCell<Shared<State>>>, pen: Pen) -> Act {
        Act { dispatcher, now, pen }
    }

    /// The state as it is now: for what is done after the drawing.
    pub fn state(&self) -> Shared<State> {
        let now = self.now.borrow().clone();
        match self.pen.led() {
            Some(event) => Shared::clone(&Rc::new(now).reduce(Action::Drag(event))),
            None => now,
        }
    }

    pub fn emit(&self, action: Action) {
        if let Some(event) = self.pen.take_led() {
            self.dispatcher.dispatch(Action::Drag(event));
        }
        self.dispatcher.dispatch(action);
    }

    /// A hand takes the pen along to a place on the axis, in pixels; it snaps to steps. The pen follows at once, and the
    /// state is told when it is known what can be seen there, or when anything else is done: going through the whole page for
    /// each place that a hand passes takes a slow machine a good part of a frame.
    pub fn lead(&self, px: f64) {
        let now = self.now.borrow().clone();
        let bench = &now.bench;
        let event = bench.run.trace.event_at(bench.axis.nearest(px));
        if !bench.is_calm() {
            return self.emit(Action::Drag(event));
        }
        let stands = self.pen.led().or((!bench.behind).then_some(bench.cursor));
        if stands != Some(event) {
            self.pen.lead(event, bench.axis.px(bench.run.trace.event(event).at));
        }
    }

    /// What can be seen just after an event has become known; what a hand has left meanwhile is not asked for any more.
    pub fn show(&self, scene: Shared<Scene>) {
        if self.pen.led().is_none_or(|led| led == scene.event) {
            self.emit(Action::Shown(scene));
        }
    }

    /// A callback that always does the same.
    pub fn on<Event>(&self, action: impl Fn(Event) -> Action + 'static) -> Callback<Event> {
        let act = self.clone();
        Callback::from(move |event| act.emit(action(event)))
    }
}

/// The page's state with the means to change it.
#[derive(Clone, PartialEq)]
pub struct Laboratory {
    pub state: Shared<State>,
    pub act: Act,
    pub pen: Pen,
    pub breadth: Breadth,
}

/// What the few parts take that are components.
#[derive(Clone, PartialEq, Properties)]
pub struct LaboratoryProps {
    pub laboratory: Laboratory,
}

impl Laboratory {
    pub fn language(&self) -> Language {
        self.state.language
    }

    /// The laboratory as it is now: for what is done after this one was drawn.
    pub fn now(&self) -> Laboratory {
        Laboratory { state: self.act.state(), ..self.clone() }
    }

    /// Whether only the pen has moved since.
    pub fn only_moved(&self, before: &Laboratory) -> bool {
        self.state.acts == before.state.acts && self.breadth == before.breadth
    }

    /// What the views of the run on the screen are drawn from.
    pub fn stage(&self) -> Stage {
        let bench = &self.state.bench;
        Stage {
            run: bench.run.clone(),
            axis: bench.axis.clone(),
            scene: bench.scene.clone(),
            cursor: bench.cursor,
            ghost: bench.ghost.clone(),
            preview: bench.preview.as_ref().map(|preview| preview.run.clone()),
            compared: bench.compared.clone(),
            selection: bench.selection.clone(),
            playing: bench.playing,
            first_play: !bench.touched,
            breadth: self.breadth,
            language: self.state.language,
            read_only: self.state.frame.read_only,
            act: self.act.clone(),
            pen: self.pen.clone(),
        }
    }

    /// Words in the visitor's language.
    pub fn words(&self, text: &Text) -> String {
        text.in_language(self.state.language).to_string()
    }
}
