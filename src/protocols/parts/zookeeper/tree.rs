//! The tree that every server keeps: nodes and sessions, changed by one transaction after another.

use super::{Answer, CreateMode, Error, Request, SessionId, Stat, Word, Zxid, name, parent};
use crate::sim::time::Span;
use crate::sorted::SortedMap;
use serde::Serialize;

/// What a transaction does: a request that the leader has looked at, with nothing left to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Change {
    OpenSession {
        timeout: Span,
    },
    /// Its ephemeral nodes go with it.
    CloseSession {
        session: SessionId,
    },
    Create {
        path: Word,
        data: Word,
        owner: Option<SessionId>,
    },
    Delete {
        path: Word,
    },
    SetData {
        path: Word,
        data: Word,
    },
    /// Changes nothing: a sync, whose place in the order is all that matters.
    Nothing,
    /// Changes nothing either: the request is refused, in its place among the others.
    Refuse(Error),
}

/// What a transaction did to a node: watches fire by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    Created(Word),
    Deleted(Word),
    Set(Word),
}

/// What a transaction came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub answer: Result<Answer, Error>,
    pub touches: Vec<Touch>,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Znode {
    data: Word,
    owner: Option<SessionId>,
    created: Zxid,
    modified: Zxid,
    children_changed: Zxid,
    version: u32,
    /// How many children it has ever been given: the next sequential one gets this number.
    ever_created: u32,
    children: u32,
}

impl Znode {
    fn new(zxid: Zxid, data: Word, owner: Option<SessionId>) -> Znode {
        let (created, modified, children_changed) = (zxid, zxid, zxid);
        Znode { data, owner, created, modified, children_changed, version: 0, ever_created: 0, children: 0 }
    }

    fn stat(&self) -> Stat {
        let Znode { created, modified, children_changed, version, owner, children, .. } = *self;
        // Children that were taken count too: all that ever were, twice, less those that are still there.
        let child_version = self.ever_created * 2 - children;
        Stat { created, modified, children_changed, version, child_version, owner, children }
    }

    fn guarded_by(&self, version: Option<u32>) -> Result<(), Error> {
        let fits = version.is_none_or(|version| version == self.version);
        fits.then_some(()).ok_or(Error::BadVersion)
    }
}

/// Nodes and sessions, and which transaction was the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tree {
    nodes: SortedMap<Word, Znode>,
    /// Open sessions and their time-outs.
    sessions: SortedMap<SessionId, Span>,
    last_session: SessionId,
    last: Zxid,
}

impl Default for Tree {
    fn default() -> Tree {
        let root = Znode::new(Zxid::default(), "".into(), None);
        Tree {
            nodes: [("/".into(), root)].into_iter().collect(),
            sessions: SortedMap::new(),
            last_session: SessionId::default(),
            last: Zxid::default(),
        }
    }
}

impl Tree {
    /// The last transaction that it went through.
    pub fn last(&self) -> Zxid {
        self.last
    }

    /// The time-out of a session that is open.
    pub fn session(&self, session: SessionId) -> Option<Span> {
        self.sessions.get(&session).copied()
    }

    /// The session that was opened last.
    pub fn last_session(&self) -> SessionId {
        self.last_session
    }

