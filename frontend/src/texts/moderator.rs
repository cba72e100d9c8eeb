//! The moderator's desk: which text says what.

pub mod amend;
pub mod audit;
pub mod checks;
pub mod deals;
pub mod faults;
pub mod keys;
pub mod screens;
pub mod sleep;
pub mod steps;

use borsklokka_shared::deal::HeldReason;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::language::Language;

use super::spoken::moderator::Moderator;
pub use super::spoken::moderator::amend::Amend;
pub use super::spoken::moderator::audit::Audit;
pub use super::spoken::moderator::checks::Checks;
pub use super::spoken::moderator::deals::Deals;
pub use super::spoken::moderator::faults::Faults;
pub use super::spoken::moderator::keys::Keys;
pub use super::spoken::moderator::prizes::Prizes;
pub use super::spoken::moderator::screens::Screens;
pub use super::spoken::moderator::sleep::Sleep;
pub use super::spoken::moderator::steps::Steps;
use super::{rooms, texts};

/// What the desk's lists and sheets say, in one language.
#[derive(Clone, Copy, Debug)]
pub struct Details {
    language: Language,
}

rooms! { Details:
    /// The correction's sheet.
    amend, Amend;
    /// The list of deals.
    deals, Deals;
    /// What is wrong just now.
    faults, Faults;
    /// The prizes.
    prizes, Prizes;
    /// The list of screens.
    screens, Screens;
    /// The check before doors.
    checks, Checks;
    /// What was done.
    audit, Audit;
    /// The keys.
    keys, Keys;
    /// What can be taken back.
    steps, Steps;
    /// The question after the server slept.
    sleep, Sleep;
}

/// The details of the page's language.
pub fn details() -> Details {
    Details {
        language: texts().language,
    }
}

impl Moderator {
    /// A scene.
    pub fn scene(&self, scene: Scene) -> &'static str {
        match scene {
            Scene::Automatic => self.scene.automatic,
            Scene::Welcome => self.scene.welcome,
            Scene::Floor => self.scene.floor,
            Scene::Pause => self.scene.pause,
            Scene::Closing => self.scene.closing,
            Scene::Prizes => self.scene.prizes,
            Scene::Photos => self.scene.photos,
            Scene::Blackout => self.scene.blackout,
        }
    }

    /// A length of time, given in seconds.
    pub fn for_seconds(&self, seconds: u32) -> String {
        if seconds < 60 {
            self.lasts.seconds(seconds)
        } else {
            self.lasts.minutes(seconds / 60)
        }
    }

    /// Why a late deal waits.
    pub fn held(&self, reason: HeldReason) -> &'static str {
        let held = &self.held;
        match reason {
            HeldReason::ClockUnknown => held.clock_unknown,
            HeldReason::PairedAfterClosing => held.paired_after_closing,
            HeldReason::WrittenBeforeLastAnswer => held.written_before_last_answer,
            HeldReason::TooLate => held.too_late,
            HeldReason::ResultAnnounced => held.result_announced,
            HeldReason::Paper => held.paper,
            HeldReason::WrittenBeforeOpening => held.written_before_opening,
            HeldReason::WrittenAfterClosing => held.written_after_closing,
        }
    }

    /// A deal was struck through, and it can be undone. Without a number it is 0.
    pub fn did_withdraw(&self, number: u32) -> String {
        match number {
            0 => self.did_withdraw.unnumbered.to_owned(),
            number => self.did_withdraw.numbered(number),
        }
    }

    /// A deal was taken off every public screen, and it can be undone. Without a number it is 0.
    pub fn did_remove(&self, number: u32) -> String {
        match number {
            0 => self.did_remove.unnumbered.to_owned(),
            number => self.did_remove.numbered(number),
        }
    }
}
