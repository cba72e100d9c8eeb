//! Items of an outbox, for tests of what reads them.

use borsklokka_shared::command::Command;
use borsklokka_shared::decide::ClockTrust;
use uuid::Uuid;

use super::*;

/// An errand on the disk, the `n`th that was written.
pub fn item(n: u64, errand: impl FnOnce(CommandId) -> Errand) -> Item {
    let record = Record {
        order: n,
        errand: errand(CommandId(Uuid::from_u128(n.into()))),
        refused: None,
        tried: true,
    };
    Item::of(record, Place::OnDisk)
}

/// A command on the disk.
pub fn command(n: u64, command: &Command) -> Item {
    let command = serde_json::to_value(command).expect("a command has string keys only");
    item(n, |id| {
        Errand::Command(CommandMessage {
            id,
            written_at: None,
            clock: ClockTrust::Estimated,
            epoch: None,
            command,
        })
    })
}
