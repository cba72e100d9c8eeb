//! What the user reads when a request was not granted, in every language.

use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;

use super::denied::{Denied, Thing};

/// Norwegian bokmål.
pub(super) fn nb(error: &Denied) -> String {
    match error {
        // The domain, too, knows a database that cannot be written, but speaks of a deal.
        Denied::Refused(Refusal::Unavailable) | Denied::Database(_) | Denied::Broken(_) => {
            "Tjeneren får ikke lest eller lagret akkurat nå. Prøv igjen om litt.".into()
        }
        Denied::NotPaired => "Denne enheten er ikke koblet til. Be arrangøren om en kode.".into(),
        Denied::NotLoggedIn => {
            "Logg inn som arrangør: over https, eller i en nettleser på maskinen der tjeneren går.".into()
        }
        Denied::NotAllowed => {
            "Denne enheten har ikke adgang til dette. Be arrangøren om en ny kode.".into()
        }
        Denied::ThisMachineOnly => {
            "Dette kan bare gjøres i en nettleser på maskinen der tjeneren går, eller over tjenerens egen https.".into()
        }
        Denied::UnknownExchange => "Børsen finnes ikke. Se etter at adressen er skrevet riktig.".into(),
        Denied::UnknownDevice => "Enheten finnes ikke. Last siden på nytt.".into(),
        Denied::UnknownPairingCode => {
            "Koden er alt brukt, trukket tilbake eller gått ut. Last siden på nytt.".into()
        }
        Denied::NotAParticipant => "Deltakeren finnes ikke. Søk på nytt.".into(),
        Denied::UnknownScreen => {
            "Skjermen er ikke koblet til lenger. Se i listen om den har fått et nytt nummer.".into()
        }
        Denied::UnknownPicture => "Bildet finnes ikke. Last siden på nytt.".into(),
        Denied::NotAPicture => {
            "Filen er ikke et bilde som skjermene kan vise. Velg en fil av typen PNG, JPEG, WebP eller SVG."
                .into()
        }
        Denied::PictureTooLarge { kib_max } => {
            format!("Bildet er for stort: det kan være på høyst {kib_max} kilobyte. Velg et mindre.")
        }
        Denied::PictureTaken => {
            "Et annet bilde har denne id-en. Last siden på nytt og velg bildet igjen.".into()
        }
        Denied::UnknownDeal => {
            "Tjeneren kjenner ikke avtalen ennå. Send avtalen først, og prøv igjen når den er på tavla."
                .into()
        }
        Denied::NotAParty => "Deltakeren er ikke part i avtalen. Velg en av partene.".into(),
        Denied::BadSignature {
            strokes_max,
            points_max,
            ..
        } => {
            format!(
                "Underskriften er tom eller for stor (høyst {strokes_max} strøk og {points_max} punkter). Visk ut og \
                 skriv under på nytt."
            )
        }
        Denied::UnknownLink => {
            "Lenken fører ikke til noen avtale. Se etter at hele adressen er med, eller skann koden på nytt."
                .into()
        }
        Denied::LinkGone => "Lenken gjelder ikke lenger. Be arrangøren av børsen om en ny.".into(),
        Denied::NoAgreements => "Det er ingen avtaler å skrive ut ennå.".into(),
        Denied::TooManyAgreements { max } => {
            format!("Én fil rommer høyst {max} avtaler. Velg fra hvilket til hvilket nummer.")
        }
        Denied::PressBusy => "Tjeneren skriver ut mange avtaler akkurat nå. Prøv igjen om litt.".into(),
        Denied::Malformed(detail) => {
            format!("Tjeneren forsto ikke meldingen ({detail}). Last siden på nytt.")
        }
        Denied::NotAWebSocket(reason) => {
            format!("Denne adressen er for WebSocket, versjon 13 ({reason}). Åpne børsens side i en nettleser.")
        }
        Denied::TooLarge => "Det som ble sendt, er for stort. Kort det ned.".into(),
        Denied::Refused(refusal) => refusal.message(Language::Nb),
        Denied::PassphraseLength { min, max } => {
            format!("Passordfrasen må ha mellom {min} og {max} tegn. Velg gjerne fire tilfeldige ord.")
        }
        Denied::PassphraseWrong => "Feil passordfrase. Prøv igjen.".into(),
        Denied::NotSetUp => {
            "Tjeneren er ikke satt opp ennå. Åpne oppsettlenken som den skrev ut da den startet.".into()
        }
        Denied::AlreadySetUp => "Tjeneren er alt satt opp. Logg inn med passordfrasen.".into(),
        Denied::SetUpLinkWrong => {
            "Oppsettlenken gjelder ikke lenger. Bruk den som tjeneren skrev ut sist den startet.".into()
        }
        Denied::TooManyTries { wait_s } => {
            format!("For mange forsøk. Vent {wait_s} s og prøv igjen.")
        }
        Denied::CodeWrong => {
            "Koden er feil, brukt eller gått ut. Se etter en gang til, eller be arrangøren om en ny.".into()
        }
        Denied::RoleNotPaired => {
            "Kode lages for megler, notarius eller konferansier. Velg en av dem.".into()
        }
        Denied::TooMany {
            thing: Thing::PairingCodes,
            max,
        } => {
            format!("Det er alt {max} åpne koder. Trekk noen tilbake først.")
        }
        Denied::TooMany {
            thing: Thing::Devices,
            max,
        } => {
            format!("Det er alt {max} enheter. Fjern noen først.")
        }
        Denied::TooMany {
            thing: Thing::Contacts,
            max,
        } => {
            format!("Det er alt {max} kontakter. Tøm noen først.")
        }
        Denied::TooMany {
            thing: Thing::Pictures,
            max,
        } => {
            format!("Det er alt {max} bilder. Fjern noen først.")
        }
        Denied::TooMany {
            thing: Thing::Links,
            max,
        } => {
            format!("Avtalen har alt {max} lenker. Trekk dem tilbake først.")
        }
        Denied::TooMany {
            thing: Thing::Signatures,
            max,
        } => {
            format!("Det er alt underskrevet {max} ganger her. Skriv ut avtalen og underskriv på papir.")
        }
        Denied::BadSlug => {
            "Adressen må ha 2 til 40 tegn: små bokstaver a til z, tall og bindestrek, og ikke bindestrek \
             først eller sist."
                .into()
        }
        Denied::SlugReserved => "Adressen brukes av tjeneren selv. Velg en annen.".into(),
        Denied::SlugTaken => "En annen børs har denne adressen. Velg en annen.".into(),
        Denied::BadEmail => "E-postadressen skrives som kari@example.org. Rett den.".into(),
        Denied::BadPhone => {
            "Telefonnummeret skrives med 5 til 15 tall, som 00 00 00 01 eller +47 00 00 00 01. Rett det."
                .into()
        }
        Denied::WrongHost => {
            "Tjeneren svarer ikke på denne adressen. Bruk en av adressene som den skrev ut da den startet."
                .into()
        }
        Denied::ForeignOrigin => {
            "Dette kom fra en annen nettside. Åpne børsens egen side og gjør det der.".into()
        }
    }
}

