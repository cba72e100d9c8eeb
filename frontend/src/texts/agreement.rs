//! What signing an agreement and giving copies of it say.

use borsklokka_shared::deal::Bargain;

use crate::signed::Mark;

/// The agreement's texts.
#[derive(Debug)]
pub struct Agreement {
    /// Opens the agreement of a deal.
    pub open: &'static str,
    /// Over the agreement, with the number if it has one.
    pub title: fn(Option<u32>) -> String,
    /// Between the last two of several names.
    pub and: &'static str,
    /// Before the service: givers, then receivers.
    pub lead: fn(&Bargain, &str, &str) -> String,
    /// Over the signatures.
    pub signatures: &'static str,
    /// Nobody has to sign here.
    pub later: &'static str,
    /// Whether a party has signed, with the time of day if the server has the signature.
    pub mark: fn(&Mark, &str) -> String,
    /// Opens the pad.
    pub sign: &'static str,
    /// Opens the pad once more.
    pub sign_again: &'static str,
    /// One of these two, with the party, for a reader of screens.
    pub signs: fn(&str, &str) -> String,
    /// Who signs.
    pub who: &'static str,
    /// In the empty field.
    pub who_hint: &'static str,
    /// What the pad is for.
    pub pad: fn(&str) -> String,
    /// Empties the pad.
    pub clear: &'static str,
    /// Takes the signature.
    pub done: &'static str,
    /// Who signs is missing.
    pub no_name: &'static str,
    /// The pad is empty.
    pub no_ink: &'static str,
    /// What other devices have is not known now.
    pub offline: &'static str,
    /// Over the copies.
    pub copies: &'static str,
    /// Shows the QR code.
    pub show_qr: &'static str,
    /// Opens the PDF.
    pub print: &'static str,
    /// Copies need the network.
    pub needs_network: &'static str,
    /// The server does not have the deal yet.
    pub needs_sent: &'static str,
    /// Over the QR code.
    pub qr_hint: &'static str,
    /// Until which day it holds.
    pub qr_until: fn(&str) -> String,
    /// Under it, where the address is the hall's.
    pub qr_tonight: &'static str,
    /// Hands the file itself over.
    pub save_pdf: &'static str,
    /// Revokes every link of the deal.
    pub revoke: &'static str,
    /// They are revoked.
    pub revoked: &'static str,
    /// From the QR code to the agreement.
    pub back: &'static str,
    /// Over every agreement as a PDF.
    pub all: &'static str,
    /// What is in it.
    pub all_why: &'static str,
    /// Some of them, by number; without an end, those without a number too.
    pub part: fn(u32, Option<u32>) -> String,
}

