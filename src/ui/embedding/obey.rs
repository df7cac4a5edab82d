//! What each order does to the page's state.

use super::has_played;
use super::order::Order;
use crate::ui::store::{Place, State};
use crate::ui::{address, words};
use faultline::scenario::link::{Link, Range};

impl State {
    /// Does what the page around the frame asks.
    #[inline(never)] // Loaded later.
    pub fn obey(&mut self, order: &Order) {
        match order {
            // Whoever answers says so elsewhere.
            Order::Hello => {}
            Order::Play(range) => self.play(*range),
            Order::Pause => self.bench.pause(),
            Order::Seek(at) => {
                self.bench.touch();
                self.bench.playing = false;
                self.bench.glide(*at);
            }
            Order::Load(link) => *self = address::visit(self, link),
            Order::Return(link) => self.bring_back(link),
            Order::Theme(theme) => self.theme = *theme,
        }
    }

    /// Plays on; from the beginning of what plays if that is asked for, or if all of it was played.
    fn play(&mut self, range: Range) {
        let played = has_played(self);
        let bench = &mut self.bench;
        let begins = range != Range::default();
        if begins {
            bench.range = range;
        }
        bench.ghost = None;
        bench.leave();
        let (from, to) = (bench.plays_from(), bench.plays_to());
        if begins || played || !(from..to).contains(&bench.cursor) {
            bench.seek(from);
        }
        // From its beginning it is told as if for the first time.
        bench.touched &= bench.cursor != from || bench.history.is_edited();
        bench.playing = bench.cursor < to;
    }

    /// Puts the run of a reader who has come back on the screen, over its author's, at the instant where it was left.
    fn bring_back(&mut self, link: &str) {
        let Ok(link) = Link::read(link, address::CATALOGUE) else { return };
        if self.place != Place::Scenario {
            return;
        }
        if link.scenario != self.bench.run.scenario {
            self.put(link.scenario, words::READERS_RUN);
        }
        self.bench.touch();
        self.bench.playing = false;
        self.bench.range = link.play.unwrap_or_default();
        if let Some(at) = link.at {
            self.bench.seek(self.bench.run.trace.event_at(at));
        }
    }
}
