//! What is exported and read again changes nothing; and a town is registered once, however often it is read.

use std::collections::{BTreeMap, HashMap};

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::decide::{ClockTrust, Now, decide};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{Category, Settings};
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::{Listing, ListingKind, Quantity};
use borsklokka_shared::participant::{Participant, Sector, Symbol};
use borsklokka_shared::role::Role;
use borsklokka_shared::roster::{At, Column, Field, Mapping, RowState, SameAs};
use borsklokka_shared::text::{is_visible, tidy};
use borsklokka_spreadsheets::{Cells, Delimiter, csv, read, xlsx};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use test_support::paired_long_ago;
use uuid::Uuid;

use super::*;

fn settings(categories: &[(&str, &str)]) -> Settings {
    let settings = serde_json::json!({
        "name": "Frivilligbørs Elvestad", "place": "Biblioteket", "date": "2026-11-26", "time_zone": "Europe/Oslo", "goal": 60,
        "categories": [{ "id": "x", "name": "x" }],
    });
    Settings {
        categories: categories
            .iter()
            .map(|(id, name)| Category {
                id: CategoryId((*id).to_owned()),
                name: (*name).to_owned(),
                icon: None,
            })
            .collect(),
        ..serde_json::from_value(settings).unwrap()
    }
}

fn defaults() -> Settings {
    settings(&[
        ("expertise", "Kloke hoder"),
        ("care", "Varme hjerter"),
        ("hands", "Nyttige never"),
        ("premises", "Lokaler"),
        ("equipment", "Utstyr"),
        ("know_how", "Kompetanse"),
    ])
}

fn nobody(settings: Settings) -> Known {
    Known {
        settings,
        participants: BTreeMap::new(),
        listings: BTreeMap::new(),
        contacts: HashMap::new(),
        at: Seq(0),
    }
}

fn planned(file: &[u8], mapping: &Mapping, known: &Known) -> Plan {
    let book = read(file, &|| false).unwrap();
    let understood = Understood::of(&book, mapping, &known.settings);
    plan(&book, &understood, mapping, known, &|| false).unwrap()
}

/// What is known after a plan has been carried out, by the domain itself.
fn carried_out(plan: &Plan, known: &Known) -> Known {
    let mut board = Board::empty(Audience::Staff);
    let settings = Box::new(known.settings.clone());
    apply(&mut board, &Event::ExchangeConfigured { settings });
    for participant in known.participants.values().cloned() {
        apply(&mut board, &Event::ParticipantRegistered { participant });
    }
    for listing in known.listings.values().cloned() {
        apply(&mut board, &Event::ListingAdded { listing });
    }
    let now = Now {
        at: Instant::from_unix_ms(1),
        written_at: None,
        clock: ClockTrust::Estimated,
        last_answered_at: None,
    };
    for command in &plan.commands {
        let events = decide(&board, &paired_long_ago(Role::Organiser), command, now);
        for event in events.unwrap_or_else(|refusal| panic!("{command:?}: {refusal}")) {
            apply(&mut board, &event);
        }
    }
    let mut contacts = known.contacts.clone();
    contacts.extend(plan.contacts.iter().cloned());
    Known {
        contacts,
        ..Known::of(&board, Seq(1)).unwrap()
    }
}

fn states(plan: &Plan) -> Vec<RowState> {
    plan.rows.iter().map(|row| row.state).collect()
}

