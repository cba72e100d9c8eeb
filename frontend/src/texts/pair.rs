//! What pairing says.

use borsklokka_shared::role::Role;

/// The texts of pairing.
#[derive(Debug)]
pub struct Pair {
    /// Over the form.
    pub title: &'static str,
    /// Under it.
    pub lead: &'static str,
    /// The code.
    pub code: &'static str,
    /// The name.
    pub name: &'static str,
    /// In the empty name field.
    pub name_hint: &'static str,
    /// The button.
    pub submit: &'static str,
    /// The button, while the server thinks.
    pub submitting: &'static str,
    /// The server did not answer.
    pub unreachable: &'static str,
    /// The server answered nothing that can be read.
    pub not_understood: &'static str,
    /// This device's session has ended.
    pub ended: &'static str,
    /// Deals wait on this device.
    pub kept: fn(usize) -> String,
    /// The device is paired as something else.
    pub other_role: fn(&str) -> String,
    /// A link to that role's screen.
    pub to_screen: fn(&str) -> String,
    /// A role, in the middle of a line.
    pub role: fn(Role) -> &'static str,
}

/// Norwegian bokmål.
pub const NB: Pair = Pair {
    title: "Koble til nettbrettet",
    lead: "Skriv koden du har fått av arrangøren, og navnet ditt slik salen skal se det.",
    code: "Kode",
    name: "Navn",
    name_hint: "Ingrid",
    submit: "Koble til",
    submitting: "kobler til …",
    unreachable: "Fikk ikke kontakt med tjeneren. Sjekk nettet og prøv igjen.",
    not_understood: "Tjeneren svarte ikke slik den skulle. Prøv igjen, eller spør arrangøren.",
    ended: "Denne enheten er koblet fra. Be arrangøren om en ny kode, og koble til igjen.",
    kept: |count| match count {
        1 => "1 melding ligger trygt lagret her og sendes når enheten er koblet til igjen.".to_owned(),
        count => {
            format!("{count} meldinger ligger trygt lagret her og sendes når enheten er koblet til igjen.")
        }
    },
    other_role: |role| format!("Denne enheten er koblet til som {role}."),
    to_screen: |role| format!("Gå til skjermen for {role}"),
    role: |role| match role {
        Role::Viewer => "tilskuer",
        Role::Broker => "megler",
        Role::Notary => "notarius",
        Role::Moderator => "konferansier",
        Role::Organiser => "arrangør",
        Role::Clock => "klokke",
    },
};

/// English.
pub const EN: Pair = Pair {
    title: "Connect this tablet",
    lead: "Write the code that the organiser gave you, and your name as the hall shall see it.",
    code: "Code",
    name: "Name",
    name_hint: "Ingrid",
    submit: "Connect",
    submitting: "connecting …",
    unreachable: "The server could not be reached. Check the network and try again.",
    not_understood: "The server did not answer as it should. Try again, or ask the organiser.",
    ended: "This device was disconnected. Ask the organiser for a new code and connect again.",
    kept: |count| match count {
        1 => "1 message is safe here and is sent when the device is connected again.".to_owned(),
        count => format!("{count} messages are safe here and are sent when the device is connected again."),
    },
    other_role: |role| format!("This device is connected as {role}."),
    to_screen: |role| format!("Go to the screen of the {role}"),
    role: |role| match role {
        Role::Viewer => "viewer",
        Role::Broker => "broker",
        Role::Notary => "notary",
        Role::Moderator => "moderator",
        Role::Organiser => "organiser",
        Role::Clock => "clock",
    },
};
