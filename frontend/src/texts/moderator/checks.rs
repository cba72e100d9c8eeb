//! The check before doors, a name for each line and a sentence with what to do: which text says what.

use borsklokka_shared::numbers::decimal;
use borsklokka_shared::screen::Screen;
use borsklokka_shared::words::Count;

use crate::attendance::health::Mark;
use crate::readiness::{Check, Figure, Subject};
use crate::texts::spoken::common::Common;
use crate::texts::spoken::moderator::checks::Checks;
use crate::texts::spoken::moderator::screens::Screens;
use crate::texts::spoken::moderator::sleep::Sleep;

impl Checks {
    /// How many lines are not right.
    pub fn amiss(&self, count: usize) -> String {
        match count {
            0 => self.amiss.none.to_owned(),
            count => self.amiss.some(count),
        }
    }

    /// A line's name.
    pub fn subject(&self, subject: Subject) -> &'static str {
        let named = &self.subject;
        match subject {
            Subject::Walls => named.walls,
            Subject::Seen => named.seen,
            Subject::OwnScenes => named.own_scenes,
            Subject::Sound => named.sound,
            Subject::Awake => named.awake,
            Subject::Frames => named.frames,
            Subject::Clocks => named.clocks,
            Subject::Versions => named.versions,
            Subject::Brokers => named.brokers,
            Subject::Outboxes => named.outboxes,
            Subject::Date => named.date,
            Subject::Programme => named.programme,
            Subject::Rounds => named.rounds,
            Subject::Participants => named.participants,
            Subject::Listings => named.listings,
            Subject::Contacts => named.contacts,
            Subject::Notary => named.notary,
            Subject::Database => named.database,
            Subject::Log => named.log,
            Subject::Disk => named.disk,
            Subject::Clock => named.clock,
            Subject::NodeClock => named.node_clock,
            Subject::Power => named.power,
            Subject::Network => named.network,
            Subject::Tls => named.tls,
            Subject::Connections => named.connections,
        }
    }

    /// What it says, and what to do.
    pub fn says(&self, check: &Check) -> String {
        let says = &self.says;
        let figure = &self.figure(check);
        let after = if figure.is_empty() {
            String::new()
        } else {
            format!(" ({figure})")
        };
        let apart = self.apart(check);
        let fault = check.fault.as_deref().unwrap_or_default();
        let right = check.mark == Mark::Right;
        match check.subject {
            Subject::Walls | Subject::Notary if right => says.online(figure),
            Subject::Walls => says.walls.to_owned(),
            Subject::Seen if right => says.seen_right.to_owned(),
            Subject::Seen => says.seen(figure),
            Subject::OwnScenes => says.own_scenes(figure),
            Subject::Sound if right => says.sound_right.to_owned(),
            Subject::Sound => says.sound(figure),
            Subject::Awake if right => says.awake_right.to_owned(),
            Subject::Awake => says.awake(figure),
            Subject::Frames if right => says.frames_right.to_owned(),
            Subject::Frames => says.frames(figure),
            Subject::Clocks if right => says.clocks_right.to_owned(),
            Subject::Clocks => says.clocks(figure),
            Subject::Versions if right => says.versions_right.to_owned(),
            Subject::Versions => says.versions(figure),
            Subject::Brokers if right => says.brokers_right(figure),
            Subject::Brokers => says.brokers(figure),
            Subject::Outboxes if right => says.outboxes_right.to_owned(),
            Subject::Outboxes => says.outboxes(figure),
            Subject::Date if right => says.date_right.to_owned(),
            Subject::Date => says.date(figure),
            Subject::Programme if right => says.programme_right(figure),
            Subject::Programme => says.programme.to_owned(),
            Subject::Rounds if right => says.rounds_right(figure),
            Subject::Rounds => says.rounds.to_owned(),
            Subject::Participants if right => says.participants_right(figure),
            Subject::Participants => says.participants.to_owned(),
            Subject::Listings if right => says.listings_right(figure),
            Subject::Listings => says.listings.to_owned(),
            Subject::Contacts if right => says.contacts_right.to_owned(),
            Subject::Contacts => says.contacts(figure),
            Subject::Notary => says.notary.to_owned(),
            Subject::Database if right => says.database_right.to_owned(),
            Subject::Database => match fault {
                "full" => says.database_full.to_owned(),
                "read_only" => says.database_read_only.to_owned(),
                "server_read_only" => says.database_server_read_only.to_owned(),
                "busy" => says.database_busy.to_owned(),
                "damaged" => says.database_damaged.to_owned(),
                "moved" => says.database_moved.to_owned(),
                "deleted" => says.database_deleted.to_owned(),
                "overwritten" => says.database_overwritten.to_owned(),
                "parted" => says.database_parted.to_owned(),
                "away" => says.database_away.to_owned(),
                _ => says.database(after),
            },
            Subject::Log => match fault {
                "newer" => says.log_newer.to_owned(),
                "holed" => says.log_holed.to_owned(),
                "unopenable" => says.log_unopenable.to_owned(),
                _ => says.log.to_owned(),
            },
            Subject::Disk if right => says.disk_right(after),
            Subject::Disk => says.disk(after),
            Subject::Clock if right => says.clock_right.to_owned(),
            Subject::Clock if fault == "exchange_ahead" => says.clock_exchange_ahead(apart),
            Subject::Clock if fault == "years_wrong" => says.clock_years_wrong.to_owned(),
            Subject::Clock => says.clock(apart),
            Subject::NodeClock if right => says.node_clock_right.to_owned(),
            Subject::NodeClock => says.node_clock(apart),
            Subject::Power if right => says.power_right(after),
            Subject::Power => says.power(after),
            Subject::Network if right => says.network_right.to_owned(),
            Subject::Network => says.network.to_owned(),
            Subject::Tls if right => says.tls_right(after),
            Subject::Tls if figure.is_empty() => says.tls_off.to_owned(),
            Subject::Tls => says.tls(after),
            Subject::Connections if right => says.connections_right(after),
            Subject::Connections => says.connections(after),
        }
    }

    /// A figure as it is read: `3`, `2/6`, `41 GB`.
    fn figure(&self, check: &Check) -> String {
        match &check.figure {
            None => String::new(),
            Some(Figure::Count(count)) => count.to_string(),
            Some(Figure::Of(count, wanted)) => format!("{count}/{wanted}"),
            Some(Figure::Day(day)) => Common::of(self.language).day(day.day(), day.month()),
            Some(Figure::Walls(walls)) => self.walls(walls),
            Some(Figure::Measured(figure, unit)) => self.measured(*figure, unit),
        }
    }

    /// Walls as the list of screens calls them.
    fn walls(&self, walls: &[(u32, Option<String>)]) -> String {
        let screens = Screens::of(self.language);
        let called: Vec<String> = walls
            .iter()
            .map(|(number, name)| screens.called(Screen::Wall.as_str(), name.as_deref(), *number))
            .collect();
        called.join(", ")
    }

    /// How far two clocks are apart.
    fn apart(&self, check: &Check) -> String {
        match check.figure {
            Some(Figure::Measured(ms, _)) => Sleep::of(self.language).length(ms as i64),
            Some(Figure::Count(_) | Figure::Of(..) | Figure::Day(_) | Figure::Walls(_)) | None => {
                String::new()
            }
        }
    }

    fn measured(&self, figure: f64, unit: &str) -> String {
        let rounded = |figure: f64| {
            let text = if figure.abs() < 10.0 {
                format!("{figure:.1}")
            } else {
                format!("{figure:.0}")
            };
            text.trim_end_matches(".0")
                .replace('.', &decimal(self.language).to_string())
        };
        match unit {
            "bytes" if figure >= GB => self.unit.gigabytes(rounded(figure / GB)),
            "bytes" => self.unit.megabytes(rounded(figure / MB)),
            "percent" => self.unit.percent(rounded(figure)),
            "days" => self
                .unit
                .days(Count::from(figure.abs().round() as u64), rounded(figure)),
            // What is counted stands in the sentence.
            "" | "connections" => rounded(figure),
            unit => self.unit.with_unit(rounded(figure), unit),
        }
    }
}

