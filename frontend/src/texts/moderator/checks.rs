//! What the check before doors says: a name for each line, and a sentence with what to do.

use crate::attendance::health::Mark;
use crate::readiness::{Check, Figure, Subject};
use crate::texts::common;

/// Its texts.
#[derive(Debug)]
pub struct Checks {
    /// Opens it.
    pub open: &'static str,
    /// Heads it.
    pub title: &'static str,
    /// How many lines are not right.
    pub amiss: fn(usize) -> String,
    /// A line's name.
    pub subject: fn(Subject) -> &'static str,
    /// What it says, and what to do.
    pub says: fn(&Check) -> String,
    /// Over what the server did not answer.
    pub server: &'static str,
    /// Asks again.
    pub again: &'static str,
}

/// Norwegian bokmål.
pub const NB: Checks = Checks {
    open: "Sjekk før dørene",
    title: "Sjekk før dørene åpner",
    amiss: |count| match count {
        0 => "Alt er i orden. Åpne dørene.".to_owned(),
        1 => "1 ting å se på.".to_owned(),
        count => format!("{count} ting å se på."),
    },
    subject: |subject| match subject {
        Subject::Walls => "Storskjerm",
        Subject::Seen => "Synlig",
        Subject::Sound => "Lyd",
        Subject::Awake => "Hvilemodus",
        Subject::Frames => "Bildeflyt",
        Subject::Clocks => "Skjermenes klokker",
        Subject::Versions => "Versjon",
        Subject::Brokers => "Meglere",
        Subject::Outboxes => "Utbokser",
        Subject::Date => "Dato",
        Subject::Programme => "Program",
        Subject::Rounds => "Runder",
        Subject::Participants => "Deltakere",
        Subject::Listings => "Børskatalogen",
        Subject::Contacts => "Kontaktpersoner",
        Subject::Notary => "Notarius",
        Subject::Database => "Database",
        Subject::Log => "Logg",
        Subject::Disk => "Disk",
        Subject::Clock => "Tjenerens klokke",
        Subject::NodeClock => "Klokka mot databasens",
        Subject::Power => "Strøm",
        Subject::Network => "Nett",
        Subject::Tls => "Kryptering",
        Subject::Connections => "Forbindelser",
    },
    says: nb,
    server: "Tjeneren",
    again: "Sjekk igjen",
};

/// English.
pub const EN: Checks = Checks {
    open: "Check before doors",
    title: "Check before doors",
    amiss: |count| match count {
        0 => "All is right. Open the doors.".to_owned(),
        1 => "1 thing to look at.".to_owned(),
        count => format!("{count} things to look at."),
    },
    subject: |subject| match subject {
        Subject::Walls => "Wall",
        Subject::Seen => "In sight",
        Subject::Sound => "Sound",
        Subject::Awake => "Sleep",
        Subject::Frames => "Smoothness",
        Subject::Clocks => "The screens' clocks",
        Subject::Versions => "Version",
        Subject::Brokers => "Brokers",
        Subject::Outboxes => "Outboxes",
        Subject::Date => "Date",
        Subject::Programme => "Programme",
        Subject::Rounds => "Rounds",
        Subject::Participants => "Participants",
        Subject::Listings => "The catalogue",
        Subject::Contacts => "Contact persons",
        Subject::Notary => "Notary",
        Subject::Database => "Database",
        Subject::Log => "Log",
        Subject::Disk => "Disk",
        Subject::Clock => "The server's clock",
        Subject::NodeClock => "The clock against the database's",
        Subject::Power => "Power",
        Subject::Network => "Network",
        Subject::Tls => "Encryption",
        Subject::Connections => "Connections",
    },
    says: en,
    server: "The server",
    again: "Check again",
};

