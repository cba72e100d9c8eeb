//! Towns and their signs.

use std::collections::BTreeSet;

use super::*;

/// Registers names one after the other in an exchange, and tells their signs.
fn signs<'a>(exchange: &str, place: &str, names: &[&'a str]) -> Vec<(&'a str, String)> {
    let mut known: Vec<(&str, Symbol)> = Vec::new();
    for name in names {
        let others = known.iter().map(|(name, symbol)| (*name, symbol));
        let symbol = Hall::new(exchange, place, others).symbol(name);
        known.push((name, symbol));
    }
    known
        .into_iter()
        .map(|(name, symbol)| (name, symbol.to_string()))
        .collect()
}

#[track_caller]
fn must_be(exchange: &str, place: &str, expected: &[(&str, &str)]) {
    let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, sign)| (*name, (*sign).to_owned()))
        .collect();
    assert_eq!(signs(exchange, place, &names), expected);
}

/// Forty-two of a town, of which twenty begin with its name.
const ELVESTAD: [(&str, &str); 42] = [
    ("Elvestad rideklubb", "RIDE"),
    ("Elvestad Taxi AS", "TAXI"),
    ("Elvestad Røde Kors", "RØDE"),
    ("Elvestad kommune", "KOMM"),
    ("Elvestad IL", "ILEL"),
    ("Elvestad bibliotek", "BIBL"),
    ("Elvestad Sanitetsforening", "SANI"),
    ("Elvestad skolekorps", "SKOL"),
    ("Elvestad Frivilligsentral", "FRIV"),
    ("Elvestad bygdekvinnelag", "BYGD"),
    ("Elvestad og omegn historielag", "OMEG"),
    ("Elvestad Sparebank", "SPAR"),
    ("Elvestad Regnskap AS", "REGN"),
    ("Elvestad Bygg og Anlegg AS", "BYGG"),
    ("Elvestad barnehage SA", "BARN"),
    ("Elvestad videregående skole", "VIDE"),
    ("Elvestad Husflidslag", "HUSF"),
    ("Elvestad Mannskor", "MANN"),
    ("Elvestad Turlag", "TURL"),
    ("Elvestad 4H", "HEL"),
    ("Elvestadhallen", "HALL"),
    ("Elvestadposten", "POST"),
    ("Kulturhuset i Elvestad", "KULT"),
    ("Bakkerud Bygg AS", "BAKK"),
    ("Bakkerud kaffebrenneri", "KAFF"),
    ("Fjelldalen idrettslag", "FJEL"),
    ("Fjelldalen skole", "FJES"),
    ("AS Møbel", "MØBE"),
    ("Foreningen for gamle båter", "GAML"),
    ("Stiftelsen Havn", "HAVN"),
    ("Trå", "TRÅ"),
    ("Ko", "KOXA"),
    ("Røde Kors Ungdom", "UNGD"),
    ("Røde Kors Omsorg", "OMSO"),
    ("Den grønne døra", "GRØN"),
    ("Norsk Folkehjelp", "NORS"),
    ("Norges Blindeforbund", "NORG"),
    ("Nav", "NAV"),
    ("Kirkens Bymisjon", "KIRK"),
    ("1. divisjon", "DIVI"),
    ("Redd Barna", "REDD"),
    ("Redd Barna Ungdom", "REDB"),
];

#[test]
fn a_town_is_told_apart_by_what_its_names_do_not_share() {
    must_be("Frivilligbørs Elvestad", "Elvestad kulturhus", &ELVESTAD);
}

#[test]
fn the_order_of_registration_does_not_bring_the_town_back() {
    let names = || ELVESTAD.iter().map(|(name, _)| *name);
    let halves: Vec<&str> = names().skip(21).chain(names().take(21)).collect();
    for order in [names().rev().collect(), halves, names().collect::<Vec<_>>()] {
        let signs = signs("Frivilligbørs Elvestad", "Storsalen", &order);
        let distinct: BTreeSet<&String> = signs.iter().map(|(_, sign)| sign).collect();
        assert_eq!(distinct.len(), signs.len());
        for (name, sign) in signs {
            assert!(!sign.starts_with("ELV"), "{name}: {sign}");
        }
    }
}

