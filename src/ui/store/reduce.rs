//! What each action does to the state.

use super::action::{Action, Move};
use super::bench::{Bench, EARLIER_MAX, Popover, Preview};
use super::edit::{Edited, edit};
use super::history::Past;
use super::{Change, Place, Saying, Section, State, moving};
use crate::ui::exploring::deed;
use crate::ui::selection::Selection;
use crate::ui::shared::Shared;
use crate::ui::{address, lab, words};
use faultline::picture::thumbnail::Thumbnail;
use faultline::say;
use faultline::scenario::Scenario;
use faultline::scenario::run::Run;
use faultline::sim::trace::EventIndex;
use faultline::text::Text;
use std::rc::Rc;
use yew::Reducible;

impl Reducible for Shared<State> {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Shared<State>> {
        if self.ignores(&action) {
            return self;
        }
        let mut state = State::clone(&self);
        if !action.moves_only() {
            state.acts += 1;
        }
        state.act(action);
        Rc::new(Shared::new(state))
    }
}

impl State {
    /// Whether an action changes nothing: then nothing is drawn again.
    fn ignores(&self, action: &Action) -> bool {
        let bench = &self.bench;
        match action {
            Action::Reach(event) => !bench.playing || *event == bench.cursor,
            Action::Play => bench.playing,
            Action::Pause => !bench.playing,
            Action::Preview(None) => bench.preview.is_none(),
            Action::Leave => bench.popover.is_none() && bench.preview.is_none(),
            Action::Select(selection) => bench.selection == *selection,
            Action::Break(on) => bench.breaking == *on,
            Action::Help(open) => self.help == *open,
            Action::Share(open) => self.shares == *open,
            Action::Arrived { .. } => !lab::is_begun(&bench.run),
            Action::Shown(scene) => !bench.behind || scene.event != bench.cursor,
            Action::Point(_) | Action::Swept(..) | Action::Change(_) | Action::Undo | Action::Redo => {
                self.frame.read_only
            }
            Action::Explore(deed) => deed::changes_nothing(self, deed),
            _ => false,
        }
    }

    fn act(&mut self, action: Action) {
        let bench = &mut self.bench;
        match action {
            Action::Go(event) | Action::Drag(event) => {
                bench.touch();
                bench.playing = false;
                bench.selection = Selection::None;
                if matches!(action, Action::Drag(_)) {
                    bench.pass(event)
                } else {
                    bench.seek(event)
                }
                self.say_scene();
            }
            Action::Reach(event) => self.reach(event),
            Action::Move(by) => self.step(by),
            Action::Play => {
                bench.ghost = None;
                bench.leave();
                if !(bench.plays_from()..bench.plays_to()).contains(&bench.cursor) {
                    bench.seek(bench.plays_from());
                }
                // A part of one event has nothing to play.
                bench.playing = bench.cursor < bench.plays_to();
            }
            Action::Pause => bench.pause(),
            Action::Speed(speed) => bench.speed = speed,
            Action::Select(selection) => {
                bench.touch();
                bench.playing = false;
                if let Selection::Event(event) | Selection::Node { event, .. } = selection {
                    bench.seek(event);
                }
                bench.selection = selection;
                self.say_scene();
            }
            Action::Point(pointing) => {
                bench.touch();
                bench.playing = false;
                bench.selection = pointing.targets[0].into();
                bench.popover = Some(Popover::Verbs(pointing));
            }
            Action::Swept(sweep, anchor) => {
                bench.touch();
                bench.playing = false;
                bench.selection = Selection::Sweep(sweep.clone());
                bench.popover = Some(Popover::Swept(sweep, anchor));
            }
            Action::Leave => bench.leave(),
            Action::Preview(change) => self.preview(change),
            Action::Change(change) => self.change(&change),
            Action::Arrived { whole, took_micros } => bench.complete(whole, took_micros),
            Action::Shown(scene) => {
                bench.scene = scene;
                bench.behind = false;
                if std::mem::take(&mut self.says_when_shown) {
                    self.say_scene();
                }
            }
            Action::Explore(deed) => deed::act(self, deed),
            Action::Undo => self.travel(false),
            Action::Redo => self.travel(true),
            Action::Reopen(run) => {
                self.visits += 1;
                let past = self.past(Text::new("Opening an earlier run", "打开之前的运行"));
                self.bench.history.edited(past);
                let at = self.bench.at();
                self.bench.install(run, |new, _| moving::at_instant(new, at));
            }
            Action::Compare(protocol) => {
                self.visits += 1;
                bench.playing = false;
                bench.compare_with(protocol);
                bench.section = Some(Section::Compare);
            }
            Action::CompareEarlier(run) => {
                self.visits += 1;
                bench.compared = Some(run);
                bench.section = Some(Section::Compare);
            }
            Action::Scale(scale) => bench.rescale(scale),
            Action::ListVerdicts(open) => bench.lists_verdicts = open,
            Action::Open(section) => bench.section = section,
            Action::Sheet(open) => bench.sheet = open,
            Action::Break(on) => bench.breaking = on,
            Action::Language(language) => self.language = language,
            Action::Theme(theme) => self.theme = theme,
            Action::Help(open) => self.help = open,
            Action::Share(open) => self.shares = open,
            Action::Say(text) => self.notify(text),
            Action::Visit(text) => *self = address::visit(self, &text),
            Action::Obey(order) => self.obey(&order),
            Action::Restore => self.restore(),
        }
    }