fn nb(check: &Check) -> String {
    let figure = figure(check, &SPELT_NB);
    let fault = check.fault.as_deref().unwrap_or_default();
    let apart = apart(check, super::sleep::NB.length);
    let right = check.mark == Mark::Right;
    match check.subject {
        Subject::Walls | Subject::Notary if right => format!("{figure} på nett."),
        Subject::Walls => {
            "Ingen er på nett. Åpne storskjermens adresse på maskinen ved projektoren.".to_owned()
        }
        Subject::Seen if right => "Alle storskjermer er framme.".to_owned(),
        Subject::Seen => {
            format!("{figure} er skjult bak en annen fane eller et annet vindu. Hent den fram på maskinen ved projektoren.")
        }
        Subject::Sound if right => "Storskjermen har lyd.".to_owned(),
        Subject::Sound => {
            format!("{figure} uten lyd. Trykk på storskjermen én gang, og skru opp høyttalerne.")
        }
        Subject::Awake if right => "Ingen skjerm sovner av seg selv.".to_owned(),
        Subject::Awake => {
            format!("{figure} kan sovne. Slå av hvilemodus i enhetens innstillinger, og sett i laderen.")
        }
        Subject::Frames if right => "Storskjermene går jevnt.".to_owned(),
        Subject::Frames => format!("{figure} hakker. Lukk andre programmer, og sett maskinen på strøm."),
        Subject::Clocks if right => "Alle går riktig.".to_owned(),
        Subject::Clocks => {
            format!(
                "{figure} går mer enn fem minutter feil. Børsen retter seg ikke etter dem, men still dem gjerne."
            )
        }
        Subject::Versions if right => "Alle skjermer har samme versjon.".to_owned(),
        Subject::Versions => format!("{figure} har en annen versjon. Trykk «Last på nytt» ved skjermen."),
        Subject::Brokers if right => format!("{figure} på nett: nok."),
        Subject::Brokers => {
            format!("{figure} på nett. Regn én for hver femtende deltaker, og koble til flere nettbrett.")
        }
        Subject::Outboxes if right => "Ingenting venter på nettbrettene.".to_owned(),
        Subject::Outboxes => format!("{figure} venter på nettbrettene. Se at de har nett."),
        Subject::Date if right => "Børsen er i dag.".to_owned(),
        Subject::Date => {
            format!("Børsen står med {figure}, men det er ikke i dag. Be arrangøren rette datoen i innstillingene.")
        }
        Subject::Programme if right => format!("{figure} punkter."),
        Subject::Programme => "Programmet er tomt. Be arrangøren legge det inn, så ser salen hva som kommer.".to_owned(),
        Subject::Rounds if right => format!("{figure} i programmet."),
        Subject::Rounds => {
            "Ingen i programmet, så storskjermen har ingen klokke. Be arrangøren legge inn minst én runde.".to_owned()
        }
        Subject::Participants if right => format!("{figure} påmeldt."),
        Subject::Participants => "Ingen er påmeldt. Be arrangøren legge dem inn, eller registrer dem i døra.".to_owned(),
        Subject::Listings if right => format!("{figure} tilbud og ønsker."),
        Subject::Listings => {
            "Tom. Alt virker, men meglerne får ingen forslag, og telefonene har ingenting å vise fram.".to_owned()
        }
        Subject::Contacts if right => "Alle deltakere har en kontaktperson.".to_owned(),
        Subject::Contacts => {
            format!("{figure} deltakere mangler kontaktperson. Spør dem i døra: avtalen de får med hjem, trenger den.")
        }
        Subject::Notary => {
            "Ingen er på nett, og avtalene kommer ikke på tavla før hammeren faller. Be arrangøren lage en kode for notarius, eller velge at avtaler går rett på tavla."
                .to_owned()
        }
        Subject::Database if right => "Svarer og lagrer.".to_owned(),
        Subject::Database => match fault {
            "full" => "Disken er full, og ingenting blir lagret. Gjør plass: lagringen går videre av seg selv.".to_owned(),
            "read_only" => "Databasen kan bare leses, og ingenting blir lagret. Gjør mappen skrivbar.".to_owned(),
            "busy" => {
                "Et annet program holder databasen, og ingenting blir lagret. Lukk det, for eksempel en ekstra tjener.".to_owned()
            }
            "damaged" => {
                "Disken svikter, eller den er tatt ut. Sett den inn igjen. Hjelper ikke det: stopp tjeneren, og start den på en sikkerhetskopi."
                    .to_owned()
            }
            "away" => "Databasen er ikke å nå. Se at den går: lagringen går videre av seg selv.".to_owned(),
            _ => format!("Lagrer ikke som den skal{}. Tjenerens logg sier hvorfor.", after(&figure)),
        },
        Subject::Log if fault == "newer" => {
            "En nyere versjon har skrevet i loggen. Stopp tjeneren, og start den nyere versjonen. Nettbrettene tar vare på det som venter."
                .to_owned()
        }
        Subject::Log => "Loggen er skadet. Stopp tjeneren, kjør borsklokka check, og start på en sikkerhetskopi.".to_owned(),
        Subject::Disk if right => format!("Plass nok{}.", after(&figure)),
        Subject::Disk => format!("Lite plass{}. Rydd på disken.", after(&figure)),
        Subject::Clock if right => "Går riktig.".to_owned(),
        Subject::Clock if fault == "exchange_ahead" => format!(
            "Børsens tid ligger {apart} foran maskinens klokke, som var feil en gang noe ble lagret. Runder, klokker og avtaler går riktig, og skjermene viser maskinens klokke. Se at den er riktig."
        ),
        Subject::Clock => format!(
            "Maskinens klokke ligger {apart} foran børsens tid: den ble stilt, eller maskinen sov. Runder går som før, og skjermene viser maskinens klokke. Se at den er riktig."
        ),
        Subject::NodeClock if right => "Går likt.".to_owned(),
        Subject::NodeClock => {
            format!("{apart} fra hverandre. Børsen går etter databasens. Still klokka på den som går feil.")
        }
        Subject::Power if right => format!("I orden{}.", after(&figure)),
        Subject::Power => format!("Maskinen går på batteri{}. Sett i laderen.", after(&figure)),
        Subject::Network if right => "Andre enheter når tjeneren.".to_owned(),
        Subject::Network => {
            "Bare denne maskinen når tjeneren. Koble den til salens nett, og åpne den for nettet.".to_owned()
        }
        Subject::Tls if right => format!(
            "På{}. Nettbrett kan starte uten nett, og skjermer holde seg våkne.",
            after(&figure)
        ),
        Subject::Tls if figure.is_empty() => {
            "Av. Alt virker, men nettbrett kan ikke starte uten nett, og skjermer kan sovne. Slå av hvilemodus på hver skjerm. Hvordan tjeneren krypterer, står i veiledningen for drift."
                .to_owned()
        }
        Subject::Tls => format!(
            "Sertifikatet går snart ut{}. Forny det. Er det tjenerens eget: stopp den, slett mappen tls, start den, og la nettbrettene stole på det nye.",
            after(&figure)
        ),
        Subject::Connections if right => format!("Plass til alle{}.", after(&figure)),
        Subject::Connections => format!("Nesten fullt{}. Lukk skjermer som ikke brukes.", after(&figure)),
    }
}

