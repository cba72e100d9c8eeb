//! Lines and fields as people write them, and what is read in them.

use proptest::prelude::*;

use super::label::{is_label, is_number_word};
use super::*;

fn contact(person: &str, phone: &str, email: &str) -> Contact {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Contact {
        person: known(person),
        email: known(email),
        phone: known(phone),
    }
}

#[test]
fn of_two_contacts_that_become_one_nothing_is_lost() {
    let contact = |person: &str, email: &str, phone: &str| {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Contact {
            person: known(person),
            email: known(email),
            phone: known(phone),
        }
    };
    let none = Contact::default();
    let kari = contact("Kari", "kari@example.org", "");
    for (kept, gone, joined, beside) in [
        (none.clone(), kari.clone(), kari.clone(), None),
        (kari.clone(), none.clone(), kari.clone(), None),
        (kari.clone(), kari.clone(), kari.clone(), None),
        (
            kari.clone(),
            contact("KARI", "", "12345"),
            contact("Kari", "kari@example.org", "12345"),
            None,
        ),
        (
            kari.clone(),
            contact("", "post@example.org", "12345"),
            contact("Kari", "kari@example.org", "12345"),
            Some(contact("", "post@example.org", "")),
        ),
        (
            kari.clone(),
            contact("Ola", "", "12345"),
            kari.clone(),
            Some(contact("Ola", "", "12345")),
        ),
    ] {
        assert_eq!(kept.joined(gone), (joined, beside));
    }
    let spaced = contact("Kari", "", "123 45");
    let alike = |one: &str, other: &str| one.replace(' ', "") == other.replace(' ', "");
    let kept = contact("Kari", "", "12345");
    assert_eq!(kept.clone().joined_by(spaced, alike), (kept, None));
}

#[test]
fn one_line_is_a_name_a_telephone_and_a_mail_address() {
    for (line, expected) in [
        ("", contact("", "", "")),
        ("Kari Nordmann", contact("Kari Nordmann", "", "")),
        ("912 34 567", contact("", "912 34 567", "")),
        (
            "Kari Nordmann 912 34 567, kari@example.org",
            contact("Kari Nordmann", "912 34 567", "kari@example.org"),
        ),
        (
            "kari@example.org; +47 91234567",
            contact("", "+47 91234567", "kari@example.org"),
        ),
        (
            "Frau Müller, 0176/1234567",
            contact("Frau Müller", "0176/1234567", ""),
        ),
        (
            "Frau Müller 03012/345678",
            contact("Frau Müller", "03012/345678", ""),
        ),
        (
            "Frau Müller 0176 / 1234567",
            contact("Frau Müller", "0176 1234567", ""),
        ),
        ("Kari 912\u{A0}34\u{A0}567", contact("Kari", "912 34 567", "")),
        ("912–34–567", contact("", "912-34-567", "")),
        ("912 – 34 – 567", contact("", "912 34 567", "")),
        ("tlf. 91234567", contact("", "91234567", "")),
        ("tlf:91234567", contact("", "91234567", "")),
        ("Tlf.91234567", contact("", "91234567", "")),
        ("Kari, mob: 912 34 567", contact("Kari", "912 34 567", "")),
        (
            "Kari T: 912 34 567 E: kari@example.org",
            contact("Kari", "912 34 567", "kari@example.org"),
        ),
        (
            "Kari mailto:kari@example.org",
            contact("Kari", "", "kari@example.org"),
        ),
        ("Kari (+47) 912 34 567", contact("Kari", "(+47) 912 34 567", "")),
        ("Kari <kari@example.org>", contact("Kari", "", "kari@example.org")),
        (
            "Kari <kari@example.org>.",
            contact("Kari", "", "kari@example.org"),
        ),
        ("Kari<kari@example.org>", contact("Kari", "", "kari@example.org")),
        ("Kari (kari@example.org)", contact("Kari", "", "kari@example.org")),
        (
            "91 23 45 67 / 22 33 44 55",
            contact("", "91 23 45 67 / 22 33 44 55", ""),
        ),
        ("91234567/22334455", contact("", "91234567 / 22334455", "")),
        (
            "91 23 45 67, 22 33 44 55",
            contact("", "91 23 45 67 / 22 33 44 55", ""),
        ),
        (
            "91 23 45 67 22 33 44 55",
            contact("", "91 23 45 67 / 22 33 44 55", ""),
        ),
        (
            "Kari 91234567 Ola 22334455",
            contact("Kari, Ola", "91234567 / 22334455", ""),
        ),
        ("kari@example.org.", contact("", "", "kari@example.org")),
        ("5. etg 91234567", contact("5. etg", "91234567", "")),
        ("Kari, 5. etg, 91234567", contact("Kari, 5. etg", "91234567", "")),
        ("klasse 3 91234567", contact("klasse 3", "91234567", "")),
        ("Kari, 3012 Drammen", contact("Kari, 3012 Drammen", "", "")),
        ("4H 912 34 567", contact("4H", "912 34 567", "")),
        (
            "Hansen, Kari 912 34 567",
            contact("Hansen, Kari", "912 34 567", ""),
        ),
        ("Kari, 123", contact("Kari", "123", "")),
        ("Kari ٩١٢٣٤٥٦٧", contact("Kari", "91234567", "")),
        ("+49 (0)176 1234567", contact("", "+49 (0)176 1234567", "")),
        ("m.berg@example.org", contact("", "", "m.berg@example.org")),
        ("Anne-Lise O'Hara", contact("Anne-Lise O'Hara", "", "")),
        ("Kari kari @ example.org", contact("Kari", "", "kari@example.org")),
        (
            "kari @ example.org, 912 34 567",
            contact("", "912 34 567", "kari@example.org"),
        ),
    ] {
        assert_eq!(Contact::of_line(line), expected, "{line}");
        assert_eq!(
            Contact::of_line(&expected.to_line()),
            expected,
            "{line}, written and read again"
        );
        if line != "Kari, 123" {
            assert_eq!(expected.clone().checked(), Ok(expected), "{line}, at the server");
        }
    }
}

