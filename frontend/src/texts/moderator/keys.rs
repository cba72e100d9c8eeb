//! The sheet of the desk's keys: which text says what.

use crate::shortcut::Action;
use crate::texts::spoken::moderator::keys::Keys;

impl Keys {
    /// What a key does. Scenes have names of their own.
    pub fn action(&self, action: Action) -> &'static str {
        let does = &self.action;
        match action {
            Action::Hold => does.hold,
            Action::RingAtOnce => does.ring_at_once,
            Action::Stroke => does.stroke,
            Action::PauseOrResume => does.pause_or_resume,
            Action::Longer => does.longer,
            Action::Shorter => does.shorter,
            Action::Next => does.next,
            Action::Scene(_) => does.scene,
            Action::Blackout => does.blackout,
            Action::Freeze => does.freeze,
            Action::Reveal => does.reveal,
            Action::Announcement => does.announcement,
            Action::Undo => does.undo,
            Action::Help => does.help,
        }
    }
}