#[test]
fn a_town_is_registered_once_however_often_it_is_read() {
    let file = include_bytes!("../../../spreadsheets/tests/files/elvestad.xlsx");
    let known = nobody(defaults());
    let first = planned(file, &Mapping::default(), &known);
    assert_eq!(
        states(&first),
        [RowState::New; 40],
        "{:?}",
        first.rows.iter().find(|row| row.state != RowState::New)
    );
    assert_eq!((first.counts.registered, first.counts.contacts), (40, 40));
    assert_eq!(
        (first.counts.listings_added, first.counts.without_category),
        (84, 0)
    );
    let known = carried_out(&first, &known);
    let berit = known
        .participants
        .values()
        .find(|one| one.sector == Sector::Individual)
        .unwrap();
    assert_eq!(berit.name, "Berit", "an individual is shown by the first name");
    assert_eq!(known.contacts[&berit.id].person.as_deref(), Some("Berit Lunde"));
    let bakery = known
        .participants
        .values()
        .find(|one| one.name == "Elvestad Bakeri AS")
        .unwrap();
    assert_eq!(
        (bakery.sector, bakery.place.as_deref()),
        (Sector::Business, Some("Bord 1"))
    );
    let offers: Vec<(&str, &str)> = known
        .listings
        .values()
        .filter(|listing| listing.participant == bakery.id && listing.kind == ListingKind::Offer)
        .map(|listing| (listing.text.as_str(), listing.category.0.as_str()))
        .collect();
    assert_eq!(offers.len(), 2);
    assert!(
        offers.contains(&("Brød til frivilligsentralen hver fredag", "expertise")),
        "{offers:?}"
    );

    let second = planned(file, &Mapping::default(), &known);
    assert_eq!(
        states(&second),
        [RowState::Same; 40],
        "{:?}",
        second.rows.iter().find(|row| row.state != RowState::Same)
    );
    assert!(second.commands.is_empty() && second.contacts.is_empty());
}

#[test]
fn every_programs_file_is_understood_alike() {
    let known = nobody(defaults());
    for name in [
        "libreoffice.xlsx",
        "libreoffice.ods",
        "libreoffice-windows1252-semicolon.csv",
        "openpyxl.xlsx",
        "sheetjs.ods",
    ] {
        let path = format!(
            "{}/../spreadsheets/tests/files/{name}",
            env!("CARGO_MANIFEST_DIR")
        );
        let plan = planned(&std::fs::read(path).unwrap(), &Mapping::default(), &known);
        assert_eq!(states(&plan), [RowState::New; 3], "{name}: {:?}", plan.rows);
        let known = carried_out(&plan, &known);
        let person = |name: &str| {
            let participant = known.participants.values().find(|one| one.name == name).unwrap();
            known.contacts[&participant.id].clone()
        };
        assert_eq!(
            person("Blåbær & Søn AS").person.as_deref(),
            Some("Åse Ødegård"),
            "{name}"
        );
        assert_eq!(
            person("Blåbær & Søn AS").phone.as_deref(),
            Some("90011222"),
            "{name}"
        );
        let texts: Vec<&str> = known
            .listings
            .values()
            .map(|listing| listing.text.as_str())
            .collect();
        assert!(
            texts.contains(&"Kjøring") && texts.contains(&"=ikke en formel"),
            "{name}: {texts:?}"
        );
        assert_eq!(texts.len(), 6, "{name}");
    }
}

#[test]
fn the_same_organisation_in_three_rows_is_one() {
    let known = nobody(defaults());
    let file = "Navn;Sektor;Bord;Epost;Vi tilbyr\n\
        Røde Kors;frivillig;4;a@example.org;Vakter\n\
        RØDE KORS;frivillig;;;Vakter\n\
        Røde  kors;frivillig;9;b@example.org;Kurs\n";
    let plan = planned(file.as_bytes(), &Mapping::default(), &known);
    assert_eq!(states(&plan), [RowState::New, RowState::Same, RowState::Changed]);
    assert_eq!((plan.counts.registered, plan.counts.listings_added), (1, 2));
    let codes: Vec<usize> = plan.rows.iter().map(|row| row.notes.len()).collect();
    assert_eq!(codes, [0, 1, 2], "again, and again with another place");
    assert_eq!(plan.contacts[0].1.email.as_deref(), Some("a@example.org"));
    carried_out(&plan, &known);
}

#[test]
fn what_may_be_somebody_who_is_registered_is_told_and_may_be_said() {
    let known = carried_out(
        &planned(
            "Navn;Sektor\nElvestad Røde Kors;frivillig\nDrammen Bank;bedrift\n".as_bytes(),
            &Mapping::default(),
            &nobody(defaults()),
        ),
        &nobody(defaults()),
    );
    let file = "Navn;Sektor;Bord\nRøde Kors Elvestad avd.;frivillig;3\nElvestad Røde Kross;frivillig;3\nKor;frivillig;\n";
    let plan = planned(file.as_bytes(), &Mapping::default(), &known);
    let doubles: Vec<usize> = plan.rows.iter().map(|row| row.doubles.len()).collect();
    assert_eq!(doubles, [1, 1, 0], "{:?}", plan.rows);
    let same = Mapping {
        same_as: vec![SameAs {
            sheet: 0,
            row: 2,
            participant: plan.rows[0].doubles[0].participant,
        }],
        leave_out: vec![At { sheet: 0, row: 3 }],
        ..Mapping::default()
    };
    let plan = planned(file.as_bytes(), &same, &known);
    assert_eq!(
        states(&plan),
        [RowState::Changed, RowState::LeftOut, RowState::New]
    );
    let now = carried_out(&plan, &known);
    let cross = &now.participants[&same.same_as[0].participant];
    assert_eq!(
        (cross.name.as_str(), cross.place.as_deref()),
        ("Elvestad Røde Kors", Some("Bord 3"))
    );
}

