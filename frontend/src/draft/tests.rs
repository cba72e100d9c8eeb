//! What the fields make of a deal.

use borsklokka_shared::after_hammer::AfterHammer;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::deal::Standing;
use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::listing::{ListingKind, Quantity};
use borsklokka_shared::participant::{Participant, Symbol};
use borsklokka_shared::rebase::Rebase;
use borsklokka_shared::refusal::Refusal;
use test_support::{posted, settings};
use uuid::Uuid;

use super::meanwhile::Names;
use super::*;

fn party(n: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(n))
}

fn listing(n: u128, text: &str, effort_minutes: Option<u32>) -> Listing {
    Listing {
        description: None,
        id: ListingId(Uuid::from_u128(n)),
        participant: party(1),
        kind: ListingKind::Offer,
        text: text.to_owned(),
        category: CategoryId("hands".to_owned()),
        quantity: None,
        effort_minutes,
    }
}

fn usual() -> Usual {
    let day = |text: &str| text.parse().unwrap();
    Usual::on(day("2026-11-26"), day("2026-11-26"), "tar kontakt")
}

fn gift() -> Draft {
    let mut draft = Draft {
        givers: vec![party(1)],
        receivers: vec![party(2)],
        ..Draft::default()
    };
    draft.service.write(" Lån av stillas ".to_owned());
    draft
}

#[test]
fn says_what_is_missing() {
    assert_eq!(
        Draft::default().missing(),
        [Field::Givers, Field::Receivers, Field::Service]
    );
    assert_eq!(gift().missing(), []);
}

#[test]
fn the_return_makes_the_kind() {
    let mut draft = gift();
    let kind = |draft: &Draft| draft.terms(&usual(), |_| true).unwrap().bargain;
    assert!(matches!(kind(&draft), Bargain::OneWay { service } if service.text == "Lån av stillas"));
    draft.returned.write("Padlekurs".to_owned());
    assert!(
        matches!(kind(&draft), Bargain::TwoWay { return_service, .. } if return_service.text == "Padlekurs")
    );
    draft.intention = true;
    assert!(matches!(kind(&draft), Bargain::Intention { .. }));
}

#[test]
fn listings_of_others_are_not_named() {
    let mut draft = gift();
    draft.service.take(&listing(7, "Stillas", None));
    draft.service.take(&listing(8, "Henger", None));
    let terms = draft
        .terms(&usual(), |id| id == ListingId(Uuid::from_u128(8)))
        .unwrap();
    assert_eq!(terms.bargain.service().listings, [ListingId(Uuid::from_u128(8))]);
}

#[test]
fn the_giver_moves_first_within_a_week_unless_somebody_says_else() {
    let mut draft = gift();
    let step = |draft: &Draft| draft.terms(&usual(), |_| true).unwrap().first_step;
    let day = |step: &FirstStep| step.due.map(|due| due.to_string());
    let usually = step(&draft).unwrap();
    assert_eq!((usually.by, &*usually.what), (party(1), "tar kontakt"));
    assert_eq!(day(&usually).as_deref(), Some("2026-12-03"));
    draft.choose_first(party(2));
    draft.first_what = "ringer".to_owned();
    draft.due = Some("2026-12-04".to_owned());
    let chosen = step(&draft).unwrap();
    assert_eq!((chosen.by, &*chosen.what), (party(2), "ringer"));
    assert_eq!(day(&chosen).as_deref(), Some("2026-12-04"));
    draft.due = Some(String::new());
    assert_eq!(day(&step(&draft).unwrap()), None);
    draft.choose_first(party(2));
    assert_eq!(step(&draft), None);
}

#[test]
fn all_is_done_a_year_after_the_evening_but_for_an_intention() {
    let mut draft = gift();
    let deadline = |draft: &Draft| {
        let terms = draft.terms(&usual(), |_| true).unwrap();
        terms.deadline.map(|day| day.to_string()).unwrap_or_default()
    };
    assert_eq!(deadline(&draft), "2027-11-26");
    draft.deadline = Some(String::new());
    assert_eq!(deadline(&draft), "");
    draft.deadline = None;
    draft.intention = true;
    assert_eq!(deadline(&draft), "");
}