/// Lines, and the person, the telephone and the address that each is read as.
fn are_read(lines: &[(&str, &str, &str, &str)]) {
    for (line, person, phone, email) in lines {
        let expected = contact(person, phone, email);
        assert_eq!(Contact::of_line(line), expected, "{line}");
        let again = Contact::of_line(&expected.to_line());
        assert_eq!(again, expected, "{line}, written and read again");
        assert_eq!(expected.clone().checked(), Ok(expected), "{line}, at the server");
    }
}

#[test]
fn a_label_is_no_person_however_it_is_put_together() {
    are_read(&[
        ("Mobilnr 912 34 567", "", "912 34 567", ""),
        ("Mobilnummer: 912 34 567", "", "912 34 567", ""),
        ("Tel.nr. 912 34 567", "", "912 34 567", ""),
        ("Tel.nr.:91234567", "", "91234567", ""),
        ("Telefonnr 912 34 567", "", "912 34 567", ""),
        ("Telefoonnummer 06 12345678", "", "06 12345678", ""),
        ("Handynummer 0176 1234567", "", "0176 1234567", ""),
        ("Kari tel nr 912 34 567", "Kari", "912 34 567", ""),
        ("Kari, tlf. nr.: 912 34 567", "Kari", "912 34 567", ""),
        ("Kari Mob.tlf 912 34 567", "Kari", "912 34 567", ""),
        ("Kari, GSM 0475 12 34 56", "Kari", "0475 12 34 56", ""),
        ("E-postadresse: kari@example.org", "", "", "kari@example.org"),
    ]);
}

#[test]
fn a_number_is_found_among_signs() {
    are_read(&[
        ("Kari, tlf 91234567!", "Kari", "91234567", ""),
        ("Kari 912 34 567!", "Kari", "912 34 567", ""),
        ("tlf=91234567", "", "91234567", ""),
        ("Kari/91234567", "Kari", "91234567", ""),
        ("Kari-91234567", "Kari", "91234567", ""),
        ("Kari/912 34 567", "Kari", "912 34 567", ""),
        ("91234567/Kari", "Kari", "91234567", ""),
        ("Kari: \u{1F4F1}91234567", "Kari", "91234567", ""),
        ("\u{260E} 91234567", "", "91234567", ""),
        ("Kari (tlf 91234567)", "Kari", "91234567", ""),
        ("Kari (91234567)", "Kari", "91234567", ""),
        ("Kari (+47 912 34 567)", "Kari", "+47 912 34 567", ""),
        ("Kari (leder), 91234567", "Kari (leder)", "91234567", ""),
        ("Kari (jobb 91234567)", "Kari (jobb)", "91234567", ""),
        ("Kari 912 34 567 (mobil)", "Kari", "912 34 567", ""),
        ("Kari <kari@example.org>!", "Kari", "", "kari@example.org"),
        ("tel#91234567", "", "91234567", ""),
    ]);
}

