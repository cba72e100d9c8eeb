//! What heads mean: in Norwegian, English, Dutch and German, however they are spelt; and sectors and kinds in words.

use borsklokka_shared::exchange::Category;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::participant::{NameShown, Sector};
use borsklokka_shared::roster::{Column, Field};

use super::fold::{fold, is_near};

/// Longest head that is read, in characters: what is longer is a text.
const HEAD_CHARS_MAX: usize = 120;
/// Fewest letters of a word that may be misspelt.
const MISSPELT_CHARS_MIN: usize = 5;

/// Words for fields, folded. What is asked for first wins: a "contact's e-mail" is an e-mail address.
#[rustfmt::skip] // A table: words side by side.
const WORDS: [(Field, &[&str]); 20] = [
    (Field::ListingId, &[
        "oppforingsid", "oppforingid", "oppforings id", "listingid", "listing id",
    ]),
    (Field::Id, &[
        "deltakerid", "deltakarid", "deltaker id", "participantid", "participant id", "deelnemerid", "teilnehmerid",
    ]),
    (Field::Kind, &[
        "tilbud eller onske", "tilbod eller onske", "offer or wish", "aanbod of vraag", "angebot oder gesuch",
    ]),
    (Field::Minutes, &[
        "minutter", "minutt", "minutes", "minuten",
    ]),
    (Field::Email, &[
        "epost", "e post", "epostadresse", "e postadresse", "mail", "email", "e mail", "emailadres", "mailadresse",
        "emailadresse",
    ]),
    (Field::Phone, &[
        "telefon", "telefonnummer", "tlf", "tlfnr", "mobil", "mobilnr", "mobilnummer", "mobiltelefon", "phone", "telephone",
        "mobile", "cell phone", "telefoon", "telefoonnummer", "mobiel", "handy", "tel",
    ]),
    (Field::Category, &[
        "kategori", "rubrikk", "category", "categorie", "kategorie", "rubrik", "rubriek",
    ]),
    (Field::Person, &[
        "kontaktperson", "kontakt person", "navn pa kontakt", "kontaktnavn", "contact person", "contact name",
        "contactpersoon", "ansprechpartner", "ansprechpartnerin", "ansprechperson", "fornavn og etternavn", "representant",
        "ditt navn", "your name",
    ]),
    (Field::Contact, &[
        "kontakt", "kontaktinformasjon", "kontaktinfo", "kontaktopplysninger", "contact", "contact details",
        "contact information", "contactgegevens", "kontaktdaten",
    ]),
    (Field::Sector, &[
        "sektor", "sector", "organisasjonstype", "type organisasjon", "type", "bransje", "gruppe", "organisation type",
        "organization type", "art der organisation", "soort organisatie", "soort", "bereich",
    ]),
    (Field::Symbol, &[
        "kortnavn", "kortnamn", "symbol", "short name", "kurzel", "kurzname", "afkorting", "korte naam",
    ]),
    (Field::Place, &[
        "bord", "bordnummer", "bordnr", "plass", "plass i salen", "standplass", "stand", "place", "place in the hall",
        "table", "table number", "tafel", "tafelnummer", "tisch", "tischnummer", "platz", "plek", "plaats in de zaal",
    ]),
    (Field::Offer, &[
        "tilbud", "tilbyr", "tilby", "tilbod", "tilbyd", "tilbudet", "offer", "offers", "we offer", "aanbod", "wij bieden",
        "bieden", "aanbieden", "angebot", "angebote", "bieten", "wir bieten", "anbieten", "gir", "kan bidra med",
    ]),
    (Field::Wish, &[
        "onske", "onsker", "onskjer", "behov", "trenger", "treng", "wish", "wishes", "need", "needs", "request", "requests",
        "vraag", "vragen", "hulpvraag", "gezocht", "zoeken", "wensen", "gesuch", "gesuche", "suchen", "brauchen", "bedarf",
        "wunsch", "wunsche",
    ]),
    (Field::Text, &[
        "tekst", "text", "beskrivelse", "description", "beschreibung", "omschrijving",
    ]),
    (Field::Description, &[
        "mer om det", "meir om det", "more about it", "meer erover", "mehr daruber",
    ]),
    (Field::NameShown, &[
        "navnet vises", "namnet blir vist", "name shown", "naam getoond", "name gezeigt",
    ]),
    (Field::Amount, &[
        "antall", "antal", "mengde", "amount", "quantity", "aantal", "menge", "anzahl",
    ]),
    (Field::Unit, &[
        "enhet", "eining", "unit", "eenheid", "einheit",
    ]),
    (Field::Name, &[
        "navn", "namn", "name", "naam", "org navn", "org namn", "organisasjon", "organisasjonsnavn", "organisasjonen", "organisation",
        "organization", "organisatie", "organisatienaam", "bedrift", "bedriftsnavn", "bedriftens navn", "firma",
        "firmanavn", "virksomhet", "verksemd", "lag", "forening", "deltaker", "deltakar", "participant", "deelnemer",
        "teilnehmer", "company", "bedrijf", "bedrijfsnaam", "unternehmen", "verein", "einrichtung", "hvem er dere",
    ]),
];

