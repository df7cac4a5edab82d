//! Sequential specifications: register, key-value store, queue, lock. Values are whatever can be compared.

use super::SequentialSpecification;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::hash::Hash;

/// What values must be able to.
pub trait Value: Clone + Eq + Ord + Hash + Debug {}

impl<T: Clone + Eq + Ord + Hash + Debug> Value for T {}

/// A register with this value at first; none is a register that holds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register<V> {
    pub initial: Option<V>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterCall<V> {
    Read,
    Write(Option<V>),
    /// Writes the second if it holds the first.
    CompareAndSet(Option<V>, Option<V>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterAnswer<V> {
    /// To a read.
    Holds(Option<V>),
    /// To a write, and to a comparison that found what it expected.
    Done,
    /// To a comparison that did not.
    Refused,
}

impl<V: Value> SequentialSpecification for Register<V> {
    type State = Option<V>;
    type Call = RegisterCall<V>;
    type Answer = RegisterAnswer<V>;
    type Key = ();

    fn initial(&self) -> Option<V> {
        self.initial.clone()
    }

    fn after(&self, state: &Option<V>, call: &Self::Call, answer: Option<&Self::Answer>) -> Option<Option<V>> {
        use RegisterAnswer::{Done, Holds, Refused};
        match (call, answer) {
            (RegisterCall::Read, None) => Some(state.clone()),
            (RegisterCall::Read, Some(Holds(value))) => (state == value).then(|| state.clone()),
            (RegisterCall::Write(value), None | Some(Done)) => Some(value.clone()),
            (RegisterCall::CompareAndSet(expected, value), _) => match (state == expected, answer) {
                (true, None | Some(Done)) => Some(value.clone()),
                (false, None | Some(Refused)) => Some(state.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn key(&self, _call: &Self::Call) {}
}

/// A store of registers, each judged by itself; a key that was never written holds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyValue;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyValueCall {
    Get(String),
    /// Nothing as a value deletes.
    Put(String, Option<String>),
    /// Writes what the key holds with this behind it.
    Append(String, String),
    /// Writes the second if the key holds the first.
    CompareAndSet(String, Option<String>, Option<String>),
}

/// What a key answers is what a register answers.
pub type KeyValueAnswer = RegisterAnswer<String>;

impl SequentialSpecification for KeyValue {
    type State = Option<String>;
    type Call = KeyValueCall;
    type Answer = KeyValueAnswer;
    type Key = String;

    fn initial(&self) -> Option<String> {
        None
    }

    fn after(
        &self,
        state: &Option<String>,
        call: &KeyValueCall,
        answer: Option<&KeyValueAnswer>,
    ) -> Option<Option<String>> {
        let register = Register { initial: None };
        let call = match call {
            KeyValueCall::Get(_) => RegisterCall::Read,
            KeyValueCall::Put(_, value) => RegisterCall::Write(value.clone()),
            KeyValueCall::Append(_, more) => {
                RegisterCall::Write(Some(state.as_deref().unwrap_or_default().to_owned() + more))
            }
            KeyValueCall::CompareAndSet(_, expected, value) => {
                RegisterCall::CompareAndSet(expected.clone(), value.clone())
            }
        };
        register.after(state, &call, answer)
    }

    fn key(&self, call: &KeyValueCall) -> String {
        match call {
            KeyValueCall::Get(key)
            | KeyValueCall::Put(key, _)
            | KeyValueCall::Append(key, _)
            | KeyValueCall::CompareAndSet(key, ..) => key.clone(),
        }
    }
}

/// A queue, first in first out, empty at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue<V> {
    pub values: std::marker::PhantomData<V>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueCall<V> {
    Enqueue(V),
    Dequeue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueAnswer<V> {
    Enqueued,
    /// None from an empty queue.
    Dequeued(Option<V>),
}

impl<V: Value> SequentialSpecification for Queue<V> {
    type State = VecDeque<V>;
    type Call = QueueCall<V>;
    type Answer = QueueAnswer<V>;
    type Key = ();

    fn initial(&self) -> VecDeque<V> {
        VecDeque::new()
    }

    fn after(&self, state: &VecDeque<V>, call: &QueueCall<V>, answer: Option<&QueueAnswer<V>>) -> Option<VecDeque<V>> {
        let mut next = state.clone();
        match (call, answer) {
            (QueueCall::Enqueue(value), None | Some(QueueAnswer::Enqueued)) => next.push_back(value.clone()),
            (QueueCall::Dequeue, None) => drop(next.pop_front()),
            (QueueCall::Dequeue, Some(QueueAnswer::Dequeued(value))) if next.front() == value.as_ref() => {
                next.pop_front();
            }
            _ => return None,
        }
        Some(next)
    }

    fn key(&self, _call: &QueueCall<V>) {}
}

/// A lock that one holder at a time can have, free at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lock;

/// Each says who wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockCall {
    Acquire(u64),
    Release(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockAnswer {
    Granted,
    /// It is held by somebody (to acquire), or not by the one who wants to release it.
    Refused,
}

impl SequentialSpecification for Lock {
    /// The holder.
    type State = Option<u64>;
    type Call = LockCall;
    type Answer = LockAnswer;
    type Key = ();

    fn initial(&self) -> Option<u64> {
        None
    }

    fn after(&self, state: &Option<u64>, call: &LockCall, answer: Option<&LockAnswer>) -> Option<Option<u64>> {
        let (granted, next) = match call {
            LockCall::Acquire(who) => (state.is_none(), Some(*who)),
            LockCall::Release(who) => (*state == Some(*who), None),
        };
        match (granted, answer) {
            (true, None | Some(LockAnswer::Granted)) => Some(next),
            (false, None | Some(LockAnswer::Refused)) => Some(*state),
            _ => None,
        }
    }

    fn key(&self, _call: &LockCall) {}
}
