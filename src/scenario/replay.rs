//! A run's world where it was last looked at: what lies just ahead costs no more than the events between, and what lies
//! far away can be gone to in slices.

use super::run::{Run, Scene};
use crate::sim::driver::Driver;
use crate::sim::trace::EventIndex;

/// A place in one run; a new one stands nowhere.
#[derive(Default)]
pub struct Replay(Option<Driver>);

impl Run {
    /// Goes towards an event from the nearest world that is known, by so many events at most; what can be seen just after
    /// it, once it is reached. Never if the run was made elsewhere.
    pub fn approach(&self, replay: &mut Replay, event: EventIndex, events_max: u32) -> Option<Scene> {
        let event = event.min(self.len().checked_sub(1)?);
        let target = self.trace.events[event as usize];
        let nearest = self.snapshots.partition_point(|driver| driver.steps() <= target).checked_sub(1)?;
        let snapshot = &self.snapshots[nearest];
        let on_the_way = |driver: &Driver| (snapshot.steps()..=target).contains(&driver.steps());
        let mut driver = replay.0.take().filter(on_the_way).unwrap_or_else(|| snapshot.clone());
        let within_reach = self.trace.events.get(driver.events().saturating_add(events_max) as usize);
        driver.replay_to(within_reach.map_or(target, |step| target.min(*step)));
        let scene = (driver.steps() >= target).then(|| self.next_scene(event, &mut driver));
        replay.0 = Some(driver);
        scene
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::scenario::sample::Errand;

    #[test]
    fn every_way_to_an_event_leads_to_the_same_scene() {
        let run = Run::of(Scenario::of(&Errand));
        let mut replay = Replay::default();
        // On, back, far on, far back, to the same event again, and beyond the end.
        let stops = [0, 1, 2, 3, 1, 1, run.len() / 2, run.len() / 2 + 1, 4, run.len() - 1, run.len() + 5, 0];
        for stop in stops {
            let scene = run.approach(&mut replay, stop, u32::MAX);
            assert_eq!(scene, Some(run.scene(stop)), "event {stop}");
        }
    }

    #[test]
    fn what_is_far_away_is_reached_in_slices_and_what_comes_next_at_once() {
        let run = Run::of(Scenario::of(&Errand));
        let far = run.len() - 2;
        let mut replay = Replay::default();
        let mut slices = 1;
        let scene = loop {
            match run.approach(&mut replay, far, 1) {
                Some(scene) => break scene,
                None => slices += 1,
            }
        };
        assert!(slices > 2, "{slices} slices for {far} events");
        assert_eq!(scene, run.scene(far));
        assert_eq!(run.approach(&mut replay, far + 1, 0), Some(run.scene(far + 1)));
    }
}
