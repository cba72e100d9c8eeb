//! On every page, before all personal data are erased by themselves: when, and that what is wanted is to be taken out before.

use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

use super::office::Office;
use super::privacy::civil;
use crate::readiness::pages::Page;
use crate::texts::organiser::privacy_words;

/// From how many days before the day it is said.
const SAID_DAYS: i64 = 30;
/// From how many days before the day it is said louder.
const LOUD_DAYS: u32 = 7;

/// What is said of the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// It is kept in so many days.
    In(u32),
    /// The day is over, and something is left.
    Late(Date),
    /// The same, and the floor is still open.
    Open(Date),
}

impl Said {
    fn is_loud(self) -> bool {
        match self {
            Self::In(days) => days <= LOUD_DAYS,
            Self::Late(_) | Self::Open(_) => true,
        }
    }

    fn sentence(self) -> String {
        let t = &privacy_words().banner;
        match self {
            Self::In(0) => t.today.to_owned(),
            Self::In(days) => t.left(days),
            Self::Late(on) => t.due(civil(on)),
            Self::Open(on) => t.open(civil(on)),
        }
    }
}

/// What is said on a day; nothing if the promise is far off, or nothing is left of anybody.
fn said(board: &Board, today: Date, has_contacts: bool) -> Option<Said> {
    let on = board.settings.as_ref()?.delete_on()?;
    let is_left = has_contacts
        || board
            .participants
            .values()
            .any(|one| one.sector == Sector::Individual && !board.erased.contains(&one.id));
    let days = on.days_after(today);
    let said = if let Ok(days) = u32::try_from(days) {
        Said::In(days)
    } else if board.floor.settled_phase() == Phase::Open {
        Said::Open(on)
    } else {
        Said::Late(on)
    };
    (is_left && days <= SAID_DAYS).then_some(said)
}

/// The banner.
#[component]
pub fn PromisedBanner() -> impl IntoView {
    let office = Office::of_page();
    let people = office.people();
    let told = Memo::new(move |_| {
        let today = office.beside.with(|beside| beside.today)?;
        let has_contacts = people.with(|people| people.as_ref().is_some_and(|people| !people.is_empty()));
        office
            .desk
            .live
            .read(|board| said(board, today, has_contacts))
            .flatten()
    });
    move || {
        let said = told.get()?;
        let t = &privacy_words().banner;
        let class = if said.is_loud() {
            "promised promised-loud"
        } else {
            "promised"
        };
        Some(view! {
            <p class=class role="status" data-testid="promised">
                <span>
                    <b>{said.sentence()}</b>
                    " "
                    {t.take}
                </span>
                <a href=Page::Privacy.address()>{t.see}</a>
            </p>
        })
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::exchange::Privacy;
    use test_support::settings;

    use super::*;

    fn board() -> Board {
        let mut settings = settings();
        settings.privacy = Some(Privacy {
            text: "Vi sletter alt.".to_owned(),
            keep_months: 12,
        });
        Board {
            settings: Some(settings),
            ..Board::empty(Audience::Staff)
        }
    }

    #[test]
    fn it_is_said_from_thirty_days_before_and_louder_from_a_week() {
        let on: Date = "2027-11-26".parse().unwrap();
        for (today, expected, is_loud) in [
            ("2027-10-26", None, false),
            ("2027-10-27", Some(Said::In(30)), false),
            ("2027-11-18", Some(Said::In(8)), false),
            ("2027-11-19", Some(Said::In(7)), true),
            ("2027-11-26", Some(Said::In(0)), true),
            ("2027-11-27", Some(Said::Late(on)), true),
        ] {
            let told = said(&board(), today.parse().unwrap(), true);
            assert_eq!(told, expected, "{today}");
            assert_eq!(told.is_some_and(Said::is_loud), is_loud, "{today}");
        }
    }

    #[test]
    fn nothing_is_said_of_what_is_gone_or_was_not_promised() {
        let today = "2027-11-20".parse().unwrap();
        assert_eq!(said(&board(), today, false), None);
        let unpromised = Board {
            settings: Some(settings()),
            ..Board::empty(Audience::Staff)
        };
        assert_eq!(said(&unpromised, today, true), None);
    }
}
