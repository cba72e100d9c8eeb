//! What is wrong just now: which text says what.

use crate::attendance::health::{Aside, Remark};
use crate::texts::spoken::moderator::faults::Faults;

impl Faults {
    /// What to do about what a screen says.
    pub fn what_to_do(&self, remark: &Remark, is_wall: bool) -> &'static str {
        let what = &self.what_to_do;
        match remark {
            Remark::Missed(_) if is_wall => what.missed_wall,
            Remark::Missed(_) => what.missed,
            Remark::Hidden => what.hidden,
            Remark::Aside(Aside { is_unseen: false, .. }) => what.aside,
            Remark::Aside(Aside { is_chosen: true, .. }) => what.aside_unseen,
            Remark::Aside(_) => what.address_unseen,
            Remark::Sound(_) => what.sound,
            Remark::Tone(_) => what.tone,
            Remark::Outbox(_) => what.outbox,
            Remark::Behind(_) => what.behind,
            Remark::Frames(_) => what.frames,
            _ => what.else_look,
        }
    }
}
