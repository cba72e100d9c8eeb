//! What stands in «Mine avtaler».

use borsklokka_shared::after_hammer::AfterHammer;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::deal::{Broker, Standing};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::ids::Seq;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::wire::CommandMessage;
use test_support::{one_way, posted, service};
use uuid::Uuid;

use super::*;
use crate::live::outbox::personal::Personal;
use crate::live::outbox::queue::{Errand, Place, Record, Refused};

const GIVER: ParticipantId = ParticipantId(Uuid::from_u128(1));
const RECEIVER: ParticipantId = ParticipantId(Uuid::from_u128(2));
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(50));

fn terms(text: &str) -> Terms {
    one_way(&[GIVER], &[RECEIVER], service(text))
}

fn deal(n: u32, device: DeviceId) -> Deal {
    Deal {
        id: DealId(Uuid::from_u128(u128::from(n))),
        broker: Broker {
            device,
            name: "Ingrid".to_owned(),
        },
        written_at: Instant::from_unix_ms(i64::from(n)),
        struck_at: None,
        ..posted(n, terms("Lån av stillas"))
    }
}

fn item(n: u128, command: &Command, stage: Stage) -> Item {
    raw(n, serde_json::to_value(command).unwrap()).at(stage)
}

fn raw(n: u128, command: serde_json::Value) -> Item {
    let record = Record {
        order: n as u64,
        errand: Errand::Command(CommandMessage {
            id: CommandId(Uuid::from_u128(n)),
            written_at: None,
            clock: ClockTrust::Estimated,
            epoch: None,
            command,
        }),
        refused: None,
        tried: false,
    };
    Item::of(record, Place::OnDisk)
}

fn walk_in() -> Command {
    Command::RegisterParticipant {
        participant: ParticipantEntry {
            id: GIVER,
            name: "Bakkerud Bygg".to_owned(),
            sector: Sector::Business,
            name_shown: NameShown::First,
            symbol: None,
            place: None,
        },
    }
}

fn post(n: u128) -> Command {
    Command::PostDeal {
        deal: DealId(Uuid::from_u128(n)),
        terms: terms("Padlekurs"),
        written_on: borsklokka_shared::command::WrittenOn::Tablet,
        broker: None,
    }
}

#[test]
fn what_waits_comes_before_what_the_server_has_and_the_newest_first() {
    let mut board = Board::empty(Audience::Staff);
    for (n, device) in [(3, DEVICE), (4, DEVICE), (5, DeviceId(Uuid::nil()))] {
        let deal = deal(n, device);
        board.deals.insert(deal.id, deal);
    }
    let items = [
        item(100, &walk_in(), Stage::Sending { since_ms: 0.0 }),
        item(101, &post(90), Stage::Waiting),
    ];
    let parties = parties(Some(&board), &items);
    let lines = lines(Some(&board), &items, &parties, Some(DEVICE), None);
    let shown: Vec<_> = lines
        .iter()
        .map(|line| (line.number, line.state.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (None, "kept"),
            (None, "sending"),
            (Some(4), "posted"),
            (Some(3), "posted")
        ]
    );
    assert_eq!(
        lines[0].givers[0].symbol, "BAKK",
        "a walk-in has a symbol at once"
    );
}

#[test]
fn what_asks_for_its_broker_comes_first() {
    let mut board = Board::empty(Audience::Staff);
    for n in [3, 4] {
        let mut deal = deal(n, DEVICE);
        if n == 3 {
            deal.standing = Standing::SentBack {
                remark: "Hvem tar første steg?".to_owned(),
            };
        }
        board.deals.insert(deal.id, deal);
    }
    let items = [item(101, &post(90), Stage::Waiting)];
    let lines = lines(Some(&board), &items, &[], Some(DEVICE), None);
    let shown: Vec<_> = lines.iter().map(|line| line.state.as_str()).collect();
    assert_eq!(shown, ["sent_back", "kept", "posted"]);
}

