//! Every text of the printed agreement and of the page that a dead link leads to, in every language. A language that lacks
//! one does not compile.

use borsklokka_shared::date::{Date, month_name};
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;

/// The texts in one language. A text with something in it is a function.
pub(crate) struct Texts {
    /// The language's tag and region, for the PDF.
    pub(crate) tag: (&'static str, &'static str),
    /// The title of an agreement that has a number.
    pub(crate) numbered: fn(u32) -> String,
    /// The title of one that has none.
    pub(crate) unnumbered: &'static str,
    /// Why it has none.
    pub(crate) not_yet: &'static str,
    /// The title of a file of many.
    pub(crate) all: &'static str,
    /// A page of an agreement, of so many.
    pub(crate) page: PageText,
    /// It was taken back: what stands across the paper, and the sentence.
    pub(crate) void: (&'static str, &'static str),
    /// The kinds of agreement.
    pub(crate) gift: &'static str,
    /// A trade.
    pub(crate) trade: &'static str,
    /// They agree to meet.
    pub(crate) intention: &'static str,
    /// The heading over both sides.
    pub(crate) parties: &'static str,
    /// A gift's sides.
    pub(crate) gives: &'static str,
    /// The other of them.
    pub(crate) receives: &'static str,
    /// The other side of a trade.
    pub(crate) gives_in_return: &'static str,
    /// The sides of an intention.
    pub(crate) one_party: &'static str,
    /// The other of them.
    pub(crate) other_party: &'static str,
    /// A sector.
    pub(crate) sector: fn(Sector) -> &'static str,
    /// The contact person.
    pub(crate) person: &'static str,
    /// The e-mail address.
    pub(crate) email: &'static str,
    /// The telephone number.
    pub(crate) phone: &'static str,
    /// The heading over what is agreed.
    pub(crate) agreed: &'static str,
    /// What the givers do.
    pub(crate) service: &'static str,
    /// What the receivers do in return.
    pub(crate) return_service: &'static str,
    /// Nothing: it is a gift.
    pub(crate) no_return: &'static str,
    /// What they meet about.
    pub(crate) meet_about: &'static str,
    /// Who moves first.
    pub(crate) first_step: &'static str,
    /// By when at the latest.
    pub(crate) by_day: fn(&str) -> String,
    /// When all is to be done.
    pub(crate) deadline: &'static str,
    /// They left it open.
    pub(crate) not_agreed: &'static str,
    /// Who wrote it, unless the exchange has another title.
    pub(crate) broker: &'static str,
    /// The heading over the estimate.
    pub(crate) worth: &'static str,
    /// What the estimate is not.
    pub(crate) worth_note: &'static str,
    /// The heading over the signatures.
    pub(crate) signatures: &'static str,
    /// A drawn signature, for those who hear the paper.
    pub(crate) signature_of: fn(&str) -> String,
    /// The exchange's logo, for those who hear the paper.
    pub(crate) logo_of: fn(&str) -> String,
    /// A party that is not on the board.
    pub(crate) unknown_party: &'static str,
    /// The organiser is not a party.
    pub(crate) no_party: &'static str,
    /// A quantity in its unit.
    pub(crate) quantity: fn(u64, &str) -> String,
    /// An effort, given in minutes.
    pub(crate) effort: fn(u64) -> String,
    /// An amount of money in a currency.
    pub(crate) money: fn(u64, &str) -> String,
    /// A day with its year.
    pub(crate) day: fn(Date) -> String,
    /// The beginning of a file's name.
    pub(crate) file: &'static str,
    /// The title of the page that a dead link leads to.
    pub(crate) no_copy: &'static str,
}

/// "page 1 of 2", in the parts around the two numbers.
pub(crate) struct PageText {
    /// Before the page.
    pub(crate) page: &'static str,
    /// Between the page and the number of pages.
    pub(crate) of: &'static str,
}

impl Texts {
    /// The texts in a language.
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Nb => &NB,
            Language::En => &EN,
        }
    }
}