#[test]
fn what_joins_two_numbers_is_no_person() {
    are_read(&[
        (
            "Kari, 91 23 45 67 eller 22 33 44 55",
            "Kari",
            "91 23 45 67 / 22 33 44 55",
            "",
        ),
        ("91234567 og 22334455", "", "91234567 / 22334455", ""),
        ("0612345678 of 0201234567", "", "0612345678 / 0201234567", ""),
        ("91234567 oder mob 22334455", "", "91234567 / 22334455", ""),
        ("Kari og Ola, 91234567", "Kari og Ola", "91234567", ""),
        ("91234567 + 22334455", "", "91234567 / 22334455", ""),
        ("91234567 & 22334455", "", "91234567 / 22334455", ""),
        (
            "Kari, 91234567 eller e-post kari@example.org",
            "Kari",
            "91234567",
            "kari@example.org",
        ),
    ]);
}

#[test]
fn days_years_houses_and_rooms_are_no_telephones() {
    are_read(&[
        ("Kari 24.12.1965, 91234567", "Kari 24.12.1965", "91234567", ""),
        ("24.12.1965/91234567", "24.12.1965", "91234567", ""),
        ("24.12.1965 / 91234567", "24.12.1965", "91234567", ""),
        ("91234567, f. 1965", "f. 1965", "91234567", ""),
        ("Kari 91234567 / 1965", "Kari, 1965", "91234567", ""),
        ("Kari (f. 1980), 91234567", "Kari (f. 1980)", "91234567", ""),
        ("Kari (f. 1980) / 91234567", "Kari (f. 1980)", "91234567", ""),
        ("Storgata 12 91234567", "Storgata 12", "91234567", ""),
        ("Storgata 112, 91234567", "Storgata 112", "91234567", ""),
        ("rom 204 912 34 567", "rom 204", "912 34 567", ""),
        ("rom 204 91 23 45 67", "rom 204", "91 23 45 67", ""),
        ("Zimmer 12 0176 1234567", "Zimmer 12", "0176 1234567", ""),
        ("kamer 204 +31 6 12345678", "kamer 204", "+31 6 12345678", ""),
        ("Kari 47 912 34 567", "Kari", "47 912 34 567", ""),
        (
            "Kari, Hauptstr. 5, 12345 Berlin, 0176 1234567",
            "Kari, Hauptstr. 5, 12345 Berlin",
            "0176 1234567",
            "",
        ),
        ("Kari 91234567 3012 Drammen", "Kari, 3012 Drammen", "91234567", ""),
        (
            "født 24. desember 1965, 91234567",
            "født 24. desember 1965",
            "91234567",
            "",
        ),
        ("Kari, 24 12 1965, 91234567", "Kari, 24 12 1965", "91234567", ""),
        (
            "Storgata 12 3012 Drammen 91234567",
            "Storgata 12 3012 Drammen",
            "91234567",
            "",
        ),
        ("47 91234567", "", "47 91234567", ""),
        ("Kari tlf 12345 Drammen", "Kari, Drammen", "12345", ""),
    ]);
}

#[test]
fn a_second_address_stays_where_it_is_seen() {
    assert_eq!(
        Contact::of_line("Kari a@x.no b@x.no"),
        contact("Kari, b@x.no", "", "a@x.no")
    );
}

#[test]
fn an_at_sign_that_stands_alone_is_of_an_address_and_of_no_name() {
    for line in ["bare tull @ 12", "Kari @", "@ 12", "Kari, @ kontoret"] {
        let read = Contact::of_line(line);
        assert!(
            !read.person.as_deref().unwrap_or_default().contains('@'),
            "{line}"
        );
        assert_eq!(read.checked(), Err(ContactFault::Email), "{line}");
    }
}

#[test]
fn a_slip_of_the_hand_is_told() {
    for (email, fault) in [
        ("kari", true),
        ("kari@example", true),
        ("kari@example..org", true),
        ("kari@ola@example.org", true),
        ("Kari <kari@example.org>", true),
        (".kari@example.org", true),
        ("kari.@example.org", true),
        ("kari@[127.0.0.1]", true),
        ("kari@(example.org)", true),
        ("mailto:kari", true),
        ("kari@example.org.", false),
        ("<kari@example.org>", false),
        ("kari.nordmann@example.org", false),
    ] {
        let found = contact("", "", email).checked().err();
        assert_eq!(found, fault.then_some(ContactFault::Email), "{email}");
    }
    for (phone, fault) in [
        ("1234", true),
        ("1234567890123456", true),
        ("ring Kari 12345", false),
        ("ring Kari 1234", true),
        ("Kari 1234567890123456", true),
        ("Kari 91 23 45 67 / 22", true),
        ("+47 (0)2233445547 / (0)223344557 (0)22334455 (0)22334455", true),
        ("Kari", true),
        ("91234567 kari@example.org", true),
        ("Hauptstr. 5, 12345 Berlin", true),
        ("tlf.", true),
        ("tlf. 1234", true),
        ("tlf. (+47) 912–34–567", false),
        ("912 34 567 (mobil)", false),
        ("tlf. 91 23 45 67 / mob. 22 33 44 55", false),
        ("47+12345", true),
        ("12345", false),
        ("(+47) 912 34 567", false),
        ("0176/1234567", false),
        ("912\u{A0}34–567", false),
        ("91 23 45 67 / 22 33 44 55", false),
        ("91 23 45 67 / 22", true),
    ] {
        let found = contact("", phone, "").checked().err();
        assert_eq!(found, fault.then_some(ContactFault::Phone), "{phone}");
    }
    let long = contact(&"a".repeat(NAME_CHARS_MAX + 1), "", "").checked();
    assert!(matches!(
        long,
        Err(ContactFault::Text(Refusal::TextTooLong { .. }))
    ));
    assert_eq!(contact(" ", "\u{200B}", " ").checked(), Ok(Contact::default()));
}

