//! Who has signed, as the agreement shows it.

use borsklokka_shared::command::WrittenOn;
use borsklokka_shared::ids::Seq;
use test_support::{one_way, service};
use uuid::Uuid;

use super::*;
use crate::live::outbox::personal::Personal;
use crate::live::outbox::queue::{Refused, example};

const DEAL: DealId = DealId(Uuid::from_u128(1));
const KARI: ParticipantId = ParticipantId(Uuid::from_u128(2));
const OLA: ParticipantId = ParticipantId(Uuid::from_u128(3));

fn terms(text: &str) -> Terms {
    one_way(&[KARI], &[OLA], service(text))
}

fn command(n: u64, command: &Command, stage: Stage) -> Item {
    example::command(n, command).at(stage)
}

fn post(n: u64, text: &str, stage: Stage) -> Item {
    let written = Command::PostDeal {
        deal: DEAL,
        terms: terms(text),
        written_on: WrittenOn::Tablet,
        broker: None,
    };
    command(n, &written, stage)
}

fn amend(n: u64, text: &str, stage: Stage) -> Item {
    let written = Command::AmendDeal {
        deal: DEAL,
        terms: terms(text),
        expected: None,
    };
    command(n, &written, stage)
}

fn sign(n: u64, participant: ParticipantId, name: &str, under: &str, stage: Stage) -> Item {
    let signature = Signature {
        name: name.to_owned(),
        strokes: vec![vec![[1, 2]]],
        terms: Some(Box::new(terms(under))),
    };
    let matter = Matter::Signature {
        deal: DEAL,
        participant,
        signature,
    };
    example::item(n, |id| Errand::Personal(Personal { id, matter })).at(stage)
}

fn refused(message: &str) -> Stage {
    Stage::Refused(Refused {
        code: "no".to_owned(),
        message: message.to_owned(),
    })
}

fn there(participant: ParticipantId, name: &str, stale: bool) -> Signatory {
    Signatory {
        participant,
        name: name.to_owned(),
        signed_at: Instant::from_unix_ms(5),
        stale,
    }
}

#[test]
fn the_last_that_was_written_here_is_what_is_signed() {
    for (items, expected) in [
        (vec![], None),
        (vec![post(1, "Maling", Stage::Waiting)], Some("Maling")),
        (vec![post(1, "Maling", refused("Nei."))], None),
        (
            vec![
                post(1, "Maling", Stage::Waiting),
                amend(2, "Snekring", Stage::Waiting),
            ],
            Some("Snekring"),
        ),
        (
            vec![
                amend(2, "Snekring", refused("Nei.")),
                amend(3, "Sang", Stage::Accepted { seq: Seq(9) }),
            ],
            Some("Sang"),
        ),
    ] {
        assert_eq!(unsent_terms(DEAL, None, &items), expected.map(terms));
        assert_eq!(unsent_terms(DealId(Uuid::from_u128(7)), None, &items), None);
    }
}

#[test]
fn a_party_has_signed_here_or_there_or_not() {
    let mark = |amended, items: &[Item], list: &[Signatory]| {
        Mark::of(KARI, &terms("Maling"), amended, &waiting(DEAL, items), list)
    };
    let kari = || "Kari".to_owned();
    assert_eq!(mark(false, &[], &[]), Mark::Missing);
    assert_eq!(mark(false, &[], &[there(OLA, "Ola", false)]), Mark::Missing);
    let at = Instant::from_unix_ms(5);
    assert_eq!(
        mark(false, &[], &[there(KARI, "Kari", false)]),
        Mark::There { name: kari(), at }
    );
    assert_eq!(
        mark(false, &[], &[there(KARI, "Kari", true)]),
        Mark::Stale { name: kari() }
    );
    // The server does not know yet that what it has is stale.
    assert_eq!(
        mark(true, &[], &[there(KARI, "Kari", false)]),
        Mark::Stale { name: kari() }
    );
    let here = [
        sign(1, KARI, "Eva", "Maling", Stage::Waiting),
        sign(2, OLA, "Ola", "Maling", Stage::Waiting),
        sign(3, KARI, "Kari", "Maling", Stage::Waiting),
    ];
    assert_eq!(
        mark(false, &here, &[there(KARI, "Eva", true)]),
        Mark::Here { name: kari() }
    );
    let old = [sign(1, KARI, "Kari", "Snekring", Stage::Waiting)];
    assert_eq!(mark(false, &old, &[]), Mark::Stale { name: kari() });
    let no = [sign(1, KARI, "Kari", "Maling", refused("Nei."))];
    let why = "Nei.".to_owned();
    assert_eq!(mark(false, &no, &[]), Mark::Refused { name: kari(), why });
}

#[test]
fn what_was_signed_here_stays_until_the_server_tells_of_it() {
    let before = [there(KARI, "Kari", false), there(OLA, "Ola", false)];
    let on_its_way = waiting(DEAL, &[sign(1, KARI, "Kari", "Maling", Stage::Waiting)]);
    let names = |list: &[Signatory]| list.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        names(&merged(vec![there(KARI, "Eva", true)], &before, &on_its_way)),
        ["Kari"]
    );
    assert_eq!(
        names(&merged(vec![there(KARI, "Eva", true)], &before, &[])),
        ["Eva"]
    );
}