/// Norwegian bokmål.
pub const NB: Agreement = Agreement {
    open: "Underskriv og gi kopi",
    title: |number| match number {
        Some(number) => format!("Avtale {number}"),
        None => "Avtalen".to_owned(),
    },
    and: "og",
    lead: |bargain, givers, receivers| match bargain {
        Bargain::OneWay { .. } => format!("{givers} gir dette til {receivers}, uten motytelse:"),
        Bargain::TwoWay { .. } => format!("{givers} gir dette til {receivers}:"),
        Bargain::Intention { .. } => format!("{givers} og {receivers} avtaler å møtes om dette:"),
    },
    signatures: "Underskrifter",
    later: "Dere kan også skrive under på papir senere.",
    mark: |mark, at| match mark {
        Mark::Missing => "ikke underskrevet".to_owned(),
        Mark::Here { name } => format!("underskrevet av {name}, lagret her"),
        Mark::Refused { why, .. } => format!("underskriften ble ikke godtatt: {why}"),
        Mark::There { name, .. } => format!("underskrevet av {name} kl. {at}"),
        Mark::Stale { name } => {
            format!("{name} skrev under før avtalen ble endret. Underskriften gjelder ikke lenger.")
        }
    },
    sign: "Underskriv",
    sign_again: "Underskriv på nytt",
    signs: |sign, party| format!("{sign} for {party}"),
    who: "Hvem skriver under?",
    who_hint: "fornavn og etternavn",
    pad: |party| format!("Skriv under med fingeren for {party}"),
    clear: "Visk ut",
    done: "Ferdig",
    no_name: "Skriv navnet på den som skriver under.",
    no_ink: "Skriv under i feltet med fingeren.",
    offline: "Uten nett: her vises bare det som er underskrevet på dette nettbrettet.",
    copies: "Kopi til partene",
    show_qr: "Vis QR-kode",
    print: "Skriv ut (PDF)",
    needs_network: "QR-kode og utskrift trenger nett. Underskriften trenger det ikke.",
    needs_sent: "Avtalen må være sendt før den kan skrives ut. Det skjer av seg selv.",
    qr_hint: "Pek på koden med telefonens kamera",
    qr_tonight: "Lenken virker bare i kveld, på nettet her i salen. Lagre fila på telefonen nå, eller få den som PDF.",
    save_pdf: "Last ned PDF",
    qr_until: |day| format!("Lenken gjelder til {day}. Den viser avtalen slik den er når den åpnes."),
    revoke: "Trekk tilbake alle lenker",
    revoked: "Lenkene er trukket tilbake. De som har dem, kommer ikke lenger inn.",
    back: "Tilbake",
    all: "Alle avtaler (PDF)",
    all_why: "Én side per avtale, med kontaktopplysninger og underskrifter.",
    part: |from, to| match to {
        Some(to) => format!("Avtale {from}–{to}"),
        None => format!("Fra avtale {from}, og de uten nummer"),
    },
};

/// English.
pub const EN: Agreement = Agreement {
    open: "Sign and give a copy",
    title: |number| match number {
        Some(number) => format!("Deal {number}"),
        None => "The deal".to_owned(),
    },
    and: "and",
    lead: |bargain, givers, receivers| match bargain {
        Bargain::OneWay { .. } => format!("{givers} give this to {receivers}, with nothing in return:"),
        Bargain::TwoWay { .. } => format!("{givers} give this to {receivers}:"),
        Bargain::Intention { .. } => format!("{givers} and {receivers} agree to meet about this:"),
    },
    signatures: "Signatures",
    later: "You can also sign on paper later.",
    mark: |mark, at| match mark {
        Mark::Missing => "not signed".to_owned(),
        Mark::Here { name } => format!("signed by {name}, saved here"),
        Mark::Refused { why, .. } => format!("the signature was not accepted: {why}"),
        Mark::There { name, .. } => format!("signed by {name} at {at}"),
        Mark::Stale { name } => {
            format!("{name} signed before the deal was changed. The signature no longer counts.")
        }
    },
    sign: "Sign",
    sign_again: "Sign again",
    signs: |sign, party| format!("{sign} for {party}"),
    who: "Who signs?",
    who_hint: "first name and last name",
    pad: |party| format!("Sign with a finger for {party}"),
    clear: "Wipe out",
    done: "Done",
    no_name: "Write the name of the person who signs.",
    no_ink: "Sign in the field with a finger.",
    offline: "Offline: only what was signed on this tablet is shown here.",
    copies: "A copy for the parties",
    show_qr: "Show QR code",
    print: "Print (PDF)",
    needs_network: "QR code and print need the network. Signing does not.",
    needs_sent: "The deal must be sent before it can be printed. That happens by itself.",
    qr_hint: "Point the phone's camera at the code",
    qr_tonight: "The link works tonight only, on the network of this hall. Save the file on the phone now, or take the PDF.",
    save_pdf: "Download the PDF",
    qr_until: |day| format!("The link holds until {day}. It shows the deal as it is when it is opened."),
    revoke: "Revoke every link",
    revoked: "The links are revoked. Whoever has one does not get in any more.",
    back: "Back",
    all: "All deals (PDF)",
    all_why: "A page for each deal, with contact details and signatures.",
    part: |from, to| match to {
        Some(to) => format!("Deals {from}–{to}"),
        None => format!("From deal {from}, and those without a number"),
    },
};