#[test]
fn a_deal_that_is_written_before_the_evening_is_due_after_it() {
    let day = |text: &str| text.parse().unwrap();
    let early = Usual::on(day("2026-11-01"), day("2026-11-26"), "");
    assert_eq!(early.due, Some(day("2026-12-03")));
    let late = Usual::on(day("2026-11-28"), day("2026-11-26"), "");
    assert_eq!(late.due, Some(day("2026-12-05")));
}

#[test]
fn a_tap_counts_what_the_listing_counts() {
    let mut draft = gift();
    let chairs = Listing {
        quantity: Some(Quantity {
            amount: 15,
            unit: "stoler".to_owned(),
        }),
        ..listing(7, "Stoler", None)
    };
    draft.service = Wording::default();
    draft.service.take(&chairs);
    let quantity = |draft: &Draft| {
        let terms = draft.terms(&usual(), |_| true)?;
        Ok(terms
            .bargain
            .service()
            .quantity
            .as_ref()
            .map(|quantity| quantity.amount))
    };
    assert_eq!(quantity(&draft), Ok(Some(15)));
    for (amount, expected) in [
        ("10", Ok(Some(10))),
        ("1 000", Ok(Some(1_000))),
        ("", Ok(None)),
        ("0", Ok(None)),
        ("mange", Err(Field::Amount)),
    ] {
        draft.service.amount = amount.to_owned();
        assert_eq!(quantity(&draft), expected, "{amount}");
    }
    draft.service.amount = String::new();
    draft.service.worth = "mye".to_owned();
    assert_eq!(quantity(&draft), Err(Field::Worth));
}

#[test]
fn a_suggestion_takes_the_place_of_who_stood_there_and_keeps_what_was_typed() {
    let mut draft = gift();
    let known = |_| None;
    draft.join(party(3), party(2), &[&listing(7, "Varebil", None)], &known);
    assert_eq!(
        (&draft.givers, &draft.receivers),
        (&vec![party(3)], &vec![party(2)])
    );
    assert_eq!(
        (&*draft.service.text, draft.service.listings.len()),
        (" Lån av stillas ", 1)
    );
    draft.service = Wording::default();
    for n in [7, 8, 8] {
        draft.join(party(3), party(2), &[&listing(n, "Varebil", None)], &known);
        assert_eq!(draft.service.listings, [ListingId(Uuid::from_u128(n))]);
    }
}

/// A deal that was sent before, in the form.
fn opened(n: u128, text: &str) -> Draft {
    let mut sent = gift();
    sent.service.write(text.to_owned());
    let terms = sent.terms(&usual(), |_| true).unwrap();
    Draft::of(&terms, Some(DealId(Uuid::from_u128(n))), None)
}

fn reworded(mut draft: Draft, text: &str) -> Draft {
    draft.service.write(text.to_owned());
    draft
}

#[test]
fn what_was_being_written_comes_back_once_an_opened_deal_is_left() {
    let opened = |n: u128| opened(n, "Padlekurs");
    assert_eq!(opened(1).over(gift()).beneath(), gift());
    // A second deal is opened over the first.
    assert_eq!(opened(2).over(opened(1).over(gift())).beneath(), gift());
    assert_eq!(opened(1).over(Draft::default()), opened(1));
    assert_eq!(gift().beneath(), Draft::default());
    // What stood on paper is said of one deal alone.
    let on_paper = Draft {
        on_paper: true,
        ..gift()
    };
    assert!(!on_paper.clone().beneath().on_paper);
    let after_another = opened(1).over(on_paper);
    assert!(!after_another.on_paper && after_another.beneath().on_paper);
}

