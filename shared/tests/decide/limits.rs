//! Every limit: the most passes, one more is refused.

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::deal::{Bargain, FirstStep, Service, Terms};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{Benchmark, Category, Privacy, ProgrammeItem, Settings, Slot};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::limits as max;
use borsklokka_shared::listing::{Listing, Quantity};
use borsklokka_shared::participant::{ParticipantEntry, Sector};
use borsklokka_shared::refusal::Refusal;

use test_support::{
    Exchange, an_offer, broker, category, deal, entry, exchange, gift, line, listing, moderator, open,
    open_with_notary, organiser, party, post_command, programme, service, settings,
};

/// A text of so many characters, each of two bytes.
fn long(chars: usize) -> String {
    "ø".repeat(chars)
}

fn too_long(field: &str, max: usize) -> Refusal {
    Refusal::TextTooLong {
        field: field.to_owned(),
        max,
    }
}

fn out_of_range(field: &str, min: usize, max: usize) -> Refusal {
    Refusal::OutOfRange {
        field: field.to_owned(),
        min: min as u64,
        max: max as u64,
    }
}

fn configure(change: impl Fn(&mut Settings, usize)) -> impl Fn(usize) -> Result<(), Refusal> {
    move |n| {
        let mut settings = settings();
        change(&mut settings, n);
        let settings = Box::new(settings);
        ask(exchange(), Command::configure(settings))
    }
}

fn ask(mut exchange: Exchange, command: Command) -> Result<(), Refusal> {
    exchange.ask(&organiser(), &command).map(|_| ())
}

fn with_service(change: impl Fn(&mut Service, usize)) -> impl Fn(usize) -> Result<(), Refusal> {
    move |n| {
        let mut changed = service("Noe");
        change(&mut changed, n);
        let one_way = Terms {
            bargain: Bargain::OneWay { service: changed },
            ..gift(1, 4, "-")
        };
        let written_on = WrittenOn::default();
        ask(
            open(),
            Command::PostDeal {
                deal: deal(1),
                terms: one_way,
                written_on,
                broker: None,
            },
        )
    }
}

fn with_listing(change: impl Fn(&mut Listing, usize)) -> impl Fn(usize) -> Result<(), Refusal> {
    move |n| {
        let mut listing = an_offer(2, 1);
        change(&mut listing, n);
        ask(exchange(), Command::AddListing { listing })
    }
}

fn with_entry(change: impl Fn(&mut ParticipantEntry, usize)) -> impl Fn(usize) -> Result<(), Refusal> {
    move |n| {
        let mut participant = entry(7, "Navn", Sector::Public);
        change(&mut participant, n);
        ask(exchange(), Command::RegisterParticipant { participant })
    }
}

fn with_programme(items: impl Fn(usize) -> Vec<ProgrammeItem>) -> impl Fn(usize) -> Result<(), Refusal> {
    move |n| ask(exchange(), Command::set_programme(items(n)))
}

fn a_round(round: usize, minutes: usize) -> ProgrammeItem {
    ProgrammeItem {
        slot: Slot::Round {
            round: RoundId(round as u32),
            minutes: minutes as u32,
        },
        ..programme()[1].clone()
    }
}

fn quantity(amount: usize) -> Quantity {
    Quantity {
        amount: amount as u32,
        unit: "timer".to_owned(),
    }
}

fn in_unit(unit: String) -> Quantity {
    Quantity { amount: 1, unit }
}

