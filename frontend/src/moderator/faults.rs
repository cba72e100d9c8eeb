//! What is wrong just now, the most harmful first: one place in the header that never moves, and a sheet with all of it.

use std::time::Duration;

use borsklokka_shared::board::Board;
use borsklokka_shared::order;
use borsklokka_shared::wire::{Nudge, SoundState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use super::deal_rows::{LateDeals, late, unhammered};
use super::screens::{MarkDot, nudge};
use super::watch::{ScreenLine, Watch};
use crate::attendance::health::{Aside, Mark, Remark};
use crate::desk::Desk;
use crate::readiness::{Check, ServerCheck};
use crate::request;
use crate::sheet::{Sheet, Sheets};
use crate::texts::moderator::details;
use crate::texts::texts;

/// How often the desk asks the server how it is.
const ASKS_SERVER: Duration = Duration::from_mins(1);

/// What is wrong, and how much harm it does: the first is the worst.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// This desk has no connection.
    CutOff,
    /// The server does not answer the desk's question, or says that something of it is wrong.
    Server(Option<Check>),
    /// A screen is missed, or something is to be said of it.
    Screen {
        /// The connection's number.
        number: u32,
        /// What it is called.
        title: String,
        /// Whether it is a wall.
        is_wall: bool,
        /// The weightiest remark, or that it shows something else than what the hall should see.
        remark: Remark,
    },
    /// So many deals wait for the hammer, and would come to nothing with the result.
    Unhammered(usize),
    /// So many late deals wait for the moderator.
    Late(usize),
}

/// How many deals wait for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// For the hammer, once the floor has closed.
    pub unhammered: usize,
    /// For the moderator.
    pub late: usize,
}

impl Waiting {
    /// As they wait now.
    pub fn of(board: &Board) -> Self {
        Self {
            unhammered: unhammered(board),
            late: late(board).len(),
        }
    }
}

impl Fault {
    /// Whether somebody must act now.
    pub fn mark(&self) -> Mark {
        match self {
            Fault::CutOff | Fault::Server(_) => Mark::Wrong,
            Fault::Screen { remark, is_wall, .. } => match remark {
                // Nobody in the hall hears the bell.
                Remark::Sound(SoundState::Waiting) if *is_wall => Mark::Wrong,
                remark => remark.mark(),
            },
            Fault::Unhammered(_) | Fault::Late(_) => Mark::Look,
        }
    }

    /// Less is worse: what stops everybody, what the hall sees, what stops one, what waits for an answer.
    fn harm(&self) -> (std::cmp::Reverse<Mark>, u8) {
        let order = match self {
            Fault::CutOff => 0,
            Fault::Server(_) => 1,
            Fault::Screen {
                is_wall: true,
                remark: Remark::Missed(_),
                ..
            } => 2,
            Fault::Screen { is_wall: true, .. } => 3,
            Fault::Screen {
                remark: Remark::Missed(_),
                ..
            } => 4,
            Fault::Unhammered(_) => 5,
            Fault::Late(_) => 6,
            Fault::Screen { .. } => 7,
        };
        (std::cmp::Reverse(self.mark()), order)
    }
}

/// Whether a remark is of this minute. The others stand in the list of screens and in the check before doors.
fn is_pressing(remark: &Remark) -> bool {
    remark.mark() != Mark::Right
        && !matches!(
            remark,
            Remark::Sleepy(_) | Remark::RoundTrip(_) | Remark::Version(_)
        )
}

/// Everything that is wrong, the worst first.
pub fn faults(is_cut_off: bool, server: &[Fault], screens: &[ScreenLine], waiting: Waiting) -> Vec<Fault> {
    // A desk without a connection knows of nothing else.
    if is_cut_off {
        return vec![Fault::CutOff];
    }
    let of_screens = screens.iter().flat_map(|line| {
        let pressing = line.remarks.iter().filter(|remark| is_pressing(remark));
        // What a wall shows is mended here, and what ails it at the wall: neither hides the other.
        let (asides, others): (Vec<_>, Vec<_>) =
            pressing.partition(|remark| matches!(remark, Remark::Aside(_)));
        let weightiest = others.into_iter().max_by_key(|remark| remark.mark());
        asides
            .into_iter()
            .chain(weightiest)
            .map(move |remark| Fault::Screen {
                number: line.number,
                title: line.title.clone(),
                is_wall: line.is_wall,
                remark: remark.clone(),
            })
    });
    let Waiting { unhammered, late } = waiting;
    let mut all: Vec<Fault> = server
        .iter()
        .cloned()
        .chain(of_screens)
        .chain((unhammered > 0).then_some(Fault::Unhammered(unhammered)))
        .chain((late > 0).then_some(Fault::Late(late)))
        .collect();
    order::sort_by_key(&mut all, Fault::harm);
    all
}

#[derive(Deserialize)]
struct Answer {
    findings: Vec<ServerCheck>,
}

