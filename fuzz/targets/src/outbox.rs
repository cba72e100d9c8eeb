//! What a tablet reads from its own disk, and a desk from a file that a tablet saved.

use std::collections::BTreeSet;

use borsklokka_frontend::live::outbox::file::{self, Content, Unreadable as Why};
use borsklokka_frontend::live::outbox::queue::{
    Input, Item, Moment, Output, Place, Queue, Reading, Record, Unreadable,
};
use borsklokka_shared::ids::{CommandId, Seq};
use serde_json::Value;
use uuid::Uuid;

const EXCHANGE: &str = "drammen";

/// Nothing that lies on a disk or in a file is lost: what is read is read again from what is written, what is not read is shown and saved,
/// and nothing leaves the outbox of itself.
pub(crate) fn file(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(content) = file::read(EXCHANGE, text) {
        let items: Vec<Item> = content
            .records
            .iter()
            .map(|record| Item::of(record.clone(), Place::OnDisk))
            .collect();
        let (_, written) = file::write(EXCHANGE, &items, &[]);
        let again = file::read(EXCHANGE, &written).expect("a file that was written is read");
        assert_eq!(again.records.len(), content.records.len());
        assert_eq!(again.unreadable, 0);
        for (one, other) in content.records.iter().zip(&again.records) {
            assert_eq!((one.order, one.id()), (other.order, other.id()));
        }
    }
    // Each record of the file as it lies on the disk: under its own id, under another's, and as something else.
    let mut drawer = vec![("raw".to_owned(), text.to_owned())];
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let records = value.get("records").and_then(Value::as_array);
        for (n, record) in records.into_iter().flatten().enumerate() {
            let id = ["message", "personal"]
                .iter()
                .find_map(|errand| record.get(errand)?.get("id")?.as_str());
            drawer.push((id.map_or(format!("none {n}"), str::to_owned), record.to_string()));
        }
    }
    drawer.sort();
    drawer.dedup_by(|one, other| one.0 == other.0);
    lies_in(drawer);
}

/// What becomes of a drawer.
fn lies_in(drawer: Vec<(String, String)>) {
    let all = drawer.len();
    let reading = Reading::of(drawer, Vec::new());
    assert_eq!(
        reading.records.len() + reading.unreadable.len(),
        all,
        "a record was lost"
    );
    let items: Vec<Item> = reading
        .records
        .iter()
        .map(|record| Item::of(record.clone(), Place::OnDisk))
        .collect();
    let (_, written) = file::write(EXCHANGE, &items, &reading.unreadable);
    let content = match file::read(EXCHANGE, &written) {
        Ok(content) => content,
        Err(why @ (Why::OtherFile | Why::OtherExchange(_) | Why::Newer)) => {
            panic!("the file that the tablet saved cannot be read in: {why:?}")
        }
    };
    assert_kept(&content, &reading.records, &reading.unreadable);
    goes_nowhere_unasked(reading);
}

fn assert_kept(content: &Content, records: &[Record], unreadable: &[Unreadable]) {
    // What lay under another's key is unreadable there, and may be read out of the file.
    assert_eq!(
        content.records.len() + content.unreadable,
        records.len() + unreadable.len(),
        "the file has all"
    );
    for record in records {
        assert!(
            content.records.iter().any(|kept| kept.id() == record.id()),
            "{record:?}"
        );
    }
}

/// A queue that wakes with it and hears nothing forgets nothing.
fn goes_nowhere_unasked(reading: Reading) {
    let ids: BTreeSet<CommandId> = reading.records.iter().map(Record::id).collect();
    let unreadable = reading.unreadable.len();
    let mut queue = Queue::default();
    let mut inputs = vec![Input::Loaded(reading)];
    for local_ms in 0..20_u32 {
        let moment = Moment {
            local_ms: f64::from(local_ms) * 1_000.0,
            chance: 0.5,
            fresh: CommandId(Uuid::from_u128(u128::from(local_ms) + 1)),
            open: true,
            leads: true,
            reached: Seq(0),
        };
        inputs.push(Input::Tick);
        for input in std::mem::take(&mut inputs) {
            for output in queue.take(input, moment) {
                match output {
                    Output::Store(record) => inputs.push(Input::Stored(record.id())),
                    Output::Forget(key) => panic!("{key} was forgotten, and nobody said so"),
                    Output::Claim(_) | Output::Send(_) => {}
                }
            }
        }
    }
    let there: BTreeSet<CommandId> = queue.items().iter().map(|item| item.record.id()).collect();
    assert_eq!(there, ids, "a queue has what lay there");
    assert_eq!(queue.unreadable().len(), unreadable);
}