/// How words for tables begin, folded; in English nothing grows on it but a tablet.
const TABLES: [&str; 3] = ["bord", "tafel", "tisch"];

/// Words for sectors, folded.
#[rustfmt::skip] // A table: words side by side.
const SECTORS: [(Sector, &[&str]); 4] = [
    (Sector::Business, &[
        "business", "naeringsliv", "naering", "bedrift", "firma", "selskap", "privat", "privat naeringsliv",
        "privat sektor", "privat virksomhet", "company", "companies", "private", "private sector", "corporate",
        "enterprise", "bedrijf", "bedrijven", "bedrijfsleven", "onderneming", "unternehmen", "wirtschaft", "gewerbe",
        "betrieb", "naeringsdrivende",
    ]),
    (Sector::Public, &[
        "public", "offentlig", "offentlege", "offentleg", "kommune", "kommunal", "kommunalt", "stat", "statlig",
        "offentlig sektor", "offentlig virksomhet", "public sector", "public body", "government", "municipality",
        "overheid", "gemeente", "publiek", "offentlich", "offentliche hand", "gemeinde", "behorde", "verwaltung", "stadt",
    ]),
    (Sector::Voluntary, &[
        "voluntary", "frivillig", "frivillig sektor", "frivillighet", "frivillig organisasjon", "frivilleg", "forening",
        "lag", "lag og forening", "ideell", "ideell organisasjon", "organisasjon", "ngo", "charity", "non profit",
        "nonprofit", "volunteer", "voluntary organisation", "vrijwillig", "maatschappelijk", "maatschappelijke organisatie",
        "vrijwilligersorganisatie", "vereniging", "stichting", "gemeinnutzig", "verein", "ehrenamt", "ehrenamtlich",
        "soziales",
    ]),
    (Sector::Individual, &[
        "individual", "enkeltperson", "privatperson", "person", "individ", "innbygger", "private person", "citizen",
        "resident", "particulier", "inwoner", "burger", "privat person", "einzelperson", "burgerin",
    ]),
];

/// Words for kinds of listings, folded.
#[rustfmt::skip] // A table: words side by side.
const KINDS: [(ListingKind, &[&str]); 2] = [
    (ListingKind::Offer, &[
        "offer", "tilbud", "tilbod", "aanbod", "angebot", "gir", "tilbyr",
    ]),
    (ListingKind::Wish, &[
        "wish", "onske", "behov", "vraag", "wens", "gesuch", "wunsch", "need", "request",
    ]),
];

/// Words for how much of an individual's name is shown, folded.
#[rustfmt::skip] // A table: words side by side.
const NAMES_SHOWN: [(NameShown, &[&str]); 2] = [
    (NameShown::Full, &[
        "full", "fullt", "in full", "hele", "heile", "hele navnet", "heile namnet", "fullt navn", "full name", "volledig", "voluit",
        "hele naam", "vollstandig", "ganz", "ganzer name",
    ]),
    (NameShown::First, &[
        "first", "first name", "fornavn", "forenamn", "fornamn", "voornaam", "vorname",
    ]),
];

/// How well a head is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Misspelt,
    Within,
    Whole,
}

/// What a column with this head holds, if that can be told.
pub(super) fn column(head: &str, categories: &[Category]) -> Option<Column> {
    let folded = folded(head)?;
    let field = field(&folded)?;
    let category = field.kind().and_then(|_| category_within(&folded, categories));
    Some(Column { field, category })
}

/// What a column under two heads holds, one over the other.
pub(super) fn column_below(above: &str, head: &str, categories: &[Category]) -> Option<Column> {
    if above.trim().is_empty() {
        return column(head, categories);
    }
    if head.trim().is_empty() {
        return column(above, categories);
    }
    let over = folded(above).and_then(|above| field(&above));
    let under = column(head, categories);
    match (over, under) {
        // A name under "contact" is a person's.
        (
            Some(Field::Contact | Field::Person),
            Some(Column {
                field: Field::Name | Field::Person,
                ..
            }),
        ) => Some(Field::Person.into()),
        (Some(kind @ (Field::Offer | Field::Wish)), None) => {
            let category = folded(head).and_then(|head| category_within(&head, categories));
            Some(Column {
                field: kind,
                category,
            })
        }
        (_, Some(under)) => Some(under),
        (Some(Field::Contact | Field::Person) | None, None) => None,
        (Some(_), None) => column(&format!("{above} {head}"), categories),
    }
}

