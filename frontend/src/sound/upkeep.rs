//! How a screen's sound stands: what somebody wants of it, and what the browser does with it.

use borsklokka_shared::wire::SoundState;

/// How the browser keeps the page's sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It comes out.
    Running,
    /// It waits: for a touch, or for whatever the system is busy with.
    Suspended,
    /// It is over; only another one could sound.
    Closed,
}

/// What somebody wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// To be heard.
    On,
    /// Nothing: the address says so, or the wall was started without.
    Off,
}

/// How it stands, if it stood so `before`; `condition` is none where the browser has no sound.
pub fn state(before: Option<SoundState>, wanted: Wanted, condition: Option<Condition>) -> SoundState {
    match (wanted, condition) {
        (Wanted::Off, _) => SoundState::Muted,
        (Wanted::On, None) => SoundState::Unavailable,
        (Wanted::On, Some(Condition::Running)) => SoundState::On,
        (Wanted::On, Some(Condition::Suspended | Condition::Closed)) => match before {
            Some(SoundState::On | SoundState::Lost) => SoundState::Lost,
            Some(SoundState::Waiting | SoundState::Muted | SoundState::Unavailable) | None => {
                SoundState::Waiting
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounded_and_is_silent_was_lost() {
        use Condition::{Closed, Running, Suspended};
        use SoundState::{Lost, Muted, On, Unavailable, Waiting};
        let mut stands = None;
        for (wanted, condition, expected) in [
            (Wanted::On, Some(Suspended), Waiting),
            (Wanted::On, Some(Running), On),
            (Wanted::On, Some(Closed), Lost),
            // Another one waits for a touch: it is still the sound that was lost.
            (Wanted::On, Some(Suspended), Lost),
            (Wanted::On, Some(Running), On),
            (Wanted::Off, Some(Suspended), Muted),
            (Wanted::On, Some(Suspended), Waiting),
            (Wanted::On, None, Unavailable),
            (Wanted::Off, None, Muted),
        ] {
            stands = Some(state(stands, wanted, condition));
            assert_eq!(stands, Some(expected), "{wanted:?} {condition:?}");
        }
    }
}
