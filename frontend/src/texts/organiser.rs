//! What the organiser's page says.

pub mod staging;

use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::role::Role;

pub use self::staging::Staging;

/// The organiser's texts.
#[derive(Debug)]
pub struct Organiser {
    /// Before the exchange's name.
    pub title: &'static str,
    /// Back to the list of exchanges.
    pub all_exchanges: &'static str,
    /// Over the participants.
    pub participants: fn(usize) -> String,
    /// In the search field.
    pub search: &'static str,
    /// Begins a new participant.
    pub add: &'static str,
    /// Changes one.
    pub edit: &'static str,
    /// Heads the form of a new participant.
    pub new_participant: &'static str,
    /// The column and field of the symbol.
    pub symbol: &'static str,
    /// In the symbol's field: it is made from the name.
    pub symbol_hint: &'static str,
    /// Name.
    pub name: &'static str,
    /// Sector.
    pub sector: &'static str,
    /// Place in the hall.
    pub place: &'static str,
    /// Keeps a form.
    pub save: &'static str,
    /// Leaves a form.
    pub cancel: &'static str,
    /// It was saved.
    pub saved: &'static str,
    /// Over pairing.
    pub pairing: &'static str,
    /// What the device will be.
    pub role: &'static str,
    /// A role.
    pub role_name: fn(Role) -> &'static str,
    /// Whose device.
    pub device_name: &'static str,
    /// An example.
    pub device_name_hint: &'static str,
    /// Makes a code.
    pub make_code: &'static str,
    /// What to do with it.
    pub code_how: &'static str,
    /// The device must first trust the server, there.
    pub code_trust: fn(&str) -> String,
    /// In place of a pairing code's picture that leads nobody but this machine.
    pub code_only_here: &'static str,
    /// What a device cannot do over plain http.
    pub code_plain_http: &'static str,
    /// How long it holds, as minutes and seconds.
    pub code_expires: fn(&str) -> String,
    /// It no longer holds.
    pub code_expired: &'static str,
    /// Over the devices.
    pub devices: &'static str,
    /// There are none.
    pub no_devices: &'static str,
    /// It is connected now.
    pub connected: &'static str,
    /// It is not.
    pub last_seen: fn(&str) -> String,
    /// Ends its session.
    pub revoke: &'static str,
    /// Over the settings.
    pub settings: &'static str,
    /// Where the exchange is held.
    pub venue: &'static str,
    /// On which day.
    pub date: &'static str,
    /// How many deals.
    pub goal: &'static str,
    /// When a deal gets on the wall.
    pub ceremony: &'static str,
    /// A ceremony.
    pub ceremony_name: fn(Ceremony) -> &'static str,
    /// How late a deal may come.
    pub late_minutes: &'static str,
    /// Whose total to beat.
    pub benchmark_name: &'static str,
    /// That total.
    pub benchmark_total: &'static str,
    /// How that total was reached.
    pub course: &'static str,
    /// How it is written.
    pub course_how: &'static str,
    /// A line of it cannot be read.
    pub not_a_course: fn(usize) -> String,
    /// Something that should be a number is not.
    pub not_a_number: fn(&str) -> String,
    /// The day is missing.
    pub not_a_date: &'static str,
    /// Over the programme.
    pub programme: &'static str,
    /// How long a round is.
    pub minutes: fn(u32) -> String,
    /// Over the links.
    pub screens: &'static str,
    /// The wall.
    pub wall: &'static str,
    /// Everyone's phone.
    pub phone: &'static str,
    /// Where a device is paired.
    pub pair: &'static str,
}