/// Bytes of a gigabyte, and of a megabyte.
const GB: f64 = 1e9;
const MB: f64 = 1e6;

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

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
            assert_eq!(Checks::of(Language::Nb).measured(figure, unit), text);
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
        assert!(
            Checks::of(Language::Nb)
                .says(&check)
                .starts_with("4/6 på nett. Regn én")
        );
        let check = Check {
            subject: Subject::Disk,
            mark: Mark::Right,
            figure: None,
            fault: None,
        };
        assert_eq!(Checks::of(Language::Nb).says(&check), "Plass nok.");
        let check = Check {
            subject: Subject::Tls,
            mark: Mark::Look,
            figure: None,
            fault: None,
        };
        assert!(
            Checks::of(Language::Nb).says(&check).starts_with("Av: "),
            "plain http, and what to do"
        );
        let check = Check {
            subject: Subject::Date,
            mark: Mark::Wrong,
            figure: Some(Figure::Day("2026-11-26".parse().unwrap())),
            fault: None,
        };
        assert!(
            Checks::of(Language::Nb)
                .says(&check)
                .starts_with("Børsen står med 26. november"),
            "{}",
            Checks::of(Language::Nb).says(&check)
        );
        let check = |subject, fault: &str, ms| Check {
            subject,
            mark: Mark::Wrong,
            figure: Some(Figure::Measured(ms, "ms".to_owned())),
            fault: Some(fault.to_owned()),
        };
        let ahead = Checks::of(Language::Nb).says(&check(Subject::Clock, "exchange_ahead", -3_600_000.0));
        assert!(
            ahead.starts_with("Børsens tid ligger 60 minutter foran"),
            "{ahead}"
        );
        let behind = Checks::of(Language::En).says(&check(Subject::Clock, "exchange_behind", 420_000.0));
        assert!(
            behind.starts_with("The machine's clock is 7 minutes ahead"),
            "{behind}"
        );
        let walls = Check {
            subject: Subject::OwnScenes,
            mark: Mark::Look,
            figure: Some(Figure::Walls(vec![(3, None), (5, Some("Berit".to_owned()))])),
            fault: None,
        };
        let named = Checks::of(Language::En).says(&walls);
        assert!(
            named.starts_with("Chosen for Wall 3, Berit · Wall alone."),
            "{named}"
        );
        let wrong = Checks::of(Language::En).says(&check(Subject::Clock, "years_wrong", 0.0));
        assert!(wrong.starts_with("The machine's clock is years wrong"), "{wrong}");
        let nodes = Checks::of(Language::En).says(&check(Subject::NodeClock, "", 10_000.0));
        assert!(nodes.starts_with("10 seconds apart."), "{nodes}");
        let full = Checks::of(Language::Nb).says(&check(Subject::Database, "full", 0.0));
        assert!(
            full.starts_with("Disken er full") && full.contains("Gjør plass"),
            "{full}"
        );
        let newer = Checks::of(Language::En).says(&check(Subject::Log, "newer", 0.0));
        assert!(newer.contains("start the newer version"), "{newer}");
        let holed = Checks::of(Language::En).says(&check(Subject::Log, "holed", 0.0));
        assert!(holed.contains("goes on with what there is"), "{holed}");
        let unopenable = Checks::of(Language::En).says(&check(Subject::Log, "unopenable", 0.0));
        assert!(
            unopenable.contains("do not stop it, and do not restart it"),
            "{unopenable}"
        );
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
                for says in [
                    Checks::of(Language::Nb).says(&check),
                    Checks::of(Language::En).says(&check),
                ] {
                    assert!(!says.contains(&"-".repeat(2)) && says.ends_with('.'), "{says}");
                }
            }
        }
    }
}
