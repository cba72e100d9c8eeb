//! A deal as the desk corrects it: the draft that the tablets write, by whose rules nothing that was written is lost without a
//! word. What a desk shows more of, and what it does not show, is here.

use borsklokka_shared::deal::{Bargain, Terms};
use borsklokka_shared::ids::{ListingId, ParticipantId};
use borsklokka_shared::refusal::Refusal;

use crate::draft::usual::Usual;
use crate::draft::{Draft, Field, Half, Side, Wording};

/// Puts a party on a side, and off the other: nobody is on both.
pub fn put(draft: &mut Draft, side: Side, party: ParticipantId) {
    draft.drop_party(party);
    draft.side_mut(side).push(party);
}

/// The terms that the fields make; only listings that `keep` approves of are named. `step` is what the first step is if
/// nobody wrote it.
///
/// # Errors
/// With every field where something is missing, and the first that cannot be read.
pub fn terms(
    draft: &Draft,
    step: &'static str,
    keep: impl Fn(ListingId) -> bool,
) -> Result<Terms, Vec<Field>> {
    let mut draft = draft.clone();
    // The offers and wishes of a return that was emptied are not shown, and nobody can empty them.
    if says_nothing(&draft.returned) {
        draft.returned = Wording::default();
    }
    let mut wrong = draft.missing();
    let has_no_words = !draft.intention && draft.returned.text.trim().is_empty();
    if has_no_words && !draft.returned.unit.trim().is_empty() {
        wrong.push(Field::Return);
    }
    for half in draft.halves() {
        if draft.half(half).is_half_counted() {
            wrong.push(half.amount_field());
        }
    }
    let usual = Usual {
        step,
        ..Usual::default()
    };
    let terms = draft.terms(&usual, keep);
    wrong.extend(terms.as_ref().err());
    wrong.sort();
    wrong.dedup();
    match terms {
        Ok(terms) if wrong.is_empty() => Ok(terms),
        _ => Err(wrong),
    }
}

fn says_nothing(wording: &Wording) -> bool {
    let Wording {
        text,
        hours,
        amount,
        unit,
        worth,
        ..
    } = wording;
    [text, hours, amount, unit, worth]
        .into_iter()
        .all(|text| text.trim().is_empty())
}