#[test]
fn a_correction_that_another_deal_is_opened_over_is_there_again() {
    let second = || reworded(opened(2, "Padlekurs"), "Padlekurs i mai");
    let third = || opened(3, "Varebil");
    let over = third().over(second().over(gift()));
    // Once the third is left, and the new deal after it.
    let left = over.clone().beneath();
    assert_eq!(left, second().over(gift()));
    assert_eq!(left.beneath(), gift());
    // And when it is opened once more: then the third lies beneath it, if anything was written there.
    let again = opened(2, "Padlekurs").over(over.clone());
    assert_eq!(again, second().over(gift()));
    let again = opened(2, "Padlekurs").over(reworded(over, "Varebil i mai"));
    assert_eq!(&*again.service.text, "Padlekurs i mai");
    let beneath = again.beneath();
    assert_eq!(beneath, reworded(third(), "Varebil i mai").over(gift()));
    // The disk holds all of them.
    let kept: Draft = serde_json::from_str(&serde_json::to_string(&beneath).unwrap()).unwrap();
    assert_eq!(kept, beneath);
}

fn board(parties: &[(u128, &[u128])]) -> Board {
    let mut board = Board::empty(Audience::Staff);
    for (n, was) in parties {
        let participant = Participant {
            id: party(*n),
            name: format!("Lag {n}"),
            sector: Sector::Voluntary,
            symbol: Symbol::parse("LAGA").unwrap(),
            place: None,
            was: was.iter().copied().map(party).collect(),
            was_symbols: Vec::new(),
            is_erased: false,
        };
        board.participants.insert(participant.id, participant);
    }
    board
}

#[test]
fn whoever_was_merged_while_the_deal_is_written_is_named_as_today() {
    let mut draft = gift();
    draft.givers = vec![party(1), party(3)];
    draft.choose_first(party(3));
    let written = reworded(opened(2, "Padlekurs"), "Padlekurs i mai").over(draft);
    let merged = board(&[(7, &[1, 3]), (2, &[])]);
    let named = today(&written, &merged);
    assert_eq!(
        (&named.givers, &named.receivers),
        (&vec![party(7)], &vec![party(2)])
    );
    assert_eq!(named.amended.as_ref().unwrap().givers, [party(7)]);
    let beneath = named.clone().beneath();
    assert_eq!(
        (beneath.givers.as_slice(), beneath.first_mover()),
        (&[party(7)][..], Some(party(7)))
    );
    assert_eq!(today(&named, &merged), named);
    // Whoever this board does not know is not its to name: a walk-in waits here, or somebody was removed.
    assert_eq!(today(&written, &board(&[])), written);
    // Both sides may be one by now, and both show it.
    let one = today(&gift(), &board(&[(1, &[2])]));
    assert_eq!((&one.givers, &one.receivers), (&vec![party(1)], &vec![party(1)]));
}

/// The draft on a board that may be of before, if nothing goes.
fn today(draft: &Draft, board: &Board) -> Draft {
    let (today, why) = draft.clone().of_today(board, &Names::default(), &|_| false);
    assert_eq!(why, None);
    today
}

