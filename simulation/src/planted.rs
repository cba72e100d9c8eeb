//! Faults that are planted where the simulation joins the product, to see that they are found. None of them is in the product.

/// What is made to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Planted {
    /// The log says that a batch is committed before it is.
    VisibleBeforeCommit,
    /// The outbox is told that a command was accepted whose answer was lost.
    LostRetry,
    /// A client takes an event for the one that follows, whatever its `prev` says.
    SkippedPrev,
    /// A client says that its position is of the history that is there now.
    ResumeAcrossEpochs,
    /// The log lets a writer append that has not read what another wrote meanwhile.
    ConflictNotReread,
    /// The log reads what is staff's as everybody's.
    SecretInPublicFrame,
}
