//! Sessions in the memories of servers: alone, in all of them, or at a primary and a backup.
//!
//! *All to all* (Tomcat's `DeltaManager`): every server has every session, and whoever changes one tells all the others
//! which attribute has which value now. *Primary and backup* (`BackupManager`): whoever serves a session is its primary
//! and has it copied to one other server before it answers; the rest know only where it is, and fetch it when it is asked for
//! there, which makes them the primary. If one of the two dies the other chooses a new companion.

use super::super::message::{Action, Ask, Located, Message, Page, Peer};
use super::super::session::{Session, SessionId};
use super::super::settings::Keeping;
use super::{Server, Stage, Turn, changed, is_over};
use crate::sim::clock::WallTime;
use crate::sim::trace::NodeId;
use crate::sorted::SortedSet;
use serde::Serialize;

/// What a server's copy of a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Part {
    /// The one that requests work on; and where the backup is, if there is one.
    Primary { backup: Option<NodeId> },
    /// The one that is kept for that server.
    Backup { primary: NodeId },
}

/// A session in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub session: Session,
    /// When it was last used, by this server's wall clock.
    pub used: WallTime,
    pub part: Part,
}

impl Server {
    /// The session of that name, if it is here and has not timed out. One that has leaves now.
    pub(super) fn recall(&mut self, id: SessionId, wall: WallTime) -> Option<Session> {
        let kept = self.sessions.get_mut(&id)?;
        if is_over(wall.since(kept.used), self.settings.time_out) {
            self.sessions.remove(&id);
            return None;
        }
        kept.used = wall;
        Some(kept.session)
    }

    /// The same, where another server may have it.
    pub(super) fn recall_or_fetch(&mut self, number: u32, id: SessionId, turn: &mut Turn) {
        let here = self.recall(id, turn.wall());
        let located = self.located.get(&id).copied();
        let there = located.and_then(|located| {
            let holders = [located.backup, Some(located.primary)].into_iter().flatten();
            holders.into_iter().find(|holder| self.peers.contains(holder))
        });
        match (here, there) {
            (None, Some(holder)) => {
                if let Some(job) = self.jobs.get_mut(&number) {
                    job.stage = Stage::Fetching(holder);
                    turn.send_connected(holder, Message::Peer(Peer::Fetch { number, id }));
                }
            }
            (session, _) => self.found(number, session, turn),
        }
    }

    /// What a request has changed goes into this server's copy: into the one that is there now, since requests that run here
    /// at the same time share it. Whoever was logged out meanwhile is out.
    pub(super) fn keep(&mut self, number: u32, id: SessionId, read: Session, ask: &Ask, turn: &mut Turn) {
        let made = matches!(ask.action, Action::LogIn { .. });
        let Some(now) = self.sessions.get(&id).map(|kept| kept.session).or(made.then_some(read)) else {
            self.answer(number, Page::PleaseLogIn, turn);
            return;
        };
        let session = changed(now, ask.action);
        let before = self.sessions.get(&id).map(|kept| kept.part);
        let part = match self.settings.keeping {
            Keeping::Backup => Part::Primary { backup: self.companion(before) },
            _ => Part::Primary { backup: None },
        };
        self.sessions.insert(id, Kept { session, used: turn.wall(), part });
        let page = Page::Shows { id, session };
        match (self.settings.keeping, part) {
            (Keeping::AllToAll, _) => {
                let attribute = match ask.action {
                    Action::Add { attribute, .. } => Some((attribute, session.contents.attribute(attribute))),
                    _ => None,
                };
                let user = session.user;
                self.tell_all(&Peer::Delta { number, id, user, attribute }, turn);
                let wait = if self.settings.synchronous { self.peers.clone() } else { SortedSet::default() };
                self.confirm(number, wait, page, turn);
            }
            (_, Part::Primary { backup: Some(backup) }) => {
                self.copy_to(backup, number, id, session, before != Some(part), turn);
                self.confirm(number, [backup].into_iter().collect(), page, turn);
            }
            _ => self.answer(number, page, turn),
        }
    }

