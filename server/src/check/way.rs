//! What of a database cannot be read because of the way to it.

use crate::database::Fault;
use crate::log::LogError;

/// Whether it is the way to the database that is amiss, and nothing that lies there: what else there is cannot be read on it either.
pub(super) fn is_of_the_way(error: &LogError) -> bool {
    match error {
        LogError::Database(error) => matches!(
            Fault::of(error),
            Some(
                Fault::Away
                    | Fault::Refused
                    | Fault::Busy
                    | Fault::Moved
                    | Fault::Deleted
                    | Fault::Overwritten
                    | Fault::Parted
            )
        ),
        LogError::Event { .. } | LogError::Column { .. } | LogError::Erased | LogError::Lost => false,
    }
}
