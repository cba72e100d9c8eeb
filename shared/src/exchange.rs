//! The exchange: its settings, its programme and the state of its floor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::closed_set::closed_sets;
use crate::date::Date;
use crate::fields::read_by_hand;
use crate::icon::{self, Icon};
use crate::ids::{CategoryId, PictureId, RoundId};
use crate::instant::Instant;
use crate::language::Language;
use crate::participant::Sector;
use crate::trading::Trading;

/// When a deal gets on the wall.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Ceremony {
    /// As soon as the broker has written it.
    #[default]
    PostedAtOnce,
    /// When the notary has hammered it through.
    RatifiedFirst,
}

/// What the end of the last round does to the floor.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LastRound {
    /// Nothing: the moderator rings the closing bell.
    #[default]
    LeavesFloorOpen,
    /// It closes the floor by itself, with the bell.
    ClosesFloor,
}

/// In what brokers estimate a deal, and what screens and papers add up. Never a price.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Estimates {
    /// In hours and in money.
    #[default]
    Both,
    /// In hours alone.
    Hours,
    /// In money alone.
    Money,
    /// Not at all.
    None,
}

impl Estimates {
    /// Whether in hours.
    pub const fn has_hours(self) -> bool {
        matches!(self, Self::Both | Self::Hours)
    }

    /// Whether in money.
    pub const fn has_money(self) -> bool {
        matches!(self, Self::Both | Self::Money)
    }
}

closed_sets!(
    Ceremony,
    LastRound,
    Estimates,
    Theme,
    DealSound,
    TimerKind,
    NotaryTicks,
    RoundStart,
    Sequence,
    Phase,
    Scene
);

/// A category of offers and wishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its key.
    pub id: CategoryId,
    /// Its name, as the organiser wants it.
    pub name: String,
    /// The picture beside its name.
    #[serde(
        default,
        deserialize_with = "icon::read",
        skip_serializing_if = "Option::is_none"
    )]
    pub icon: Option<Icon>,
}

/// Another total to beat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benchmark {
    /// Whose it is, such as `Svelvik 2014`.
    pub name: String,
    /// How many deals.
    pub total: u32,
    /// How its count climbed, if that is known: by minute, both rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub course: Vec<CoursePoint>,
}

/// A point of another evening's course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoursePoint {
    /// Minutes of trading since the opening bell.
    pub minute: u32,
    /// How many deals there were by then.
    pub deals: u32,
}

/// Whether screens are dark or light.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Theme {
    /// Light on dark, for a dim hall.
    #[default]
    Dark,
    /// Dark on light, for a bright one.
    Light,
}

/// What is heard when a deal is struck.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DealSound {
    /// Nothing.
    #[default]
    Silent,
    /// A light ting.
    Ting,
}

/// What the timer of a wall and a phone shows of a round.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TimerKind {
    /// How much is left.
    #[default]
    CountDown,
    /// How long it has run, without its pauses.
    CountUp,
    /// At what time of day it ends.
    TimeOfDay,
}

/// Whether the hammer waits for the notary's ticks.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NotaryTicks {
    /// It cannot fall before all of them are there.
    #[default]
    Asked,
    /// They are the notary's own notes.
    Free,
}

impl NotaryTicks {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// What the start of a round does in the hall.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RoundStart {
    /// The wall shows the floor again, and one stroke is rung.
    #[default]
    ShowsFloor,
    /// Nothing but the clock.
    Quiet,
}

/// Who says when the next line of the programme begins.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Sequence {
    /// The moderator.
    #[default]
    ByHand,
    /// Rounds and breaks follow each other, each as long as it was planned. What opens and closes the floor stays the
    /// moderator's, and [`LastRound`]'s.
    ByItself,
}

/// Whether a field is what it is read as when it is left out.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Whoever pays for the coffee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sponsor {
    /// Its name, shown where there is no picture.
    pub name: String,
    /// Its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureId>,
}

/// How the exchange looks and sounds in the hall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Staging {
    /// Dark or light.
    pub theme: Theme,
    /// The exchange's own colour in place of brass, as `#RRGGBB`. Screens shift its lightness until it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    /// The exchange's logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<PictureId>,
    /// Shown on the welcome, in the break and with the result.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sponsors: Vec<Sponsor>,
    /// What is heard when a deal is struck.
    pub deal_sound: DealSound,
    /// What a round's timer shows.
    pub timer: TimerKind,
    /// A round's clock turns to the warning colour when so little is left, in seconds.
    pub warning_s: u32,
    /// And to the danger colour, in seconds.
    pub danger_s: u32,
    /// The public does not see new deals for this long before the last round ends, in minutes; 0 keeps it live.
    pub suspense_minutes: u32,
    /// Whether the hammer waits for the notary's ticks.
    #[serde(skip_serializing_if = "NotaryTicks::is_usual")]
    pub notary_ticks: NotaryTicks,
    /// What the start of a round does.
    #[serde(skip_serializing_if = "is_default")]
    pub round_start: RoundStart,
    /// Whether rounds and breaks follow each other by themselves.
    #[serde(skip_serializing_if = "is_default")]
    pub sequence: Sequence,
}