/// A head as it is compared; none of what is too long to be one.
fn folded(head: &str) -> Option<String> {
    let is_head = head.chars().nth(HEAD_CHARS_MAX).is_none();
    is_head.then(|| fold(head))
}

fn field(folded: &str) -> Option<Field> {
    let folded = folded.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    if folded.is_empty() {
        return None;
    }
    if folded == "id" {
        return Some(Field::Id);
    }
    let mut best: Option<(Fit, Field)> = None;
    for (field, words) in WORDS {
        let fit = words.iter().filter_map(|word| fit(folded, word)).max();
        if let Some(fit) = fit
            && best.is_none_or(|(known, _)| fit > known)
        {
            best = Some((fit, field));
        }
    }
    best.map(|(_, field)| field)
}

/// A head's letters: `Org.navn` is `Org. navn`.
fn letters(head: &str) -> impl Iterator<Item = char> + use<'_> {
    head.chars().filter(|c| *c != ' ')
}

fn fit(head: &str, word: &str) -> Option<Fit> {
    if letters(head).eq(letters(word)) {
        return Some(Fit::Whole);
    }
    let is_within = format!(" {head} ").contains(&format!(" {word} "));
    if is_within {
        return Some(Fit::Within);
    }
    let is_misspelt = |one: &str| {
        let chars = one.chars().count();
        chars >= MISSPELT_CHARS_MIN
            && word.chars().count() >= MISSPELT_CHARS_MIN
            && is_near(one, word, 1 + chars / 8)
    };
    (is_misspelt(head) || head.split(' ').any(is_misspelt)).then_some(Fit::Misspelt)
}

/// The category that a head names beside what it says.
fn category_within(folded: &str, categories: &[Category]) -> Option<borsklokka_shared::ids::CategoryId> {
    let names = |category: &&Category| {
        let name = fold(&category.name);
        !name.is_empty() && format!(" {folded} ").contains(&format!(" {name} "))
    };
    categories.iter().find(names).map(|category| category.id.clone())
}

/// Whether what stands under a head is tables, so that a bare number is the number of one.
pub(super) fn is_of_tables(head: &str) -> bool {
    let folded = folded(head).unwrap_or_default();
    let mut words = folded.split(' ');
    words.any(|word| word == "table" || TABLES.iter().any(|table| word.starts_with(table)))
}

/// A category by its key or its name.
pub(super) fn category(text: &str, categories: &[Category]) -> Option<borsklokka_shared::ids::CategoryId> {
    let folded = fold(text);
    let by_key = categories.iter().find(|category| category.id.0 == text.trim());
    let by_name = || categories.iter().find(|category| fold(&category.name) == folded);
    let near = || {
        categories.iter().find(|category| {
            let name = fold(&category.name);
            name.len() >= MISSPELT_CHARS_MIN && is_near(&name, &folded, 1)
        })
    };
    by_key
        .or_else(by_name)
        .or_else(near)
        .map(|category| category.id.clone())
}

/// A sector in words.
pub(super) fn sector(text: &str) -> Option<Sector> {
    of_words(text, &SECTORS)
}

/// How much of an individual's name is shown, in words.
pub(super) fn name_shown(text: &str) -> Option<NameShown> {
    of_words(text, &NAMES_SHOWN)
}

/// A kind of listing in words.
pub(super) fn kind(text: &str) -> Option<ListingKind> {
    of_words(text, &KINDS)
}

