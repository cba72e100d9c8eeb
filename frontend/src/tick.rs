//! What the notary looks over and ticks off before the hammer falls.

/// A point to look over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotaryTick {
    /// Who gives and who receives.
    Parties,
    /// What is agreed.
    Service,
    /// Who moves first.
    FirstStep,
    /// When all is done.
    Deadline,
}

impl NotaryTick {
    /// In the order in which they are read.
    pub const ALL: [Self; 4] = [
        NotaryTick::Parties,
        NotaryTick::Service,
        NotaryTick::FirstStep,
        NotaryTick::Deadline,
    ];

    /// Its name in tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            NotaryTick::Parties => "parties",
            NotaryTick::Service => "service",
            NotaryTick::FirstStep => "first_step",
            NotaryTick::Deadline => "deadline",
        }
    }
}
