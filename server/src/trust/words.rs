//! What the page says, in every language. A step's `*stars*` stand around what is pressed, as the device writes it.

use borsklokka_shared::language::Language;

use super::device::Device;

/// The page's texts.
pub(super) struct Words {
    /// The language's tag.
    pub(super) tag: &'static str,
    /// Heads the page.
    pub(super) title: &'static str,
    /// What it is for.
    pub(super) lead: &'static str,
    /// Over the steps.
    pub(super) steps: &'static str,
    /// Each device's name and steps.
    pub(super) device: fn(Device) -> (&'static str, &'static [&'static str]),
    /// Fetches the profile.
    pub(super) profile: &'static str,
    /// Fetches the certificate.
    pub(super) certificate: &'static str,
    /// Over the fingerprint.
    pub(super) compare: &'static str,
    /// With what it is compared.
    pub(super) compare_how: &'static str,
    /// Under the fingerprint: the name in the device's list, and the last day, such as `2026-12-24`.
    pub(super) holds: fn(&str, &str) -> String,
    /// Over the way on.
    pub(super) done: &'static str,
    /// Opens the server in https.
    pub(super) open: &'static str,
    /// If a warning comes.
    pub(super) warning: &'static str,
    /// Over the QR code.
    pub(super) next: &'static str,
    /// What to do with it.
    pub(super) next_how: &'static str,
    /// Over the end.
    pub(super) after: &'static str,
    /// How trust is taken back.
    pub(super) after_how: &'static str,
    /// In the profile, what it does.
    pub(super) profile_description: &'static str,
}

/// The words of a language.
pub(super) fn of(language: Language) -> &'static Words {
    match language {
        Language::Nb => &NB,
        Language::En => &EN,
    }
}

const NB: Words = Words {
    tag: "nb",
    title: "La enheten stole på Børsklokka",
    lead: "Gjør dette én gang på hvert nettbrett. Da går alt kryptert, nettbrettet kan starte uten nett, og skjermen holder seg våken.",
    steps: "Velg enheten",
    device: |device| match device {
        Device::IPad => (
            "iPad og iPhone",
            &[
                "Åpne denne siden i *Safari*. Trykk *Hent profilen*, og så *Tillat*.",
                "Åpne *Innstillinger*, trykk *Profil lastet ned* øverst, så *Installer*, og skriv enhetens kode.",
                "Gå til *Innstillinger*, *Generelt*, *Om*. Åpne linjen om sertifikater helt nederst, og slå på *Børsklokka*.",
            ],
        ),
        Device::Android => (
            "Android",
            &[
                "Bruk *Chrome*. Trykk *Hent sertifikatet*. Enheten må ha skjermlås.",
                "Åpne *Innstillinger*, og søk etter *CA-sertifikat*. (Det ligger under *Sikkerhet*, *Kryptering og legitimasjon*, *Installer et sertifikat*.)",
                "Trykk *Installer likevel*, og velg *borsklokka.crt* blant nedlastingene.",
            ],
        ),
        Device::Windows => (
            "Windows",
            &[
                "Trykk *Hent sertifikatet*, og åpne filen *borsklokka.crt*.",
                "Trykk *Installer sertifikat*, *Gjeldende bruker*, *Neste*.",
                "Velg *Plasser alle sertifikater i følgende lager*, bla til *Klarerte rotsertifiseringsinstanser*, og fullfør. Svar *Ja*, og start nettleseren på nytt.",
            ],
        ),
        Device::ChromeOs => (
            "Chromebook",
            &[
                "Trykk *Hent sertifikatet*.",
                "Åpne *chrome://settings/certificates*, *Autoriteter* (eller *Lokale sertifikater*), *Importer*, og velg *borsklokka.crt*.",
                "Huk av for å stole på det når nettsteder identifiseres.",
            ],
        ),
        Device::Mac => (
            "Mac",
            &[
                "Trykk *Hent sertifikatet*, og åpne filen *borsklokka.crt*: den legges i *Nøkkelringtilgang*, under *Pålogging*.",
                "Dobbeltklikk på *Børsklokka* i listen, åpne *Godkjenning*, og velg *Godkjenn alltid*.",
                "Lukk vinduet, og skriv maskinens passord. *Firefox* har sin egen liste: bruk Safari eller Chrome.",
            ],
        ),
    },
    profile: "Hent profilen",
    certificate: "Hent sertifikatet",
    compare: "Sammenlign fingeravtrykket",
    compare_how: "Enheten viser et SHA-256-fingeravtrykk i detaljene om sertifikatet. Sammenlign det med det som står på tjenerens egen maskin: i vinduet der tjeneren ble startet, eller på denne siden åpnet der. Er det ikke likt, så stopp og si fra til arrangøren.",
    holds: |name, until| {
        let (year, rest) = until.split_once('-').unwrap_or_default();
        let (month, day) = rest.split_once('-').unwrap_or_default();
        format!(
            "Heter «{name}» i enhetens liste. Gjelder til {day}.{month}.{year}, og bare for denne tjeneren og adresser i \
             lokale nett."
        )
    },
    done: "Når det er gjort",
    open: "Åpne Børsklokka",
    warning: "Kommer det en advarsel, stoler enheten ikke på tjeneren ennå: se stegene en gang til.",
    next: "Neste nettbrett",
    next_how: "Skann koden med kameraet, eller skriv adressen:",
    after: "Etter arrangementet",
    after_how: "Fjern sertifikatet der du la det inn. Det slutter å gjelde av seg selv på datoen over.",
    profile_description: "Lar enheten stole på Børsklokkas tjener på dette nettet. Kan fjernes etter arrangementet.",
};

const EN: Words = Words {
    tag: "en",
    title: "Let this device trust Børsklokka",
    lead: "Do this once on each tablet. Then everything is encrypted, the tablet can start without the network, and its screen keeps itself awake.",
    steps: "Choose the device",
    device: |device| match device {
        Device::IPad => (
            "iPad and iPhone",
            &[
                "Open this page in *Safari*. Press *Get the profile*, then *Allow*.",
                "Open *Settings*, press *Profile Downloaded* at the top, then *Install*, and enter the device's passcode.",
                "Go to *Settings*, *General*, *About*, *Certificate Trust Settings* at the bottom, and switch *Børsklokka* on.",
            ],
        ),
        Device::Android => (
            "Android",
            &[
                "Use *Chrome*. Press *Get the certificate*. The device must have a screen lock.",
                "Open *Settings*, and search for *CA certificate*. (It is under *Security*, *Encryption & credentials*, *Install a certificate*.)",
                "Press *Install anyway*, and choose *borsklokka.crt* among the downloads.",
            ],
        ),
        Device::Windows => (
            "Windows",
            &[
                "Press *Get the certificate*, and open the file *borsklokka.crt*.",
                "Press *Install Certificate*, *Current User*, *Next*.",
                "Choose *Place all certificates in the following store*, browse to *Trusted Root Certification Authorities*, and finish. Answer *Yes*, and start the browser anew.",
            ],
        ),
        Device::ChromeOs => (
            "Chromebook",
            &[
                "Press *Get the certificate*.",
                "Open *chrome://settings/certificates*, *Authorities* (or *Local certificates*), *Import*, and choose *borsklokka.crt*.",
                "Tick that it is trusted for identifying websites.",
            ],
        ),
        Device::Mac => (
            "Mac",
            &[
                "Press *Get the certificate*, and open the file *borsklokka.crt*: it goes into *Keychain Access*, under *login*.",
                "Double-click *Børsklokka* in the list, open *Trust*, and choose *Always Trust*.",
                "Close the window, and enter the machine's password. *Firefox* has a list of its own: use Safari or Chrome.",
            ],
        ),
    },
    profile: "Get the profile",
    certificate: "Get the certificate",
    compare: "Compare the fingerprint",
    compare_how: "The device shows a SHA-256 fingerprint among the certificate's details. Compare it with the one on the server's own machine: in the window where the server was started, or on this page opened there. If it differs, stop and tell the organiser.",
    holds: |name, until| {
        format!(
            "It is called “{name}” in the device's list. It holds until {until}, and only for this server and for addresses in local networks."
        )
    },
    done: "When it is done",
    open: "Open Børsklokka",
    warning: "If a warning comes, the device does not trust the server yet: go through the steps once more.",
    next: "The next tablet",
    next_how: "Scan the code with the camera, or type the address:",
    after: "After the event",
    after_how: "Remove the certificate where you put it. It ends by itself on the day above.",
    profile_description: "Lets the device trust the server of Børsklokka on this network. May be removed after the event.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_written_as_in_norway() {
        assert!((NB.holds)("x", "2026-12-24").contains("24.12.2026"));
    }

    #[test]
    fn every_step_marks_what_is_pressed_in_pairs_of_stars() {
        for words in [&NB, &EN] {
            for device in Device::ALL {
                let (name, steps) = (words.device)(device);
                assert!(!name.is_empty() && !steps.is_empty());
                for step in steps {
                    assert_eq!(step.matches('*').count() % 2, 0, "{step}");
                }
            }
        }
    }
}
