//! What the desks say when they ask for something: moderator's and organiser's alike.

/// The desks' texts.
#[derive(Debug)]
pub struct Desk {
    /// There is no connection, so a command was not sent.
    pub not_sent: &'static str,
    /// The connection broke before the answer.
    pub lost: &'static str,
    /// The server cannot be reached over HTTP.
    pub unreachable: &'static str,
    /// The server answered something that this app cannot read.
    pub unreadable: &'static str,
    /// Buttons are disabled for want of a connection.
    pub offline: &'static str,
    /// Takes an alert away.
    pub dismiss: &'static str,
    /// This browser is not logged in as organiser.
    pub needs_organiser: &'static str,
    /// Leads to where the operator logs in.
    pub log_in: &'static str,
    /// One press is not enough.
    pub hold_or_twice: &'static str,
    /// The second press of a button that cannot be undone.
    pub press_again: &'static str,
}

/// Norwegian bokmål.
pub const NB: Desk = Desk {
    not_sent: "Uten nett: ingenting ble sendt. Prøv igjen når forbindelsen er tilbake.",
    lost: "Forbindelsen ble brutt før svaret kom. Se på skjermen om det ble gjort, før du prøver igjen.",
    unreachable: "Får ikke kontakt med tjeneren. Er den i gang, og er du på samme nett?",
    unreadable: "Tjeneren svarte noe uventet. Last siden på nytt.",
    offline: "Uten nett. Knappene virker igjen når forbindelsen er tilbake.",
    dismiss: "Lukk",
    needs_organiser: "Du må logge inn som arrangør, på maskinen der tjeneren kjører eller over https.",
    log_in: "Logg inn",
    hold_or_twice: "Dette gjøres foran hele salen: hold knappen inne, eller trykk to ganger.",
    press_again: "Trykk igjen for å bekrefte",
};

/// English.
pub const EN: Desk = Desk {
    not_sent: "Offline: nothing was sent. Try again when the connection is back.",
    lost: "The connection broke before the answer. See on the screen whether it was done before you try again.",
    unreachable: "The server cannot be reached. Is it running, and are you on the same network?",
    unreadable: "The server answered something unexpected. Load the page again.",
    offline: "Offline. The buttons work again when the connection is back.",
    dismiss: "Close",
    needs_organiser: "Log in as organiser, on the machine that the server runs on or over https.",
    log_in: "Log in",
    hold_or_twice: "This is done in front of the hall: hold the button, or press it twice.",
    press_again: "Press again to confirm",
};