/// Norwegian bokmål.
const NB: Texts = Texts {
    tag: ("nb", "NO"),
    numbered: |number| format!("Avtale nr. {number}"),
    unnumbered: "Avtale",
    not_yet: "Ikke på tavla ennå",
    all: "Avtaler",
    page: PageText {
        page: "Side ",
        of: " av ",
    },
    void: ("Ugyldig", "Avtalen er trukket tilbake og gjelder ikke lenger."),
    gift: "Gave",
    trade: "Bytte",
    intention: "Intensjonsavtale: vi avtaler å møtes",
    parties: "Partene",
    gives: "Gir",
    receives: "Får",
    gives_in_return: "Gir tilbake",
    one_party: "Den ene parten",
    other_party: "Den andre parten",
    sector: |sector| match sector {
        Sector::Business => "Næringsliv",
        Sector::Public => "Offentlig",
        Sector::Voluntary => "Frivillig",
        Sector::Individual => "Enkeltperson",
    },
    person: "Kontakt",
    email: "E-post",
    phone: "Telefon",
    agreed: "Dette er avtalt",
    service: "Tjeneste",
    return_service: "Motytelse",
    no_return: "Ingen. Dette er en gave.",
    meet_about: "Vi møtes om",
    first_step: "Første steg",
    by_day: |day| format!("senest {day}"),
    deadline: "Frist",
    not_agreed: "Ikke avtalt",
    broker: "Børsmegler",
    worth: "Anslått verdi",
    worth_note: "Et anslag til børsens regnskap. Det er ingen pris, og ingen skylder noen penger.",
    signatures: "Underskrifter",
    signature_of: |name| format!("Underskriften til {name}"),
    logo_of: |name| format!("Logoen til {name}"),
    unknown_party: "Ukjent part",
    no_party: "Avtalen er mellom partene. Arrangøren av børsen er ikke part i den og svarer ikke for at den blir holdt.",
    quantity: |amount, unit| format!("{} {unit}", grouped(amount, FIXED_SPACE)),
    effort: |minutes| match minutes {
        60 => "1 time".to_owned(),
        minutes if minutes < 60 => format!("{minutes} minutter"),
        minutes => format!("{} timer", hours(minutes, ',', FIXED_SPACE)),
    },
    money: |amount, currency| {
        let amount = grouped(amount, FIXED_SPACE);
        match currency {
            "NOK" => format!("{amount} kr"),
            other => format!("{amount} {other}"),
        }
    },
    day: |day| {
        format!(
            "{}. {} {}",
            day.day(),
            month_name(day.month(), Language::Nb),
            day.year()
        )
    },
    file: "avtale",
    no_copy: "Ingen avtale her",
};

/// English.
const EN: Texts = Texts {
    tag: ("en", "GB"),
    numbered: |number| format!("Agreement no. {number}"),
    unnumbered: "Agreement",
    not_yet: "Not yet on the board",
    all: "Agreements",
    page: PageText {
        page: "Page ",
        of: " of ",
    },
    void: ("Void", "The agreement was withdrawn and is no longer valid."),
    gift: "One-way gift",
    trade: "Trade",
    intention: "Intention: we agree to meet",
    parties: "The parties",
    gives: "Gives",
    receives: "Receives",
    gives_in_return: "Gives in return",
    one_party: "One party",
    other_party: "The other party",
    sector: |sector| match sector {
        Sector::Business => "Business",
        Sector::Public => "Public",
        Sector::Voluntary => "Voluntary",
        Sector::Individual => "Individual",
    },
    person: "Contact",
    email: "E-mail",
    phone: "Telephone",
    agreed: "What is agreed",
    service: "Service",
    return_service: "In return",
    no_return: "Nothing. This is a gift.",
    meet_about: "We meet about",
    first_step: "First step",
    by_day: |day| format!("by {day}"),
    deadline: "Deadline",
    not_agreed: "Not agreed",
    broker: "Broker",
    worth: "Estimated worth",
    worth_note: "An estimate for the exchange's figures. It is not a price, and nobody owes anybody money.",
    signatures: "Signatures",
    signature_of: |name| format!("The signature of {name}"),
    logo_of: |name| format!("The logo of {name}"),
    unknown_party: "Unknown party",
    no_party: "The agreement is between the parties. The organiser of the exchange is not a party to it and does not \
               answer for its being kept.",
    quantity: |amount, unit| format!("{} {unit}", grouped(amount, ',')),
    effort: |minutes| match minutes {
        60 => "1 hour".to_owned(),
        minutes if minutes < 60 => format!("{minutes} minutes"),
        minutes => format!("{} hours", hours(minutes, '.', ',')),
    },
    money: |amount, currency| format!("{currency} {}", grouped(amount, ',')),
    day: |day| {
        format!(
            "{} {} {}",
            day.day(),
            month_name(day.month(), Language::En),
            day.year()
        )
    },
    file: "agreement",
    no_copy: "No agreement here",
};

/// Stands between thousands, and does not break a line.
const FIXED_SPACE: char = '\u{A0}';

/// Hours to the half: `1,5`.
fn hours(minutes: u64, decimal: char, thousands: char) -> String {
    let halves = (minutes + 15) / 30;
    let whole = grouped(halves / 2, thousands);
    if halves.is_multiple_of(2) {
        whole
    } else {
        format!("{whole}{decimal}5")
    }
}

/// A number with its thousands apart.
fn grouped(number: u64, thousands: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_said_as_people_say_them() {
        let day: Date = "2026-12-03".parse().unwrap();
        assert_eq!((NB.day)(day), "3. desember 2026");
        assert_eq!((EN.day)(day), "3 December 2026");
        for (minutes, nb, en) in [
            (45, "45 minutter", "45 minutes"),
            (60, "1 time", "1 hour"),
            (90, "1,5 timer", "1.5 hours"),
            (1_200, "20 timer", "20 hours"),
            (600_000, "10\u{A0}000 timer", "10,000 hours"),
        ] {
            assert_eq!(
                ((NB.effort)(minutes), (EN.effort)(minutes)),
                (nb.into(), en.into())
            );
        }
        assert_eq!((NB.money)(16_000, "NOK"), "16\u{A0}000 kr");
        assert_eq!((NB.money)(999, "EUR"), "999 EUR");
        assert_eq!((EN.money)(1_234_567, "NOK"), "NOK 1,234,567");
    }
}