#[test]
fn of_somebody_who_was_erased_nothing_is_left_and_of_the_others_everything() {
    let known = board(&[(1, &[]), (2, &[]), (3, &[])]);
    let mut erased = known.clone();
    erased.erased.push(party(1));
    let mut draft = gift();
    draft.givers = vec![party(1), party(3)];
    draft.first_by = FirstBy::Party(party(1));
    draft.service.take(&listing(7, "Stillas", Some(60)));
    *draft.newcomer_mut(Side::Receivers) = Some(Newcomer {
        name: "Ny klubb".to_owned(),
        contact: "kari@example.org".to_owned(),
        ..Newcomer::default()
    });
    let names = draft.names(&known);
    let of_today = |draft: &Draft, names: &Names| {
        let (today, why) = draft.clone().of_today(&erased, names, &|_| false);
        assert_eq!(why, Some(Refusal::ParticipantErased));
        today
    };
    let left = of_today(&draft, &names);
    assert_eq!(
        (&left.givers, &left.receivers),
        (&vec![party(3)], &vec![party(2)])
    );
    assert_eq!(left.first_mover(), Some(party(3)));
    assert_eq!(left.newcomer(Side::Receivers), draft.newcomer(Side::Receivers));
    // What a hand wrote stays; what the offer brought, goes.
    assert_eq!(
        (
            &*left.service.text,
            &*left.service.hours,
            left.service.listings.len()
        ),
        (" Lån av stillas ", "", 0)
    );
    assert_eq!(today(&left, &erased), left, "it is said once");
    // A text that names them goes, by the whole name or a part, and so does any if nobody knows what they were called.
    let mut naming = draft.clone();
    naming.service.write("Takk til LAG 1".to_owned());
    naming.first_what = "ringer".to_owned();
    let left = of_today(&naming, &names);
    assert_eq!((&*left.service.text, &*left.first_what), ("", "ringer"));
    let left = of_today(&draft, &Names::default());
    assert_eq!(
        (&*left.service.text, left.givers.as_slice()),
        ("", &[party(3)][..])
    );
    // A correction of a deal of theirs goes, and what lay beneath comes back.
    let mut of_another = gift();
    of_another.givers = vec![party(3)];
    assert_eq!(
        of_today(&opened(2, "Padlekurs").over(of_another.clone()), &names),
        of_another
    );
    let mut opened = opened(2, "Padlekurs");
    opened.givers = vec![party(3)];
    let over = opened.clone().over(gift());
    let left = of_today(&over, &over.names(&known));
    assert_eq!(
        (&left.service, left.givers.as_slice()),
        (&opened.service, &[party(3)][..])
    );
    assert_eq!(left.beneath().receivers, [party(2)]);
}

#[test]
fn a_draft_whose_category_is_gone_goes_out_once_another_is_chosen() {
    let mut before = board(&[(1, &[]), (2, &[])]);
    let garden = Category {
        id: CategoryId("garden".to_owned()),
        name: "Hage".to_owned(),
        icon: None,
    };
    let mut with_garden = settings();
    with_garden.categories.push(garden.clone());
    before.settings = Some(with_garden);
    let mut draft = gift();
    draft.returned.write("Padlekurs".to_owned());
    for half in [Half::Service, Half::Return] {
        draft.half_mut(half).choose_category(Some(garden.id.clone()));
    }
    // It lies beneath another, too.
    let draft = opened(2, "Varebil").over(draft);
    assert_eq!(today(&draft, &before), draft);
    let mut after = before.clone();
    after.settings = Some(settings());
    let (left, why) = draft.clone().of_today(&after, &draft.names(&before), &|_| false);
    assert_eq!(why, None);
    let mut left = left.beneath();
    for half in [Half::Service, Half::Return] {
        let wording = left.half(half);
        assert_eq!(
            (&wording.category, wording.gone.as_deref()),
            (&None, Some("Hage"))
        );
    }
    assert_eq!(left.missing(), [Field::Category, Field::ReturnCategory]);
    assert_eq!(today(&left, &after), left);
    // The return of an intention does not go out.
    left.intention = true;
    assert_eq!(left.missing(), [Field::Category]);
    let hands = CategoryId("hands".to_owned());
    left.service.choose_category(Some(hands.clone()));
    assert_eq!(left.missing(), []);
    let terms = left.terms(&usual(), |_| true).unwrap();
    assert_eq!(terms.bargain.service().category, Some(hands));
    assert_eq!(Field::of_refusal(&Refusal::UnknownCategory), Field::Category);
}

