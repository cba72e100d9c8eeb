//! What all handouts share: how one is printed, what it says of the exchange, and how somebody stands on it.

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Participant;
use borsklokka_typesetter::{Fold, Memory, Template};
use serde::Serialize;
use serde_json::Value;

use crate::agreement::legible::legible;
use crate::agreement::paper::Logo;
use crate::agreement::press::Printed;
use crate::agreement::texts::Texts;
use crate::spoken::handouts::Handouts as Words;

/// A template: what all share, and its own.
macro_rules! template {
    ($name:literal) => {
        std::sync::LazyLock::new(|| {
            borsklokka_typesetter::Template::new(concat!(include_str!("look.typ"), include_str!($name)))
        })
    };
}

pub(super) static CATALOGUE: std::sync::LazyLock<Template> = template!("catalogue.typ");
pub(super) static BADGES: std::sync::LazyLock<Template> = template!("badges.typ");
pub(super) static SIGNS: std::sync::LazyLock<Template> = template!("signs.typ");
pub(super) static CARDS: std::sync::LazyLock<Template> = template!("cards.typ");
pub(super) static BLANKS: std::sync::LazyLock<Template> = template!("blanks.typ");
pub(super) static REPORT: std::sync::LazyLock<Template> = template!("report.typ");

/// Something that is printed.
pub(crate) struct Handout {
    /// The file's name, before the address of the exchange.
    pub(crate) file: &'static str,
    template: &'static Template,
    data: Value,
    logo: Option<Logo>,
    pictures: Vec<Vec<u8>>,
    fold: Fold,
}

impl Handout {
    pub(super) fn new(
        file: &'static str,
        template: &'static Template,
        heading: &Heading,
        data: impl Serialize,
    ) -> Self {
        let mut data = serde_json::to_value(data).expect("texts and numbers only");
        data["heading"] = serde_json::to_value(heading).expect("texts only");
        Self {
            file,
            template,
            data,
            logo: None,
            pictures: Vec::new(),
            fold: Fold::None,
        }
    }

    /// Its pages as a booklet.
    pub(super) fn folded(self) -> Self {
        Self {
            fold: Fold::Booklet,
            ..self
        }
    }

    /// With the exchange's logo.
    pub(crate) fn with_logo(self, logo: Option<Logo>) -> Self {
        Self { logo, ..self }
    }

    /// With pictures, in the order in which its data speak of them.
    pub(super) fn with_pictures(self, pictures: Vec<Vec<u8>>) -> Self {
        Self { pictures, ..self }
    }
}

impl Printed for Handout {
    fn template(&self) -> &'static Template {
        self.template
    }

    fn data(&self, with_logo: bool) -> Value {
        let mut data = self.data.clone();
        data["logo"] = Value::Bool(with_logo);
        data
    }

    fn logo(&self) -> Option<&Logo> {
        self.logo.as_ref()
    }

    fn pictures(&self) -> &[Vec<u8>] {
        &self.pictures
    }

    fn ident(&self) -> String {
        let title = self.data["heading"]["title"].as_str();
        format!("{} {}", self.file, title.unwrap_or_default())
    }

    fn memory(&self) -> Memory {
        Memory::Emptied
    }

    fn fold(&self) -> Fold {
        self.fold
    }
}

/// What all handouts of an exchange say of it.
#[derive(Serialize)]
pub(super) struct Heading {
    tag: &'static str,
    region: &'static str,
    title: String,
    name: &'static str,
    exchange: String,
    place_and_day: String,
    logo_of: String,
}

impl Heading {
    pub(super) fn of(settings: &Settings, name: &'static str) -> Self {
        let texts = Texts::of(settings.language);
        let exchange = legible(&settings.name);
        Self {
            tag: settings.language.as_str(),
            region: settings.language.region(),
            title: format!("{name} · {exchange}"),
            name,
            place_and_day: format!("{}, {}", legible(&settings.place), texts.day(settings.date)),
            logo_of: texts.logo_of(&exchange),
            exchange,
        }
    }
}

/// Somebody, as handouts show them.
#[derive(Clone, Serialize)]
pub(super) struct Who {
    pub(super) name: String,
    /// The sector's name on the wire: its shape hangs on it.
    shape: &'static str,
    sector: &'static str,
    pub(super) symbol: String,
    place: Option<String>,
}

impl Who {
    pub(super) fn of(participant: &Participant, texts: &Texts) -> Self {
        Self {
            name: legible(&participant.name),
            shape: participant.sector.as_str(),
            sector: texts.sector(participant.sector),
            symbol: legible(participant.symbol.as_str()),
            place: participant.place.as_deref().map(legible),
        }
    }
}

/// The words of an exchange's language.
pub(super) fn words(settings: &Settings) -> &'static Words {
    Words::of(settings.language)
}

/// Names in the order of a list: small and capital letters are one.
pub(super) fn by_name(participant: &Participant) -> (String, ParticipantId) {
    (participant.name.to_lowercase(), participant.id)
}
