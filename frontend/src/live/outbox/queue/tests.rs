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
        epoch: None,
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
                terms: None,
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
        fresh: id(999),
        open: true,
        leads: true,
        reached: Seq(0),
    }
}

fn offline(local_ms: f64) -> Moment {
    Moment {
        open: false,
        ..at(local_ms)
    }
}

/// In a tab that does not send.
fn beside(local_ms: f64) -> Moment {
    Moment {
        leads: false,
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
    assert_eq!(queue.take(Input::Loaded(Reading::default()), at(0.0)), []);
    queue
}

fn forget(n: u128) -> Output {
    Output::Forget(id(n).to_string())
}

fn record(order: u64, n: u128) -> Record {
    Record {
        order,
        errand: errand(n),
        refused: None,
        tried: false,
    }
}

/// What the disk says when it holds these.
fn holding(records: &[Record]) -> Reading {
    Reading {
        records: records.to_vec(),
        ..Reading::default()
    }
}

fn claims(outputs: &[Output]) -> Vec<CommandId> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Claim(record) => {
                assert!(record.tried, "what is about to be sent is noted as that");
                Some(record.id())
            }
            Output::Send(_) | Output::Store(_) | Output::Forget(_) => None,
        })
        .collect()
}

/// Lets the disk say of what is about to be sent that it may go.
fn claimed(queue: &mut Queue, n: u128, moment: Moment) -> Vec<CommandId> {
    sends(&queue.take(Input::Claimed(id(n), Claim::Held), moment))
}

fn conditions(queue: &Queue) -> Vec<&'static str> {
    queue
        .items()
        .iter()
        .map(|item| item.condition().as_str())
        .collect()
}

fn sends(outputs: &[Output]) -> Vec<CommandId> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Send(errand) => Some(errand.id()),
            Output::Store(_) | Output::Claim(_) | Output::Forget(_) => None,
        })
        .collect()
}

/// Writes a command and lets the disk take it; the ids that were sent.
fn write(queue: &mut Queue, n: u128, moment: Moment) -> Vec<CommandId> {
    let mut outputs = queue.take(Input::Post(errand(n)), moment);
    assert!(matches!(&outputs[0], Output::Store(record) if record.id() == id(n)));
    outputs.extend(queue.take(Input::Stored(id(n)), moment));
    sends(&outputs)
}

#[test]
fn what_is_written_while_the_server_listens_goes_out_while_the_disk_writes() {
    let mut queue = loaded();
    let outputs = queue.take(Input::Post(errand(1)), at(0.0));
    assert!(
        matches!(&outputs[..], [Output::Store(record), Output::Send(sent)] if record.tried && *sent == errand(1)),
        "the disk first, noted as one that may have been sent: {outputs:?}"
    );
    assert_eq!(
        conditions(&queue),
        ["writing_and_sending"],
        "not said to be saved"
    );
    assert_eq!(queue.take(Input::Stored(id(1)), at(1.0)), []);
    assert_eq!(conditions(&queue), ["sending"]);
    // What the disk refuses meanwhile is only in memory, and says so.
    queue.take(Input::Post(errand(2)), at(2.0));
    queue.take(Input::NotStored(id(2), Fault::Full), at(3.0));
    let outputs = queue.take(Input::Answered(id(1), Answer::Accepted { seq: Seq(9) }), at(4.0));
    assert_eq!(outputs, [forget(1), Output::Send(errand(2))]);
    assert_eq!(conditions(&queue), ["sending", "sending_from_memory"]);
}