/// Where a refusal of these terms belongs. It says what is wrong, and not of which direction: what is refused without the return
/// too, which is judged last, is not the return's.
pub fn field_of(refusal: &Refusal, terms: &Terms, is_refused: impl Fn(Terms) -> bool) -> Field {
    let field = Field::of_refusal(refusal);
    let of_return = match field {
        Field::Category => Half::Return.category_field(),
        Field::Amount => Half::Return.amount_field(),
        Field::Hours => Half::Return.hours_field(),
        Field::Worth => Half::Return.worth_field(),
        _ => return field,
    };
    let one_way = Terms {
        bargain: Bargain::OneWay {
            service: terms.bargain.service().clone(),
        },
        ..terms.clone()
    };
    if is_refused(one_way) { field } else { of_return }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::command::Command;
    use borsklokka_shared::deal::{FirstStep, Service};
    use borsklokka_shared::decide::shape;
    use borsklokka_shared::ids::{CategoryId, DealId};
    use borsklokka_shared::limits::{EFFORT_MINUTES_MAX, WORTH_MAX};
    use borsklokka_shared::listing::Quantity;
    use uuid::Uuid;

    use super::*;
    use crate::draft::wording::Clash;
    use crate::draft::{FirstBy, LeftOut};

    fn party(n: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(n))
    }

    fn service() -> Service {
        Service {
            text: "20 timer snekkerhjelp".to_owned(),
            category: Some(CategoryId("hands".to_owned())),
            quantity: Some(Quantity {
                amount: 20,
                unit: "timer".to_owned(),
            }),
            effort_minutes: Some(90),
            worth: Some(4_000),
            listings: vec![ListingId(Uuid::from_u128(7))],
        }
    }

    fn before() -> Terms {
        Terms {
            givers: vec![party(1)],
            receivers: vec![party(2), party(3)],
            bargain: Bargain::TwoWay {
                service: service(),
                return_service: service(),
            },
            first_step: Some(FirstStep {
                by: party(1),
                what: "ringer".to_owned(),
                due: Some("2026-12-03".parse().unwrap()),
            }),
            deadline: Some("2027-06-01".parse().unwrap()),
        }
    }

    fn draft() -> Draft {
        Draft::of(&before(), Some(DealId(Uuid::from_u128(5))), None)
    }

    fn kept(draft: &Draft) -> Terms {
        terms(draft, "tar kontakt", |_| true).unwrap()
    }

    #[test]
    fn what_is_not_touched_stays() {
        let mut draft = draft();
        assert_eq!(kept(&draft), before());
        draft.service.text = " 25 timer snekkerhjelp ".to_owned();
        let corrected = kept(&draft);
        assert_eq!(corrected.bargain.service().text, "25 timer snekkerhjelp");
        assert_eq!(corrected.bargain.return_service(), Some(&service()));
        assert_eq!(
            (corrected.first_step, corrected.deadline),
            (before().first_step, before().deadline)
        );
    }

    #[test]
    fn whoever_is_taken_off_and_put_there_again_still_takes_the_first_step_on_its_day() {
        let mut draft = draft();
        draft.drop_party(party(1));
        assert_eq!(terms(&draft, "", |_| true), Err(vec![Field::Givers]));
        put(&mut draft, Side::Givers, party(1));
        assert_eq!(kept(&draft), before());
        // Somebody else in the giver's place takes it as the giver did, and the form shows it.
        draft.drop_party(party(1));
        put(&mut draft, Side::Givers, party(9));
        assert_eq!(draft.first_mover(), Some(party(9)));
        let step = kept(&draft).first_step.unwrap();
        assert_eq!((step.by, step.due), (party(9), before().first_step.unwrap().due));
    }

    #[test]
    fn a_wrong_party_is_put_right() {
        let mut draft = draft();
        draft.drop_party(party(2));
        put(&mut draft, Side::Givers, party(9));
        put(&mut draft, Side::Receivers, party(1));
        let corrected = terms(&draft, "", |_| false).unwrap();
        assert_eq!(corrected.givers, [party(9)]);
        assert_eq!(
            corrected.receivers,
            [party(3), party(1)],
            "nobody is on both sides"
        );
        let mut services = corrected.bargain.services();
        assert!(services.all(|service| service.listings.is_empty()));
    }

    #[test]
    fn what_does_not_go_out_is_said_and_comes_back() {
        let mut draft = draft();
        draft.intention = true;
        assert_eq!(
            draft.left_out(),
            [LeftOut::Return("20 timer snekkerhjelp".to_owned())]
        );
        assert!(matches!(kept(&draft).bargain, Bargain::Intention { .. }));
        draft.intention = false;
        draft.first_by = FirstBy::Nobody;
        assert_eq!(
            draft.left_out(),
            [LeftOut::FirstStep("ringer, 2026-12-03".to_owned())]
        );
        assert_eq!(kept(&draft).first_step, None);
        draft.first_by = FirstBy::Party(party(1));
        assert_eq!((draft.left_out(), kept(&draft)), (vec![], before()));
        draft.first_what = " ".to_owned();
        assert_eq!(kept(&draft).first_step.unwrap().what, "tar kontakt");
    }

    #[test]
    fn a_return_goes_with_all_that_it_says_and_not_before() {
        type Emptied = fn(&mut Wording) -> &mut String;
        let mut draft = draft();
        draft.returned.text.clear();
        assert_eq!(terms(&draft, "", |_| true), Err(vec![Field::Return]));
        let emptied: [Emptied; 3] = [
            |returned| &mut returned.hours,
            |returned| &mut returned.worth,
            |returned| &mut returned.amount,
        ];
        for field in emptied {
            field(&mut draft.returned).clear();
            assert_eq!(terms(&draft, "", |_| true), Err(vec![Field::Return]));
        }
        draft.returned.unit = " ".to_owned();
        assert!(matches!(kept(&draft).bargain, Bargain::OneWay { .. }));
    }

    #[test]
    fn what_cannot_be_read_is_said_where_it_stands() {
        type Change = fn(&mut Draft);
        let cases: [(Change, Field); 12] = [
            (|draft| draft.givers.clear(), Field::Givers),
            (|draft| draft.receivers.clear(), Field::Receivers),
            (|draft| draft.service.text = " ".to_owned(), Field::Service),
            (|draft| draft.service.unit.clear(), Field::Amount),
            (|draft| draft.service.amount.clear(), Field::Amount),
            (|draft| draft.service.amount = "mange".to_owned(), Field::Amount),
            (|draft| draft.returned.unit.clear(), Field::ReturnAmount),
            (|draft| draft.service.hours = "mange".to_owned(), Field::Hours),
            (
                |draft| draft.returned.hours = "mange".to_owned(),
                Field::ReturnHours,
            ),
            (
                |draft| draft.returned.worth = "mye".to_owned(),
                Field::ReturnWorth,
            ),
            (|draft| draft.due = Some("snart".to_owned()), Field::Due),
            (
                |draft| draft.deadline = Some("2027-02-30".to_owned()),
                Field::Deadline,
            ),
        ];
        for (change, field) in cases {
            let mut draft = draft();
            change(&mut draft);
            assert_eq!(terms(&draft, "", |_| true), Err(vec![field]));
        }
        let mut uncounted = draft();
        uncounted.service.amount.clear();
        uncounted.service.unit = " ".to_owned();
        assert_eq!(kept(&uncounted).bargain.service().quantity, None);
        let mut several = draft();
        several.givers.clear();
        several.service.text.clear();
        several.returned.hours = "mange".to_owned();
        assert_eq!(
            terms(&several, "", |_| true),
            Err(vec![Field::Givers, Field::Service, Field::ReturnHours])
        );
    }

    #[test]
    fn figures_follow_the_text_and_what_stays_apart_is_asked_about() {
        let mut follows = draft();
        assert_eq!(
            follows.service.clash(),
            None,
            "it was sent so, and nobody touched it"
        );
        follows.service.hours = "20".to_owned();
        follows.service.write("30 timer maling".to_owned());
        assert_eq!((&*follows.service.hours, follows.service.clash()), ("30", None));
        // A figure that said something else than the text stays, and is asked about.
        let mut apart = draft();
        apart.service.write("30 timer maling".to_owned());
        let clash = apart.service.clash().unwrap();
        assert_eq!(clash, Clash::Time(1_800, 90));
        apart.service.settle(&clash, clash.figures()[0]);
        assert_eq!((&*apart.service.hours, apart.service.clash()), ("30", None));
        assert_eq!(kept(&apart).bargain.service().effort_minutes, Some(1_800));
    }

    #[test]
    fn a_figure_beyond_its_bounds_is_said_of_its_own_direction() {
        type Change = fn(&mut Draft);
        let command = |terms| Command::AmendDeal {
            deal: DealId(Uuid::from_u128(5)),
            terms,
            expected: None,
        };
        let cases: [(Change, Field); 5] = [
            (
                |draft| draft.service.hours = (EFFORT_MINUTES_MAX / 60 + 1).to_string(),
                Field::Hours,
            ),
            (
                |draft| draft.returned.hours = (EFFORT_MINUTES_MAX / 60 + 1).to_string(),
                Field::ReturnHours,
            ),
            (
                |draft| draft.service.worth = (WORTH_MAX + 1).to_string(),
                Field::Worth,
            ),
            (
                |draft| draft.returned.worth = (WORTH_MAX + 1).to_string(),
                Field::ReturnWorth,
            ),
            (|draft| draft.returned.text = "å".repeat(300), Field::Return),
        ];
        for (change, field) in cases {
            let mut draft = draft();
            change(&mut draft);
            let terms = kept(&draft);
            let refusal = shape(&command(terms.clone())).unwrap_err();
            let is_refused = |terms| shape(&command(terms)).is_err();
            assert_eq!(field_of(&refusal, &terms, is_refused), field);
        }
    }
}