#[test]
fn what_was_sent_back_is_asked_for_until_it_is_open_in_the_form() {
    let mut board = Board::empty(Audience::Staff);
    for n in [3, 4, 5] {
        let deal = deal(n, DEVICE);
        board.deals.insert(deal.id, deal);
    }
    let [sent_back, changed] = [3, 4].map(|n| DealId(Uuid::from_u128(n)));
    if let Some(deal) = board.deals.get_mut(&sent_back) {
        deal.standing = Standing::SentBack {
            remark: "Hvem?".to_owned(),
        };
    }
    let note = AfterHammer {
        declined: Some(terms("Lån av stige")),
        remark: Some("Hvem?".to_owned()),
        ..AfterHammer::default()
    };
    board.after_hammer.insert(changed, note);
    let no = Refused {
        code: "not_allowed".to_owned(),
        message: "Nei.".to_owned(),
    };
    let items = [item(100, &post(90), Stage::Refused(no))];
    let lines = lines(Some(&board), &items, &[], Some(DEVICE), Some(Phase::Open));
    let shown: Vec<_> = lines.iter().map(|line| line.state.as_str()).collect();
    assert_eq!(shown, ["refused", "change_sent_back", "sent_back", "posted"]);
    // The deal of a change that was sent back stands.
    assert!(lines[1].state.can_be_signed());
    let asks = |draft: &Draft| -> Vec<_> {
        let asking = lines.iter().filter(|line| line.must_be_opened(draft));
        asking.map(|line| line.state.as_str()).collect()
    };
    assert_eq!(
        asks(&Draft::default()),
        ["refused", "change_sent_back", "sent_back"]
    );
    let of = |amends, mends| Draft::of(&terms("Lån av stige"), amends, mends);
    assert_eq!(asks(&of(Some(changed), None)), ["refused", "sent_back"]);
    assert_eq!(asks(&of(Some(sent_back), None)), ["refused", "change_sent_back"]);
    let refused = Some(CommandId(Uuid::from_u128(100)));
    assert_eq!(asks(&of(None, refused)), ["change_sent_back", "sent_back"]);
}

#[test]
fn a_deal_whose_answer_was_lost_is_shown_once() {
    let mut board = Board::empty(Audience::Staff);
    let known = deal(3, DEVICE);
    let id = known.id;
    board.deals.insert(id, known);
    let items = [item(100, &post(id.0.as_u128()), Stage::Accepted { seq: Seq(1) })];
    assert_eq!(lines(Some(&board), &items, &[], Some(DEVICE), None).len(), 1);
}

#[test]
fn a_refused_walk_in_can_not_be_chosen() {
    let no = Refused {
        code: "malformed".to_owned(),
        message: "Nei.".to_owned(),
    };
    let items = [item(100, &walk_in(), Stage::Refused(no))];
    assert_eq!(parties(None, &items), []);
    assert_eq!(lines(None, &items, &[], None, None)[0].state.why(), Some("Nei."));
}

#[test]
fn a_contact_is_a_line_only_once_it_was_refused() {
    let contact = |stage: Stage| {
        let participant = GIVER;
        let contact = Contact::of_line("Kari, 123");
        let record = Record {
            order: 1,
            errand: Errand::Personal(Personal {
                id: CommandId(Uuid::from_u128(9)),
                matter: Matter::Contact { participant, contact },
            }),
            refused: None,
            tried: false,
        };
        Item::of(record, Place::OnDisk).at(stage)
    };
    let shown = |stage: Stage| {
        lines(
            None,
            &[item(8, &walk_in(), Stage::Waiting), contact(stage)],
            &[],
            None,
            None,
        )
    };
    assert_eq!(shown(Stage::Waiting).len(), 1);
    let refused = Refused {
        code: "bad_phone".to_owned(),
        message: "Skriv nummeret.".to_owned(),
    };
    let shown = shown(Stage::Refused(refused));
    assert_eq!(shown[0].subject, Subject::Contact(CommandId(Uuid::from_u128(9))));
    assert_eq!(
        (&*shown[0].text, shown[0].state.why()),
        ("Kari, 123", Some("Skriv nummeret."))
    );
}