#[test]
fn several_contacts_in_one_cell_lose_nothing() {
    let file = "Navn;Sektor;Kontakt\nKor;frivillig;\"Kari Nord, kari@example.org, 900 11 222\nOla Sør 900 11 333 ola@example.org\"\n";
    let plan = planned(file.as_bytes(), &Mapping::default(), &nobody(defaults()));
    let contact = &plan.contacts[0].1;
    assert_eq!(
        contact.person.as_deref(),
        Some("Kari Nord / Ola Sør (ola@example.org)")
    );
    assert_eq!(contact.email.as_deref(), Some("kari@example.org"));
    assert_eq!(contact.phone.as_deref(), Some("900 11 222 / 900 11 333"));
    assert_eq!(plan.rows[0].notes.len(), 1);
}

#[test]
fn a_column_of_telephones_is_read_as_a_walk_ins_line_is() {
    let file = "Navn;Sektor;Telefon\nKor;frivillig;tlf. (+47) 912–34–567\nLag;frivillig;912 34 567 (mobil)\nKlubb;frivillig;ring Kari\n";
    let plan = planned(file.as_bytes(), &Mapping::default(), &nobody(defaults()));
    assert_eq!(states(&plan), [RowState::New, RowState::New, RowState::Problem]);
    let phones: Vec<_> = plan
        .contacts
        .iter()
        .map(|(_, one)| one.phone.as_deref())
        .collect();
    assert_eq!(phones, [Some("(+47) 912-34-567"), Some("912 34 567")]);
}

#[test]
fn somebody_is_known_by_a_number_however_a_row_writes_it() {
    let first = "Navn;Sektor;Telefon\nKari Nordmann;enkeltperson;912 34 567\n";
    let known = nobody(defaults());
    let known = carried_out(&planned(first.as_bytes(), &Mapping::default(), &known), &known);
    for (number, is_known) in [
        ("91234567", true),
        ("+47 912 34 567", true),
        ("0047 91234567", true),
        ("+45 91234567", false),
        ("91234568", false),
    ] {
        let file = format!("Navn;Sektor;Telefon\nKari Olsen;enkeltperson;{number}\n");
        let plan = planned(file.as_bytes(), &Mapping::default(), &known);
        let is_new = plan.rows[0].state == RowState::New;
        assert_eq!(is_new, !is_known, "{number}: {:?}", plan.rows);
    }
}

#[test]
fn categories_are_found_where_people_write_them() {
    let known = nobody(defaults());
    for (heads, row) in [
        ("Navn;Sektor;Tilbud;Kategori", "Kor;frivillig;Sal;Lokaler"),
        ("Navn;Sektor;Rubrikk;Tilbud 1", "Kor;frivillig;lokaler;Sal"),
        ("Navn;Sektor;Tilbud (lokaler)", "Kor;frivillig;Sal"),
        ("Navn;Sektor;Tilbud", "Kor;frivillig;Lokaler: Sal"),
    ] {
        let plan = planned(
            format!("{heads}\n{row}\n").as_bytes(),
            &Mapping::default(),
            &known,
        );
        let listings: Vec<(&str, &str)> = plan
            .commands
            .iter()
            .filter_map(|command| match command {
                Command::AddListing { listing } => Some((listing.text.as_str(), listing.category.0.as_str())),
                _ => None,
            })
            .collect();
        assert_eq!(listings, [("Sal", "premises")], "{heads}");
    }
}