fn en(check: &Check) -> String {
    let figure = figure(check, &SPELT_EN);
    let fault = check.fault.as_deref().unwrap_or_default();
    let apart = apart(check, super::sleep::EN.length);
    let right = check.mark == Mark::Right;
    match check.subject {
        Subject::Walls | Subject::Notary if right => format!("{figure} online."),
        Subject::Walls => {
            "None is online. Open the wall's address on the machine at the projector.".to_owned()
        }
        Subject::Seen if right => "Every wall is in front.".to_owned(),
        Subject::Seen => {
            format!("{figure} hidden behind another tab or window. Bring it to the front on the machine at the projector.")
        }
        Subject::Sound if right => "The wall has sound.".to_owned(),
        Subject::Sound => {
            format!("{figure} without sound. Press the wall once, and turn the loudspeakers up.")
        }
        Subject::Awake if right => "No screen falls asleep by itself.".to_owned(),
        Subject::Awake => {
            format!("{figure} may fall asleep. Switch sleep off in the device's settings, and plug it in.")
        }
        Subject::Frames if right => "The walls move smoothly.".to_owned(),
        Subject::Frames => format!("{figure} stuttering. Close other programs, and plug the machine in."),
        Subject::Clocks if right => "All are right.".to_owned(),
        Subject::Clocks => {
            format!("{figure} more than five minutes off. The exchange does not go by them, but do set them.")
        }
        Subject::Versions if right => "All screens have the same version.".to_owned(),
        Subject::Versions => format!("{figure} with another version. Press “Load anew” at the screen."),
        Subject::Brokers if right => format!("{figure} online: enough."),
        Subject::Brokers => {
            format!("{figure} online. Reckon one for every fifteen participants, and pair more tablets.")
        }
        Subject::Outboxes if right => "Nothing waits on the tablets.".to_owned(),
        Subject::Outboxes => format!("{figure} waiting on the tablets. See that they are online."),
        Subject::Date if right => "The exchange is today.".to_owned(),
        Subject::Date => {
            format!("The exchange is set for {figure}, which is not today. Ask the organiser to put the date right.")
        }
        Subject::Programme if right => format!("{figure} items."),
        Subject::Programme => "The programme is empty. Ask the organiser to write it, and the hall sees what comes.".to_owned(),
        Subject::Rounds if right => format!("{figure} in the programme."),
        Subject::Rounds => {
            "None in the programme, so the wall has no clock. Ask the organiser to add at least one round.".to_owned()
        }
        Subject::Participants if right => format!("{figure} registered."),
        Subject::Participants => "Nobody is registered. Ask the organiser to add them, or register them at the door.".to_owned(),
        Subject::Listings if right => format!("{figure} offers and wishes."),
        Subject::Listings => {
            "Empty. All works, but the brokers get no suggestions, and the phones have nothing to show.".to_owned()
        }
        Subject::Contacts if right => "Every participant has a contact person.".to_owned(),
        Subject::Contacts => {
            format!("{figure} participants have no contact person. Ask them at the door: the agreement they take home needs it.")
        }
        Subject::Notary => {
            "None is online, and deals get on the wall by the hammer alone. Ask the organiser to make a code for the notary, or to let deals go straight to the wall."
                .to_owned()
        }
        Subject::Database if right => "Answers and stores.".to_owned(),
        Subject::Database => match fault {
            "full" => "The disk is full, and nothing is saved. Make room: saving goes on by itself.".to_owned(),
            "read_only" => "The database may only be read, and nothing is saved. Make its folder writable.".to_owned(),
            "busy" => {
                "Another program holds the database, and nothing is saved. Close it, perhaps a second server.".to_owned()
            }
            "damaged" => {
                "The disk fails, or was taken out. Put it in again. If that does not help: stop the server, and start it on a backup."
                    .to_owned()
            }
            "away" => "The database cannot be reached. See that it runs: saving goes on by itself.".to_owned(),
            _ => format!("Does not save as it should{}. The server's log says why.", after(&figure)),
        },
        Subject::Log if fault == "newer" => {
            "A newer version wrote in the log. Stop the server, and start the newer version. Tablets keep what waits.".to_owned()
        }
        Subject::Log => "The log is damaged. Stop the server, run borsklokka check, and start on a backup.".to_owned(),
        Subject::Disk if right => format!("Room enough{}.", after(&figure)),
        Subject::Disk => format!("Little room{}. Clear the disk.", after(&figure)),
        Subject::Clock if right => "Is right.".to_owned(),
        Subject::Clock if fault == "exchange_ahead" => format!(
            "Exchange time is {apart} ahead of the machine's clock, which was wrong once when something was saved. Rounds, bells and deals are right, and screens show the machine's clock. See that it is right."
        ),
        Subject::Clock => format!(
            "The machine's clock is {apart} ahead of exchange time: it was set, or the machine slept. Rounds go on as before, and screens show the machine's clock. See that it is right."
        ),
        Subject::NodeClock if right => "They go together.".to_owned(),
        Subject::NodeClock => {
            format!("{apart} apart. The exchange goes by the database's. Set the one that is wrong.")
        }
        Subject::Power if right => format!("Right{}.", after(&figure)),
        Subject::Power => format!("The machine runs on its battery{}. Plug it in.", after(&figure)),
        Subject::Network if right => "Other devices reach the server.".to_owned(),
        Subject::Network => {
            "Only this machine reaches the server. Join the hall's network, and open the server to it."
                .to_owned()
        }
        Subject::Tls if right => format!(
            "On{}. Tablets can start without the network, and screens stay awake.",
            after(&figure)
        ),
        Subject::Tls if figure.is_empty() => {
            "Off. All works, but tablets cannot start without the network, and screens may sleep. Switch sleep off on each screen. How the server encrypts is in the guide to operations."
                .to_owned()
        }
        Subject::Tls => format!(
            "The certificate ends soon{}. Renew it. If it is the server's own: stop it, remove its folder tls, start it, and let the tablets trust the new one.",
            after(&figure)
        ),
        Subject::Connections if right => format!("Room for everyone{}.", after(&figure)),
        Subject::Connections => format!("Almost full{}. Close screens that are not used.", after(&figure)),
    }
}