    pub fn sessions(&self) -> impl Iterator<Item = (SessionId, Span)> + '_ {
        self.sessions.iter().map(|(session, timeout)| (*session, *timeout))
    }

    pub fn stat(&self, path: &str) -> Option<Stat> {
        self.nodes.get(path).map(Znode::stat)
    }

    pub fn data(&self, path: &str) -> Option<&Word> {
        self.nodes.get(path).map(|node| &node.data)
    }

    /// The paths of a node's children.
    pub fn children<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Word> + 'a {
        self.nodes.keys().filter(move |child| parent(child) == Some(path))
    }

    /// The path of the sequential node with that number, if it has no children.
    pub fn numbered(&self, number: u32) -> Option<Word> {
        let is_it = |(path, node): &(&Word, &Znode)| node.children == 0 && super::sequence(path) == Some(number);
        self.nodes.iter().find(is_it).map(|(path, _)| path.clone())
    }

    /// What a read shows.
    pub fn read(&self, request: &Request) -> Result<Answer, Error> {
        let node = |path: &Word| self.nodes.get(path).ok_or(Error::NoNode);
        match request {
            Request::Exists { path, .. } => node(path).map(|node| Answer::Stat(node.stat())),
            Request::GetData { path, .. } => node(path).map(|node| Answer::Data(node.data.clone(), node.stat())),
            Request::GetChildren { path, .. } => {
                node(path)?;
                Ok(Answer::Children(self.children(path).map(|child| name(child).into()).collect()))
            }
            _ => Err(Error::BadArguments),
        }
    }

    /// What a request of that session comes to, if it is next: the leader's judgement.
    pub fn decide(&self, session: SessionId, request: &Request) -> Change {
        if !self.sessions.contains_key(&session) {
            return Change::Refuse(Error::SessionExpired);
        }
        let decided = match request {
            Request::Create { path, data, mode } => self.creation(session, path, data, *mode),
            Request::Delete { path, version } => self.deletion(path, *version),
            Request::SetData { path, data, version } => match self.nodes.get(path) {
                None => Err(Error::NoNode),
                Some(node) => {
                    node.guarded_by(*version).map(|()| Change::SetData { path: path.clone(), data: data.clone() })
                }
            },
            Request::Close => Ok(Change::CloseSession { session }),
            Request::Sync { .. } => Ok(Change::Nothing),
            Request::Exists { .. } | Request::GetData { .. } | Request::GetChildren { .. } => Err(Error::BadArguments),
        };
        decided.unwrap_or_else(Change::Refuse)
    }

    fn creation(&self, session: SessionId, path: &Word, data: &Word, mode: CreateMode) -> Result<Change, Error> {
        let above = parent(path).filter(|_| path.starts_with('/')).ok_or(Error::BadArguments)?;
        let above = self.nodes.get(above).ok_or(Error::NoNode)?;
        let path = match mode.sequential {
            true => format!("{path}{:010}", above.ever_created).into(),
            false => path.clone(),
        };
        if name(&path).is_empty() {
            return Err(Error::BadArguments);
        }
        if self.nodes.contains_key(&path) {
            return Err(Error::NodeExists);
        }
        if above.owner.is_some() {
            return Err(Error::NoChildrenForEphemerals);
        }
        Ok(Change::Create { path, data: data.clone(), owner: mode.ephemeral.then_some(session) })
    }

    fn deletion(&self, path: &Word, version: Option<u32>) -> Result<Change, Error> {
        parent(path).ok_or(Error::BadArguments)?;
        let node = self.nodes.get(path).ok_or(Error::NoNode)?;
        node.guarded_by(version)?;
        if node.children > 0 {
            return Err(Error::NotEmpty);
        }
        Ok(Change::Delete { path: path.clone() })
    }

    /// Goes through a transaction.
    pub fn apply(&mut self, zxid: Zxid, change: &Change) -> Applied {
        self.last = zxid;
        let mut touches = Vec::new();
        let answer = match change {
            Change::OpenSession { timeout } => {
                self.last_session.0 += 1;
                self.sessions.insert(self.last_session, *timeout);
                Ok(Answer::Done)
            }
            Change::CloseSession { session } => {
                self.sessions.remove(session);
                let owned = self.nodes.iter().filter(|(_, node)| node.owner == Some(*session));
                let owned: Vec<Word> = owned.map(|(path, _)| path.clone()).collect();
                for path in owned {
                    self.remove(zxid, &path);
                    touches.push(Touch::Deleted(path));
                }
                Ok(Answer::Done)
            }
            Change::Create { path, data, owner } => {
                if let Some(above) = parent(path).and_then(|above| self.nodes.get_mut(above)) {
                    above.ever_created += 1;
                    above.children += 1;
                    above.children_changed = zxid;
                }
                let node = Znode::new(zxid, data.clone(), *owner);
                let stat = node.stat();
                self.nodes.insert(path.clone(), node);
                touches.push(Touch::Created(path.clone()));
                Ok(Answer::Created(path.clone(), stat))
            }
            Change::Delete { path } => {
                self.remove(zxid, path);
                touches.push(Touch::Deleted(path.clone()));
                Ok(Answer::Done)
            }
            Change::SetData { path, data } => match self.nodes.get_mut(path) {
                None => Err(Error::NoNode),
                Some(node) => {
                    node.data = data.clone();
                    node.version += 1;
                    node.modified = zxid;
                    touches.push(Touch::Set(path.clone()));
                    Ok(Answer::Stat(node.stat()))
                }
            },
            Change::Nothing => Ok(Answer::Done),
            Change::Refuse(error) => Err(*error),
        };
        Applied { answer, touches }
    }

    fn remove(&mut self, zxid: Zxid, path: &Word) {
        if self.nodes.remove(path).is_none() {
            return;
        }
        if let Some(above) = parent(path).and_then(|above| self.nodes.get_mut(above)) {
            above.children -= 1;
            above.children_changed = zxid;
        }
    }
}