#[test]
fn a_withdrawal_that_waits_is_a_line_and_its_deal_offers_no_second_one() {
    let mut board = Board::empty(Audience::Staff);
    let known = deal(3, DEVICE);
    let id = known.id;
    board.deals.insert(id, known);
    let items = [item(100, &Command::WithdrawDeal { deal: id }, Stage::Waiting)];
    let shown = lines(Some(&board), &items, &[], Some(DEVICE), None);
    let seen: Vec<_> = shown
        .iter()
        .map(|line| (line.subject, line.number, &*line.text, line.is_turning))
        .collect();
    assert_eq!(
        seen,
        [
            (Subject::Withdrawal(id), Some(3), "Lån av stillas", false),
            (Subject::Deal(id), Some(3), "Lån av stillas", true),
        ]
    );
}

#[test]
fn what_this_version_does_not_know_is_shown_all_the_same() {
    let items = [
        raw(7, serde_json::json!({ "type": "of_tomorrow" })),
        item(8, &Command::FreezeTotals, Stage::Waiting),
    ];
    let shown = lines(None, &items, &[], None, None);
    let subjects: Vec<_> = shown.iter().map(|line| line.subject).collect();
    assert_eq!(
        subjects,
        [8, 7].map(|n| Subject::Other(CommandId(Uuid::from_u128(n))))
    );
}

#[test]
fn a_refusal_that_no_longer_holds_is_not_said() {
    let refused = |refusal: Refusal| Refused {
        code: refusal.code().to_owned(),
        message: "Nei.".to_owned(),
    };
    let of = |refusal: Refusal, phase| {
        let items = [item(100, &post(90), Stage::Refused(refused(refusal)))];
        let line = lines(None, &items, &[], None, Some(phase)).remove(0);
        assert!(line.state.asks_for_broker());
        assert_eq!(line.state.must_be_mended(), line.state != State::Due);
        (line.state.as_str(), line.state.why().map(str::to_owned))
    };
    let no = || Some("Nei.".to_owned());
    for (refusal, phase, expected) in [
        (Refusal::FloorNotOpen, Phase::Preparing, ("refused", no())),
        (Refusal::FloorNotOpen, Phase::Open, ("due", None)),
        (Refusal::FloorNotOpen, Phase::Closed, ("refused", no())),
        (Refusal::FloorClosed, Phase::Open, ("due", None)),
        (Refusal::NotAllowed, Phase::Open, ("refused", no())),
    ] {
        assert_eq!(of(refusal.clone(), phase), expected, "{refusal:?} {phase:?}");
    }
}

#[test]
fn a_change_that_waits_for_the_notary_is_seen_on_the_deal_itself() {
    let mut board = Board::empty(Audience::Staff);
    for n in [3, 4, 5] {
        let mut deal = deal(n, DEVICE);
        if n == 5 {
            deal.standing = Standing::Withdrawn {
                before: Box::new(Standing::Posted),
            };
        }
        let change = AfterHammer {
            proposed: (n != 4).then(|| terms("Lån av stige")),
            remark: (n == 4).then(|| "Hvem?".to_owned()),
            ..AfterHammer::default()
        };
        board.after_hammer.insert(deal.id, change);
        board.deals.insert(deal.id, deal);
    }
    let lines = lines(Some(&board), &[], &[], Some(DEVICE), Some(Phase::Open));
    let shown: Vec<_> = lines
        .iter()
        .map(|line| (line.state.as_str(), line.state.why()))
        .collect();
    assert_eq!(
        shown,
        [
            ("change_sent_back", Some("Hvem?")),
            ("withdrawn", None),
            ("change_waits", None),
        ]
    );
}