    /// Puts a sentence into the live region.
    pub fn say(&mut self, text: Text) {
        self.saying = Saying { number: self.saying.number.wrapping_add(1), text, notice: false };
        self.says_when_shown = false;
    }

    /// Says a sentence, and shows it for a moment.
    pub fn notify(&mut self, text: Text) {
        self.say(text);
        self.saying.notice = true;
    }

    /// Says what happened at the pen, as soon as it is known.
    fn say_scene(&mut self) {
        if self.bench.behind {
            self.says_when_shown = true;
            return;
        }
        let text = self.bench.scene.narration.clone();
        self.say(text);
    }

    /// The pen got to an event while playing.
    fn reach(&mut self, event: EventIndex) {
        let bench = &mut self.bench;
        bench.seek(event);
        let rests_here = !bench.touched && bench.cursor == moving::resting_place(&bench.run);
        if rests_here || bench.cursor >= bench.plays_to() {
            bench.playing = false;
        }
        if moving::is_beat(&bench.run, bench.cursor) {
            self.say_scene();
        }
    }

    fn step(&mut self, by: Move) {
        let bench = &mut self.bench;
        bench.touch();
        bench.playing = false;
        if matches!(by, Move::NodeAbove | Move::NodeBelow) {
            let node = match bench.selection {
                Selection::Node { node, .. } => moving::neighbour(&bench.run, node, by),
                _ => bench.run.trace.event(bench.cursor).node,
            };
            bench.selection = Selection::Node { node, event: bench.cursor };
            let text = crate::ui::sentence::node(&bench.run, &bench.scene, node);
            return self.say(text);
        }
        let event = moving::destination(&bench.run, bench.cursor, by);
        bench.selection = match bench.selection {
            Selection::Node { node, .. } => Selection::Node { node, event },
            _ => Selection::None,
        };
        bench.seek(event);
        self.say_scene();
    }

    fn preview(&mut self, change: Option<Change>) {
        let bench = &mut self.bench;
        bench.preview = change.and_then(|change| edit(&bench.run, &change).ok()).map(|edited| {
            let run = lab::begin(edited.scenario);
            let differs_at = moving::first_difference(&bench.run, &run);
            Preview { run, what: edited.what, differs_at }
        });
    }

    fn past(&self, edit: Text) -> Past {
        Past { scenario: self.bench.run.scenario.clone(), at: self.bench.at(), event: self.bench.cursor, edit }
    }

