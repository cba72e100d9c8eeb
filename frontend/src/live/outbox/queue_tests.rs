//! The outbox, driven by hand.

use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::instant::Instant;
use uuid::Uuid;

use super::*;
use crate::live::outbox::personal::{Matter, Signature};

fn errand(n: u128) -> Errand {
    Errand::Command(CommandMessage {
        id: id(n),
        written_at: Some(Instant::from_unix_ms(1_000 + n as i64)),
        clock: ClockTrust::Estimated,
        command: serde_json::json!({ "type": "post_deal", "deal": deal(n), "n": n as u64 }),
    })
}

fn deal(n: u128) -> DealId {
    DealId(Uuid::from_u128(n))
}

/// A signature, of which the outbox calls it `n`, under the deal `of`.
fn signature(n: u128, of: u128) -> Errand {
    Errand::Personal(Personal {
        id: id(n),
        matter: Matter::Signature {
            deal: deal(of),
            participant: ParticipantId(Uuid::from_u128(9)),
            signature: Signature {
                name: "Kari".to_owned(),
                strokes: vec![vec![[1, 2], [3, 4]]],
            },
        },
    })
}

fn id(n: u128) -> CommandId {
    CommandId(Uuid::from_u128(n))
}

fn at(local_ms: f64) -> Moment {
    Moment {
        local_ms,
        chance: 0.5,
        open: true,
        reached: Seq(0),
    }
}

fn offline(local_ms: f64) -> Moment {
    Moment {
        open: false,
        ..at(local_ms)
    }
}

fn refused(code: &str) -> Answer {
    Answer::Refused {
        code: code.to_owned(),
        message: "Nei.".to_owned(),
    }
}

/// A queue whose disk is empty.
fn loaded() -> Queue {
    let mut queue = Queue::default();
    assert_eq!(queue.take(Input::Loaded(Vec::new()), at(0.0)), []);
    queue
}

fn sends(outputs: &[Output]) -> Vec<CommandId> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Send(errand) => Some(errand.id()),
            Output::Store(_) | Output::Forget(_) => None,
        })
        .collect()
}

/// Writes a command and lets the disk take it; the ids that were sent.
fn write(queue: &mut Queue, n: u128, moment: Moment) -> Vec<CommandId> {
    let outputs = queue.take(Input::Post(errand(n)), moment);
    assert!(matches!(&outputs[..], [Output::Store(record)] if record.id() == id(n)));
    sends(&queue.take(Input::Stored(id(n)), moment))
}

#[test]
fn nothing_is_sent_before_the_disk_has_it() {
    let mut queue = loaded();
    let outputs = queue.take(Input::Post(errand(1)), at(0.0));
    assert!(matches!(&outputs[..], [Output::Store(_)]));
    assert_eq!(queue.take(Input::Tick, at(9_000.0)), []);
    assert_eq!(
        queue.take(Input::Stored(id(1)), at(9_000.0)),
        [Output::Send(errand(1))]
    );
}

#[test]
fn a_browser_without_a_disk_sends_all_the_same_and_says_so() {
    let mut queue = loaded();
    queue.take(Input::Post(errand(1)), at(0.0));
    assert_eq!(sends(&queue.take(Input::NotStored(id(1)), at(0.0))), [id(1)]);
    assert!(!queue.items()[0].durable);
}

#[test]
fn one_at_a_time_in_the_order_of_writing() {
    let mut queue = loaded();
    assert_eq!(write(&mut queue, 1, offline(0.0)), []);
    assert_eq!(write(&mut queue, 2, offline(1.0)), []);
    assert_eq!(sends(&queue.take(Input::Tick, at(2.0))), [id(1)]);
    assert_eq!(queue.take(Input::Tick, at(3.0)), []);
    let accepted = Input::Answered(id(1), Answer::Accepted { seq: Seq(7) });
    assert_eq!(
        queue.take(accepted, at(4.0)),
        [Output::Forget(id(1)), Output::Send(errand(2))]
    );
    assert_eq!(queue.items()[0].stage, Stage::Accepted { seq: Seq(7) });
    let shown = Moment {
        reached: Seq(7),
        ..at(5.0)
    };
    queue.take(Input::Tick, shown);
    assert_eq!(queue.items().len(), 1);
}

#[test]
fn what_was_lost_is_sent_again_with_the_same_id() {
    let mut queue = loaded();
    assert_eq!(write(&mut queue, 1, at(0.0)), [id(1)]);
    assert_eq!(
        queue.take(Input::Answered(id(1), Answer::Lost), offline(10.0)),
        []
    );
    assert_eq!(queue.take(Input::Tick, at(20.0)), [Output::Send(errand(1))]);
    assert_eq!(queue.take(Input::Tick, at(20.0 + ANSWER_MS_MAX - 1.0)), []);
    assert_eq!(
        queue.take(Input::Tick, at(20.0 + ANSWER_MS_MAX)),
        [Output::Send(errand(1))]
    );
}

#[test]
fn a_server_that_cannot_save_is_asked_again_ever_more_slowly() {
    let mut queue = loaded();
    write(&mut queue, 1, at(0.0));
    let mut now_ms = 0.0;
    for wait_ms in [750.0, 1_500.0, 3_000.0, 6_000.0, 12_000.0, 22_500.0, 22_500.0] {
        assert_eq!(
            queue.take(Input::Answered(id(1), refused("unavailable")), at(now_ms)),
            []
        );
        assert_eq!(queue.take(Input::Tick, at(now_ms + wait_ms - 1.0)), []);
        now_ms += wait_ms;
        assert_eq!(sends(&queue.take(Input::Tick, at(now_ms))), [id(1)]);
    }
}

