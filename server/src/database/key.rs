//! The keys that decide between those who write the same at once: whoever comes later is told by the database.

/// What SQLite says of a key before it names its columns.
const TAKEN: &str = "UNIQUE constraint failed: ";

/// A key of a table that this program has made. One that somebody else added is none of these, nor one of a table that a trigger writes in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// What PostgreSQL calls it.
    constraint: &'static str,
    /// Its columns, as SQLite names them.
    columns: &'static str,
}

/// The position of an event in its log.
pub(crate) const POSITION: Key = Key {
    constraint: "events_pkey",
    columns: "events.exchange_id, events.seq",
};
/// The id of a command that was answered.
pub(crate) const COMMAND: Key = Key {
    constraint: "outcomes_pkey",
    columns: "outcomes.exchange_id, outcomes.command_id",
};
/// The address of an exchange.
pub(crate) const SLUG: Key = Key {
    constraint: "exchanges_slug_key",
    columns: "exchanges.slug",
};

impl Key {
    /// Whether a write failed for what has this key already.
    pub(crate) fn is_taken(self, error: &sqlx::Error) -> bool {
        let cause = error.as_database_error();
        let Some(cause) = cause.filter(|cause| cause.is_unique_violation()) else {
            return false;
        };
        match cause.constraint() {
            Some(constraint) => constraint == self.constraint,
            None => cause.message().strip_prefix(TAKEN) == Some(self.columns),
        }
    }
}