#[test]
fn a_file_without_heads_is_read_by_what_is_in_it() {
    let file = "Kor\tfrivillig\tkari@example.org\nBank\tnæringsliv\tola@example.org\n";
    let plan = planned(file.as_bytes(), &Mapping::default(), &nobody(defaults()));
    assert_eq!(states(&plan), [RowState::New, RowState::New]);
    let notes = planned(
        b"Husk kaffe\nHusk kopper\n",
        &Mapping::default(),
        &nobody(defaults()),
    );
    assert!(notes.rows.is_empty(), "{:?}", notes.rows);
}

/// As somebody pasted it: one head that nobody knows, a name that is missing, a column that is empty.
const PASTED: &str = "Type\tKontaktperson\tMobil\tE-post\tVi tilbyr\tVi ønsker oss\tBord\tMerknad\n\
    frivillig\tKari Nordmann\t91 23 45 67\tkari@rodekors.example\tFørstehjelpskurs\tVarebil en lørdag\t1\t\n\
    Bedrift\tOla Hansen\t70 11 30 00\tola@sbm.example\tØkonomirådgivning, 10 timer\tFrivillige til fest\t2\t\n\
    offentlig\tTor\t70 17 40 00\ttor@museum.example\tOmvisning\tDugnad\t12\t\n";
const NAMES: [&str; 3] = ["Ålesund Røde Kors", "Sparebanken Møre AS", "Sunnmøre Museum"];