#[test]
fn a_town_that_the_exchange_does_not_name_is_met_once() {
    must_be(
        "Børsen 2026",
        "Storsalen",
        &[
            ("Elvestad rideklubb", "ELVE"),
            ("Elvestad Taxi", "TAXI"),
            ("Elvestad Røde Kors", "RØDE"),
        ],
    );
}

#[test]
fn a_town_of_two_letters() {
    must_be(
        "Frivilligbørs Bø",
        "Bø bibliotek",
        &[
            ("Bø Taxi", "TAXI"),
            ("Bø kommune", "KOMM"),
            ("Bø IL", "ILBØ"),
            ("Bø bibliotek", "BIBL"),
            ("Bø", "BØXA"),
            ("Bøndenes lag", "BØND"),
            ("4H Bø", "HBØ"),
        ],
    );
}

#[test]
fn six_of_the_red_cross() {
    must_be(
        "Frivilligbørs Drammen",
        "Drammensbiblioteket",
        &[
            ("Røde Kors Drammen", "RØDE"),
            ("Røde Kors Ungdom", "UNGD"),
            ("Drammen Røde Kors Omsorg", "OMSO"),
            ("Røde Kors Hjelpekorps", "HJEL"),
            ("Drammens Røde Kors Besøkstjeneste", "BESØ"),
            ("Røde Kors", "KORS"),
            ("Drammensbadet", "BADE"),
            ("Drammensbiblioteket", "BIBL"),
            ("Drammens Teater", "TEAT"),
        ],
    );
}

#[test]
fn legal_forms_and_small_words_of_six_languages_do_not_tell() {
    must_be(
        "Beursvloer Utrecht",
        "",
        &[
            ("Stichting De Zonnebloem", "ZONN"),
            ("Vereniging van Vrienden", "VRIE"),
            ("Utrechtse Bakkerij B.V.", "BAKK"),
            ("Verein für Bewegung e.V.", "BEWE"),
            ("Stiftung Die Brücke gGmbH", "BRÜC"),
            ("Der Hof GmbH & Co. KG", "HOF"),
            ("The Helping Company Ltd", "HELP"),
            ("Foundation for Music plc", "MUSI"),
            ("Foreningen Nord ApS", "NORD"),
            ("A/S Østlig", "ØSTL"),
            ("Föreningen Väst AB", "VÄST"),
            ("Ein Frå Fjord KF", "FJOR"),
        ],
    );
}

#[test]
fn names_of_every_kind_get_a_sign() {
    must_be(
        "Børs",
        "Sal",
        &[
            ("42", "XXXA"),
            ("🍳", "XXXB"),
            ("A", "AXXA"),
            ("AS", "ASXA"),
            ("O'Hara", "OHAR"),
            ("Straße", "STRA"),
            ("مقهى السلام", "مقهى"),
            ("Кафе Мир", "КАФЕ"),
            ("小さな店", "小さな店"),
            ("小明", "小明XA"),
            ("Blåbær", "BLÅB"),
            ("Blabær", "BLAÆ"),
            ("Helvetia", "HELE"),
        ],
    );
}

#[test]
fn two_thousand_of_one_name_all_get_a_sign() {
    let symbols: Vec<Symbol> = every_symbol().take(2_000).collect();
    let mut hall = Hall::new("Børs", "Sal", []);
    hall.others = symbols
        .iter()
        .map(|symbol| (Vec::new(), symbol.clone()))
        .collect();
    let symbol = hall.symbol("A");
    assert!(!symbols.contains(&symbol), "{symbol}");
}