/// Norwegian bokmål.
pub const NB: Organiser = Organiser {
    title: "Arrangør",
    all_exchanges: "Alle børser",
    participants: |count| format!("Deltakere ({count})"),
    search: "Søk etter navn, kortnavn eller bord",
    add: "Ny deltaker",
    edit: "Endre",
    new_participant: "Ny deltaker",
    symbol: "Kortnavn",
    symbol_hint: "lages av navnet",
    name: "Navn",
    sector: "Sektor",
    place: "Plass i salen",
    save: "Lagre",
    cancel: "Avbryt",
    saved: "Lagret.",
    pairing: "Koble til en enhet",
    role: "Enheten skal være",
    role_name: |role| match role {
        Role::Viewer => "tilskuer",
        Role::Broker => "megler",
        Role::Notary => "notarius",
        Role::Moderator => "konferansier",
        Role::Organiser => "arrangør",
        Role::Clock => "klokka",
    },
    device_name: "Navn på brukeren",
    device_name_hint: "Ingrid",
    make_code: "Lag kode",
    code_how: "Skann QR-koden med nettbrettet, eller åpne adressen og skriv koden.",
    code_trust: |url| {
        format!("Et nytt nettbrett må først lære å stole på denne tjeneren: åpne {url} på det.")
    },
    code_only_here: "Andre enheter når ikke denne adressen. Åpne denne siden med maskinens adresse i det trådløse nettet, så \
                     kommer en kode å skanne. På denne maskinen virker adressen under.",
    code_plain_http: "Adressen er ikke sikker (http). Nettbrettet kan skrive avtaler uten nett, men siden kan ikke åpnes igjen før nettet er tilbake, og ingen skjerm holder seg våken. Hvordan tjeneren krypterer, står i veiledningen for drift.",
    code_expires: |left| format!("gjelder i {left} til, og bare én gang"),
    code_expired: "Koden gjelder ikke lenger. Lag en ny.",
    devices: "Enheter",
    no_devices: "Ingen enheter er koblet til.",
    connected: "på nett",
    last_seen: |ago| format!("sist sett {ago}"),
    revoke: "Koble fra",
    settings: "Innstillinger",
    venue: "Sted",
    date: "Dato",
    goal: "Mål, i avtaler",
    ceremony: "Avtaler kommer på tavla",
    ceremony_name: |ceremony| match ceremony {
        Ceremony::PostedAtOnce => "med en gang",
        Ceremony::RatifiedFirst => "når notarius har godkjent dem",
    },
    late_minutes: "Så mange minutter etter slutt teller en sen avtale av seg selv",
    benchmark_name: "Tallet å slå: hvem sitt",
    benchmark_total: "Tallet å slå: avtaler",
    course: "Slik gikk den kvelden",
    course_how: "Én linje for hvert tidspunkt: minutter siden åpningsklokka, og avtaler så langt. For eksempel 30 21.",
    not_a_course: |line| format!("Linje {line} av den kvelden må være to tall som ikke går tilbake."),
    not_a_number: |field| format!("«{field}» må være et tall."),
    not_a_date: "Velg en dato.",
    programme: "Program",
    minutes: |minutes| format!("{minutes} min"),
    screens: "Skjermer",
    wall: "Storskjerm",
    phone: "Mobil, for alle",
    pair: "Koble til en enhet",
};

/// English.
pub const EN: Organiser = Organiser {
    title: "Organiser",
    all_exchanges: "All exchanges",
    participants: |count| format!("Participants ({count})"),
    search: "Search for a name, a symbol or a table",
    add: "New participant",
    edit: "Edit",
    new_participant: "New participant",
    symbol: "Symbol",
    symbol_hint: "made from the name",
    name: "Name",
    sector: "Sector",
    place: "Place in the hall",
    save: "Save",
    cancel: "Cancel",
    saved: "Saved.",
    pairing: "Pair a device",
    role: "The device shall be",
    role_name: |role| match role {
        Role::Viewer => "viewer",
        Role::Broker => "broker",
        Role::Notary => "notary",
        Role::Moderator => "moderator",
        Role::Organiser => "organiser",
        Role::Clock => "clock",
    },
    device_name: "Name of the user",
    device_name_hint: "Ingrid",
    make_code: "Make a code",
    code_how: "Scan the QR code with the tablet, or open the address and write the code.",
    code_trust: |url| format!("A new tablet must first learn to trust this server: open {url} on it."),
    code_only_here: "Other devices do not reach this address. Open this page at the machine's address in the wireless \
                     network, and a code to scan comes here. On this machine the address below works.",
    code_plain_http: "The address is not secure (http). The tablet can write deals without a network, but the page cannot be opened again until the network is back, and no screen stays awake. How the server encrypts is in the guide to operations.",
    code_expires: |left| format!("holds for {left} more, and once only"),
    code_expired: "The code no longer holds. Make a new one.",
    devices: "Devices",
    no_devices: "No devices are paired.",
    connected: "online",
    last_seen: |ago| format!("last seen {ago}"),
    revoke: "Disconnect",
    settings: "Settings",
    venue: "Place",
    date: "Date",
    goal: "Goal, in deals",
    ceremony: "Deals get on the wall",
    ceremony_name: |ceremony| match ceremony {
        Ceremony::PostedAtOnce => "at once",
        Ceremony::RatifiedFirst => "when the notary has ratified them",
    },
    late_minutes: "Minutes for late deals",
    benchmark_name: "The total to beat: whose",
    benchmark_total: "The total to beat: deals",
    course: "How that evening went",
    course_how: "A line for each point: minutes since the opening bell, and deals so far. For example 30 21.",
    not_a_course: |line| format!("Line {line} of that evening must be two numbers that do not go back."),
    not_a_number: |field| format!("“{field}” must be a number."),
    not_a_date: "Choose a date.",
    programme: "Programme",
    minutes: |minutes| format!("{minutes} min"),
    screens: "Screens",
    wall: "Wall",
    phone: "Phone, for everyone",
    pair: "Pair a device",
};