impl Default for Staging {
    fn default() -> Self {
        Self {
            theme: Theme::Dark,
            accent: None,
            logo: None,
            sponsors: Vec::new(),
            deal_sound: DealSound::Silent,
            timer: TimerKind::CountDown,
            warning_s: Self::WARNING_S_USUAL,
            danger_s: Self::DANGER_S_USUAL,
            suspense_minutes: 0,
            notary_ticks: NotaryTicks::Asked,
            round_start: RoundStart::ShowsFloor,
            sequence: Sequence::ByHand,
        }
    }
}

read_by_hand! {
    Staging {
        must: [],
        may: [accent, logo, sponsors, deal_sound, timer, suspense_minutes, notary_ticks, round_start, sequence],
        usual: [theme: Theme::Dark, warning_s: Self::WARNING_S_USUAL, danger_s: Self::DANGER_S_USUAL],
        made: |fields| [],
    }
}

impl Staging {
    const WARNING_S_USUAL: u32 = 5 * 60;
    const DANGER_S_USUAL: u32 = 60;

    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// What the organiser promises whoever's name and telephone number is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// In her own words: what is kept, why, and whom to ask.
    pub text: String,
    /// For how long after the evening, in months.
    pub keep_months: u32,
}

/// What the organiser decides about an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Settings {
    /// The event's name.
    pub name: String,
    /// Where it is held.
    pub place: String,
    /// On which day, in the exchange's time zone.
    pub date: Date,
    /// IANA name, such as `Europe/Oslo`.
    pub time_zone: String,
    /// What the wall speaks.
    pub language: Language,
    /// When a deal gets on the wall.
    pub ceremony: Ceremony,
    /// What the end of the last round does.
    pub last_round: LastRound,
    /// How many deals the evening aims at.
    pub goal: u32,
    /// How many participants of each sector were hoped for.
    pub sector_goals: BTreeMap<Sector, u32>,
    /// Another total to beat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<Benchmark>,
    /// How long after the closing bell a late deal may count by itself, in minutes.
    pub late_minutes: u32,
    /// A milestone every so many deals.
    pub milestone_every: u32,
    /// ISO 4217 code for estimated worth.
    pub currency: String,
    /// In what deals are estimated.
    #[serde(skip_serializing_if = "is_default")]
    pub estimates: Estimates,
    /// The categories, in the order in which they are shown.
    pub categories: Vec<Category>,
    /// Role titles that differ from the usual, by role name: `{"moderator": "Børsgeneral"}`.
    pub role_titles: BTreeMap<String, String>,
    /// How it looks and sounds in the hall.
    #[serde(skip_serializing_if = "Staging::is_usual")]
    pub staging: Staging,
    /// What is promised of personal data, if anything was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Privacy>,
    /// Whether search engines may list the exchange's public pages; pages by a link of somebody's own never are.
    #[serde(skip_serializing_if = "is_default")]
    pub is_found: bool,
}

read_by_hand! {
    Settings {
        must: [name, place, date, time_zone, goal, categories],
        may: [language, ceremony, last_round, sector_goals, benchmark, estimates, role_titles, staging, privacy, is_found],
        usual: [
            late_minutes: Self::LATE_MINUTES_USUAL,
            milestone_every: Self::MILESTONE_EVERY_USUAL,
            currency: Self::CURRENCY_USUAL.to_owned()
        ],
        made: |fields| [],
    }
}

impl Settings {
    /// How long after the closing bell a late deal counts by itself where nothing else is said, in minutes.
    pub const LATE_MINUTES_USUAL: u32 = 10;
    /// How many deals lie between milestones where nothing else is said.
    pub const MILESTONE_EVERY_USUAL: u32 = 10;
    /// What worth is estimated in where nothing else is said.
    pub const CURRENCY_USUAL: &'static str = "NOK";

    /// The day on which it was promised that all personal data are erased, if anything was promised.
    pub fn delete_on(&self) -> Option<Date> {
        let privacy = self.privacy.as_ref()?;
        Some(self.date.plus_months(privacy.keep_months))
    }