    /// Who has a session's other copy: whoever had it so far, if that one is there; otherwise the next server after this.
    fn companion(&self, before: Option<Part>) -> Option<NodeId> {
        let so_far = match before {
            Some(Part::Primary { backup }) => backup,
            _ => None,
        };
        let me = self.settings.server(self.place);
        let after = self.peers.iter().find(|peer| **peer > me);
        so_far.filter(|backup| self.peers.contains(backup)).or(after.or_else(|| self.peers.first()).copied())
    }

    /// Copies a session to its backup, and tells the rest where it is if they do not know.
    fn copy_to(&self, backup: NodeId, number: u32, id: SessionId, session: Session, is_news: bool, turn: &mut Turn) {
        turn.send_connected(backup, Message::Peer(Peer::Copy { number, id, session }));
        if is_news {
            let located = Located { primary: turn.me(), backup: Some(backup) };
            for peer in self.peers.iter().filter(|peer| **peer != backup) {
                turn.send_connected(*peer, Message::Peer(Peer::Whereabouts { id, located }));
            }
        }
    }

    fn tell_all(&self, peer: &Peer, turn: &mut Turn) {
        for other in self.peers.iter() {
            turn.send_connected(*other, Message::Peer(peer.clone()));
        }
    }

    /// Answers once these have confirmed.
    fn confirm(&mut self, number: u32, wait: SortedSet<NodeId>, page: Page, turn: &mut Turn) {
        if wait.is_empty() {
            self.answer(number, page, turn);
        } else if let Some(job) = self.jobs.get_mut(&number) {
            job.stage = Stage::Confirming(wait, page);
        }
    }