#[test]
fn a_field_for_numbers_is_read_as_a_line_is() {
    for (typed, kept) in [
        ("tlf. (+47) 912–34–567", "(+47) 912-34-567"),
        ("Mob: 912\u{2011}34\u{2011}567", "912-34-567"),
        ("（+47）912\u{FE63}34\u{FF0D}567", "(+47)912-34-567"),
        ("[+47] 912 34 567", "+47 912 34 567"),
        ("(tlf. 912 34 567)", "912 34 567"),
        ("\u{260E} 91234567", "91234567"),
        ("91234567 eller mob. 22334455", "91234567 / 22334455"),
        ("912 34 567", "912 34 567"),
        ("0176/1234567", "0176/1234567"),
    ] {
        let checked = contact("", typed, "").checked();
        assert_eq!(checked, Ok(contact("", kept, "")), "{typed}");
        assert_eq!(Contact::of_line(typed), contact("", kept, ""), "{typed}");
    }
    // However much somebody pastes into it, it is not looked at for long.
    let pasted = "0 ".repeat(100_000);
    assert!(contact("", &pasted, "").checked().is_err());
}

#[test]
fn numbers_among_words_stand_as_they_were_written_and_are_read() {
    for (typed, numbers) in [
        ("tlf. 912 34 567 (Kari)", vec!["912 34 567"]),
        ("Kari, tlf. 22 33 44 55", vec!["22 33 44 55"]),
        ("+1 (555) 123-4567 ext. 12", vec!["+1 (555) 123-4567"]),
        (
            "Mob: 91 23 45 67, priv: 22 33 44 55",
            vec!["91 23 45 67", "22 33 44 55"],
        ),
        ("91234567 / 22334455 (jobb)", vec!["91234567", "22334455"]),
        ("912 34 567", vec!["912 34 567"]),
        ("91 23 45 67 / 22 33 44 55", vec!["91 23 45 67", "22 33 44 55"]),
    ] {
        let kept = contact("", typed, "");
        assert_eq!(kept.clone().checked(), Ok(kept.clone()), "{typed}");
        assert_eq!(kept.numbers().collect::<Vec<_>>(), numbers, "{typed}");
        let dialled = format!("tel:{}", numbers[0].replace(' ', ""));
        assert_eq!(dialling(typed), dialled, "{typed}");
    }
}

#[test]
fn an_address_stands_without_the_labels_before_it() {
    for typed in [
        "mailto:kari@example.org",
        "MAILTO:kari@example.org",
        "<mailto:kari@example.org>",
        "E-post: kari@example.org",
        "mailto:mailto:kari@example.org",
    ] {
        let checked = contact("", "", typed).checked();
        assert_eq!(checked, Ok(contact("", "", "kari@example.org")), "{typed}");
    }
}

proptest! {
    /// Whatever is typed stands in a field, but for labels, and reading it again changes nothing.
    #[test]
    fn nothing_that_is_typed_is_lost(line in "([A-ZÆØÅ][a-zæøå]{0,6}|[0-9]{1,9}|[a-z]{1,3}@[a-z]{1,3}\\.no|[,;/–+()-]| ){0,12}") {
        let typed = |text: &str| {
            let mut typed: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
            typed.sort_unstable();
            typed
        };
        let mut words = line.split(|c: char| !c.is_alphabetic());
        let labels = words.any(|word| is_label(word) || is_number_word(word));
        prop_assume!(!labels);
        let contact = Contact::of_line(&line);
        prop_assert_eq!(typed(&contact.to_line()), typed(&line));
    }
}
