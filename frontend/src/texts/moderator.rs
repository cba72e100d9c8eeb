//! What the moderator's desk says.

pub mod amend;
pub mod audit;
pub mod checks;
pub mod deals;
pub mod faults;
pub mod keys;
mod page;
mod scene;
pub mod screens;
pub mod sleep;
pub mod steps;

use borsklokka_shared::deal::HeldReason;
use borsklokka_shared::exchange::Scene;

pub use self::amend::Amend;
pub use self::audit::Audit;
pub use self::checks::Checks;
pub use self::deals::Deals;
pub use self::faults::Faults;
pub use self::keys::Keys;
pub use self::page::details;
pub use self::screens::Screens;
pub use self::sleep::Sleep;
pub use self::steps::Steps;

/// The moderator's texts.
#[derive(Debug)]
pub struct Moderator {
    /// The desk's name, if the exchange has none of its own.
    pub title: &'static str,
    /// After the count: "of 60".
    pub of_goal: fn(u32) -> String,
    /// Deals that the public does not see yet.
    pub concealed: fn(usize) -> String,
    /// How many deals are expected by the closing bell.
    pub forecast: fn(u32) -> String,
    /// How many deals were struck in the last ten minutes.
    pub recent: fn(usize) -> String,
    /// Over the small wall.
    pub preview: &'static str,
    /// Opens the wall.
    pub open_wall: &'static str,
    /// On the bell.
    pub hold_to_ring: &'static str,
    /// On the bell, after the first of two holds.
    pub hold_again: &'static str,
    /// Under it: the bell opens the floor and starts a round.
    pub opens_with: fn(u32) -> String,
    /// Under it: the bell opens the floor.
    pub opens: &'static str,
    /// Under it: the bell closes the floor.
    pub closes: &'static str,
    /// Under it, after the first of two holds.
    pub closes_now: &'static str,
    /// Under it: the bell opens a floor that has closed.
    pub reopens: &'static str,
    /// On the bell, when it cannot be rung for want of a connection.
    pub bell_offline: &'static str,
    /// On the bell, when the evening is over.
    pub bell_done: &'static str,
    /// One stroke for attention.
    pub stroke: &'static str,
    /// Over the programme.
    pub programme: &'static str,
    /// There are no rounds.
    pub no_rounds: &'static str,
    /// The round has not started.
    pub ready: &'static str,
    /// The round is over.
    pub ended: &'static str,
    /// When the running round ends, as a time of day.
    pub ends_at: fn(&str) -> String,
    /// The clock stands.
    pub paused: &'static str,
    /// Past its end.
    pub overtime: &'static str,
    /// Starts the next round.
    pub start: &'static str,
    /// Stops the clock.
    pub pause: &'static str,
    /// Lets the clock run on.
    pub resume: &'static str,
    /// A minute more.
    pub plus: &'static str,
    /// A minute less.
    pub minus: &'static str,
    /// Ends the round.
    pub end: &'static str,
    /// Ends the round and starts the next.
    pub next: &'static str,
    /// The second press of a small button.
    pub sure: &'static str,
    /// Over the scenes.
    pub scenes: &'static str,
    /// A scene.
    pub scene: fn(Scene) -> &'static str,
    /// Darkens the wall.
    pub blackout: &'static str,
    /// Lights it again.
    pub lights: &'static str,
    /// Over freeze and result.
    pub count: &'static str,
    /// Freezes the public count.
    pub freeze: &'static str,
    /// Reveals the oldest concealed deal.
    pub reveal_next: &'static str,
    /// Reveals all and ends the freeze.
    pub reveal_all: &'static str,
    /// Announces the result.
    pub announce_result: &'static str,
    /// It is announced.
    pub result_announced: &'static str,
    /// Why the result cannot be announced yet.
    pub result_after_closing: &'static str,
    /// Over the announcement.
    pub announcement: &'static str,
    /// In the announcement's field.
    pub announcement_hint: &'static str,
    /// Ready-made announcements.
    pub presets: [&'static str; 4],
    /// How long it stays, for those who hear the screen.
    pub how_long: &'static str,
    /// A length of time, given in seconds.
    pub for_seconds: fn(u32) -> String,
    /// Sends it.
    pub announce: &'static str,
    /// None stands there.
    pub no_announcement: &'static str,
    /// Seconds left of the one that stands there.
    pub standing_for: fn(i64) -> String,
    /// Takes it down.
    pub end_announcement: &'static str,
    /// Over the late deals.
    pub late: fn(usize) -> String,
    /// Why a late deal waits.
    pub held: fn(HeldReason) -> &'static str,
    /// Lets it count.
    pub admit: &'static str,
    /// Does not let it count.
    pub decline: &'static str,
    /// Over the last deals.
    pub last_deals: &'static str,
    /// There are none.
    pub no_deals: &'static str,
    /// Brings a deal back as the large one.
    pub spotlight: &'static str,
    /// Strikes a deal through.
    pub withdraw: &'static str,
    /// Takes it off every public screen.
    pub remove: &'static str,
    /// Undoes either.
    pub reinstate: &'static str,
    /// A late deal counts now, and it can be undone.
    pub did_admit: &'static str,
    /// An announcement was taken down, and it can be undone.
    pub did_end_announcement: &'static str,
    /// A deal was struck through, and it can be undone.
    pub did_withdraw: fn(u32) -> String,
    /// A deal was taken off every public screen, and it can be undone.
    pub did_remove: fn(u32) -> String,
    /// A deal was corrected, and it can be undone.
    pub did_amend: &'static str,
    /// The count was frozen, and it can be undone.
    pub did_freeze: &'static str,
    /// It is struck through.
    pub withdrawn: &'static str,
    /// It is off every public screen.
    pub removed: &'static str,
    /// It is struck but not shown yet.
    pub hidden: &'static str,
    /// It did not count.
    pub declined: &'static str,
}

/// What the desk's lists and sheets say. They stand apart from [`Moderator`], so that wall and phone, which the hall loads,
/// carry none of them.
#[derive(Debug)]
pub struct Details {
    /// The correction's sheet.
    pub amend: Amend,
    /// The list of deals.
    pub deals: Deals,
    /// What is wrong just now.
    pub faults: Faults,
    /// The list of screens.
    pub screens: Screens,
    /// The check before doors.
    pub checks: Checks,
    /// What was done.
    pub audit: Audit,
    /// The keys.
    pub keys: Keys,
    /// What can be taken back.
    pub steps: Steps,
    /// The question after the server slept.
    pub sleep: Sleep,
}

static DETAILS_NB: Details = Details {
    amend: amend::NB,
    deals: deals::NB,
    faults: faults::NB,
    screens: screens::NB,
    checks: checks::NB,
    audit: audit::NB,
    keys: keys::NB,
    steps: steps::NB,
    sleep: sleep::NB,
};

static DETAILS_EN: Details = Details {
    amend: amend::EN,
    deals: deals::EN,
    faults: faults::EN,
    screens: screens::EN,
    checks: checks::EN,
    audit: audit::EN,
    keys: keys::EN,
    steps: steps::EN,
    sleep: sleep::EN,
};

/// Norwegian bokmål.
pub const NB: Moderator = Moderator {
    title: "Konferansier",
    of_goal: |goal| format!("av {goal}"),
    concealed: |count| format!("+ {count} skjult"),
    forecast: |deals| format!("{deals} ventet ved slutt"),
    recent: |deals| format!("{deals} siste ti min"),
    preview: "Slik ser salen det",
    open_wall: "Åpne storskjermen",
    hold_to_ring: "Hold for å ringe",
    hold_again: "Hold igjen",
    opens_with: |round| format!("åpner børsen og starter runde {round}"),
    opens: "åpner børsen",
    closes: "stenger børsen",
    closes_now: "så stenger børsen",
    reopens: "åpner børsen igjen",
    bell_offline: "Uten nett",
    bell_done: "Resultatet er kunngjort",
    stroke: "Ett slag",
    programme: "Program",
    no_rounds: "Programmet har ingen runder.",
    ready: "ikke startet",
    ended: "ferdig",
    ends_at: |time| format!("igjen, ferdig {time}"),
    paused: "klokka står",
    overtime: "på overtid",
    start: "Start",
    pause: "Pause",
    resume: "Fortsett",
    plus: "+1 min",
    minus: "−1 min",
    end: "Avslutt",
    next: "Neste",
    sure: "Trykk igjen",
    scenes: "Scene på storskjermen",
    scene: scene::nb,
    blackout: "Mørk skjerm",
    lights: "Lys opp igjen",
    count: "Tallet",
    freeze: "Frys tallet",
    reveal_next: "Vis neste",
    reveal_all: "Hold for å vise alle",
    announce_result: "Kunngjør resultatet",
    result_announced: "Resultatet er kunngjort",
    result_after_closing: "Resultatet kan kunngjøres når børsen er stengt.",
    announcement: "Beskjed på skjermen",
    announcement_hint: "Skriv en beskjed til salen",
    presets: [
        "Ti minutter igjen",
        "Siste sjanse: fem minutter igjen",
        "Kaffe serveres",
        "Samling foran scenen",
    ],
    how_long: "Hvor lenge",
    for_seconds: |seconds| {
        if seconds < 60 {
            format!("{seconds} s")
        } else {
            format!("{} min", seconds / 60)
        }
    },
    announce: "Vis",
    no_announcement: "Ingen beskjed står på skjermen.",
    standing_for: |seconds| format!("på skjermen i {seconds} s til"),
    end_announcement: "Ta ned",
    late: |count| {
        if count == 1 {
            "1 sen avtale venter på deg".to_owned()
        } else {
            format!("{count} sene avtaler venter på deg")
        }
    },
    held: |reason| match reason {
        HeldReason::ClockUnknown => "nettbrettets klokke er ukjent",
        HeldReason::PairedAfterClosing => "nettbrettet ble koblet til etter stengetid",
        HeldReason::WrittenBeforeLastAnswer => "tidspunktet stemmer ikke",
        HeldReason::TooLate => "kom fram for sent",
        HeldReason::ResultAnnounced => "kom etter at resultatet var kunngjort",
        HeldReason::Paper => "skrevet på papir",
        HeldReason::WrittenBeforeOpening => "skrevet før børsen åpnet",
        HeldReason::WrittenAfterClosing => "skrevet etter at børsen stengte",
    },
    admit: "Ta med",
    decline: "Avvis",
    last_deals: "Avtaler",
    no_deals: "Ingen avtaler ennå.",
    spotlight: "Vis stort",
    withdraw: "Trekk",
    remove: "Fjern stille",
    reinstate: "Angre",
    did_admit: "Den sene avtalen er tatt med.",
    did_end_announcement: "Beskjeden er tatt ned.",
    did_withdraw: |number| match number {
        0 => "Avtalen er trukket.".to_owned(),
        number => format!("Avtale {number} er trukket."),
    },
    did_remove: |number| match number {
        0 => "Avtalen er fjernet.".to_owned(),
        number => format!("Avtale {number} er fjernet fra alle skjermer."),
    },
    did_amend: "Avtalen er rettet.",
    did_freeze: "Tallet er frosset. Salen ser ikke nye avtaler.",
    withdrawn: "trukket",
    removed: "fjernet",
    hidden: "skjult",
    declined: "avvist",
};

/// English.
pub const EN: Moderator = Moderator {
    title: "Moderator",
    of_goal: |goal| format!("of {goal}"),
    concealed: |count| format!("+ {count} concealed"),
    forecast: |deals| format!("{deals} expected by the end"),
    recent: |deals| format!("{deals} in the last ten min"),
    preview: "What the hall sees",
    open_wall: "Open the wall",
    hold_to_ring: "Hold to ring",
    hold_again: "Hold again",
    opens_with: |round| format!("opens the floor and starts round {round}"),
    opens: "opens the floor",
    closes: "closes the floor",
    closes_now: "and the floor closes",
    reopens: "opens the floor again",
    bell_offline: "Offline",
    bell_done: "The result is announced",
    stroke: "One stroke",
    programme: "Programme",
    no_rounds: "The programme has no rounds.",
    ready: "not started",
    ended: "over",
    ends_at: |time| format!("left, ends {time}"),
    paused: "the clock stands",
    overtime: "overtime",
    start: "Start",
    pause: "Pause",
    resume: "Resume",
    plus: "+1 min",
    minus: "−1 min",
    end: "End",
    next: "Next",
    sure: "Press again",
    scenes: "Scene on the wall",
    scene: scene::en,
    blackout: "Dark wall",
    lights: "Light it again",
    count: "The count",
    freeze: "Freeze the count",
    reveal_next: "Reveal next",
    reveal_all: "Hold to reveal all",
    announce_result: "Announce the result",
    result_announced: "The result is announced",
    result_after_closing: "The result can be announced when the floor has closed.",
    announcement: "Announcement on the wall",
    announcement_hint: "Write a line to the hall",
    presets: [
        "Ten minutes left",
        "Last chance: five minutes left",
        "Coffee is served",
        "Please gather at the stage",
    ],
    how_long: "How long",
    for_seconds: |seconds| {
        if seconds < 60 {
            format!("{seconds} s")
        } else {
            format!("{} min", seconds / 60)
        }
    },
    announce: "Show",
    no_announcement: "No announcement stands on the wall.",
    standing_for: |seconds| format!("on the wall for {seconds} s more"),
    end_announcement: "Take down",
    late: |count| {
        if count == 1 {
            "1 late deal waits for you".to_owned()
        } else {
            format!("{count} late deals wait for you")
        }
    },
    held: |reason| match reason {
        HeldReason::ClockUnknown => "the tablet's clock is unknown",
        HeldReason::PairedAfterClosing => "the tablet was paired after the closing bell",
        HeldReason::WrittenBeforeLastAnswer => "its time cannot be right",
        HeldReason::TooLate => "arrived too late",
        HeldReason::ResultAnnounced => "arrived after the result was announced",
        HeldReason::Paper => "written on paper",
        HeldReason::WrittenBeforeOpening => "written before the floor opened",
        HeldReason::WrittenAfterClosing => "written after the floor had closed",
    },
    admit: "Let it count",
    decline: "Decline",
    last_deals: "Deals",
    no_deals: "No deals yet.",
    spotlight: "Show large",
    withdraw: "Withdraw",
    remove: "Remove quietly",
    reinstate: "Undo",
    did_admit: "The late deal counts now.",
    did_end_announcement: "The announcement is down.",
    did_withdraw: |number| match number {
        0 => "The deal is withdrawn.".to_owned(),
        number => format!("Deal {number} is withdrawn."),
    },
    did_remove: |number| match number {
        0 => "The deal is removed.".to_owned(),
        number => format!("Deal {number} is off every screen."),
    },
    did_amend: "The deal is corrected.",
    did_freeze: "The count is frozen. The hall does not see new deals.",
    withdrawn: "withdrawn",
    removed: "removed",
    hidden: "concealed",
    declined: "declined",
};