    /// The icon of a category, if there is such a one and it has one.
    pub fn icon_of(&self, category: &CategoryId) -> Option<Icon> {
        self.categories.iter().find(|one| one.id == *category)?.icon
    }
}

/// What happens at a point of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "ReadSlot")]
pub enum Slot {
    /// People arrive, listen or eat.
    Gathering,
    /// A round of trading.
    Round {
        /// Its number.
        round: RoundId,
        /// How long it is meant to be, in minutes.
        minutes: u32,
    },
    /// The floor has closed; the result is announced.
    Closing,
}

/// A slot as it is read: flat, because serde's own reader of a tagged enum would be a good part of what a wall loads.
#[derive(Deserialize)]
struct ReadSlot {
    kind: SlotKind,
    round: Option<RoundId>,
    minutes: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SlotKind {
    Gathering,
    Round,
    Closing,
}

impl TryFrom<ReadSlot> for Slot {
    type Error = &'static str;

    fn try_from(read: ReadSlot) -> Result<Self, Self::Error> {
        Ok(match read.kind {
            SlotKind::Gathering => Slot::Gathering,
            SlotKind::Round => Slot::Round {
                round: read.round.ok_or("missing field `round`")?,
                minutes: read.minutes.ok_or("missing field `minutes`")?,
            },
            SlotKind::Closing => Slot::Closing,
        })
    }
}

/// A line of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeItem {
    /// Planned start on the exchange's day, `HH:MM` in its time zone.
    pub time: String,
    /// What it is called.
    pub title: String,
    /// What happens.
    pub slot: Slot,
}

/// Whether people may trade.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Phase {
    /// Before the opening bell.
    Preparing,
    /// Between the bells.
    Open,
    /// After the closing bell.
    Closed,
}

/// The trading floor: every stretch of trading so far. It opens and closes at the bells' strokes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Floor {
    /// In the order of time.
    pub trading: Vec<Trading>,
}

impl Floor {
    /// The phase at `now`.
    pub fn phase(&self, now: Instant) -> Phase {
        match self.trading.iter().rev().find(|trading| trading.opened_at <= now) {
            None => Phase::Preparing,
            Some(trading) if trading.contains(now) => Phase::Open,
            Some(_) => Phase::Closed,
        }
    }

    /// The phase that the last bell leads to, though it may not have struck yet. Commands are judged by this.
    pub fn settled_phase(&self) -> Phase {
        match self.trading.last() {
            None => Phase::Preparing,
            Some(Trading { closed_at: None, .. }) => Phase::Open,
            Some(Trading {
                closed_at: Some(_), ..
            }) => Phase::Closed,
        }
    }

    /// When the floor last closed, if it is closed.
    pub fn closed_at(&self) -> Option<Instant> {
        self.trading.last().and_then(|trading| trading.closed_at)
    }

    /// Whether `at` lies between an opening and a closing bell.
    pub fn was_open(&self, at: Instant) -> bool {
        self.trading.iter().any(|trading| trading.contains(at))
    }
}

/// What the wall shows.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Scene {
    /// Follows the phase: welcome, floor, closing.
    #[default]
    Automatic,
    /// Programme and address.
    Welcome,
    /// The ticker.
    Floor,
    /// A break.
    Pause,
    /// The result.
    Closing,
    /// The prizes that were awarded.
    Prizes,
    /// Photos of deals whose parties want them shown.
    Photos,
    /// Black.
    Blackout,
}

/// Whether the public sees new deals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", try_from = "ReadTotals")]
pub enum PublicTotals {
    /// At once.
    #[default]
    Live,
    /// Not until they are revealed.
    Frozen {
        /// Since when.
        since: Instant,
        /// How long people were to trade from then on, in milliseconds: the public's index hangs on it, whatever becomes of the
        /// rounds meanwhile. None where nothing was planned.
        #[serde(skip_serializing_if = "Option::is_none")]
        left_ms: Option<i64>,
    },
}

/// The same as it is read: flat, because serde's own reader of a tagged enum would be a good part of what a wall loads.
#[derive(Deserialize)]
struct ReadTotals {
    state: TotalsKind,
    since: Option<Instant>,
    left_ms: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TotalsKind {
    Live,
    Frozen,
}

impl TryFrom<ReadTotals> for PublicTotals {
    type Error = &'static str;

    fn try_from(read: ReadTotals) -> Result<Self, Self::Error> {
        Ok(match read.state {
            TotalsKind::Live => PublicTotals::Live,
            TotalsKind::Frozen => PublicTotals::Frozen {
                since: read.since.ok_or("missing field `since`")?,
                left_ms: read.left_ms,
            },
        })
    }
}
