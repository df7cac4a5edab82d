//! A provider: a pool of workers behind a queue. It says that it is well as long as its process runs, however long its
//! queue is.

use super::message::{Finished, Message};
use super::settings::{LONG_UP, Settings};
use crate::sim::clock::LocalTime;
use crate::sim::role::{Diskless, Role, Turn as RoleTurn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;

type Turn<'a> = RoleTurn<'a, Provider>;

/// What a provider is told once: the settings, and its place in the fleet.
pub type Setup = (Settings, u16);

/// A call that is being served, or waits to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Job {
    /// Of this process; from 1.
    job: u32,
    balancer: NodeId,
    number: u32,
    attempt: u32,
}

/// The provider's memory.
#[derive(Clone, Serialize)]
pub struct Provider {
    #[serde(skip)]
    setup: Setup,
    /// When it started; none if that was long before the run.
    started: Option<LocalTime>,
    /// Jobs so far.
    jobs: u32,
    /// One for each busy worker.
    serving: Vec<Job>,
    /// First come, first served.
    waiting: Vec<Job>,
    member: bool,
}

impl Provider {
    pub fn is_member(&self) -> bool {
        self.member
    }

    /// How many calls have come to this process.
    pub fn calls(&self) -> u32 {
        self.jobs
    }

    /// How many calls its workers are serving, and how many wait for one.
    pub fn load(&self) -> (u32, u32) {
        (self.serving.len() as u32, self.waiting.len() as u32)
    }

    fn serve(&mut self, job: Job, turn: &mut Turn) {
        let (settings, place) = self.setup;
        // Drawn by the request alone: every algorithm meets the same work.
        let takes = settings.service.sample(turn.draw("service", &[u64::from(job.number)]));
        self.serving.push(job);
        turn.set(Finished(job.job), takes.times(settings.slowness(place)));
    }

    fn tell_balancers(&self, message: &Message, turn: &mut Turn) {
        for balancer in self.setup.0.balancer_nodes() {
            turn.send_connected(balancer, message.clone());
        }
    }
}

impl Role for Provider {
    type Message = Message;
    type Timer = Finished;
    type Durable = Diskless;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn) -> Self {
        let (settings, place) = *setup;
        let member = settings.is_member_at_first(place);
        let (serving, waiting) = (Vec::new(), Vec::new());
        let started = (turn.now() > LocalTime::default()).then_some(turn.now());
        Provider { setup: *setup, started, jobs: 0, serving, waiting, member }
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn) {
        let settings = self.setup.0;
        match message {
            Message::Call { number, attempt, .. } => {
                let (number, attempt) = (*number, *attempt);
                self.jobs += 1;
                let job = Job { job: self.jobs, balancer: from, number, attempt };
                if (self.serving.len() as u32) < settings.workers {
                    self.serve(job, turn);
                } else if (self.waiting.len() as u32) < settings.queue {
                    self.waiting.push(job);
                } else {
                    turn.send_connected(from, Message::Refusal { number, attempt });
                }
            }
            Message::Check => {
                let up_for = self.started.map_or(LONG_UP, |started| turn.now().since(started));
                turn.send(from, Message::Healthy { up_for });
            }
            _ => {}
        }
    }

    fn fire(&mut self, Finished(job): &Finished, turn: &mut Turn) {
        let Some(place) = self.serving.iter().position(|serving| serving.job == *job) else { return };
        let Job { balancer, number, attempt, .. } = self.serving.remove(place);
        turn.send_connected(balancer, Message::Reply { number, attempt });
        if !self.waiting.is_empty() {
            let next = self.waiting.remove(0);
            self.serve(next, turn);
        }
    }

    fn intervene(&mut self, key: &str, _arguments: &[u32], turn: &mut Turn) -> bool {
        let (message, member) = match key {
            "join" => (Message::Join, true),
            "leave" => (Message::Leave, false),
            _ => return false,
        };
        let changes = std::mem::replace(&mut self.member, member) != member;
        if changes {
            self.tell_balancers(&message, turn);
        }
        changes
    }

    fn face(&self, _disk: &Diskless) -> Face {
        match (self.load(), self.member) {
            ((0, _), false) => Face { word: Text::new("not a member", "未加入"), mood: Mood::Idle },
            ((0, _), true) => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
            ((_, 0), _) => Face { word: Text::new("serving", "处理中"), mood: Mood::Busy },
            _ => Face { word: Text::new("queueing", "排队中"), mood: Mood::Waiting },
        }
    }
}
