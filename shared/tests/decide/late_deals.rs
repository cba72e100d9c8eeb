//! Deals that arrive after the closing bell, or that were written outside the bells.

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::deal::{HeldReason, Standing};
use borsklokka_shared::decide::{ClockTrust, Now};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;

use test_support::{
    Exchange, MINUTE, SECOND, broker, deal, exchange, exchange_with, gift, moderator, post_command,
};

/// How a deal arrives. Minutes are counted from the opening stroke; the floor closes at 60.
struct Arrival {
    written: Option<i64>,
    arrives: i64,
    clock: ClockTrust,
    paired: i64,
    last_answered: Option<i64>,
    written_on: WrittenOn,
    after_result: bool,
    late_minutes: u32,
}

/// Written five minutes before the bell, delivered five minutes after it.
const LATE: Arrival = Arrival {
    written: Some(55),
    arrives: 65,
    clock: ClockTrust::Estimated,
    paired: -30,
    last_answered: None,
    written_on: WrittenOn::Tablet,
    after_result: false,
    late_minutes: 10,
};

/// The exchange after the arrival, and what became of it.
fn arrive(arrival: &Arrival, ceremony: Ceremony) -> (Exchange, Result<Vec<Event>, Refusal>) {
    let mut exchange = exchange_with(|settings| {
        settings.late_minutes = arrival.late_minutes;
        settings.ceremony = ceremony;
    })
    .opened();
    let opened_at = exchange.now;
    let at = |minutes: i64| opened_at.plus_ms(minutes * MINUTE);
    if arrival.arrives >= 60 {
        exchange.now = at(60).plus_ms(-400);
        exchange.close();
        if arrival.after_result {
            exchange.announce_result();
        }
    }
    exchange.now = at(arrival.arrives);
    let mut broker = broker();
    broker.paired_at = at(arrival.paired);
    let command = Command::PostDeal {
        deal: deal(1),
        terms: gift(1, 4, "Sent levert"),
        written_on: arrival.written_on,
        broker: None,
    };
    let now = Now {
        at: exchange.now,
        written_at: arrival.written.map(at),
        clock: arrival.clock,
        last_answered_at: arrival.last_answered.map(at),
    };
    let answer = exchange.ask_at(&broker, &command, now);
    (exchange, answer)
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Counts { is_late: bool },
    Held(HeldReason),
    Refused(Refusal),
}