/// What is wrong, followed. Copied freely; made once, by [`Faults::start`].
#[derive(Clone, Copy)]
pub struct Faults {
    all: Memo<Vec<Fault>>,
}

impl Faults {
    /// Follows everything from now on.
    pub fn start(desk: Desk, watch: Watch) -> Self {
        let server = RwSignal::new(Vec::<Fault>::new());
        ask_server(desk, server);
        let cut_off = desk.is_cut_off();
        let waiting = desk.live.board(Waiting::of);
        let all = Memo::new(move |_| {
            let waiting = waiting.get().unwrap_or_default();
            watch
                .lines
                .with(|lines| server.with(|server| faults(cut_off.get(), server, lines, waiting)))
        });
        let faults = Self { all };
        provide_context(faults);
        faults
    }
}

/// Asks now and then what is wrong with the server, as long as the desk is there.
fn ask_server(desk: Desk, server: RwSignal<Vec<Fault>>) {
    if !desk.is_cut_off_now() {
        spawn_local(async move {
            let url = format!("/api/v1/exchanges/{}/check", desk.live.slug());
            let found = match request::read::<Answer>(&url).await {
                Ok(Answer { findings }) => findings
                    .iter()
                    .filter_map(ServerCheck::wrong_now)
                    .map(|check| Fault::Server(Some(check)))
                    .collect(),
                Err(_) => vec![Fault::Server(None)],
            };
            let _gone = server.try_set(found);
        });
    }
    set_timeout(
        move || {
            if server.try_get_untracked().is_some() {
                ask_server(desk, server);
            }
        },
        ASKS_SERVER,
    );
}

/// What it is about, and what is to be said and done.
fn words(fault: &Fault) -> (String, String) {
    let t = texts();
    let (f, c, s) = (details().faults(), details().checks(), details().screens());
    match fault {
        Fault::CutOff => (f.cut_off.to_owned(), f.cut_off_until.to_owned()),
        Fault::Server(None) => (c.server.to_owned(), f.server_silent.to_owned()),
        Fault::Server(Some(check)) => (c.subject(check.subject).to_owned(), c.says(check)),
        Fault::Screen {
            title,
            remark,
            is_wall,
            ..
        } => (
            title.clone(),
            format!("{}. {}", s.remark(remark), f.what_to_do(remark, *is_wall)),
        ),
        Fault::Unhammered(count) => (t.moderator().unhammered(*count), f.hammer_is_asked.to_owned()),
        Fault::Late(count) => (t.moderator().late(*count), f.late_is_asked.to_owned()),
    }
}

/// The place in the header: what went wrong last by the desk's own hand, else the worst of what is wrong, else that all is
/// well. Its size is its own, whatever stands there.
#[component]
pub fn FaultPlace() -> impl IntoView {
    let (desk, sheets) = (Desk::of_page(), Sheets::of_page());
    let faults = expect_context::<Faults>().all;
    let f = details().faults();
    let alert = desk.alert;
    let worst = Memo::new(move |_| faults.with(|faults| faults.first().cloned()));
    let more = Memo::new(move |_| faults.with(Vec::len).saturating_sub(1));
    let mark = Memo::new(move |_| match (alert.with(Option::is_some), worst.get()) {
        (true, _) => Mark::Wrong,
        (false, worst) => worst.map_or(Mark::Right, |fault| fault.mark()),
    });
    let says = move || match (alert.get(), worst.get()) {
        (Some(alert), _) => alert,
        (None, Some(fault)) => {
            let (title, says) = words(&fault);
            format!("{title}: {says}")
        }
        (None, None) => f.all_well.to_owned(),
    };
    let press = move |_| {
        if alert.with_untracked(Option::is_some) {
            alert.set(None);
        } else {
            sheets.lay(|| view! { <FaultsSheet /> });
        }
    };
    view! {
        <button
            type="button"
            class="fault-place"
            data-testid="faults"
            data-mark=move || mark.get().as_str()
            on:click=press
        >
            <MarkDot mark />
            <span class="fault-words" data-testid=move || alert.with(Option::is_some).then_some("alert") role="status">
                {says}
            </span>
            <b class="fault-more">
                {move || {
                    if alert.with(Option::is_some) {
                        texts().desk().dismiss.to_owned()
                    } else {
                        match more.get() {
                            0 => String::new(),
                            more => f.more(more),
                        }
                    }
                }}
            </b>
        </button>
    }
}

/// All that is wrong, with what to do, and the late deals that wait.
#[component]
pub fn FaultsSheet() -> impl IntoView {
    let faults = expect_context::<Faults>().all;
    let f = details().faults();
    view! {
        <Sheet testid="faults-sheet" title=f.title>
            <p class="sheet-lead" role="status">
                {move || if faults.with(Vec::is_empty) { f.all_well } else { f.lead }}
            </p>
            <ul>
                // A line that says the same is the same line, so that its button can be pressed while the seconds of another one go by.
                <For each=move || faults.get() key=|fault| format!("{fault:?}") let(fault)>
                    <FaultRow fault />
                </For>
            </ul>
            <LateDeals />
        </Sheet>
    }
}

