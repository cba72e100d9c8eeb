//! Asks where a round goes on after the server slept: over the desk, so that nothing on it moves.

use borsklokka_shared::command::Command;
use borsklokka_shared::sleep::{GoOn, Sleep, SleepSign};
use leptos::prelude::*;

use crate::civil_time::{of_hall, time_of_day};
use crate::components::Button;
use crate::desk::{Desk, TwicePressed};
use crate::texts::moderator::details;

const WAS: Command = Command::AnswerSleep {
    go_on: GoOn::WhereItWas,
};
const WOULD_BE: Command = Command::AnswerSleep {
    go_on: GoOn::WhereItWouldBe,
};

/// The question, until somebody has answered it at this desk or another.
#[component]
pub fn SleepQuestion() -> impl IntoView {
    let desk = Desk::of_page();
    let asked = desk
        .live
        .board(|board| Some((board.sleep?, board.settings.as_ref()?.time_zone.clone())));
    view! {
        <div class="sleep-place" role="alert">
            {move || asked.get().flatten().map(|(sleep, zone)| question(desk, sleep, &zone))}
        </div>
    }
}

fn question(desk: Desk, sleep: Sleep, zone: &str) -> impl IntoView + use<> {
    let t = details().sleep();
    let cut_off = desk.is_cut_off();
    let at = |instant| time_of_day(of_hall(instant), zone);
    let (from, until) = (at(sleep.from), at(sleep.until));
    let length = t.length(sleep.slept_ms);
    let says = match sleep.sign {
        SleepSign::Slept => t.slept(from, length, until),
        SleepSign::ClockJumped => t.jumped(from, length, until),
    };
    view! {
        <section class="sleep" data-testid="sleep" data-sign=sign(sleep.sign)>
            <h2>{says}</h2>
            <p>{t.what}</p>
            <div class="sleep-answers">
                <Button testid="sleep-was" disabled=cut_off press=move || desk.ask(&WAS)>
                    {t.was}
                </Button>
                // Its closing bell may be overdue, and rings then.
                <TwicePressed testid="sleep-would-be" disabled=cut_off press=move || desk.ask_surely(&WOULD_BE)>
                    {t.would_be}
                </TwicePressed>
            </div>
        </section>
    }
}

/// Its name in tests.
const fn sign(sign: SleepSign) -> &'static str {
    match sign {
        SleepSign::Slept => "slept",
        SleepSign::ClockJumped => "clock_jumped",
    }
}