type Try = Box<dyn Fn(usize) -> Result<(), Refusal>>;

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a row a case")]
fn each_text_has_a_longest() {
    let cases: Vec<(&str, usize, Try)> = vec![
        (
            "name",
            max::NAME_CHARS_MAX,
            Box::new(configure(|s, n| s.name = long(n))),
        ),
        (
            "place",
            max::NAME_CHARS_MAX,
            Box::new(configure(|s, n| s.place = long(n))),
        ),
        (
            "time_zone",
            max::NAME_CHARS_MAX,
            Box::new(configure(|s, n| s.time_zone = "a".repeat(n))),
        ),
        (
            "benchmark",
            max::NAME_CHARS_MAX,
            Box::new(configure(|s, n| {
                s.benchmark = Some(Benchmark {
                    course: Vec::new(),
                    name: long(n),
                    total: 1,
                });
            })),
        ),
        (
            "privacy",
            max::PRIVACY_CHARS_MAX,
            Box::new(configure(|s, n| {
                s.privacy = Some(Privacy {
                    text: long(n),
                    keep_months: 12,
                });
            })),
        ),
        (
            "categories",
            max::NAME_CHARS_MAX,
            Box::new(configure(|s, n| s.categories[0].name = long(n))),
        ),
        (
            "categories",
            max::CATEGORY_KEY_CHARS_MAX,
            Box::new(configure(|s, n| s.categories[0].id = category(&long(n)))),
        ),
        (
            "role_titles",
            max::PLACE_CHARS_MAX,
            Box::new(configure(|s, n| {
                s.role_titles.insert("notary".to_owned(), long(n));
            })),
        ),
        (
            "role_titles",
            max::CATEGORY_KEY_CHARS_MAX,
            Box::new(configure(|s, n| {
                s.role_titles.insert(long(n), "Tittel".to_owned());
            })),
        ),
        (
            "programme",
            max::NAME_CHARS_MAX,
            Box::new(with_programme(|n| {
                vec![ProgrammeItem {
                    title: long(n),
                    ..a_round(1, 1)
                }]
            })),
        ),
        (
            "name",
            max::PARTICIPANT_NAME_CHARS_MAX,
            Box::new(with_entry(|e, n| e.name = long(n))),
        ),
        (
            "place",
            max::PLACE_CHARS_MAX,
            Box::new(with_entry(|e, n| e.place = Some(long(n)))),
        ),
        (
            "text",
            max::LISTING_CHARS_MAX,
            Box::new(with_listing(|l, n| l.text = long(n))),
        ),
        (
            "description",
            max::DESCRIPTION_CHARS_MAX,
            Box::new(with_listing(|l, n| l.description = Some(long(n)))),
        ),
        (
            "quantity",
            max::UNIT_CHARS_MAX,
            Box::new(with_listing(|l, n| l.quantity = Some(in_unit(long(n))))),
        ),
        (
            "service",
            max::SERVICE_CHARS_MAX,
            Box::new(with_service(|s, n| s.text = long(n))),
        ),
        (
            "quantity",
            max::UNIT_CHARS_MAX,
            Box::new(with_service(|s, n| s.quantity = Some(in_unit(long(n))))),
        ),
        (
            "return_service",
            max::SERVICE_CHARS_MAX,
            Box::new(|n| {
                let [service, return_service] = [service("Noe"), service(&long(n))];
                let terms = Terms {
                    bargain: Bargain::TwoWay {
                        service,
                        return_service,
                    },
                    ..gift(1, 4, "-")
                };
                let written_on = WrittenOn::default();
                ask(
                    open(),
                    Command::PostDeal {
                        deal: deal(1),
                        terms,
                        written_on,
                        broker: None,
                    },
                )
            }),
        ),
        (
            "first_step",
            max::REMARK_CHARS_MAX,
            Box::new(|n| {
                let first_step = Some(FirstStep {
                    by: party(1),
                    what: long(n),
                    due: None,
                });
                let terms = Terms {
                    first_step,
                    ..gift(1, 4, "Noe")
                };
                let written_on = WrittenOn::default();
                ask(
                    open(),
                    Command::PostDeal {
                        deal: deal(1),
                        terms,
                        written_on,
                        broker: None,
                    },
                )
            }),
        ),
        (
            "remark",
            max::REMARK_CHARS_MAX,
            Box::new(|n| {
                let mut exchange = open_with_notary();
                let deal = exchange.post(1);
                ask(
                    exchange,
                    Command::SendBackDeal {
                        deal,
                        remark: long(n),
                    },
                )
            }),
        ),
        (
            "text",
            max::ANNOUNCEMENT_CHARS_MAX,
            Box::new(|n| {
                ask(
                    exchange(),
                    Command::Announce {
                        announcement: line(1),
                        text: long(n),
                        seconds: 1,
                    },
                )
            }),
        ),
    ];
    for (field, max, attempt) in cases {
        assert_eq!(attempt(1), Ok(()), "{field} of 1");
        assert_eq!(attempt(max), Ok(()), "{field} of {max}");
        assert_eq!(attempt(max + 1), Err(too_long(field, max)), "{field}");
        assert_eq!(
            attempt(0),
            Err(Refusal::TextMissing {
                field: field.to_owned()
            }),
            "{field}"
        );
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a row a case")]
fn each_number_has_a_least_and_a_most() {
    let goal = max::GOAL_DEALS_MAX as usize;
    let seconds = max::ANNOUNCEMENT_SECONDS_MAX as usize;
    let effort = max::EFFORT_MINUTES_MAX as usize;
    let cases: Vec<(&str, usize, usize, Try)> = vec![
        ("goal", 1, goal, Box::new(configure(|s, n| s.goal = n as u32))),
        (
            "milestone_every",
            1,
            goal,
            Box::new(configure(|s, n| s.milestone_every = n as u32)),
        ),
        (
            "benchmark",
            1,
            goal,
            Box::new(configure(|s, n| {
                s.benchmark = Some(Benchmark {
                    course: Vec::new(),
                    name: "Svelvik".to_owned(),
                    total: n as u32,
                });
            })),
        ),
        (
            "keep_months",
            1,
            max::KEEP_MONTHS_MAX as usize,
            Box::new(configure(|s, n| {
                s.privacy = Some(Privacy {
                    text: "Spør Kari".to_owned(),
                    keep_months: n as u32,
                });
            })),
        ),
        (
            "late_minutes",
            0,
            max::LATE_MINUTES_MAX as usize,
            Box::new(configure(|s, n| s.late_minutes = n as u32)),
        ),
        (
            "sector_goals",
            0,
            max::PARTICIPANTS_MAX,
            Box::new(configure(|s, n| {
                s.sector_goals.insert(Sector::Public, n as u32);
            })),
        ),
        (
            "role_titles",
            0,
            max::ROLE_TITLES_MAX,
            Box::new(configure(|s, n| {
                s.role_titles = (0..n)
                    .map(|i| (format!("role{i}"), "Tittel".to_owned()))
                    .collect();
            })),
        ),
        (
            "programme",
            0,
            max::PROGRAMME_ITEMS_MAX,
            Box::new(with_programme(|n| (1..=n).map(|i| a_round(i, 1)).collect())),
        ),
        (
            "round",
            1,
            max::PROGRAMME_ITEMS_MAX,
            Box::new(with_programme(|n| vec![a_round(n, 1)])),
        ),
        (
            "minutes",
            1,
            max::ROUND_MINUTES_MAX as usize,
            Box::new(with_programme(|n| vec![a_round(1, n)])),
        ),
        (
            "effort_minutes",
            1,
            effort,
            Box::new(with_listing(|l, n| l.effort_minutes = Some(n as u32))),
        ),
        (
            "quantity",
            1,
            max::QUANTITY_MAX as usize,
            Box::new(with_listing(|l, n| l.quantity = Some(quantity(n)))),
        ),
        (
            "effort_minutes",
            1,
            effort,
            Box::new(with_service(|s, n| s.effort_minutes = Some(n as u32))),
        ),
        (
            "worth",
            0,
            max::WORTH_MAX as usize,
            Box::new(with_service(|s, n| s.worth = Some(n as u32))),
        ),
        (
            "quantity",
            1,
            max::QUANTITY_MAX as usize,
            Box::new(with_service(|s, n| s.quantity = Some(quantity(n)))),
        ),
        (
            "seconds",
            1,
            seconds,
            Box::new(|n| {
                ask(
                    exchange(),
                    Command::Announce {
                        announcement: line(1),
                        text: "Hei".to_owned(),
                        seconds: n as u32,
                    },
                )
            }),
        ),
        (
            "seconds",
            1,
            max::ROUND_MINUTES_MAX as usize * 60,
            Box::new(|n| {
                let mut running = open();
                running.start_round(1);
                let expected = running.expected();
                ask(
                    running,
                    Command::AdjustRound {
                        by_seconds: -(n as i32),
                        expected,
                    },
                )
            }),
        ),
        (
            "listings",
            0,
            max::LISTINGS_PER_SERVICE_MAX,
            Box::new(|n| {
                let mut exchange = open();
                for i in 2..=9 {
                    exchange.must(
                        &broker(),
                        Command::AddListing {
                            listing: an_offer(i, 1),
                        },
                    );
                }
                let mut one = service("Noe");
                one.listings = (1..=n as u32).map(listing).collect();
                let terms = Terms {
                    bargain: Bargain::OneWay { service: one },
                    ..gift(1, 4, "-")
                };
                let written_on = WrittenOn::default();
                ask(
                    exchange,
                    Command::PostDeal {
                        deal: deal(1),
                        terms,
                        written_on,
                        broker: None,
                    },
                )
            }),
        ),
        (
            "givers",
            1,
            max::PARTIES_PER_SIDE_MAX,
            Box::new(|n| post_between(0..n, 20..21)),
        ),
        (
            "receivers",
            1,
            max::PARTIES_PER_SIDE_MAX,
            Box::new(|n| post_between(20..21, 0..n)),
        ),
    ];
    for (field, least, most, attempt) in cases {
        assert_eq!(attempt(least), Ok(()), "{field} of {least}");
        assert_eq!(attempt(most), Ok(()), "{field} of {most}");
        assert_eq!(
            attempt(most + 1),
            Err(out_of_range(field, least, most)),
            "{field}"
        );
        if least > 0 {
            assert_eq!(
                attempt(least - 1),
                Err(out_of_range(field, least, most)),
                "{field}"
            );
        }
    }
}

fn post_between(givers: std::ops::Range<usize>, receivers: std::ops::Range<usize>) -> Result<(), Refusal> {
    let mut exchange = open();
    let ids = |range: std::ops::Range<usize>| range.map(|n| party(100 + n as u32)).collect::<Vec<_>>();
    for n in 100..=121 {
        exchange.register(entry(n, "Navn", Sector::Public));
    }
    let terms = Terms {
        givers: ids(givers),
        receivers: ids(receivers),
        ..gift(1, 4, "Noe")
    };
    let written_on = WrittenOn::default();
    ask(
        exchange,
        Command::PostDeal {
            deal: deal(1),
            terms,
            written_on,
            broker: None,
        },
    )
}

#[test]
fn categories_are_few_and_distinct() {
    let with = |count: usize| {
        let mut settings = settings();
        settings.categories = std::iter::once("hands".to_owned())
            .chain((1..count).map(|n| format!("c{n}")))
            .map(|key| Category {
                id: category(&key),
                name: key,
                icon: None,
            })
            .collect();
        settings.categories.truncate(count);
        Command::configure(settings)
    };
    assert_eq!(ask(exchange(), with(max::CATEGORIES_MAX)), Ok(()));
    let refusal = out_of_range("categories", 1, max::CATEGORIES_MAX);
    assert_eq!(
        ask(exchange(), with(max::CATEGORIES_MAX + 1)),
        Err(refusal.clone())
    );
    assert_eq!(ask(exchange(), with(0)), Err(refusal));

    let mut twice = settings();
    twice.categories[1] = twice.categories[0].clone();
    let repeated = ask(exchange(), Command::configure(twice));
    assert_eq!(
        repeated,
        Err(Refusal::Repeated {
            field: "categories".to_owned()
        })
    );
    let rounds = with_programme(|_| vec![a_round(1, 5), a_round(1, 5)]);
    assert_eq!(
        rounds(0),
        Err(Refusal::Repeated {
            field: "programme".to_owned()
        })
    );
}

#[test]
fn an_exchange_takes_so_many_participants() {
    let mut exchange = exchange();
    let template = exchange.staff.participants[&party(1)].clone();
    for n in exchange.staff.participants.len()..max::PARTICIPANTS_MAX - 1 {
        let mut participant = template.clone();
        participant.id = party(1_000 + n as u32);
        exchange.staff.participants.insert(participant.id, participant);
    }
    exchange.register(entry(7, "Den siste", Sector::Public));
    let participant = entry(8, "En for mye", Sector::Public);
    let refusal = exchange.refusal(&broker(), Command::RegisterParticipant { participant });
    assert_eq!(refusal, out_of_range("participants", 1, max::PARTICIPANTS_MAX));
    // Amending one of them still works.
    let participant = entry(7, "Den aller siste", Sector::Public);
    exchange.must(
        &broker(),
        Command::AmendParticipant {
            participant,
            expected: None,
        },
    );
}

#[test]
fn a_participant_has_so_many_listings() {
    let mut exchange = exchange();
    let limit = max::LISTINGS_PER_PARTICIPANT_MAX as u32;
    for n in 2..=limit {
        exchange.must(
            &broker(),
            Command::AddListing {
                listing: an_offer(n, 1),
            },
        );
    }
    let listing = an_offer(limit + 1, 1);
    let refusal = exchange.refusal(&broker(), Command::AddListing { listing });
    assert_eq!(
        refusal,
        out_of_range("listings", 1, max::LISTINGS_PER_PARTICIPANT_MAX)
    );
    exchange.must(
        &broker(),
        Command::AddListing {
            listing: an_offer(limit + 1, 2),
        },
    );
}

#[test]
fn an_exchange_takes_so_many_deals() {
    let mut exchange = open();
    exchange.post(1);
    let template = exchange.deal(deal(1)).clone();
    for n in 2..max::DEALS_MAX as u32 {
        let mut copy = template.clone();
        copy.id = deal(n);
        exchange.staff.deals.insert(copy.id, copy);
    }
    exchange.post(max::DEALS_MAX as u32);
    let refusal = exchange.refusal(&broker(), post_command(max::DEALS_MAX as u32 + 1));
    assert_eq!(refusal, out_of_range("deals", 1, max::DEALS_MAX));
}

#[test]
fn texts_that_show_nothing_or_are_broken_are_refused() {
    for text in ["   ", "\u{200B}", "\u{2800}", "\u{3164}", "\u{301}"] {
        let attempt = with_service(move |service, _| service.text = text.to_owned());
        let field = "service".to_owned();
        assert_eq!(attempt(0), Err(Refusal::TextMissing { field }), "{text:?}");
    }
    let broken = with_service(|service, _| service.text = "Bl\u{FFFD}b".to_owned());
    let field = "service".to_owned();
    assert_eq!(broken(0), Err(Refusal::TextUnprintable { field }));
    for text in [
        "to\nlinjer",
        "\u{202E}speilvendt",
        "Lager mat 👩‍🍳",
        "Åse & Øyvind – «kaffe»",
        "Ćevapčići 🍲",
    ] {
        let attempt = with_service(move |service, _| service.text = text.to_owned());
        assert_eq!(attempt(0), Ok(()), "{text:?}");
    }
}

#[test]
fn every_text_of_an_event_is_tidied() {
    let untidy = " Bla\u{30A}bær\u{200B}\tkake ";
    let tidy = "Blåbær kake";
    let mut exchange = open();
    let said = |event: &Event| serde_json::to_string(event).unwrap();
    let mut settings = settings();
    settings.name = untidy.to_owned();
    settings.categories[0].name = untidy.to_owned();
    let items = vec![ProgrammeItem {
        title: untidy.to_owned(),
        ..a_round(1, 5)
    }];
    let participant = ParticipantEntry {
        place: Some(untidy.to_owned()),
        ..entry(9, untidy, Sector::Voluntary)
    };
    let listing = Listing {
        text: untidy.to_owned(),
        description: Some(untidy.to_owned()),
        ..an_offer(90, 1)
    };
    let Command::PostDeal {
        deal,
        mut terms,
        written_on,
        broker: _,
    } = post_command(90)
    else {
        unreachable!("it posts a deal");
    };
    let (Bargain::OneWay { service } | Bargain::TwoWay { service, .. } | Bargain::Intention { service }) =
        &mut terms.bargain;
    service.text = untidy.to_owned();
    for (actor, command) in [
        (organiser(), Command::configure(settings)),
        (broker(), Command::RegisterParticipant { participant }),
        (broker(), Command::AddListing { listing }),
        (
            broker(),
            Command::PostDeal {
                deal,
                terms,
                written_on,
                broker: None,
            },
        ),
        (
            organiser(),
            Command::Announce {
                announcement: line(90),
                text: untidy.to_owned(),
                seconds: 10,
            },
        ),
    ] {
        let events = exchange.must(&actor, command);
        let texts: String = events.iter().map(said).collect();
        assert!(texts.contains(tidy), "{texts}");
        assert!(
            !texts.contains('\u{200B}') && !texts.contains('\u{30A}'),
            "{texts}"
        );
    }
    let programme = Command::set_programme(items).tidied();
    assert!(serde_json::to_string(&programme).unwrap().contains(tidy));
}

#[test]
fn times_zones_and_currencies_have_a_shape() {
    for (time, is_time) in [
        ("00:00", true),
        ("23:59", true),
        ("24:00", false),
        ("7:15", false),
        ("17.15", false),
        ("17:60", false),
        ("+7:15", false),
    ] {
        let items = with_programme(|_| {
            vec![ProgrammeItem {
                time: time.to_owned(),
                ..a_round(1, 5)
            }]
        });
        assert_eq!(items(0).err(), (!is_time).then_some(Refusal::NotATime), "{time}");
    }
    for (zone, is_zone) in [
        ("Europe/Oslo", true),
        ("UTC", true),
        ("America/Argentina/Buenos_Aires", true),
        ("Etc/GMT+1", true),
        ("Europe/", false),
        ("../../etc/passwd", false),
        ("+01:00", false),
        ("midt i Drammen", false),
    ] {
        let attempt = configure(|settings, _| settings.time_zone = zone.to_owned());
        assert_eq!(
            attempt(0).err(),
            (!is_zone).then_some(Refusal::NotATimeZone),
            "{zone}"
        );
    }
    for (currency, is_currency) in [
        ("EUR", true),
        ("kr", false),
        ("nok", false),
        ("KRØ", false),
        ("", false),
    ] {
        let attempt = configure(|settings, _| settings.currency = currency.to_owned());
        assert_eq!(
            attempt(0).err(),
            (!is_currency).then_some(Refusal::NotACurrency),
            "{currency}"
        );
    }
}

#[test]
fn shape_alone_judges_without_a_board() {
    assert_eq!(borsklokka_shared::decide::shape(&post_command(1)), Ok(()));
    let refusal = exchange().refusal(
        &moderator(),
        Command::Announce {
            announcement: line(1),
            text: String::new(),
            seconds: 1,
        },
    );
    assert_eq!(
        refusal,
        Refusal::TextMissing {
            field: "text".to_owned()
        }
    );
}

#[test]
fn an_exchange_is_held_in_a_year_of_our_time() {
    let held_in = configure(|settings, year| settings.date = format!("{year:04}-11-26").parse().unwrap());
    let (first, last) = (max::EXCHANGE_YEAR_MIN as usize, max::EXCHANGE_YEAR_MAX as usize);
    for year in [first, 2026, last] {
        held_in(year).unwrap();
    }
    for year in [26, 1826, first - 1, last + 1, 9_999] {
        assert_eq!(held_in(year), Err(out_of_range("year", first, last)), "{year}");
    }
}