    /// Somebody has confirmed, or will not any more.
    fn confirmed(&mut self, number: u32, by: NodeId, turn: &mut Turn) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if let Stage::Confirming(wait, page) = &mut job.stage {
            wait.remove(&by);
            if wait.is_empty() {
                let page = page.clone();
                self.answer(number, page, turn);
            }
        }
    }

    /// A log-out: the session leaves here and everywhere else.
    pub(super) fn forget(&mut self, number: u32, id: SessionId, turn: &mut Turn) {
        self.sessions.remove(&id);
        self.located.remove(&id);
        let goodbye = Page::Goodbye { id };
        if self.settings.replicates() {
            self.tell_all(&Peer::Gone { number, id }, turn);
            let all = self.settings.keeping == Keeping::Backup || self.settings.synchronous;
            let wait = if all { self.peers.clone() } else { SortedSet::default() };
            self.confirm(number, wait, goodbye, turn);
        } else {
            self.answer(number, goodbye, turn);
        }
    }

    // -- What other servers say --------------------------------------------------------------------------------------

    pub(super) fn told(&mut self, from: NodeId, peer: &Peer, turn: &mut Turn) {
        // Whoever speaks of sessions is there, also after a partition that had looked like its end.
        if !matches!(peer, Peer::Transfer | Peer::Everything { .. }) {
            self.peers.insert(from);
        }
        match peer {
            Peer::Delta { number, id, user, attribute } => {
                let mut session = self.sessions.get(id).map_or(Session::of(*user), |kept| kept.session);
                if let Some((attribute, value)) = attribute {
                    session.contents.set(*attribute, *value);
                }
                self.take(*id, session, Part::Primary { backup: None }, turn.wall());
                self.acknowledge(from, *number, turn);
            }
            Peer::Copy { number, id, session } => {
                self.located.remove(id);
                self.take(*id, *session, Part::Backup { primary: from }, turn.wall());
                turn.send_connected(from, Message::Peer(Peer::Stored { number: *number }));
            }
            Peer::Stored { number } => self.confirmed(*number, from, turn),
            Peer::Whereabouts { id, located } => {
                self.sessions.remove(id);
                self.located.insert(*id, *located);
            }
            Peer::Gone { number, id } => {
                self.sessions.remove(id);
                self.located.remove(id);
                self.acknowledge(from, *number, turn);
            }
            Peer::Fetch { number, id } => {
                let session = self.recall(*id, turn.wall());
                turn.send_connected(from, Message::Peer(Peer::Fetched { number: *number, session }));
            }
            Peer::Fetched { number, session } => self.fetched(*number, from, *session, turn),
            Peer::Transfer => self.hand_over(from, turn),
            Peer::Everything { sessions, located, is_member } => {
                if *is_member {
                    self.peers.insert(from);
                }
                for (id, session) in sessions {
                    self.take(*id, *session, Part::Primary { backup: None }, turn.wall());
                }
                for (id, located) in located {
                    self.located.insert(*id, *located);
                }
                self.awaits.remove(&from);
                self.join_if_ready(turn);
            }
        }
    }

    fn take(&mut self, id: SessionId, session: Session, part: Part, used: WallTime) {
        self.sessions.insert(id, Kept { session, used, part });
    }

    /// Confirms a change to whoever waits for it.
    fn acknowledge(&self, to: NodeId, number: u32, turn: &mut Turn) {
        if self.settings.synchronous || self.settings.keeping == Keeping::Backup {
            turn.send_connected(to, Message::Peer(Peer::Stored { number }));
        }
    }

    /// Another server's copy has come: this one is the primary now, and the backup stays where it was.
    fn fetched(&mut self, number: u32, from: NodeId, session: Option<Session>, turn: &mut Turn) {
        let Some(job) = self.jobs.get(&number).filter(|job| job.stage == Stage::Fetching(from)) else { return };
        let id = super::session_of(&job.ask);
        if let Some(session) = session {
            let backup = self.located.remove(&id).and_then(|located| located.backup).filter(|backup| *backup == from);
            self.take(id, session, Part::Primary { backup }, turn.wall());
            // Who was the primary learns that it is not any more.
            let located = Located { primary: turn.me(), backup };
            for peer in self.peers.iter().filter(|peer| Some(**peer) != backup) {
                turn.send_connected(*peer, Message::Peer(Peer::Whereabouts { id, located }));
            }
        }
        self.found(number, session, turn);
    }

    /// What this server has goes to one that starts: all sessions, or where they are.
    fn hand_over(&mut self, to: NodeId, turn: &mut Turn) {
        if self.is_member {
            self.peers.insert(to);
        }
        let is_all = self.settings.keeping == Keeping::AllToAll;
        let sessions = self.sessions.iter().filter(|_| is_all).map(|(id, kept)| (*id, kept.session)).collect();
        let primary = turn.me();
        let located = self.sessions.iter().filter_map(|(id, kept)| match kept.part {
            Part::Primary { backup } if !is_all => Some((*id, Located { primary, backup })),
            _ => None,
        });
        let located = located.collect();
        let everything = Peer::Everything { sessions, located, is_member: self.is_member };
        turn.send_connected(to, Message::Peer(everything));
    }

    /// Another server has gone. Nobody waits for it, and of its sessions and backups there is a new copy soon.
    pub(super) fn lost(&mut self, peer: NodeId, turn: &mut Turn) {
        self.peers.remove(&peer);
        self.awaits.remove(&peer);
        if self.settings.keeping == Keeping::Backup {
            self.copy_anew(peer, turn);
        }
        let waiting: Vec<(u32, Stage)> = self.jobs.iter().map(|(number, job)| (*number, job.stage.clone())).collect();
        for (number, stage) in waiting {
            match stage {
                Stage::Confirming(..) => self.confirmed(number, peer, turn),
                Stage::Fetching(from) if from == peer => {
                    let id = self.jobs.get(&number).map(|job| super::session_of(&job.ask));
                    if let Some(id) = id {
                        self.recall_or_fetch(number, id, turn);
                    }
                }
                _ => {}
            }
        }
        self.join_if_ready(turn);
    }

    /// Sessions of which one of two copies has gone: whoever has the other is the primary, and chooses a new backup.
    fn copy_anew(&mut self, gone: NodeId, turn: &mut Turn) {
        let had = |part: Part| part == Part::Primary { backup: Some(gone) } || part == Part::Backup { primary: gone };
        let alone: Vec<SessionId> =
            self.sessions.iter().filter(|(_, kept)| had(kept.part)).map(|(id, _)| *id).collect();
        let backup = self.companion(None);
        for id in alone {
            let Some(kept) = self.sessions.get_mut(&id) else { continue };
            kept.part = Part::Primary { backup };
            let session = kept.session;
            if let Some(backup) = backup {
                // No request waits for this copy.
                self.copy_to(backup, 0, id, session, true, turn);
            }
        }
    }
}