#[test]
fn what_has_left_the_catalogue_is_named_by_the_deal_that_had_it_alone() {
    let mut board = board(&[(1, &[]), (2, &[]), (3, &[])]);
    let of_another = Listing {
        participant: party(3),
        ..listing(9, "Henger", None)
    };
    board.adopt_catalogue(vec![listing(7, "Stillas", None), of_another]);
    let mut draft = gift();
    let id = |n: u128| ListingId(Uuid::from_u128(n));
    let keeps = |draft: &Draft, is_whole| [7, 8, 9].map(|n| draft.keeps(id(n), &board, is_whole));
    assert_eq!(keeps(&draft, true), [true, false, false]);
    assert_eq!(keeps(&draft, false), [true, true, false]);
    draft.service.take(&listing(8, "Varebil", None));
    let sent = draft.terms(&usual(), |_| true).unwrap();
    let opened = Draft::of(&sent, Some(DealId(Uuid::from_u128(2))), None);
    assert_eq!(keeps(&opened, true), [true, true, false]);
}

/// A board with a deal that says so, by the number that [`opened`] gives it.
fn board_with(n: u128, terms: Terms) -> Board {
    let mut board = board(&[(1, &[]), (2, &[]), (3, &[])]);
    let mut deal = posted(1, terms);
    deal.id = DealId(Uuid::from_u128(n));
    board.deals.insert(deal.id, deal);
    board
}

#[test]
fn a_correction_of_a_deal_that_is_gone_is_let_go_and_says_why() {
    let written = reworded(opened(2, "Padlekurs"), "Padlekurs i mai").over(gift());
    let stands = board_with(2, *written.amended.clone().unwrap());
    let mut withdrawn = stands.clone();
    for deal in withdrawn.deals.values_mut() {
        deal.standing = Standing::Withdrawn {
            before: Box::new(Standing::Posted),
        };
    }
    for (board, why) in [
        (&stands, None),
        (&withdrawn, Some(Refusal::WrongStanding)),
        (&board(&[]), Some(Refusal::UnknownDeal)),
    ] {
        let (left, said) = written.clone().of_today(board, &Names::default(), &|_| true);
        assert_eq!(said, why);
        assert_eq!(left, if why.is_some() { gift() } else { written.clone() });
        // A board of before says nothing of that, and neither does any of a deal that waits in the outbox.
        assert_eq!(today(&written, board), written);
    }
}

#[test]
fn a_correction_is_put_on_what_stands_now_and_says_what_both_changed() {
    let base = *opened(2, "Padlekurs").amended.unwrap();
    let mut now = base.clone();
    now.deadline = Some("2027-01-01".parse().unwrap());
    let Bargain::OneWay { service } = &mut now.bargain else {
        panic!("a gift")
    };
    service.text = "Padlekurs i juni".to_owned();
    let board = board_with(2, now.clone());
    // She changed the text too, and who receives; a name is half typed.
    let mut draft = reworded(opened(2, "Padlekurs"), "Padlekurs i mai");
    draft.receivers.push(party(3));
    draft.giver_typed = "Strandv".to_owned();
    let written = draft.terms(&usual(), |_| true).unwrap();
    let stands = draft.put_on(&written, &now, &board);
    assert_eq!(stands, [(Field::Service, "Padlekurs i juni".to_owned())]);
    assert_eq!(&*draft.service.text, "Padlekurs i mai");
    assert_eq!((draft.receivers.len(), &*draft.giver_typed), (2, "Strandv"));
    assert_eq!(
        draft.deadline.as_deref(),
        Some("2027-01-01"),
        "what only others changed is theirs"
    );
    // The next press is meant.
    let meant = draft.terms(&usual(), |_| true).unwrap();
    assert_eq!(draft.amended.as_deref(), Some(&now));
    assert_eq!(draft.put_on(&meant, &now, &board), []);
    assert_eq!(draft.terms(&usual(), |_| true).unwrap(), meant);
}

