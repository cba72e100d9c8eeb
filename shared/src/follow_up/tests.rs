//! A table of cases for each question: how a deal stands, who is next, what is due.

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn said(state: FollowUpState, at: i64) -> Answer {
    Answer {
        state,
        reason: None,
        text: None,
        at: Instant::from_unix_ms(at),
        by: AnsweredBy::Link,
    }
}

#[test]
fn one_state_of_several_answers() {
    use FollowUpState::{Done, Infeasible, UnderWay};
    type Said = (FollowUpState, i64);
    let cases: [(Option<Said>, &[Said], FollowUpStand); 9] = [
        (None, &[], FollowUpStand::Unknown),
        (None, &[(Done, 1)], FollowUpStand::Done),
        (None, &[(Done, 1), (Done, 2)], FollowUpStand::Done),
        (None, &[(Done, 1), (UnderWay, 2)], FollowUpStand::Differs),
        (
            None,
            &[(Done, 1), (Done, 2), (UnderWay, 3)],
            FollowUpStand::Differs,
        ),
        (Some((Infeasible, 5)), &[], FollowUpStand::Infeasible),
        (
            Some((Infeasible, 5)),
            &[(Done, 1), (UnderWay, 2)],
            FollowUpStand::Infeasible,
        ),
        (Some((Infeasible, 5)), &[(Done, 6)], FollowUpStand::Done),
        (
            Some((Infeasible, 5)),
            &[(Done, 6), (UnderWay, 2)],
            FollowUpStand::Differs,
        ),
    ];
    for (office, parties, expected) in cases {
        let office = office.map(|(state, at)| said(state, at));
        let parties: Vec<Answer> = parties.iter().map(|(state, at)| said(*state, *at)).collect();
        assert_eq!(
            stand(office.as_ref(), parties.iter()),
            expected,
            "{office:?} {parties:?}"
        );
    }
}

#[test]
fn counts_add_up_and_the_rate_says_all_only_of_all() {
    use FollowUpStand::{Differs, Done, Infeasible, UnderWay, Unknown};
    let counts = FollowUpCounts::of([Done, Done, UnderWay, Differs, Unknown, Infeasible]);
    assert_eq!((counts.deals, counts.done, counts.known()), (6, 2, 5));
    let sum: u32 = FollowUpStand::ALL
        .into_iter()
        .map(|stand| counts.count(stand))
        .sum();
    assert_eq!(sum, counts.deals);
    let rate = |done, deals| {
        FollowUpCounts {
            deals,
            done,
            ..FollowUpCounts::default()
        }
        .rate_percent()
    };
    let rates = [
        rate(0, 0),
        rate(0, 9),
        rate(1, 3),
        rate(2, 3),
        rate(1, 1_000),
        rate(999, 1_000),
        rate(7, 7),
    ];
    assert_eq!(rates, [0, 0, 33, 67, 1, 99, 100]);
    // Dordrecht.
    assert_eq!(rate(134, 292), 46);
}

#[test]
fn who_is_next() {
    use FollowUpStand::{Differs, Done, NeverInTouch, NotStarted, UnderWay, Unknown};
    let today = day("2027-03-10");
    let facts = |stand, due: &str, deadline: &str, was_asked, again: &str| Facts {
        stand,
        due: due.parse().ok(),
        deadline: deadline.parse().ok(),
        was_asked,
        again_on: again.parse().ok(),
    };
    let cases = [
        (facts(Unknown, "", "", false, ""), Urgency::NotAsked),
        (facts(Unknown, "", "", true, ""), Urgency::Waits),
        (facts(Unknown, "2027-03-10", "", true, ""), Urgency::Waits),
        (facts(Unknown, "2027-03-09", "", true, ""), Urgency::StepOverdue),
        (
            facts(NotStarted, "2027-03-09", "", true, ""),
            Urgency::StepOverdue,
        ),
        (facts(UnderWay, "2027-03-09", "", true, ""), Urgency::Waits),
        (
            facts(UnderWay, "2027-03-01", "2027-03-09", true, ""),
            Urgency::DeadlinePassed,
        ),
        (facts(NeverInTouch, "", "", true, ""), Urgency::OutOfTouch),
        (
            facts(Differs, "2027-03-01", "2027-03-09", true, ""),
            Urgency::Differs,
        ),
        (facts(Differs, "", "", true, "2027-03-11"), Urgency::Later),
        (facts(UnderWay, "", "", true, "2027-03-10"), Urgency::Promised),
        (
            facts(Done, "2027-03-01", "2027-03-09", false, "2027-03-01"),
            Urgency::Settled,
        ),
    ];
    for (facts, expected) in cases {
        assert_eq!(urgency(facts, today), expected, "{facts:?}");
    }
    // Two that are as urgent stand by their days, and then by number.
    let late = facts(UnderWay, "", "2027-01-01", true, "");
    let later = facts(UnderWay, "", "2027-02-01", true, "");
    let number = |number| Some(DealNumber(number));
    assert!(order(late, today, number(9)) < order(later, today, number(1)));
    let unasked = facts(Unknown, "", "", false, "");
    let has_day = facts(Unknown, "2027-04-01", "", false, "");
    assert!(order(has_day, today, number(9)) < order(unasked, today, number(1)));
    assert!(order(unasked, today, number(1)) < order(unasked, today, number(2)));
}

#[test]
fn letters_are_due_some_days_before_the_step_and_at_the_deadline() {
    let settings = FollowUpSettings {
        reminds: true,
        ..FollowUpSettings::default()
    };
    let days = (Some(day("2027-03-10")), Some(day("2027-06-01")));
    let due = |today: &str, said: Option<FollowUpState>| {
        let stand = said.map_or(FollowUpStand::Unknown, FollowUpStand::from);
        letters_due(&settings, days, stand, said, day(today))
    };
    let cases: [(&str, Option<FollowUpState>, &[Occasion]); 10] = [
        ("2027-03-06", None, &[]),
        ("2027-03-07", None, &[Occasion::BeforeStep]),
        ("2027-03-10", None, &[Occasion::BeforeStep]),
        ("2027-03-11", None, &[]),
        ("2027-03-07", Some(FollowUpState::UnderWay), &[]),
        ("2027-05-31", None, &[]),
        (
            "2027-06-01",
            Some(FollowUpState::UnderWay),
            &[Occasion::AtDeadline],
        ),
        ("2027-06-15", None, &[Occasion::AtDeadline]),
        ("2027-06-16", None, &[]),
        ("2027-06-01", Some(FollowUpState::Done), &[]),
    ];
    for (today, said, expected) in cases {
        assert_eq!(due(today, said), expected, "{today} {said:?}");
    }
    let off = FollowUpSettings::default();
    assert_eq!(
        letters_due(&off, days, FollowUpStand::Unknown, None, day("2027-03-08")),
        []
    );
    // The other party said that it is done, and the office agreed.
    assert_eq!(
        letters_due(&settings, days, FollowUpStand::Done, None, day("2027-06-01")),
        []
    );
}
