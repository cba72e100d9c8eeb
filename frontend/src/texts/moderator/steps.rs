//! What the desk says of bells and rounds that can be taken back, of rounds that are added, and of a break's length.

use borsklokka_shared::ids::RoundId;
use borsklokka_shared::step::Did;

/// Its texts.
#[derive(Debug)]
pub struct Steps {
    /// Heads the sheet.
    pub title: &'static str,
    /// What happened, as a sentence.
    pub done: fn(Did) -> String,
    /// What happened, as a name.
    pub named: fn(Did) -> String,
    /// On the button that would take something back, before its name.
    pub back: fn(String) -> String,
    /// On the button, when there is nothing.
    pub nothing: &'static str,
    /// On the sheet, when there is nothing.
    pub nothing_long: &'static str,
    /// On the sheet: what it does.
    pub how: &'static str,
    /// Takes it back.
    pub undo: &'static str,
    /// Opens the rounds' sheet, and heads it.
    pub rounds: &'static str,
    /// Starts a round.
    pub start: &'static str,
    /// Has a round again.
    pub again: &'static str,
    /// A round that runs.
    pub runs: &'static str,
    /// A round that was held.
    pub held: &'static str,
    /// A round that waits.
    pub waits: &'static str,
    /// A length, in minutes.
    pub minutes: fn(u32) -> String,
    /// Over the new round.
    pub new_round: &'static str,
    /// What a new round is called, if nobody says otherwise.
    pub extra: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its length.
    pub length: &'static str,
    /// Adds it.
    pub add: &'static str,
    /// Before the lengths of a break.
    pub break_lasts: &'static str,
}

/// Norwegian bokmål.
pub const NB: Steps = Steps {
    title: "Angre",
    done: |did| match did {
        Did::OpenedFloor { round: None } => "Åpningsklokka har ringt.".to_owned(),
        Did::OpenedFloor {
            round: Some(RoundId(round)),
        } => format!("Åpningsklokka har ringt, og runde {round} har startet."),
        Did::ClosedFloor => "Avslutningsklokka har ringt. Børsen er stengt.".to_owned(),
        Did::StartedRound {
            round: RoundId(round),
        } => format!("Runde {round} har startet."),
        Did::EndedRound {
            round: RoundId(round),
        } => format!("Runde {round} er avsluttet."),
        Did::AnnouncedResult => "Resultatet er kunngjort.".to_owned(),
    },
    named: |did| match did {
        Did::OpenedFloor { .. } => "åpningsklokka".to_owned(),
        Did::ClosedFloor => "avslutningsklokka".to_owned(),
        Did::StartedRound {
            round: RoundId(round),
        } => format!("start av runde {round}"),
        Did::EndedRound {
            round: RoundId(round),
        } => format!("slutt på runde {round}"),
        Did::AnnouncedResult => "resultatet".to_owned(),
    },
    back: |named| format!("Angre {named} …"),
    nothing: "Ingenting å angre",
    nothing_long: "Det er ingenting å angre. Klokkene, rundene og resultatet kan angres i ti minutter.",
    how: "Alt blir som det var, uten at klokka ringer. Det som kom etterpå, angres også. Avtalene blir stående.",
    undo: "Angre",
    rounds: "Runder",
    start: "Start",
    again: "Ta om igjen",
    runs: "pågår",
    held: "holdt",
    waits: "ikke startet",
    minutes: |minutes| format!("{minutes} min"),
    new_round: "Ny runde",
    extra: "Ekstrarunde",
    name: "Navn",
    length: "Hvor lenge",
    add: "Legg til",
    break_lasts: "Pausen varer",
};

/// English.
pub const EN: Steps = Steps {
    title: "Undo",
    done: |did| match did {
        Did::OpenedFloor { round: None } => "The opening bell has rung.".to_owned(),
        Did::OpenedFloor {
            round: Some(RoundId(round)),
        } => format!("The opening bell has rung, and round {round} has started."),
        Did::ClosedFloor => "The closing bell has rung. The floor is closed.".to_owned(),
        Did::StartedRound {
            round: RoundId(round),
        } => format!("Round {round} has started."),
        Did::EndedRound {
            round: RoundId(round),
        } => format!("Round {round} has ended."),
        Did::AnnouncedResult => "The result is announced.".to_owned(),
    },
    named: |did| match did {
        Did::OpenedFloor { .. } => "the opening bell".to_owned(),
        Did::ClosedFloor => "the closing bell".to_owned(),
        Did::StartedRound {
            round: RoundId(round),
        } => format!("the start of round {round}"),
        Did::EndedRound {
            round: RoundId(round),
        } => format!("the end of round {round}"),
        Did::AnnouncedResult => "the result".to_owned(),
    },
    back: |named| format!("Undo {named} …"),
    nothing: "Nothing to undo",
    nothing_long: "There is nothing to undo. Bells, rounds and the result can be undone for ten minutes.",
    how: "All is as it was, and no bell rings. What came after it is undone too. The deals stay.",
    undo: "Undo",
    rounds: "Rounds",
    start: "Start",
    again: "Have it again",
    runs: "under way",
    held: "held",
    waits: "not started",
    minutes: |minutes| format!("{minutes} min"),
    new_round: "A new round",
    extra: "Extra round",
    name: "Name",
    length: "How long",
    add: "Add",
    break_lasts: "The break lasts",
};