/// Something that is wrong, with what to do, and the button if it is done here.
#[component]
fn FaultRow(fault: Fault) -> impl IntoView {
    let desk = Desk::of_page();
    let (title, says) = words(&fault);
    let mark = fault.mark();
    let follow = match fault {
        Fault::Screen {
            number,
            remark: Remark::Aside(Aside { is_chosen: true, .. }),
            ..
        } => Some(number),
        Fault::CutOff | Fault::Server(_) | Fault::Screen { .. } | Fault::Unhammered(_) | Fault::Late(_) => {
            None
        }
    };
    let button = follow.map(|number| {
        view! {
            <button
                type="button"
                class="deal-act"
                data-testid="follow-evening"
                disabled=desk.is_cut_off()
                on:click=move |_| nudge(desk, number, Nudge::ShowScene { scene: None })
            >
                {details().faults().follow_evening}
            </button>
        }
    });
    view! {
        <li class="check-row" data-testid="fault" data-mark=mark.as_str()>
            <MarkDot mark=Signal::stored(mark) />
            <span>
                <b dir="auto">{title}</b>
                <small dir="auto">{says}</small>
                {button}
            </span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::exchange::Scene;
    use borsklokka_shared::wire::WakeLock;

    use super::*;
    use crate::attendance::health;
    use crate::readiness;

    fn line(title: &str, is_wall: bool, remarks: Vec<Remark>) -> ScreenLine {
        ScreenLine {
            number: 1,
            title: title.to_owned(),
            mark: health::mark(&remarks),
            is_there: !remarks.iter().any(|remark| matches!(remark, Remark::Missed(_))),
            remarks,
            is_wall,
            own_scene: None,
            address_scene: None,
        }
    }

    fn names(faults: &[Fault]) -> Vec<String> {
        faults
            .iter()
            .map(|fault| match fault {
                Fault::CutOff => "cut off".to_owned(),
                Fault::Server(_) => "server".to_owned(),
                Fault::Screen { title, .. } => title.clone(),
                Fault::Unhammered(count) => format!("{count} unhammered"),
                Fault::Late(count) => format!("{count} late"),
            })
            .collect()
    }

    #[test]
    fn a_wall_that_shows_something_else_is_told_of_beside_what_ails_it() {
        let aside = |is_unseen| {
            Remark::Aside(Aside {
                scene: Scene::Welcome,
                is_chosen: true,
                is_unseen,
                mark: if is_unseen { Mark::Wrong } else { Mark::Look },
            })
        };
        let told = |remarks: Vec<Remark>| {
            let found = faults(false, &[], &[line("vegg", true, remarks)], Waiting::default());
            found.iter().map(Fault::mark).collect::<Vec<_>>()
        };
        assert_eq!(told(vec![aside(true)]), [Mark::Wrong]);
        assert_eq!(told(vec![aside(false)]), [Mark::Look]);
        let silent = Remark::Sound(SoundState::Waiting);
        assert_eq!(told(vec![silent, aside(false)]), [Mark::Wrong, Mark::Look]);
    }

    #[test]
    fn the_most_harmful_comes_first() {
        let screens = [
            line("sen", false, vec![Remark::Outbox(4), Remark::RoundTrip(9)]),
            line(
                "stum vegg",
                true,
                vec![Remark::Sound(SoundState::Waiting), Remark::Frames(60)],
            ),
            line("borte megler", false, vec![Remark::Missed(40), Remark::Outbox(2)]),
            line("borte vegg", true, vec![Remark::Missed(40)]),
            line(
                "i orden",
                true,
                vec![
                    Remark::Sound(SoundState::On),
                    Remark::Sleepy(WakeLock::Unavailable),
                    Remark::RoundTrip(900),
                ],
            ),
        ];
        let disk = Fault::Server(Some(Check {
            subject: readiness::Subject::Disk,
            mark: Mark::Wrong,
            figure: None,
            fault: None,
        }));
        let waiting = Waiting {
            unhammered: 3,
            late: 2,
        };
        let found = faults(false, &[disk], &screens, waiting);
        assert_eq!(
            names(&found),
            [
                "server",
                "borte vegg",
                "stum vegg",
                "borte megler",
                "3 unhammered",
                "2 late",
                "sen"
            ]
        );
        assert_eq!(found[2].mark(), Mark::Wrong, "nobody hears the bell");
        assert_eq!(found[4].mark(), Mark::Look);
        assert_eq!(faults(true, &[], &screens, waiting), [Fault::CutOff]);
        assert_eq!(
            faults(false, &[], &screens[4..], Waiting::default()),
            [],
            "what is never otherwise is no news"
        );
    }
}