#[test]
fn what_both_changed_is_said_field_by_field_and_in_the_form_if_no_field_shows_it() {
    type Change = fn(&mut Draft);
    /// What she changes, what somebody else does, and what is said at which field.
    type Case<'a> = (Change, Change, &'a [(Field, &'a str)]);
    let base = *opened(2, "Padlekurs").amended.unwrap();
    let changed = |change: Change| {
        let mut draft = opened(2, "Padlekurs");
        change(&mut draft);
        draft
    };
    let cases: [Case<'_>; 4] = [
        (
            |draft| draft.receivers = vec![party(2), party(3)],
            |draft| draft.receivers = vec![party(3)],
            &[(Field::Receivers, "Lag 3")],
        ),
        (
            |draft| draft.deadline = Some("2027-02-02".to_owned()),
            |draft| draft.deadline = Some(String::new()),
            &[(Field::Deadline, "–")],
        ),
        (
            |draft| draft.service.category = Some(CategoryId("hands".to_owned())),
            |draft| draft.service.category = Some(CategoryId("space".to_owned())),
            &[(Field::Form, "")],
        ),
        (
            |draft| draft.service.worth = "7".to_owned(),
            |draft| draft.service.hours = "2".to_owned(),
            &[],
        ),
    ];
    for (hers, theirs, expected) in cases {
        let now = changed(theirs).terms(&usual(), |_| true).unwrap();
        let mut draft = changed(hers);
        let written = draft.terms(&usual(), |_| true).unwrap();
        let stands = draft.put_on(&written, &now, &board_with(2, base.clone()));
        let stands: Vec<_> = stands.iter().map(|(field, now)| (*field, now.as_str())).collect();
        assert_eq!(stands, expected);
    }
}

#[test]
fn a_change_that_was_sent_back_is_in_the_form_on_top_of_what_the_deal_says() {
    let base = *opened(2, "Padlekurs").amended.unwrap();
    let wanted = *opened(2, "Padlekurs i mai").amended.unwrap();
    let mut now = base.clone();
    now.deadline = Some("2027-01-01".parse().unwrap());
    let mut board = board_with(2, now);
    let id = DealId(Uuid::from_u128(2));
    let note = AfterHammer {
        declined: Some(wanted),
        declined_of: Some(base),
        remark: Some("I hvilken måned?".to_owned()),
        ..AfterHammer::default()
    };
    board.after_hammer.insert(id, note);
    let shown = board.wanted(id).unwrap();
    let mut draft = Draft::of(&shown, Some(id), None);
    assert_eq!(
        (&*draft.service.text, draft.deadline.as_deref()),
        ("Padlekurs i mai", Some("2027-01-01"))
    );
    assert!(draft.is_as_opened());
    // It may be sent once more as it is.
    let written = draft.terms(&usual(), |_| true).unwrap();
    assert_eq!(written, shown);
    assert_eq!(draft.put_on(&written, &shown, &board), []);
}

#[test]
fn what_this_tablet_wants_no_more_is_nobody_else_s_change_and_what_is_shown_goes_out() {
    let stands = *opened(2, "Padlekurs").amended.unwrap();
    let mut changed = opened(2, "Padlekurs i mai");
    changed.service.write_hours("40".to_owned());
    let wanted = changed.terms(&usual(), |_| true).unwrap();
    let id = DealId(Uuid::from_u128(2));
    let board = board_with(2, stands.clone());
    // Over the change that was sent back she writes another text, and then lets the change be.
    let mut draft = reworded(Draft::of(&wanted, Some(id), None), "Padlekurs i juni");
    draft.want(id, &wanted, &stands);
    assert_eq!(draft.amended.as_deref(), Some(&stands));
    let written = draft.terms(&usual(), |_| true).unwrap();
    assert_eq!(draft.put_on(&written, &stands, &board), []);
    assert_eq!(
        (&*draft.service.text, &*draft.service.hours),
        ("Padlekurs i juni", "40")
    );
    assert_eq!(Terms::rebase(&stands, &written, &stands).value, written);
    // What somebody else changed since it was opened is still theirs, be it that the change is let be.
    let later = Terms {
        deadline: Some("2027-01-01".parse().unwrap()),
        ..stands.clone()
    };
    let wanted_later = Terms::rebase(&stands, &wanted, &later).value;
    let mut draft = Draft::of(&wanted, Some(id), None).over(gift());
    draft.want(id, &wanted_later, &later);
    assert_eq!(draft.amended.as_deref(), Some(&stands));
    // One that lies beneath follows too, and one of another deal does not.
    let mut over =
        opened(3, "Varebil").over(reworded(Draft::of(&wanted, Some(id), None), "Padlekurs i juni"));
    let top = over.amended.clone();
    over.want(id, &wanted, &stands);
    assert_eq!(over.amended, top);
    assert_eq!(over.beneath().amended.as_deref(), Some(&stands));
}

#[test]
fn terms_make_the_draft_that_makes_them() {
    let mut draft = gift();
    draft.returned.write("Padlekurs".to_owned());
    draft.first_by = FirstBy::Party(party(2));
    draft.service.hours = "1,5".to_owned();
    draft.deadline = Some("2027-11-26".to_owned());
    draft.service.worth = "2 500".to_owned();
    let terms = draft.terms(&usual(), |_| true).unwrap();
    assert_eq!(
        Draft::of(&terms, None, None).terms(&usual(), |_| true).unwrap(),
        terms
    );
}

#[test]
fn a_suggestion_names_the_offer_and_the_wish_that_it_joins() {
    let mut draft = Draft::default();
    let (offer, wish) = (listing(7, "Varebil", Some(120)), listing(8, "Transport", None));
    draft.join(party(3), party(2), &[&offer, &wish], &|_| None);
    assert_eq!(draft.service.listings, [offer.id, wish.id]);
    assert_eq!((&*draft.service.text, &*draft.service.hours), ("Varebil", "2"));
    // Another one in its place takes away what the first brought.
    draft.join(party(4), party(2), &[&listing(9, "Henger", None)], &|_| None);
    assert_eq!((&*draft.service.text, &*draft.service.hours), ("Henger", ""));
}

#[test]
fn an_intention_keeps_the_return_and_says_that_it_is_not_sent() {
    let mut draft = gift();
    draft.returned.write("Padlekurs".to_owned());
    draft.returned.write_hours("mange".to_owned());
    draft.intention = true;
    assert_eq!(draft.left_out(), [LeftOut::Return("Padlekurs".to_owned())]);
    assert_eq!(draft.missing(), []);
    assert!(matches!(
        draft.terms(&usual(), |_| true).unwrap().bargain,
        Bargain::Intention { .. }
    ));
    draft.intention = false;
    assert_eq!((&*draft.returned.text, draft.left_out()), ("Padlekurs", vec![]));
}

#[test]
fn a_step_that_nobody_takes_is_kept_and_said() {
    let mut draft = gift();
    draft.first_what = "ringer".to_owned();
    draft.due = Some("2026-12-01".to_owned());
    assert_eq!(draft.left_out(), []);
    draft.choose_first(party(1));
    assert_eq!(
        draft.left_out(),
        [LeftOut::FirstStep("ringer, 2026-12-01".to_owned())]
    );
    draft.choose_first(party(2));
    assert_eq!(draft.left_out(), []);
    let step = |draft: &Draft| draft.terms(&usual(), |_| true).unwrap().first_step.unwrap();
    assert_eq!((step(&draft).by, &*step(&draft).what), (party(2), "ringer"));
    // Whoever leaves the deal takes no step, and takes it again once they are back.
    draft.drop_party(party(2));
    assert_eq!(step(&draft).by, party(1));
    draft.receivers.push(party(2));
    assert_eq!(step(&draft).by, party(2));
}

#[test]
fn a_return_without_words_is_no_one_way_deal() {
    let mut draft = gift();
    draft.returned.take(&listing(7, "Padlekurs", Some(120)));
    draft.returned.write(String::new());
    assert_eq!(draft.missing(), [Field::Return]);
    draft.intention = true;
    assert_eq!(draft.missing(), []);
}

#[test]
fn who_is_written_and_not_chosen_is_named() {
    let mut draft = gift();
    draft.receiver_typed = "Strandv".to_owned();
    let newcomer = |name: &str| Newcomer {
        name: name.to_owned(),
        ..Newcomer::default()
    };
    // One on either side: the second takes nothing from the first.
    for (side, name) in [(Side::Givers, "Ny klubb"), (Side::Receivers, "Nytt lag")] {
        *draft.newcomer_mut(side) = Some(newcomer(name));
    }
    let unchosen: Vec<_> = draft.unchosen().collect();
    assert_eq!(
        unchosen,
        [
            (Side::Givers, "Ny klubb"),
            (Side::Receivers, "Strandv"),
            (Side::Receivers, "Nytt lag")
        ]
    );
    let mut turned = draft.clone();
    turned.swap();
    assert_eq!(turned.newcomer(Side::Givers), Some(&newcomer("Nytt lag")));
    assert_eq!(turned.newcomer(Side::Receivers), Some(&newcomer("Ny klubb")));
    // The disk holds them.
    let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
    assert_eq!(kept, draft);
}

#[test]
fn a_deal_turns_with_what_was_tapped_and_a_hand_s_text_stays() {
    let mut draft = Draft {
        givers: vec![party(1)],
        receivers: vec![party(2)],
        ..Draft::default()
    };
    assert_eq!(draft.swap(), Turned::Parties);
    assert_eq!(
        (&draft.givers, &draft.receivers),
        (&vec![party(2)], &vec![party(1)])
    );
    let mut typed = gift();
    assert_eq!(typed.swap(), Turned::PartiesOnly);
    assert_eq!(&*typed.service.text, " Lån av stillas ");
    typed.turn_texts();
    assert_eq!(
        (&*typed.service.text, &*typed.returned.text),
        ("", " Lån av stillas ")
    );
    let mut tapped = gift();
    tapped.service = Wording::default();
    tapped.service.take(&listing(7, "Stillas", Some(60)));
    tapped.returned.write("Kaffe".to_owned());
    let before = tapped.clone();
    assert_eq!(tapped.swap(), Turned::All);
    assert_eq!((&*tapped.service.text, &*tapped.returned.hours), ("Kaffe", "1"));
    assert_eq!(tapped.returned.listings, before.service.listings);
    tapped.swap();
    assert_eq!(tapped, before);
}

#[test]
fn the_usual_first_step_is_not_after_the_deadline() {
    let mut draft = gift();
    draft.deadline = Some("2026-11-28".to_owned());
    assert_eq!(draft.due(&usual()), "2026-11-28");
    draft.due = Some("2026-12-01".to_owned());
    assert_eq!(draft.due(&usual()), "2026-12-01");
}

#[test]
fn a_wrong_day_is_said_where_it_stands() {
    let too_early = |field: &str| Refusal::DateTooEarly {
        field: field.to_owned(),
    };
    assert_eq!(Field::of_refusal(&too_early("due")), Field::Due);
    assert_eq!(Field::of_refusal(&too_early("deadline")), Field::Deadline);
    assert_eq!(Field::of_refusal(&Refusal::StepAfterDeadline), Field::Due);
}

#[test]
fn a_draft_of_an_earlier_version_lacks_what_there_was_not() {
    let kept: Draft = serde_json::from_str("{}").unwrap();
    assert_eq!(kept, Draft::default());
    let kept: Draft = serde_json::from_str(
        r#"{"service":{"text":"Maler"},"due":null,"newcomer":{"name":"Ola"},"other":7}"#,
    )
    .unwrap();
    assert_eq!(kept.service.text, "Maler");
    let name = |draft: &Draft, side| draft.newcomer(side).map(|newcomer| newcomer.name.clone());
    assert_eq!(name(&kept, Side::Givers).as_deref(), Some("Ola"));
    // It kept one newcomer, and in it for which side.
    let kept: Draft = serde_json::from_str(r#"{"newcomer":{"name":"Ola","side":"Receivers"}}"#).unwrap();
    assert_eq!(name(&kept, Side::Givers), None);
    assert_eq!(name(&kept, Side::Receivers).as_deref(), Some("Ola"));
    assert!(serde_json::from_str::<Draft>(r#"{"givers":"all"}"#).is_err());
}