#[test]
fn a_refused_deal_waits_for_its_broker_and_holds_up_nobody() {
    let mut queue = loaded();
    write(&mut queue, 1, at(0.0));
    write(&mut queue, 2, at(0.0));
    let outputs = queue.take(Input::Answered(id(1), refused("floor_closed")), at(1.0));
    let [Output::Store(record), Output::Send(next)] = &outputs[..] else {
        panic!("stores the refusal and goes on: {outputs:?}");
    };
    assert_eq!(
        record.refused.as_ref().map(|refused| &*refused.code),
        Some("floor_closed")
    );
    assert_eq!(next.id(), id(2));
    assert_eq!(queue.take(Input::Delete(id(1)), at(2.0)), [Output::Forget(id(1))]);
    assert_eq!(queue.items().len(), 1);
}

#[test]
fn after_a_reload_the_order_holds_and_refusals_are_remembered() {
    let record = |order, n, refused| Record {
        order,
        errand: errand(n),
        refused,
    };
    let no = Refused {
        code: "same_sides".to_owned(),
        message: "Nei.".to_owned(),
    };
    let mut queue = Queue::default();
    assert_eq!(
        queue.take(Input::Post(errand(4)), at(0.0)),
        [],
        "the disk is not open yet"
    );
    let on_disk = vec![
        record(9, 3, None),
        record(5, 1, Some(no.clone())),
        record(7, 2, None),
    ];
    let outputs = queue.take(Input::Loaded(on_disk), at(1.0));
    assert_eq!(
        outputs,
        [Output::Store(record(10, 4, None)), Output::Send(errand(2))]
    );
    let stages: Vec<_> = queue
        .items()
        .iter()
        .map(|item| (item.record.id(), item.stage.clone()))
        .collect();
    assert_eq!(
        stages,
        [
            (id(1), Stage::Refused(no)),
            (id(2), Stage::Sending { since_ms: 1.0 }),
            (id(3), Stage::Waiting),
            (id(4), Stage::Storing),
        ]
    );
}

#[test]
fn an_answer_to_a_deleted_deal_changes_nothing() {
    let mut queue = loaded();
    write(&mut queue, 1, at(0.0));
    queue.take(Input::Delete(id(1)), at(1.0));
    assert_eq!(
        queue.take(Input::Answered(id(1), Answer::Accepted { seq: Seq(3) }), at(2.0)),
        []
    );
}

#[test]
fn a_record_is_read_back_as_it_was_written() {
    let record = Record {
        order: 3,
        errand: errand(1),
        refused: None,
    };
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
}

#[test]
fn a_signature_waits_for_its_deal_and_goes_with_it() {
    let mut queue = loaded();
    queue.take(Input::Post(errand(1)), at(0.0));
    queue.take(Input::Post(signature(2, 1)), at(0.0));
    queue.take(Input::Stored(id(2)), at(0.0));
    assert_eq!(sends(&queue.take(Input::Stored(id(1)), at(0.0))), [id(1)]);
    // The deal is refused: there is nothing to sign, until its broker has decided.
    let outputs = queue.take(Input::Answered(id(1), refused("floor_closed")), at(1.0));
    assert_eq!(sends(&outputs), []);
    queue.take(Input::Post(signature(3, 7)), at(2.0));
    assert_eq!(
        sends(&queue.take(Input::Stored(id(3)), at(2.0))),
        [id(3)],
        "another deal's goes"
    );
    let outputs = queue.take(Input::Delete(id(1)), at(3.0));
    assert_eq!(outputs, [Output::Forget(id(1)), Output::Forget(id(2))]);
}

#[test]
fn what_an_earlier_version_kept_is_read() {
    let text = r#"{"order":3,"message":{"id":"00000000-0000-0000-0000-000000000001","written_at":"2026-11-26T17:00:00Z","command":{"type":"post_deal"}}}"#;
    let record: Record = serde_json::from_str(text).unwrap();
    assert_eq!((record.order, record.id(), record.refused), (3, id(1), None));
    let personal = Record {
        order: 4,
        errand: signature(2, 1),
        refused: None,
    };
    let text = serde_json::to_string(&personal).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), personal);
}

#[test]
fn a_lost_line_is_not_tried_at_once() {
    let mut queue = loaded();
    queue.take(Input::Post(errand(1)), at(0.0));
    queue.take(Input::Stored(id(1)), at(0.0));
    for answer in [Answer::Lost, Answer::NotSent] {
        assert_eq!(queue.take(Input::Answered(id(1), answer), at(1.0)), []);
        assert_eq!(sends(&queue.take(Input::Tick, at(2.0))), [id(1)]);
    }
}

#[test]
fn what_the_server_has_already_leaves_the_outbox() {
    let mut queue = loaded();
    queue.take(Input::Post(errand(1)), at(0.0));
    queue.take(Input::Stored(id(1)), at(0.0));
    let outputs = queue.take(Input::Answered(id(1), refused("already_exists")), at(1.0));
    assert_eq!(outputs, [Output::Forget(id(1))]);
    assert_eq!(queue.items(), []);
}