#[test]
fn an_answer_that_is_sooner_than_the_disk_is_no_word_of_the_disks() {
    let mut queue = loaded();
    queue.take(Input::Post(errand(1)), at(0.0));
    let outputs = queue.take(Input::Answered(id(1), Answer::Accepted { seq: Seq(1) }), at(1.0));
    assert_eq!(outputs, [forget(1)]);
    assert_eq!(conditions(&queue), ["writing_and_sending"]);
    queue.take(Input::Stored(id(1)), at(2.0));
    assert_eq!(conditions(&queue), ["sending"], "until the board shows it");
    // A line that is lost before either: from now on the disk has its time.
    queue.take(Input::Post(errand(2)), at(3.0));
    assert_eq!(queue.take(Input::Answered(id(2), Answer::Lost), offline(4.0)), []);
    assert_eq!(conditions(&queue), ["sending", "writing"]);
    assert_eq!(queue.take(Input::Tick, at(5.0)), []);
    assert_eq!(sends(&queue.take(Input::Stored(id(2)), at(6.0))), []);
    assert_eq!(claims(&queue.take(Input::Tick, at(7.0))), []);
}

#[test]
fn nothing_that_was_written_offline_is_sent_before_the_disk_has_it_or_has_had_its_time() {
    let mut queue = loaded();
    let outputs = queue.take(Input::Post(errand(1)), offline(0.0));
    assert!(matches!(&outputs[..], [Output::Store(_)]));
    assert_eq!(queue.take(Input::Tick, at(STORE_MS_MAX - 1.0)), []);
    assert_eq!(conditions(&queue), ["writing"]);
    let outputs = queue.take(Input::Stored(id(1)), at(STORE_MS_MAX - 1.0));
    assert_eq!((sends(&outputs), claims(&outputs)), (vec![], vec![id(1)]));
    assert_eq!(claimed(&mut queue, 1, at(STORE_MS_MAX)), [id(1)]);
}

#[test]
fn a_write_that_never_answers_holds_up_nobody_and_is_said() {
    let mut queue = loaded();
    queue.take(Input::Post(errand(1)), offline(0.0));
    queue.take(Input::Post(errand(2)), offline(1.0));
    assert_eq!(
        queue.take(Input::Stored(id(2)), at(2.0)),
        [],
        "not before the first"
    );
    assert_eq!(sends(&queue.take(Input::Tick, at(STORE_MS_MAX))), [id(1)]);
    assert_eq!(conditions(&queue), ["sending_from_memory", "kept"]);
    assert_eq!(queue.items()[0].at_risk(), Some(Fault::Silent));
    let outputs = queue.take(
        Input::Answered(id(1), Answer::Accepted { seq: Seq(0) }),
        at(STORE_MS_MAX + 1.0),
    );
    assert_eq!(outputs[0], forget(1));
    assert_eq!(claims(&outputs), [id(2)]);
    assert_eq!(queue.items().iter().find_map(Item::at_risk), None);
}

#[test]
fn a_browser_without_a_disk_sends_all_the_same_and_says_so() {
    let mut queue = loaded();
    queue.take(Input::Post(errand(1)), offline(0.0));
    queue.take(Input::NotStored(id(1), Fault::Full), offline(0.0));
    assert_eq!(queue.items()[0].condition(), Condition::OnlyInMemory(Fault::Full));
    assert_eq!(queue.items()[0].at_risk(), Some(Fault::Full));
    let sent = queue.take(Input::Tick, beside(1.0));
    assert_eq!(sends(&sent), [id(1)], "no other tab can send it");
    assert_eq!(
        queue.items()[0].condition(),
        Condition::SendingFromMemory(Fault::Full)
    );
}