/// How a language writes figures.
struct Spelling {
    decimal: char,
    day: &'static str,
    days: &'static str,
    day_and_month: fn(u8, u8) -> String,
}

const SPELT_NB: Spelling = Spelling {
    decimal: ',',
    day: "dag igjen",
    days: "dager igjen",
    day_and_month: common::NB.day,
};
const SPELT_EN: Spelling = Spelling {
    decimal: '.',
    day: "day left",
    days: "days left",
    day_and_month: common::EN.day,
};

/// A figure as it is read: `3`, `2/6`, `41 GB`.
fn figure(check: &Check, spelt: &Spelling) -> String {
    match &check.figure {
        None => String::new(),
        Some(Figure::Count(count)) => count.to_string(),
        Some(Figure::Of(count, wanted)) => format!("{count}/{wanted}"),
        Some(Figure::Day(day)) => (spelt.day_and_month)(day.day(), day.month()),
        Some(Figure::Measured(figure, unit)) => measured(*figure, unit, spelt),
    }
}

/// How far two clocks are apart.
fn apart(check: &Check, length: fn(i64) -> String) -> String {
    match check.figure {
        Some(Figure::Measured(ms, _)) => length(ms as i64),
        Some(Figure::Count(_) | Figure::Of(..) | Figure::Day(_)) | None => String::new(),
    }
}

