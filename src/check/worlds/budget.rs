//! How many faults of each kind a search without time may spend.

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    Crash,
    PowerLoss,
    /// No fault by itself: a node that is down starts again.
    Restart,
    Drop,
    Duplicate,
}

impl Allowed {
    pub const ALL: [Allowed; 5] =
        [Allowed::Crash, Allowed::PowerLoss, Allowed::Restart, Allowed::Drop, Allowed::Duplicate];

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Allowed::Crash => "crash",
            Allowed::PowerLoss => "power-loss",
            Allowed::Restart => "restart",
            Allowed::Drop => "drop",
            Allowed::Duplicate => "duplicate",
        }
    }

    /// The kind of this word.
    pub fn of(word: &str) -> Option<Allowed> {
        Allowed::ALL.into_iter().find(|allowed| allowed.word() == word)
    }
}

/// How many of each kind are left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    left: [u8; Allowed::ALL.len()],
}

impl Budget {
    /// With this many of a kind.
    #[must_use]
    pub fn with(mut self, allowed: Allowed, number: u8) -> Budget {
        self.left[allowed as usize] = number;
        self
    }

    pub fn left(&self, allowed: Allowed) -> u8 {
        self.left[allowed as usize]
    }

    pub(super) fn allows(&self, allowed: Allowed) -> bool {
        self.left(allowed) > 0
    }

    pub(super) fn spend(&mut self, allowed: Allowed) {
        let left = &mut self.left[allowed as usize];
        *left = left.saturating_sub(1);
    }

    /// The budget as one number.
    pub(super) fn number(&self) -> u64 {
        self.left.iter().fold(0, |number, left| number << 8 | u64::from(*left))
    }
}