fn of_words<T: Copy>(text: &str, list: &[(T, &[&str])]) -> Option<T> {
    let folded = fold(text);
    let with = |fits: &dyn Fn(&str) -> bool| {
        list.iter()
            .find(|(_, words)| words.iter().any(|word| fits(word)))
            .map(|(value, _)| *value)
    };
    if folded.is_empty() {
        return None;
    }
    with(&|word| word == folded)
        .or_else(|| with(&|word| word.len() > 3 && format!(" {folded} ").contains(&format!(" {word} "))))
        .or_else(|| {
            with(&|word| {
                word.chars().count() >= MISSPELT_CHARS_MIN && is_near(word, &folded, 1 + word.len() / 8)
            })
        })
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::CategoryId;

    use super::*;

    fn categories() -> Vec<Category> {
        let category = |id: &str, name: &str| Category {
            id: CategoryId(id.to_owned()),
            name: name.to_owned(),
            icon: None,
        };
        vec![
            category("heads", "Kloke hoder"),
            category("hands", "Nyttige never"),
        ]
    }

    #[test]
    fn heads_are_known_in_every_language_and_misspelt() {
        for (head, expected) in [
            ("Navn på organisasjon", "name"),
            ("ORGANISASJON", "name"),
            ("Orgnisasjon", "name"),
            ("Org. navn", "name"),
            ("Org.navn", "name"),
            ("ORGNAVN", "name"),
            ("Organisasjons-navn", "name"),
            ("Naam", "name"),
            ("Verein", "name"),
            ("Sektor", "sector"),
            ("Organisasjonstype", "sector"),
            ("Soort organisatie", "sector"),
            ("Bord nr.", "place"),
            ("Tischnummer", "place"),
            ("Navn på kontaktperson", "person"),
            ("Ansprechpartner/in", "person"),
            ("E-post kontaktperson", "email"),
            ("E-Mail-Adresse", "email"),
            ("Mobilnr", "phone"),
            ("Tlf.", "phone"),
            ("Telefoon", "phone"),
            ("Kontaktinformasjon", "contact"),
            ("Tilbud 1", "offer"),
            ("Hva ønsker dere å tilby?", "offer"),
            ("Wat bieden jullie? (bieden)", "offer"),
            ("Wir bieten", "offer"),
            ("Vi ynskjer / treng", "wish"),
            ("Ønsker 3", "wish"),
            ("Hulpvraag", "wish"),
            ("Tilbud: nyttige never", "offer:hands"),
            ("Kategori for tilbudet", "category"),
            ("Rubrikk", "category"),
            ("Tilbud eller ønske", "kind"),
            ("Beskrivelse", "text"),
            ("Mer om det", "description"),
            ("Mer om det dere tilbyr", "offer"),
            ("Navnet vises", "name_shown"),
            ("Kontakt-person", "person"),
            ("Deltaker ID", "id"),
            ("Id", "id"),
        ] {
            let found = column(head, &categories()).map(String::from);
            assert_eq!(found.as_deref(), Some(expected), "{head}");
        }
        for head in [
            "",
            "Tidsmerke",
            "Kommentar",
            "Org.nr.",
            "Hvem",
            "Meldt",
            "14",
            "Frivilligbørsen i Elvestad 26. november",
        ] {
            assert_eq!(column(head, &categories()), None, "{head}");
        }
    }

    #[test]
    fn only_a_head_that_says_so_is_of_tables() {
        for (head, is_it) in [
            ("Bord", true),
            ("Bord nr.", true),
            ("TABLE NUMBER", true),
            ("Tischnummer", true),
            ("Tablet", false),
            ("Plass i salen", false),
            ("Ved bordet", true),
            ("", false),
        ] {
            assert_eq!(is_of_tables(head), is_it, "{head}");
        }
    }

    #[test]
    fn a_head_over_another_says_whose_it_is() {
        for (above, head, expected) in [
            ("Kontaktperson", "Navn", Some("person")),
            ("Kontakt", "E-post", Some("email")),
            ("Tilbud", "2", Some("offer")),
            ("Vi trenger", "Kloke hoder", Some("wish:heads")),
            ("Organisasjon", "", Some("name")),
            ("", "Sektor", Some("sector")),
            ("Annet", "Merknad", None),
        ] {
            let found = column_below(above, head, &categories()).map(String::from);
            assert_eq!(found.as_deref(), expected, "{above} / {head}");
        }
    }

    #[test]
    fn sectors_and_kinds_are_words() {
        for (text, expected) in [
            ("Næringsliv", Some(Sector::Business)),
            ("næringslivet", Some(Sector::Business)),
            ("BEDRIFT", Some(Sector::Business)),
            ("Offentleg", Some(Sector::Public)),
            ("kommune / stat", Some(Sector::Public)),
            ("Frivillig organisasjon", Some(Sector::Voluntary)),
            ("lag/forening", Some(Sector::Voluntary)),
            ("gemeinnützig", Some(Sector::Voluntary)),
            ("Maatschappelijk", Some(Sector::Voluntary)),
            ("Enkeltperson", Some(Sector::Individual)),
            ("Privatperson", Some(Sector::Individual)),
            ("", None),
            ("vet ikke", None),
        ] {
            assert_eq!(sector(text), expected, "{text}");
        }
        assert_eq!(name_shown("Fullt navn"), Some(NameShown::Full));
        assert_eq!(name_shown("bare fornavn"), Some(NameShown::First));
        assert_eq!(name_shown("nei"), None);
        assert_eq!(kind("Ønske"), Some(ListingKind::Wish));
        assert_eq!(kind("Tilbod"), Some(ListingKind::Offer));
        assert_eq!(kind("-"), None);
    }
}