#[test]
fn a_disk_that_was_taken_away_gets_everything_again() {
    let mut queue = loaded();
    write(&mut queue, 1, offline(0.0));
    write(&mut queue, 2, offline(1.0));
    assert_eq!(conditions(&queue), ["kept", "kept"]);
    queue.take(Input::DiskLost(Fault::Lost), offline(2.0));
    assert_eq!(conditions(&queue), ["in_memory", "in_memory"]);
    let outputs = queue.take(Input::Loaded(Reading::default()), offline(3.0));
    let stored: Vec<_> = outputs
        .iter()
        .map(|output| match output {
            Output::Store(record) => record.id(),
            other => panic!("only stores: {other:?}"),
        })
        .collect();
    assert_eq!(stored, [id(1), id(2)]);
    queue.take(Input::Stored(id(1)), offline(4.0));
    assert_eq!(conditions(&queue), ["kept", "in_memory"]);
    // It may never answer: it is asked again, and then again.
    for now_ms in [3.0 + STORE_AGAIN_MS, 4.0 + 2.0 * STORE_AGAIN_MS] {
        let outputs = queue.take(Input::Tick, offline(now_ms));
        assert!(matches!(&outputs[..], [Output::Store(record)] if record.id() == id(2)));
    }
}

#[test]
fn what_a_disk_lost_without_a_word_is_stored_again_and_never_dropped() {
    let mut queue = loaded();
    write(&mut queue, 1, offline(0.0));
    let outputs = queue.take(Input::Loaded(Reading::default()), offline(1.0));
    assert!(matches!(&outputs[..], [Output::Store(record)] if record.id() == id(1)));
    assert_eq!(conditions(&queue), ["in_memory"]);
}

#[test]
fn what_was_deleted_here_does_not_come_back_from_a_disk_that_did_not_hear_of_it() {
    let mut queue = loaded();
    write(&mut queue, 1, offline(0.0));
    queue.take(Input::DiskLost(Fault::Lost), offline(1.0));
    queue.take(Input::Delete(id(1)), offline(2.0));
    let outputs = queue.take(Input::Loaded(holding(&[record(0, 1)])), at(3.0));
    assert_eq!(outputs, [forget(1)]);
    assert_eq!(queue.items(), []);
}

#[test]
fn of_two_tabs_one_sends_and_both_show_the_same() {
    let mut leader = loaded();
    let mut other = loaded();
    write(&mut leader, 1, offline(0.0));
    write(&mut leader, 2, offline(0.0));
    let kept = holding(&[record(0, 1), record(1, 2)]);
    assert_eq!(other.take(Input::Loaded(kept.clone()), beside(1.0)), []);
    assert_eq!(conditions(&other), conditions(&leader));
    // The other deletes one; the leader reads the disk, which says so.
    assert_eq!(other.take(Input::Delete(id(1)), beside(2.0)), [forget(1)]);
    let reading = Reading {
        gone: BTreeSet::from([id(1)]),
        ..holding(&[record(1, 2)])
    };
    let outputs = leader.take(Input::Loaded(reading), at(3.0));
    assert_eq!((sends(&outputs), claims(&outputs)), (vec![], vec![id(2)]));
    assert_eq!(leader.items().len(), 1);
    assert_eq!(other.take(Input::Tick, beside(60_000.0)), [], "not its turn");
}

#[test]
fn a_tab_that_slept_asks_the_disk_before_it_sends() {
    let mut queue = loaded();
    write(&mut queue, 1, offline(0.0));
    write(&mut queue, 2, offline(0.0));
    assert_eq!(claims(&queue.take(Input::Tick, at(90_000.0))), [id(1)]);
    assert_eq!(queue.take(Input::Tick, at(90_001.0)), [], "until it has answered");
    let outputs = queue.take(Input::Claimed(id(1), Claim::Gone), at(90_002.0));
    assert_eq!((sends(&outputs), claims(&outputs)), (vec![], vec![id(2)]));
    assert_eq!(claimed(&mut queue, 2, at(90_003.0)), [id(2)]);
    // A disk that does not answer holds up nobody either.
    let mut queue = loaded();
    write(&mut queue, 1, offline(0.0));
    assert_eq!(claims(&queue.take(Input::Tick, at(1.0))), [id(1)]);
    assert_eq!(sends(&queue.take(Input::Tick, at(1.0 + STORE_MS_MAX))), [id(1)]);
}