/// English.
pub(super) fn en(error: &Denied) -> String {
    match error {
        Denied::Refused(Refusal::Unavailable) | Denied::Database(_) | Denied::Broken(_) => {
            "The server cannot read or save just now. Try again in a moment.".into()
        }
        Denied::NotPaired => "This device is not paired. Ask the organiser for a code.".into(),
        Denied::NotLoggedIn => {
            "Log in as the organiser: over https, or in a browser on the machine that runs the server.".into()
        }
        Denied::NotAllowed => {
            "This device has no access to this. Ask the organiser for a new code.".into()
        }
        Denied::ThisMachineOnly => {
            "This can only be done in a browser on the machine that runs the server, or over the server's own https."
                .into()
        }
        Denied::UnknownExchange => {
            "There is no such exchange. Check that the address is written correctly.".into()
        }
        Denied::UnknownDevice => "There is no such device. Load the page again.".into(),
        Denied::UnknownPairingCode => {
            "The code was used or withdrawn, or has expired. Load the page again.".into()
        }
        Denied::NotAParticipant => "There is no such participant. Search again.".into(),
        Denied::UnknownScreen => {
            "The screen is no longer connected. Look in the list whether it has a new number.".into()
        }
        Denied::UnknownPicture => "There is no such picture. Load the page again.".into(),
        Denied::NotAPicture => {
            "The file is not a picture that screens can show. Choose a PNG, JPEG, WebP or SVG file.".into()
        }
        Denied::PictureTooLarge { kib_max } => {
            format!("The picture is too large: {kib_max} kilobytes at most. Choose a smaller one.")
        }
        Denied::PictureTaken => {
            "Another picture has this id. Load the page again and choose the picture once more.".into()
        }
        Denied::UnknownDeal => {
            "The server does not know the deal yet. Send the deal first, and try again when it is on the board.".into()
        }
        Denied::NotAParty => "The participant is not a party to the deal. Choose one of the parties.".into(),
        Denied::BadSignature {
            strokes_max,
            points_max,
            ..
        } => {
            format!(
                "The signature is empty or too large (at most {strokes_max} strokes and {points_max} points). Wipe it \
                 and sign again."
            )
        }
        Denied::UnknownLink => {
            "The link leads to no agreement. Check that the whole address is there, or scan the code again.".into()
        }
        Denied::LinkGone => {
            "The link is no longer valid. Ask the organiser of the exchange for a new one.".into()
        }
        Denied::NoAgreements => "There are no agreements to print yet.".into(),
        Denied::TooManyAgreements { max } => {
            format!("One file holds at most {max} agreements. Choose from which to which number.")
        }
        Denied::PressBusy => "The server is printing many agreements just now. Try again in a moment.".into(),
        Denied::Malformed(detail) => {
            format!("The server did not understand the message ({detail}). Load the page again.")
        }
        Denied::NotAWebSocket(reason) => {
            format!("This address is for WebSockets, version 13 ({reason}). Open the exchange's page in a browser.")
        }
        Denied::TooLarge => "What was sent is too large. Shorten it.".into(),
        Denied::Refused(refusal) => refusal.message(Language::En),
        Denied::PassphraseLength { min, max } => {
            format!("The passphrase must have {min} to {max} characters. Four random words do well.")
        }
        Denied::PassphraseWrong => "Wrong passphrase. Try again.".into(),
        Denied::NotSetUp => {
            "The server is not set up yet. Open the set-up link that it printed when it started.".into()
        }
        Denied::AlreadySetUp => "The server is set up already. Log in with the passphrase.".into(),
        Denied::SetUpLinkWrong => {
            "The set-up link no longer holds. Use the one that the server printed when it last started."
                .into()
        }
        Denied::TooManyTries { wait_s } => {
            format!("Too many tries. Wait {wait_s} s and try again.")
        }
        Denied::CodeWrong => {
            "The code is wrong, used or expired. Look once more, or ask the organiser for a new one.".into()
        }
        Denied::RoleNotPaired => {
            "A code is made for a broker, a notary or a moderator. Choose one of them.".into()
        }
        Denied::TooMany {
            thing: Thing::Signatures,
            max,
        } => {
            format!("This was signed {max} times already. Print the agreement and sign on paper.")
        }
        Denied::TooMany { thing, max } => {
            format!("There are {max} {thing} already. Remove some first.")
        }
        Denied::BadSlug => {
            "The address must have 2 to 40 characters: small letters a to z, digits and hyphens, with no hyphen \
             first or last."
                .into()
        }
        Denied::SlugReserved => "The server uses this address itself. Choose another.".into(),
        Denied::SlugTaken => "Another exchange has this address. Choose another.".into(),
        Denied::BadEmail => "An e-mail address is written like kari@example.org. Correct it.".into(),
        Denied::BadPhone => {
            "A telephone number has 5 to 15 digits, like 00 00 00 01 or +47 00 00 00 01. Correct it.".into()
        }
        Denied::WrongHost => {
            "The server does not answer at this address. Use one of those that it printed when it started."
                .into()
        }
        Denied::ForeignOrigin => {
            "This came from another web page. Open the exchange's own page and do it there.".into()
        }
    }
}