/// The pasted rows with names before them, under this head.
fn pasted(head: &str) -> String {
    let first = std::iter::once(head).chain(NAMES);
    let lines = first
        .zip(PASTED.lines())
        .map(|(first, rest)| format!("{first}\t{rest}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn heads_in_row_1() -> Mapping {
    serde_json::from_str(r#"{"sheets":[{"sheet":0,"heads":1}]}"#).unwrap()
}

#[test]
fn a_head_over_the_names_that_nobody_knows_takes_nothing_from_the_others() {
    let known = nobody(defaults());
    for head in ["Org. navn", "Org.navn", "Orgnavn", "Hvem", "Hvem kommer?", ""] {
        let file = pasted(head);
        for mapping in [Mapping::default(), heads_in_row_1()] {
            let book = read(file.as_bytes(), &|| false).unwrap();
            let understood = Understood::of(&book, &mapping, &known.settings);
            assert_eq!(understood[0].mapping.heads, 1, "{head}");
            let columns = understood[0].mapping.columns.iter();
            let columns: Vec<String> = columns
                .map(|column| column.clone().map(String::from).unwrap_or_default())
                .collect();
            let all = "name sector person phone email offer wish place ";
            assert_eq!(columns.join(" "), all, "{head}");
            let plan = planned(file.as_bytes(), &mapping, &known);
            assert_eq!(states(&plan), [RowState::New; 3], "{head}: {:?}", plan.rows);
            assert_eq!(
                (plan.counts.listings_added, plan.counts.contacts),
                (6, 3),
                "{head}"
            );
            let now = carried_out(&plan, &known);
            let names: std::collections::BTreeSet<&str> =
                now.participants.values().map(|one| one.name.as_str()).collect();
            assert_eq!(names, NAMES.into_iter().collect(), "{head}");
        }
    }
}

#[test]
fn the_name_is_where_nearly_every_row_says_another_and_else_it_is_asked_for() {
    let sheet = |file: &str, mapping: &Mapping| {
        let book = read(file.as_bytes(), &|| false).unwrap();
        let understood = Understood::of(&book, mapping, &defaults());
        let understood = understood.into_iter().next().unwrap();
        let is_name = |column: &Option<Column>| column.as_ref().is_some_and(|one| one.field == Field::Name);
        let name = understood.mapping.columns.iter().position(is_name);
        (understood.mapping.heads, name, understood.is_read)
    };
    let (unsaid, by_hand) = (Mapping::default(), heads_in_row_1());
    let rows = |line: &dyn Fn(usize) -> String| (0..20).map(line).collect::<String>();
    // A number, a state that all have, and one name that is missing.
    let people = rows(&|n| {
        let name = if n == 7 { String::new() } else { format!("Kor {n}") };
        format!("{n};meldt på;{name};frivillig;post{n}@example.org;;{n}\n")
    });
    let known = format!("Nr;Status;Hvem;Type;E-post;Mobil;Bord\n{people}");
    assert_eq!(sheet(&known, &unsaid), (1, Some(2), true));
    // Where most heads are unknown somebody says where they are.
    let unknown = format!("Nr;Status;Hvem;Art;E-post;Når;Hvor\n{people}");
    assert_ne!(sheet(&unknown, &unsaid).0, 1);
    assert_eq!(sheet(&unknown, &by_hand), (1, Some(2), true));
    // Under no head stands a name: the others are known all the same, and the page asks.
    let nameless = rows(&|n| format!("meldt på;frivillig;post{n}@example.org\n"));
    let nameless = format!("Status;Type;E-post\n{nameless}");
    assert_eq!(sheet(&nameless, &unsaid), (1, None, false));
    // What people wrote is no row of heads, though it has words of heads in it.
    let wishes = rows(&|n| format!("Kor {n};Vi trenger hjelp {n};Vi tilbyr sang\n"));
    assert_eq!(sheet(&wishes, &unsaid), (0, None, false));
}

#[test]
fn a_bare_number_under_a_head_of_tables_is_a_table() {
    let known = nobody(defaults());
    for (head, cell, place) in [
        ("Bord", "6", "Bord 6"),
        ("Bord nr.", "6", "Bord 6"),
        ("Tischnummer", "6", "Bord 6"),
        ("Bord", "Bord 6", "Bord 6"),
        ("Bord", "6, ved scenen", "6, ved scenen"),
        ("Plass", "6", "6"),
    ] {
        let file = format!("Navn;Sektor;{head}\nKor;frivillig;{cell}\n");
        let now = carried_out(&planned(file.as_bytes(), &Mapping::default(), &known), &known);
        let choir = now.participants.values().next().unwrap();
        assert_eq!(choir.place.as_deref(), Some(place), "{head}: {cell}");
        // Read again it changes nothing.
        let again = planned(file.as_bytes(), &Mapping::default(), &now);
        assert_eq!(states(&again), [RowState::Same], "{head}: {cell}");
    }
}

/// Texts as they are kept.
fn text(chars_max: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-zæøåÆØÅéü0-9 ,;:.'\"=+@/()-]{1,30}",
        1 => "['=+@-]{1,4}[a-z]{1,3}",
        1 => "[^\\p{C}]{1,12}",
        1 => Just("Lokaler: - 1. sal".to_owned()),
    ]
    .prop_map(move |text| tidy(&text).chars().take(chars_max).collect::<String>())
    .prop_map(|text| tidy(&text))
    .prop_filter("something is seen", |text| {
        is_visible(text) && !text.contains(char::REPLACEMENT_CHARACTER)
    })
}

fn contact() -> impl Strategy<Value = Contact> {
    (
        option::of(text(80)),
        option::of("[a-z]{1,8}@example\\.org"),
        option::of("\\+47 9[0-9]{2} [0-9]{2} [0-9]{3}( / 9[0-9]{7})?"),
    )
        .prop_map(|(person, email, phone)| Contact { person, email, phone })
        .prop_filter_map("a contact that the server keeps", |contact| {
            contact.checked().ok()
        })
}

fn sector() -> impl Strategy<Value = Sector> {
    proptest::sample::select(Sector::ALL.to_vec())
}

prop_compose! {
    fn listing()(
        is_offer: bool,
        text in text(160),
        description in option::of(text(1_000)),
        category in 0..6_usize,
        quantity in option::of((1..100_000_u32, text(20))),
        effort_minutes in option::of(1..600_000_u32),
    ) -> (bool, String, Option<String>, usize, Option<(u32, String)>, Option<u32>) {
        (is_offer, text, description, category, quantity, effort_minutes)
    }
}

prop_compose! {
    fn exchange()(
        people in vec((text(80), sector(), option::of(text(40)), contact(), vec(listing(), 0..5)), 0..8),
        renamed in option::of(text(30)),
    ) -> Known {
        let mut known = nobody(defaults());
        // Names that are each other's, and one that is another's key.
        known.settings.categories[4].name = known.settings.categories[3].name.clone();
        known.settings.categories[5].name = renamed.unwrap_or_else(|| "care".to_owned());
        for (index, (name, sector, place, contact, listings)) in people.into_iter().enumerate() {
            let id = ParticipantId(Uuid::from_u128(index as u128 + 1));
            let symbol = Symbol::parse(&format!("AB{}", char::from(b'A' + index as u8))).unwrap();
            known.participants.insert(id, Participant { id, name, sector, symbol, place, was: Vec::new(), was_symbols: Vec::new(), is_erased: false });
            if !contact.is_empty() {
                known.contacts.insert(id, contact);
            }
            for (at, (is_offer, text, description, category, quantity, effort_minutes)) in listings.into_iter().enumerate() {
                let listing = Listing {
                    description,
                    id: ListingId(Uuid::from_u128(index as u128 * 100 + at as u128 + 1)),
                    participant: id,
                    kind: if is_offer { ListingKind::Offer } else { ListingKind::Wish },
                    text,
                    category: known.settings.categories[category].id.clone(),
                    quantity: quantity.map(|(amount, unit)| Quantity { amount, unit }),
                    effort_minutes,
                };
                known.listings.insert(listing.id, listing);
            }
        }
        known
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn what_is_exported_and_read_again_changes_nothing(known in exchange()) {
        for language in Language::ALL {
            let (people, offers) = (participants(&known, language), listings(&known, language));
            let files = [
                xlsx(&[people.clone(), offers.clone()]).unwrap(),
                csv(&people, Delimiter::Semicolon).unwrap(),
                csv(&offers, Delimiter::Comma).unwrap(),
            ];
            for (at, file) in files.iter().enumerate() {
                let plan = planned(file, &Mapping::default(), &known);
                let odd = plan.rows.iter().find(|row| row.state != RowState::Same);
                prop_assert!(odd.is_none(), "{:?} file {}: {:?}", language, at, odd);
                prop_assert!(plan.commands.is_empty() && plan.contacts.is_empty());
                let rows = [known.participants.len() + known.listings.len(), known.participants.len(), known.listings.len()];
                prop_assert_eq!(plan.rows.len(), rows[at], "every row is understood");
            }
        }
    }

    #[test]
    fn what_is_exported_fills_an_empty_exchange_alike(known in exchange()) {
        let (people, offers) = (participants(&known, Language::Nb), listings(&known, Language::Nb));
        let file = xlsx(&[people, offers]).unwrap();
        let empty = nobody(known.settings.clone());
        let plan = planned(&file, &Mapping::default(), &empty);
        // Names that are each other's are one there.
        prop_assert!(plan.counts.registered <= known.participants.len());
        for row in &plan.rows {
            prop_assert!(row.problems.iter().all(|problem| problem.column.is_some()), "{:?}", row);
        }
    }
}

/// A roster with everything that one can carry.
fn full() -> Known {
    let mut known = nobody(defaults());
    for (n, name, sector, place, person) in [
        (
            1,
            "Elvestad Bakeri AS",
            Sector::Business,
            Some("Ved scenen"),
            Some("Åse Ødegård"),
        ),
        (2, "Kari Nordmann", Sector::Individual, None, None),
        (3, "Ola", Sector::Individual, None, Some("Ola Hansen")),
    ] {
        let id = ParticipantId(Uuid::from_u128(n));
        let participant = Participant {
            id,
            name: name.to_owned(),
            sector,
            symbol: Symbol::parse(["BAKE", "KARI", "OLAH"][n as usize - 1]).unwrap(),
            place: place.map(str::to_owned),
            was: Vec::new(),
            was_symbols: Vec::new(),
            is_erased: false,
        };
        known.participants.insert(id, participant);
        let contact = Contact {
            person: person.map(str::to_owned),
            email: Some(format!("post{n}@example.org")),
            phone: (n == 1).then(|| "900 11 222".to_owned()),
        };
        known.contacts.insert(id, contact);
        let listing = Listing {
            id: ListingId(Uuid::from_u128(100 + n)),
            participant: id,
            kind: if n == 2 {
                ListingKind::Wish
            } else {
                ListingKind::Offer
            },
            text: format!("Brød {n}"),
            description: (n != 3).then(|| "Hver fredag, også om sommeren; hentes.".to_owned()),
            category: CategoryId("premises".to_owned()),
            quantity: (n == 1).then(|| Quantity {
                amount: 40,
                unit: "brød".to_owned(),
            }),
            effort_minutes: (n == 1).then_some(90),
        };
        known.listings.insert(listing.id, listing);
    }
    known
}

/// What everybody is and has, whatever ids an exchange has given them.
fn without_ids(known: &Known) -> Vec<(Participant, Contact, Vec<Listing>)> {
    let nobody = ParticipantId(Uuid::nil());
    let all = known.participants.values().map(|participant| {
        let listings = known
            .listings
            .values()
            .filter(|one| one.participant == participant.id);
        let listings = listings.map(|one| Listing {
            id: ListingId(Uuid::nil()),
            participant: nobody,
            ..one.clone()
        });
        let contact = known.contacts.get(&participant.id).cloned().unwrap_or_default();
        let participant = Participant {
            id: nobody,
            ..participant.clone()
        };
        (participant, contact, listings.collect::<Vec<_>>())
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by(|(one, ..), (other, ..)| one.name.cmp(&other.name));
    all
}

#[test]
fn what_is_taken_to_another_exchange_arrives_whole() {
    let known = full();
    for language in Language::ALL {
        let (people, offers) = (participants(&known, language), listings(&known, language));
        for files in [
            vec![xlsx(&[people.clone(), offers.clone()]).unwrap()],
            vec![
                csv(&people, Delimiter::Semicolon).unwrap(),
                csv(&offers, Delimiter::Comma).unwrap(),
            ],
        ] {
            let mut there = nobody(defaults());
            for file in files {
                let plan = planned(&file, &Mapping::default(), &there);
                assert!(!plan.has_problems(), "{language:?}: {:?}", plan.rows);
                there = carried_out(&plan, &there);
            }
            assert_eq!(without_ids(&there), without_ids(&known), "{language:?}");
        }
    }
}

#[test]
fn how_much_of_a_name_is_shown_is_said_in_a_column_and_without_one_it_is_the_first_name() {
    let known = nobody(defaults());
    let registered = |file: &str| {
        let now = carried_out(&planned(file.as_bytes(), &Mapping::default(), &known), &known);
        let one = now.participants.values().next().cloned().unwrap();
        (
            one.name,
            now.contacts
                .get(&one.id)
                .and_then(|contact| contact.person.clone()),
        )
    };
    let kari = || "Kari Nordmann".to_owned();
    let first = ("Kari".to_owned(), Some(kari()));
    assert_eq!(registered("Navn;Sektor\nKari Nordmann;enkeltperson\n"), first);
    for (said, is_full) in [
        ("Fullt", true),
        ("hele navnet", true),
        ("", false),
        ("fornavn", false),
    ] {
        let file = format!("Navn;Sektor;Navnet vises\nKari Nordmann;enkeltperson;{said}\n");
        let expected = if is_full { (kari(), None) } else { first.clone() };
        assert_eq!(registered(&file), expected, "{said}");
    }
    let unknown = "Navn;Sektor;Navnet vises\nKari Nordmann;enkeltperson;nei\n";
    let plan = planned(unknown.as_bytes(), &Mapping::default(), &known);
    assert_eq!(states(&plan), [RowState::Problem]);
    // Who is registered by the first name is shown whole, once a row says so.
    let file = |said: &str| {
        format!("Navn;Sektor;Epost;Navnet vises\nKari Nordmann;enkeltperson;kari@example.org;{said}\n")
    };
    let mut now = carried_out(
        &planned(file("fornavn").as_bytes(), &Mapping::default(), &known),
        &known,
    );
    for (said, name) in [
        ("", "Kari"),
        ("fullt", "Kari Nordmann"),
        ("", "Kari Nordmann"),
        ("fornavn", "Kari"),
    ] {
        now = carried_out(&planned(file(said).as_bytes(), &Mapping::default(), &now), &now);
        let names: Vec<&str> = now.participants.values().map(|one| one.name.as_str()).collect();
        assert_eq!(names, [name], "{said}");
    }
}

#[test]
fn heads_of_our_own_are_known_in_every_language() {
    for language in Language::ALL {
        let known = nobody(defaults());
        for cells in [participants(&known, language), listings(&known, language)] {
            let Cells { heads, .. } = cells;
            for head in &heads {
                assert!(
                    super::heads::column(head, &known.settings.categories).is_some(),
                    "{head}"
                );
            }
            let fields: std::collections::BTreeSet<String> = heads
                .iter()
                .filter_map(|head| super::heads::column(head, &known.settings.categories))
                .map(String::from)
                .collect();
            assert_eq!(fields.len(), heads.len(), "{heads:?}");
        }
    }
}