#[test]
fn what_a_newer_version_has_in_another_tab_is_not_sent_from_here() {
    let mut queue = loaded();
    write(&mut queue, 1, offline(0.0));
    queue.take(Input::Post(errand(2)), offline(1.0));
    let away = Moment {
        leads: false,
        ..offline(2.0)
    };
    queue.take(Input::DiskLost(Fault::Newer), away);
    assert_eq!(conditions(&queue), ["kept", "in_memory"]);
    assert_eq!(sends(&queue.take(Input::Tick, beside(3.0))), [id(2)]);
}

#[test]
fn what_cannot_be_read_is_kept_and_holds_up_nobody() {
    let known = record(3, 1);
    let text = |record: &Record| serde_json::to_string(record).unwrap();
    let texts = vec![
        ("7".to_owned(), r#"{"order":1,"of_tomorrow":{}}"#.to_owned()),
        (id(1).to_string(), text(&known)),
        ("8".to_owned(), "no JSON".to_owned()),
        ("9".to_owned(), text(&record(4, 2))),
    ];
    let reading = Reading::of(texts, [id(5).to_string(), "9".to_owned()]);
    assert_eq!(reading.records, [known]);
    assert_eq!(reading.gone, BTreeSet::from([id(5)]));
    let keys = |queue: &Queue| -> Vec<String> {
        queue
            .unreadable()
            .iter()
            .map(|unreadable| unreadable.key.clone())
            .collect()
    };
    let mut queue = Queue::default();
    let outputs = queue.take(Input::Loaded(reading.clone()), at(0.0));
    assert_eq!(claims(&outputs), [id(1)]);
    assert_eq!(keys(&queue), ["7", "8", "9"]);
    // Only its broker's own hand takes it away.
    let outputs = queue.take(Input::DeleteUnreadable("8".to_owned()), at(1.0));
    assert_eq!(outputs, [Output::Forget("8".to_owned())]);
    queue.take(Input::Loaded(reading), at(2.0));
    assert_eq!(keys(&queue), ["7", "9"]);
}

#[test]
fn what_the_disk_did_not_take_away_it_is_asked_for_again() {
    let mut queue = loaded();
    write(&mut queue, 1, at(0.0));
    let accepted = Input::Answered(id(1), Answer::Accepted { seq: Seq(7) });
    assert_eq!(queue.take(accepted, at(1.0)), [forget(1)]);
    // Until it has, another tab shows the deal as one that waits.
    for again in [1.0, 2.0] {
        let silent = Input::NotForgotten(id(1).to_string(), Fault::Silent);
        let now_ms = again * STORE_AGAIN_MS;
        assert_eq!(queue.take(silent, at(now_ms)), []);
        assert_eq!(queue.take(Input::Tick, at(now_ms + STORE_AGAIN_MS - 1.0)), []);
        assert_eq!(queue.take(Input::Tick, at(now_ms + STORE_AGAIN_MS)), [forget(1)]);
    }
    let absent = Input::NotForgotten(id(1).to_string(), Fault::Absent);
    queue.take(absent, at(20_000.0));
    assert_eq!(queue.take(Input::Tick, at(40_000.0)), [], "nothing lies there");
}

#[test]
fn one_at_a_time_in_the_order_of_writing() {
    let mut queue = loaded();
    assert_eq!(write(&mut queue, 1, offline(0.0)), []);
    assert_eq!(write(&mut queue, 2, offline(1.0)), []);
    assert_eq!(claims(&queue.take(Input::Tick, at(2.0))), [id(1)]);
    assert_eq!(claimed(&mut queue, 1, at(2.0)), [id(1)]);
    assert_eq!(queue.take(Input::Tick, at(3.0)), []);
    let accepted = Input::Answered(id(1), Answer::Accepted { seq: Seq(7) });
    let outputs = queue.take(accepted, at(4.0));
    assert_eq!(outputs[0], forget(1));
    assert_eq!(claims(&outputs), [id(2)]);
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
    assert_eq!(claims(&queue.take(Input::Tick, at(20.0))), [id(1)]);
    assert_eq!(claimed(&mut queue, 1, at(20.0)), [id(1)]);
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
        assert_eq!(claims(&queue.take(Input::Tick, at(now_ms))), [id(1)]);
        assert_eq!(claimed(&mut queue, 1, at(now_ms)), [id(1)]);
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
    assert_eq!(queue.take(Input::Delete(id(1)), at(2.0)), [forget(1)]);
    assert_eq!(queue.items().len(), 1);
}

#[test]
fn after_a_reload_the_order_holds_and_refusals_are_remembered() {
    let no = Refused {
        code: "same_sides".to_owned(),
        message: "Nei.".to_owned(),
    };
    let mut queue = Queue::default();
    assert_eq!(
        queue.take(Input::Post(errand(4)), offline(0.0)),
        [],
        "the disk is not open yet"
    );
    let no_record = Record {
        refused: Some(no.clone()),
        ..record(5, 1)
    };
    let on_disk = holding(&[record(9, 3), no_record, record(7, 2)]);
    let outputs = queue.take(Input::Loaded(on_disk), at(1.0));
    assert_eq!(outputs[0], Output::Store(record(10, 4)));
    assert_eq!(claims(&outputs), [id(2)]);
    let stages: Vec<_> = queue
        .items()
        .iter()
        .map(|item| (item.record.id(), item.stage.clone()))
        .collect();
    assert_eq!(
        stages,
        [
            (id(1), Stage::Refused(no)),
            (id(2), Stage::Claiming { since_ms: 1.0 }),
            (id(3), Stage::Waiting),
            (id(4), Stage::Waiting),
        ]
    );
    assert_eq!(conditions(&queue), ["refused", "kept", "kept", "writing"]);
}

#[test]
fn a_disk_that_cannot_be_read_at_first_is_taken_over_once_it_can() {
    let mut queue = Queue::default();
    queue.take(Input::Post(errand(4)), at(0.0));
    let outputs = queue.take(Input::NotLoaded(Fault::Silent), at(1.0));
    assert_eq!(sends(&outputs), [id(4)]);
    let outputs = queue.take(Input::Loaded(holding(&[record(5, 1)])), offline(2.0));
    assert!(matches!(&outputs[..], [Output::Store(record)] if (record.id(), record.order) == (id(4), 6)));
    assert_eq!(queue.items().len(), 2);
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
    for tried in [false, true] {
        let record = Record {
            tried,
            ..record(3, 1)
        };
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
    }
}

#[test]
fn what_surely_was_not_sent_is_corrected_in_its_place() {
    let with_terms = |n: u128, terms: u32| {
        let Errand::Command(mut message) = errand(n) else {
            panic!("a command")
        };
        message.command["terms"] = terms.into();
        Errand::Command(message)
    };
    let mut queue = loaded();
    queue.take(Input::Post(with_terms(1, 7)), offline(0.0));
    queue.take(Input::Stored(id(1)), offline(0.0));
    assert!(queue.items()[0].can_be_corrected(true));
    assert!(
        !queue.items()[0].can_be_corrected(false),
        "another tab may be sending it"
    );
    let outputs = queue.take(Input::Correct(id(1), 8.into()), offline(1.0));
    let corrected = with_terms(1, 8);
    assert!(matches!(&outputs[..], [Output::Store(record)] if record.errand == corrected && !record.tried));
    queue.take(Input::Tick, at(2.0));
    assert_eq!(claimed(&mut queue, 1, at(2.0)), [id(1)]);
    queue.take(Input::Answered(id(1), Answer::Lost), offline(3.0));
    assert!(!queue.items()[0].can_be_corrected(true), "the server may have it");
    assert_eq!(queue.take(Input::Correct(id(1), 9.into()), offline(4.0)), []);
    // What an earlier version kept may have been sent.
    let earlier = r#"{"order":3,"message":{"id":"00000000-0000-0000-0000-000000000001","command":{"type":"post_deal"}}}"#;
    assert!(serde_json::from_str::<Record>(earlier).unwrap().tried);
}

#[test]
fn an_id_that_is_somebody_elses_is_changed_once() {
    let mut queue = loaded();
    write(&mut queue, 1, at(0.0));
    let outputs = queue.take(Input::Answered(id(1), refused("id_reused")), at(1.0));
    assert!(matches!(&outputs[0], Output::Store(record) if record.id() == id(999)));
    assert_eq!(outputs[1], forget(1));
    assert_eq!(sends(&outputs), [id(999)]);
    assert_eq!(queue.take(Input::Stored(id(999)), at(2.0)), []);
    queue.take(Input::Answered(id(999), refused("id_reused")), at(3.0));
    assert_eq!(conditions(&queue), ["refused"]);
}

/// A change of a deal that waits or is there.
fn amendment(n: u128, of: u128) -> Errand {
    Errand::Command(CommandMessage {
        id: id(n),
        written_at: None,
        clock: ClockTrust::Estimated,
        epoch: None,
        command: serde_json::json!({ "type": "amend_deal", "deal": deal(of) }),
    })
}

#[test]
fn what_waits_here_is_what_a_correction_is_of_until_the_board_shows_it() {
    let brings = |queue: &Queue, n| queue.items().iter().any(|item| item.brings(deal(n)));
    let mut queue = loaded();
    assert!(
        queue.lacks(deal(1)) && !Queue::default().lacks(deal(1)),
        "nobody has looked"
    );
    // A change of a deal that the board has.
    queue.take(Input::Post(amendment(2, 1)), at(0.0));
    assert!(brings(&queue, 1) && !brings(&queue, 3));
    assert!(queue.lacks(deal(1)), "it is on the board");
    queue.take(Input::Answered(id(2), Answer::Accepted { seq: Seq(5) }), at(1.0));
    assert!(brings(&queue, 1), "the board does not show it yet");
    queue.take(
        Input::Tick,
        Moment {
            reached: Seq(5),
            ..at(2.0)
        },
    );
    assert!(!brings(&queue, 1));
    // One that was refused is not in anything.
    queue.take(Input::Post(amendment(3, 1)), at(3.0));
    queue.take(Input::Answered(id(3), refused("changed_meanwhile")), at(4.0));
    assert!(!brings(&queue, 1));
    // A deal is brought by what posts it.
    write(&mut queue, 4, offline(5.0));
    assert!(brings(&queue, 4) && !queue.lacks(deal(4)));
}

#[test]
fn nothing_is_corrected_in_its_place_under_a_correction_that_follows_it() {
    let mut queue = loaded();
    write(&mut queue, 1, offline(0.0));
    assert_eq!(queue.to_correct(deal(1), true), Some(id(1)));
    assert_eq!(
        queue.to_correct(deal(1), false),
        None,
        "another tab may be sending it"
    );
    queue.take(Input::Post(amendment(2, 1)), offline(1.0));
    assert_eq!(queue.to_correct(deal(1), true), None);
}

#[test]
fn a_change_waits_for_a_deal_that_was_refused_and_goes_with_it() {
    let mut queue = loaded();
    write(&mut queue, 1, at(0.0));
    queue.take(Input::Post(amendment(2, 1)), at(0.0));
    queue.take(Input::Stored(id(2)), at(0.0));
    let outputs = queue.take(Input::Answered(id(1), refused("floor_closed")), at(1.0));
    assert_eq!((sends(&outputs), claims(&outputs)), (vec![], vec![]));
    let outputs = queue.take(Input::Post(amendment(3, 7)), at(1.0));
    assert_eq!(sends(&outputs), [id(3)], "another deal's goes");
    assert_eq!(queue.take(Input::Delete(id(1)), at(2.0)), [forget(1), forget(2)]);
}

#[test]
fn what_is_personal_and_does_not_get_through_holds_up_no_deal() {
    let mut queue = loaded();
    for n in [1, 2] {
        queue.take(Input::Post(signature(n, 70 + n)), at(0.0));
        queue.take(Input::Stored(id(n)), at(0.0));
    }
    assert_eq!(queue.items()[0].condition(), Condition::Sending);
    assert_eq!(write(&mut queue, 3, at(0.0)), [id(3)]);
    // A proxy answers for the server: the next one is tried, and this one later.
    let outputs = queue.take(Input::Answered(id(1), refused("unavailable")), at(1.0));
    assert_eq!((sends(&outputs), claims(&outputs)), (vec![id(2)], vec![]));
    queue.take(Input::Answered(id(2), refused("unavailable")), at(2.0));
    assert_eq!(conditions(&queue), ["kept", "kept", "sending"]);
    assert_eq!(claims(&queue.take(Input::Tick, at(751.0))), [id(1)]);
}

#[test]
fn a_signature_waits_for_its_deal_and_goes_with_it() {
    let mut queue = loaded();
    let outputs = queue.take(Input::Post(errand(1)), at(0.0));
    assert_eq!(sends(&outputs), [id(1)]);
    for errand in [signature(2, 1), amendment(3, 1), signature(4, 1)] {
        assert_eq!(sends(&queue.take(Input::Post(errand), at(0.0))), []);
    }
    for n in 1..=4 {
        assert_eq!(queue.take(Input::Stored(id(n)), at(0.0)), []);
    }
    // The deal is refused: there is nothing to sign, until its broker has decided.
    let mut refusing = loaded();
    write(&mut refusing, 1, at(0.0));
    refusing.take(Input::Post(signature(2, 1)), at(0.0));
    refusing.take(Input::Stored(id(2)), at(0.0));
    let outputs = refusing.take(Input::Answered(id(1), refused("floor_closed")), at(1.0));
    assert_eq!((sends(&outputs), claims(&outputs)), (vec![], vec![]));
    assert_eq!(
        refusing.take(Input::Delete(id(1)), at(3.0)),
        [forget(1), forget(2)]
    );
    // It is there: what was signed before the change goes with it, what was signed after it waits.
    let accepted = |n| Input::Answered(id(n), Answer::Accepted { seq: Seq(0) });
    assert_eq!(sends(&queue.take(accepted(1), at(1.0))), [id(3), id(2)]);
    queue.take(accepted(2), at(2.0));
    assert_eq!(sends(&queue.take(accepted(3), at(3.0))), [id(4)]);
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
        tried: true,
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
        assert_eq!(claims(&queue.take(Input::Tick, at(2.0))), [id(1)]);
        assert_eq!(claimed(&mut queue, 1, at(2.0)), [id(1)]);
    }
}

#[test]
fn what_the_server_has_already_leaves_the_outbox() {
    let mut queue = loaded();
    queue.take(Input::Post(errand(1)), at(0.0));
    queue.take(Input::Stored(id(1)), at(0.0));
    let outputs = queue.take(Input::Answered(id(1), refused("already_exists")), at(1.0));
    assert_eq!(outputs, [forget(1)]);
    assert_eq!(queue.items(), []);
}

/// Two people typed in the same sheet: what the second one wrote is not lost because the first one's is there.
#[test]
fn a_sheet_of_paper_that_somebody_else_typed_in_first_is_kept() {
    let mut queue = loaded();
    let mut errand = errand(1);
    if let Errand::Command(message) = &mut errand {
        let sheet = PaperSheet::first(7).deal();
        message.command = serde_json::json!({ "type": "post_deal", "deal": sheet });
    }
    queue.take(Input::Post(errand), at(0.0));
    queue.take(Input::Stored(id(1)), at(0.0));
    queue.take(Input::Answered(id(1), refused("already_exists")), at(1.0));
    assert_eq!(conditions(&queue), ["refused"]);
}
