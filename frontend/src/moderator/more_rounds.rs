//! Every round, to start or to have again, and one more.

use borsklokka_shared::command::Command;
use borsklokka_shared::limits::{NAME_CHARS_MAX, ROUND_MINUTES_MAX};
use borsklokka_shared::round::{Round, RoundState};
use leptos::prelude::*;

use super::controls::{Controls, may_start};
use crate::civil_time::time_of_day;
use crate::components::{Button, TooLong, Weight};
use crate::desk::{Desk, TwicePressed};
use crate::sheet::{Sheet, Sheets};
use crate::texts::moderator::details;
use crate::typed::fields::Fields;

/// How long a round is that is added, if nobody says otherwise, in minutes.
const MINUTES: u32 = 15;
/// What the fields of a round that is added are called by.
const NEW: &str = "new-round/";

/// The rounds, on a sheet.
#[component]
pub fn RoundsSheet() -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().steps();
    let rounds = desk.live.board(|board| board.rounds.clone());
    view! {
        <Sheet testid="rounds" title=words.rounds>
            <ol class="step-rows">
                {move || rounds.get().unwrap_or_default().into_iter().map(round_row).collect_view()}
            </ol>
            <NewRound />
        </Sheet>
    }
}

fn round_row(round: Round) -> impl IntoView {
    let (desk, controls, sheets) = (Desk::of_page(), Controls::of_page(), Sheets::of_page());
    let words = details().steps();
    let (state, act) = match round.state {
        RoundState::Ready => (words.waits, Some(words.start)),
        RoundState::Running { .. } | RoundState::Paused { .. } => (words.runs, None),
        RoundState::Ended { .. } => (words.held, Some(words.again)),
    };
    let (may_start, cut_off) = (desk.live.board(may_start), desk.is_cut_off());
    let is_shut = Signal::derive(move || cut_off.get() || may_start.get() != Some(true));
    let id = round.id;
    let press = move || {
        controls.start_round(id);
        sheets.close();
    };
    view! {
        <li class="step-row" data-testid="round-row">
            <span class="audit-time">{id.0}</span>
            <span>
                <b dir="auto">{round.title}</b>
                " "
                <small>{words.minutes(round.planned_minutes)} " · " {state}</small>
            </span>
            {act
                .map(|says| {
                    view! {
                        <TwicePressed testid="round-have" disabled=is_shut press=press>
                            {says}
                        </TwicePressed>
                    }
                })}
        </li>
    }
}

/// Whether a round can be called so.
fn is_name(title: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&title.trim().chars().count())
}

/// One more, after the others.
#[component]
fn NewRound() -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().steps();
    let fields = Fields::of_page();
    let title = fields.field(format!("{NEW}title"), words.extra.to_owned());
    let minutes = fields.field(format!("{NEW}minutes"), MINUTES.to_string());
    let wanted = move || minutes.with(|minutes| minutes.trim().parse::<u32>().ok());
    let is_wrong = Signal::derive(move || {
        let is_length = wanted().is_some_and(|minutes| (1..=ROUND_MINUTES_MAX).contains(&minutes));
        desk.is_cut_off().get() || !is_length || !title.with(|title| is_name(title))
    });
    let add = move || {
        let zone = desk
            .live
            .peek(|board| Some(board.settings.as_ref()?.time_zone.clone()));
        let command = Command::AddRound {
            time: time_of_day(desk.live.now(), &zone.flatten().unwrap_or_default()),
            title: title.get_untracked(),
            minutes: untrack(wanted).unwrap_or(MINUTES),
        };
        desk.ask_then(&command, move || fields.clear(NEW));
    };
    view! {
        <section class="new-round">
            <h3>{words.new_round}</h3>
            <label>
                <span>{words.name}</span>
                <input
                    class="field-input"
                    id="new-round-title"
                    data-testid="new-round-title"
                    prop:value=title
                    on:input=move |event| title.set(event_target_value(&event))
                />
                <TooLong text=title chars_max=NAME_CHARS_MAX />
            </label>
            <label>
                <span>{words.length}</span>
                <input
                    class="field-input"
                    id="new-round-minutes"
                    data-testid="new-round-minutes"
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max=ROUND_MINUTES_MAX
                    prop:value=minutes
                    on:input=move |event| minutes.set(event_target_value(&event))
                />
            </label>
            <Button weight=Weight::Primary testid="new-round-add" disabled=is_wrong press=add>
                {words.add}
            </Button>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_stays_whole_and_is_not_sent() {
        for (title, expected) in [
            (String::new(), false),
            ("  ".to_owned(), false),
            ("Ekstrarunde".to_owned(), true),
            ("å".repeat(NAME_CHARS_MAX), true),
            (format!(" {} ", "å".repeat(NAME_CHARS_MAX)), true),
            ("å".repeat(NAME_CHARS_MAX + 1), false),
        ] {
            assert_eq!(is_name(&title), expected, "{title}");
        }
    }
}
