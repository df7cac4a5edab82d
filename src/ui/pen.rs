//! The pen: where playing stands on the folded axis, between two steps. It moves every frame, so it is no part of the
//! reducer's state; listeners move their elements directly.

use faultline::sim::trace::EventIndex;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

type Listener = dyn Fn(f64);

#[derive(Default)]
struct Inner {
    position: Cell<f64>,
    led: Cell<Option<EventIndex>>,
    listeners: RefCell<Vec<Weak<Listener>>>,
}

/// A handle on the page's one pen.
#[derive(Clone, Default)]
pub struct Pen(Rc<Inner>);

/// Keeps a listener alive; dropping it ends the listening.
pub struct Listening {
    _listener: Rc<Listener>,
}

impl PartialEq for Pen {
    fn eq(&self, other: &Pen) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Pen {
    /// Where it stands, in pixels along the folded axis.
    pub fn position(&self) -> f64 {
        self.0.position.get()
    }

    /// The event that a hand has led it to, as long as the state has not been told.
    pub fn led(&self) -> Option<EventIndex> {
        self.0.led.get()
    }

    /// Moves it to an event of which the state is told later.
    pub fn lead(&self, event: EventIndex, position: f64) {
        self.0.led.set(Some(event));
        self.set(position);
    }

    /// The same event, for whoever tells the state now.
    pub fn take_led(&self) -> Option<EventIndex> {
        self.0.led.take()
    }

    /// Moves it and tells every listener.
    pub fn set(&self, position: f64) {
        self.0.position.set(position);
        let listeners: Vec<_> = {
            let mut all = self.0.listeners.borrow_mut();
            all.retain(|listener| listener.strong_count() > 0);
            all.iter().filter_map(Weak::upgrade).collect()
        };
        for listener in listeners {
            listener(position);
        }
    }

    /// Calls `listener` at every move from now on, until the returned guard is dropped.
    pub fn listen(&self, listener: impl Fn(f64) + 'static) -> Listening {
        let listener: Rc<Listener> = Rc::new(listener);
        self.0.listeners.borrow_mut().push(Rc::downgrade(&listener));
        Listening { _listener: listener }
    }
}