fn outcome(arrival: &Arrival, ceremony: Ceremony) -> Outcome {
    let (exchange, answer) = arrive(arrival, ceremony);
    if let Err(refusal) = answer {
        return Outcome::Refused(refusal);
    }
    let posted = exchange.deal(deal(1));
    if let Some(late_at) = posted.late_at {
        assert_eq!(late_at, exchange.now);
    }
    match (&posted.standing, ceremony) {
        (Standing::Held { reason }, _) => {
            assert!(posted.late_at.is_some(), "the moderator sees that it came late");
            assert!(exchange.public.deals.is_empty());
            Outcome::Held(*reason)
        }
        (Standing::Posted, Ceremony::PostedAtOnce) | (Standing::Written, Ceremony::RatifiedFirst) => {
            Outcome::Counts {
                is_late: posted.late_at.is_some(),
            }
        }
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a row a case")]
fn each_rule_decides_alone() {
    use HeldReason::{
        ClockUnknown, PairedAfterClosing, Paper, ResultAnnounced, TooLate, WrittenAfterClosing,
        WrittenBeforeLastAnswer, WrittenBeforeOpening,
    };
    let unknown = ClockTrust::Unknown;
    let on_time = Outcome::Counts { is_late: false };
    let late = Outcome::Counts { is_late: true };
    let cases = [
        (
            "written and delivered between the bells",
            Arrival { arrives: 57, ..LATE },
            on_time,
        ),
        ("delivered late", LATE, late),
        (
            "at the stroke of the opening bell",
            Arrival {
                written: Some(0),
                ..LATE
            },
            Outcome::Counts { is_late: true },
        ),
        (
            "at the last moment",
            Arrival { arrives: 70, ..LATE },
            Outcome::Counts { is_late: true },
        ),
        (
            "too late",
            Arrival { arrives: 71, ..LATE },
            Outcome::Held(TooLate),
        ),
        (
            "no time allowed",
            Arrival {
                late_minutes: 0,
                arrives: 61,
                ..LATE
            },
            Outcome::Held(TooLate),
        ),
        (
            "no time allowed, at the stroke",
            Arrival {
                late_minutes: 0,
                arrives: 60,
                ..LATE
            },
            Outcome::Counts { is_late: true },
        ),
        (
            "clock unknown",
            Arrival {
                clock: unknown,
                ..LATE
            },
            Outcome::Held(ClockUnknown),
        ),
        (
            "clock unknown, while open",
            Arrival {
                clock: unknown,
                written: Some(-40),
                arrives: 57,
                ..LATE
            },
            Outcome::Counts { is_late: false },
        ),
        (
            "clock far ahead of the server's",
            Arrival {
                written: Some(66),
                ..LATE
            },
            Outcome::Held(ClockUnknown),
        ),
        (
            "paired at the closing stroke",
            Arrival { paired: 60, ..LATE },
            Outcome::Held(PairedAfterClosing),
        ),
        (
            "paired just before",
            Arrival { paired: 54, ..LATE },
            Outcome::Counts { is_late: true },
        ),
        (
            "older than what was answered",
            Arrival {
                last_answered: Some(56),
                ..LATE
            },
            Outcome::Held(WrittenBeforeLastAnswer),
        ),
        (
            "as old as what was answered",
            Arrival {
                last_answered: Some(55),
                ..LATE
            },
            Outcome::Counts { is_late: true },
        ),
        (
            "the result is out",
            Arrival {
                after_result: true,
                ..LATE
            },
            Outcome::Held(ResultAnnounced),
        ),
        (
            "on paper",
            Arrival {
                written_on: WrittenOn::Paper,
                ..LATE
            },
            Outcome::Held(Paper),
        ),
        (
            "on paper, entered while open",
            Arrival {
                written_on: WrittenOn::Paper,
                arrives: 57,
                ..LATE
            },
            Outcome::Counts { is_late: false },
        ),
        (
            "on paper, dated by its entry",
            Arrival {
                written_on: WrittenOn::Paper,
                written: None,
                ..LATE
            },
            Outcome::Held(Paper),
        ),
        (
            "written after the closing bell",
            Arrival {
                written: Some(61),
                ..LATE
            },
            Outcome::Held(WrittenAfterClosing),
        ),
        (
            "written at the closing stroke",
            Arrival {
                written: Some(60),
                ..LATE
            },
            Outcome::Held(WrittenAfterClosing),
        ),
        (
            "written when it arrived, after closing",
            Arrival {
                written: None,
                ..LATE
            },
            Outcome::Held(WrittenAfterClosing),
        ),
        (
            "written before the opening bell",
            Arrival {
                written: Some(-1),
                arrives: 5,
                ..LATE
            },
            Outcome::Held(WrittenBeforeOpening),
        ),
        (
            "written before opening, delivered after closing",
            Arrival {
                written: Some(-1),
                ..LATE
            },
            Outcome::Held(WrittenBeforeOpening),
        ),
    ];
    for (name, arrival, wanted) in cases {
        assert_eq!(outcome(&arrival, Ceremony::PostedAtOnce), wanted, "{name}");
        assert_eq!(
            outcome(&arrival, Ceremony::RatifiedFirst),
            wanted,
            "{name}, with a notary"
        );
    }
}

#[test]
fn before_the_opening_stroke_nothing_is_posted() {
    let mut exchange = exchange();
    assert_eq!(
        exchange.refusal(&broker(), post_command(1)),
        Refusal::FloorNotOpen
    );
    let expected = exchange.expected();
    exchange.must(
        &moderator(),
        Command::OpenFloor {
            expected,
            start_round: None,
        },
    );
    exchange.wait(399);
    assert_eq!(
        exchange.refusal(&broker(), post_command(1)),
        Refusal::FloorNotOpen
    );
    exchange.wait(1);
    exchange.post(1);
}

#[test]
fn an_outbox_of_several_deals_counts_whole() {
    let mut exchange = test_support::open();
    let opened_at = exchange.now;
    exchange.wait(20 * MINUTE);
    exchange.close();
    exchange.wait(MINUTE);
    let mut last_answered_at: Option<Instant> = None;
    for n in 1..=3 {
        let written_at = opened_at.plus_ms(i64::from(n) * MINUTE);
        let now = Now {
            written_at: Some(written_at),
            last_answered_at,
            ..Now::at(exchange.now)
        };
        exchange.ask_at(&broker(), &post_command(n), now).unwrap();
        assert_eq!(exchange.standing(deal(n)), Standing::Posted);
        last_answered_at = Some(written_at);
        exchange.wait(SECOND);
    }
    assert_eq!(exchange.wall(), [3, 2, 1]);
}

#[test]
fn a_deal_of_the_break_between_two_stretches_waits_for_the_moderator() {
    let mut exchange = test_support::open();
    exchange.wait(10 * MINUTE);
    exchange.close();
    exchange.wait(10 * MINUTE);
    exchange.open();
    let mut post_written = |n, minutes_ago: i64| {
        let now = Now {
            written_at: Some(exchange.now.plus_ms(-minutes_ago * MINUTE)),
            ..Now::at(exchange.now)
        };
        exchange.ask_at(&broker(), &post_command(n), now).err()
    };
    for (n, minutes_ago) in [(1, 5), (2, 15), (3, 25)] {
        assert_eq!(post_written(n, minutes_ago), None);
    }
    let held = |reason| Standing::Held { reason };
    assert_eq!(exchange.standing(deal(1)), held(HeldReason::WrittenAfterClosing));
    assert_eq!(exchange.standing(deal(2)), Standing::Posted);
    assert_eq!(exchange.standing(deal(3)), held(HeldReason::WrittenBeforeOpening));
    assert_eq!(
        exchange.wall(),
        [1],
        "the public has what was struck between the bells"
    );
}

#[test]
fn the_moderator_admits_or_declines_and_may_think_again() {
    let paper = Arrival {
        written_on: WrittenOn::Paper,
        ..LATE
    };
    let (mut exchange, _) = arrive(&paper, Ceremony::PostedAtOnce);
    let id = deal(1);
    exchange.must(&moderator(), Command::DeclineDeal { deal: id });
    assert_eq!(exchange.standing(id), Standing::Declined);
    let again = exchange.refusal(&moderator(), Command::DeclineDeal { deal: id });
    assert_eq!(again, Refusal::WrongStanding);
    for command in [
        Command::WithdrawDeal { deal: id },
        Command::AmendDeal {
            deal: id,
            terms: gift(1, 4, "Nytt"),
            expected: None,
        },
    ] {
        assert_eq!(exchange.refusal(&broker(), command), Refusal::WrongStanding);
    }
    exchange.announce_result();
    exchange.must(&moderator(), Command::AdmitDeal { deal: id });
    assert_eq!(exchange.wall(), [1]);
    let again = exchange.refusal(&moderator(), Command::AdmitDeal { deal: id });
    assert_eq!(again, Refusal::WrongStanding);
}

#[test]
fn a_deal_three_seconds_after_the_closing_bell_is_admitted_by_one_press() {
    let mut exchange = test_support::open();
    exchange.post(1);
    exchange.close();
    exchange.wait(3 * SECOND);
    exchange.must(&broker(), post_command(2));
    let reason = HeldReason::WrittenAfterClosing;
    assert_eq!(exchange.standing(deal(2)), Standing::Held { reason });
    assert_eq!(exchange.wall(), [1]);
    exchange.must(&moderator(), Command::AdmitDeal { deal: deal(2) });
    assert_eq!(exchange.wall(), [2, 1]);
}

#[test]
fn a_device_does_not_date_a_deal_into_the_future() {
    let mut exchange = test_support::open();
    let now = Now {
        written_at: Some(exchange.now.plus_ms(1_500)),
        ..Now::at(exchange.now)
    };
    exchange.ask_at(&broker(), &post_command(1), now).unwrap();
    assert_eq!(exchange.deal(deal(1)).written_at, exchange.now);
}
