//! The list of screens: which text says what.

use borsklokka_shared::screen::Screen;
use borsklokka_shared::wire::{SoundState, WakeLock};

use crate::attendance::health::{Aside, Mark, Remark};
use crate::texts::spoken::common::Common;
use crate::texts::spoken::moderator::screens::Screens;
use crate::texts::{Moderator, Pair};

impl Screens {
    /// What a screen is, by what it calls itself: where somebody sits, who that is, as everywhere.
    pub fn kind(&self, screen: &str) -> &'static str {
        let Some(screen) = Screen::named(screen) else {
            return self.kind.screen;
        };
        match screen {
            Screen::Wall => self.kind.wall,
            Screen::Paper => self.kind.paper,
            Screen::Broker | Screen::Notary | Screen::Moderator | Screen::Organiser | Screen::Door => {
                let role = screen.role().map(|role| Pair::of(self.language).role(role));
                role.unwrap_or(self.kind.screen)
            }
            Screen::Phone | Screen::Pair => self.kind.screen,
        }
    }

    /// What a screen is called: by who sits there, or by its number.
    pub fn called(&self, screen: &str, name: Option<&str>, number: u32) -> String {
        let kind = self.kind(screen);
        match name {
            Some(name) => format!("{name} · {kind}"),
            None => format!("{kind} {number}"),
        }
    }

    /// What is to be said of one.
    pub fn remark(&self, remark: &Remark) -> String {
        let said = &self.remark;
        match remark {
            Remark::Missed(seconds) => said.missed(Common::of(self.language).short_time(*seconds)),
            Remark::Closed => said.closed.to_owned(),
            Remark::Behind(events) => said.behind(*events),
            Remark::Outbox(waiting) => said.outbox(waiting),
            Remark::Aside(Aside { scene, is_chosen, .. }) => {
                let scene = Moderator::of(self.language).scene(*scene);
                if *is_chosen {
                    said.aside(scene)
                } else {
                    said.asked_aside(scene)
                }
            }
            Remark::Hidden => said.hidden.to_owned(),
            Remark::PutAside => said.put_aside.to_owned(),
            Remark::Sound(SoundState::On) => said.sound.on.to_owned(),
            Remark::Sound(SoundState::Waiting) => said.sound.waiting.to_owned(),
            Remark::Sound(SoundState::Muted) => said.sound.muted.to_owned(),
            Remark::Sound(SoundState::Lost) => said.sound.lost.to_owned(),
            Remark::Sound(SoundState::Unavailable) => said.sound.unavailable.to_owned(),
            Remark::Tone(true) => said.tone.to_owned(),
            Remark::Tone(false) => said.no_tone.to_owned(),
            Remark::Frames(frames) => said.frames(frames),
            Remark::Sleepy(WakeLock::Refused) => said.sleepy_refused.to_owned(),
            Remark::Sleepy(WakeLock::Held | WakeLock::Released | WakeLock::Unavailable) => {
                said.sleepy.to_owned()
            }
            Remark::RoundTrip(ms) => said.round_trip(ms),
            Remark::Version(version) => said.version(version),
        }
    }

    /// A mark, for those who hear the screen.
    pub fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Right => self.mark.right,
            Mark::Look => self.mark.look,
            Mark::Wrong => self.mark.wrong,
        }
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;
    use borsklokka_shared::role::Role;

    use super::*;

    #[test]
    fn a_screen_is_called_as_who_sits_there_is_called_elsewhere() {
        for language in Language::ALL {
            let said = Screens::of(language);
            assert_eq!(said.kind("door"), Pair::of(language).role(Role::Door));
            for screen in Screen::ALL {
                let is_unnamed = said.kind(screen.as_str()) == said.kind.screen;
                assert_eq!(
                    is_unnamed,
                    matches!(screen, Screen::Phone | Screen::Pair),
                    "{screen:?}"
                );
            }
            assert_eq!(said.kind("of a newer version"), said.kind.screen);
        }
        assert_eq!(Screens::of(Language::Nb).kind("door"), "inngang");
    }
}