    /// An edit: the future is computed anew at once, the old one stays as a ghost, what played goes on.
    fn change(&mut self, change: &Change) {
        match edit(&self.bench.run, change) {
            Err(why) => self.notify(why),
            Ok(Edited { scenario, what, keeps_past }) => {
                // Whoever breaks the front page's run goes on with it on a page of its own.
                if self.place == Place::Front {
                    self.place = Place::Scenario;
                    self.visits += 1;
                }
                let past = self.past(what.clone());
                let (cursor, at) = (self.bench.cursor, past.at);
                self.bench.history.edited(past);
                let run = lab::begin(scenario);
                self.bench.install(run, |new, old| match keeps_past {
                    true => moving::after_edit(old, new, cursor),
                    false => moving::at_instant(new, at),
                });
                self.notify(what);
            }
        }
    }

    /// Puts the run that the link opened with back on the screen; undoing leads from it to the visitor's.
    #[inline(never)] // Loaded later.
    fn restore(&mut self) {
        self.put((*self.bench.author).clone(), words::AUTHORS_RUN);
        self.notify(words::RESTORED);
    }

    /// Another scenario in place of the one on the bench, as an edit: the pen keeps its instant.
    pub fn put(&mut self, scenario: Scenario, edit: Text) {
        let past = self.past(edit);
        let at = past.at;
        self.bench.history.edited(past);
        self.bench.install(lab::begin(scenario), |new, _| moving::at_instant(new, at));
    }

    /// Takes an edit back, or makes it again; the instant comes back with it.
    fn travel(&mut self, forward: bool) {
        let now = self.past(Text::same(""));
        let history = &mut self.bench.history;
        let past = if forward { history.redo(now) } else { history.undo(now) };
        let Some(past) = past else {
            return self.notify(if forward { words::NOTHING_TO_REDO } else { words::NOTHING_TO_UNDO });
        };
        let run = lab::begin(past.scenario);
        self.bench.install(run, |new, _| moving::at_event(new, past.event, past.at));
        let edit = past.edit;
        self.notify(match forward {
            true => say!("Done again: {edit}", "已重做：{}", edit.zh),
            false => say!("Undone: {edit}", "已撤销：{}", edit.zh),
        });
    }
}

impl Bench {
    /// The visitor acts: the ghost and the popover go, and the paper ahead is no longer blank.
    pub fn touch(&mut self) {
        self.touched = true;
        self.ghost = None;
        self.leave();
    }

    /// The pen stands where it is.
    pub fn pause(&mut self) {
        self.playing = false;
        self.touched = true;
    }

    /// Closes the popover and its preview.
    pub fn leave(&mut self) {
        self.popover = None;
        self.preview = None;
        if matches!(self.selection, Selection::Sweep(_)) {
            self.selection = Selection::None;
        }
    }

    /// Puts another run on the screen, the old one as its ghost and among the earlier ones.
    fn install(&mut self, run: Shared<Run>, place: impl FnOnce(&Run, &Run) -> EventIndex) {
        self.touch();
        let old = self.run.clone();
        self.earlier.retain(|(earlier, _)| earlier.digest != run.digest);
        if old.digest != run.digest {
            self.remember(&old);
        }
        let event = place(&run, &old);
        self.replace_run(run);
        self.selection = Selection::None;
        self.follow(&old);
        self.ghost = Some(old);
        self.seek(event);
    }

    /// A run that leaves the screen stands among the earlier ones.
    pub fn remember(&mut self, run: &Shared<Run>) {
        self.earlier.retain(|(earlier, _)| earlier.digest != run.digest);
        self.earlier.insert(0, (run.clone(), Rc::new(Thumbnail::of(run))));
        self.earlier.truncate(EARLIER_MAX);
    }

    /// A comparison goes with the run: the same edit under the other protocol. A run of the same protocol stays as it is.
    fn follow(&mut self, old: &Run) {
        let id = |run: &Run| run.scenario.protocol.id();
        let Some(compared) = &self.compared else { return };
        if id(compared) != id(&self.run) {
            self.compare_with(Some(compared.scenario.protocol));
        } else if id(old) != id(&self.run) {
            self.compare_with(Some(old.scenario.protocol));
        }
    }
}