fn after(figure: &str) -> String {
    if figure.is_empty() {
        String::new()
    } else {
        format!(" ({figure})")
    }
}

/// Bytes of a gigabyte, and of a megabyte.
const GB: f64 = 1e9;
const MB: f64 = 1e6;

fn measured(figure: f64, unit: &str, spelt: &Spelling) -> String {
    let rounded = |figure: f64| {
        let text = if figure.abs() < 10.0 {
            format!("{figure:.1}")
        } else {
            format!("{figure:.0}")
        };
        text.trim_end_matches(".0")
            .replace('.', &spelt.decimal.to_string())
    };
    match unit {
        "bytes" if figure >= GB => format!("{} GB", rounded(figure / GB)),
        "bytes" => format!("{} MB", rounded(figure / MB)),
        "percent" => format!("{} %", rounded(figure)),
        "days" if figure.abs() < 1.5 => format!("{} {}", rounded(figure), spelt.day),
        "days" => format!("{} {}", rounded(figure), spelt.days),
        // What is counted stands in the sentence.
        "" | "connections" => rounded(figure),
        unit => format!("{} {unit}", rounded(figure)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_in_units_of_people() {
        for (figure, unit, text) in [
            (41.3e9, "bytes", "41 GB"),
            (1.26e9, "bytes", "1,3 GB"),
            (730e6, "bytes", "730 MB"),
            (83.0, "percent", "83 %"),
            (4.0, "ms", "4 ms"),
            (1.0, "days", "1 dag igjen"),
            (29.0, "days", "29 dager igjen"),
            (250.0, "", "250"),
            (7.0, "connections", "7"),
        ] {
            assert_eq!(measured(figure, unit, &SPELT_NB), text);
        }
    }

    #[test]
    fn a_line_says_what_to_do() {
        let check = Check {
            subject: Subject::Brokers,
            mark: Mark::Look,
            figure: Some(Figure::Of(4, 6)),
            fault: None,
        };
        assert!(nb(&check).starts_with("4/6 på nett. Regn én"));
        let check = Check {
            subject: Subject::Disk,
            mark: Mark::Right,
            figure: None,
            fault: None,
        };
        assert_eq!(nb(&check), "Plass nok.");
        let check = Check {
            subject: Subject::Tls,
            mark: Mark::Look,
            figure: None,
            fault: None,
        };
        assert!(nb(&check).starts_with("Av."), "plain http, and what to do");
        let check = Check {
            subject: Subject::Date,
            mark: Mark::Wrong,
            figure: Some(Figure::Day("2026-11-26".parse().unwrap())),
            fault: None,
        };
        assert!(
            nb(&check).starts_with("Børsen står med 26. november"),
            "{}",
            nb(&check)
        );
        let check = |subject, fault: &str, ms| Check {
            subject,
            mark: Mark::Wrong,
            figure: Some(Figure::Measured(ms, "ms".to_owned())),
            fault: Some(fault.to_owned()),
        };
        let ahead = nb(&check(Subject::Clock, "exchange_ahead", -3_600_000.0));
        assert!(
            ahead.starts_with("Børsens tid ligger 60 minutter foran"),
            "{ahead}"
        );
        let behind = en(&check(Subject::Clock, "exchange_behind", 420_000.0));
        assert!(
            behind.starts_with("The machine's clock is 7 minutes ahead"),
            "{behind}"
        );
        let nodes = en(&check(Subject::NodeClock, "", 10_000.0));
        assert!(nodes.starts_with("10 seconds apart."), "{nodes}");
        let full = nb(&check(Subject::Database, "full", 0.0));
        assert!(
            full.starts_with("Disken er full") && full.contains("Gjør plass"),
            "{full}"
        );
        let newer = en(&check(Subject::Log, "newer", 0.0));
        assert!(newer.contains("start the newer version"), "{newer}");
    }

    #[test]
    fn nobody_is_told_to_type_an_option() {
        for subject in Subject::ALL {
            for mark in [Mark::Right, Mark::Look, Mark::Wrong] {
                let check = Check {
                    subject,
                    mark,
                    figure: None,
                    fault: None,
                };
                for says in [nb(&check), en(&check)] {
                    assert!(!says.contains(&"-".repeat(2)) && says.ends_with('.'), "{says}");
                }
            }
        }
    }
}
