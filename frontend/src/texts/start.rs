//! What a wall says before it is started.

/// The texts of a wall's start.
#[derive(Debug)]
pub struct Start {
    /// The large button.
    pub start: &'static str,
    /// Under it: what it does.
    pub what_it_does: &'static str,
    /// Leaves the wall silent.
    pub silent: &'static str,
}

/// Norwegian bokmål.
pub const NB: Start = Start {
    start: "Start storskjermen",
    what_it_does: "Slår på lyden, fyller skjermen og holder den våken",
    silent: "Uten lyd",
};

/// English.
pub const EN: Start = Start {
    start: "Start the wall",
    what_it_does: "Turns the sound on, fills the screen and keeps it awake",
    silent: "Without sound",
};
