//! The hammer's knock, wood on wood: the same partials at work as in a bell, but those of a short bar, which die away at
//! once.

use super::bell::{Bell, Partial, Voice, partial};

/// Seconds from the blow until the hammer touches the block once more, lightly.
const REBOUND_AFTER_S: f64 = 0.14;

/// The modes of a bar that is free at both ends. Together they stay below 1, also when the rebound sounds into the blow:
/// nothing clips.
const PARTIALS: [Partial; 5] = [
    partial(1.0, 0.34, 0.3),
    partial(2.76, 0.26, 0.16),
    partial(5.4, 0.16, 0.09),
    partial(8.93, 0.08, 0.05),
    // The click of the two surfaces.
    partial(13.3, 0.05, 0.02),
];
/// The blow.
const BLOW: Voice = Voice {
    strike_hz: 208.0,
    gain: 1.0,
    rings: 1.0,
    attack_s: 0.001,
    partials: &PARTIALS,
};
/// The touch after it.
const REBOUND: Voice = Voice {
    strike_hz: 220.0,
    gain: 0.22,
    rings: 0.6,
    attack_s: 0.001,
    partials: &PARTIALS,
};

impl Bell {
    /// Lets the hammer fall in `wait_ms` milliseconds.
    pub fn knock(&self, wait_ms: f64) {
        let blow_s = self.in_ms(wait_ms);
        self.strike(&BLOW, blow_s);
        self.strike(&REBOUND, blow_s + REBOUND_AFTER_S);
    }
}

#[cfg(test)]
mod tests {
    use super::super::bell::loudness;
    use super::*;

    #[test]
    fn the_blow_and_its_rebound_do_not_clip() {
        let blow = loudness(&BLOW, 0.0);
        assert!((0.5..1.0).contains(&blow), "{blow}");
        let both = loudness(&BLOW, REBOUND_AFTER_S) + loudness(&REBOUND, 0.0);
        assert!(both < blow / 2.0, "{both}");
    }

    #[test]
    fn it_is_over_before_the_next_deal_can_have_its_moment() {
        assert!(loudness(&BLOW, 0.35).abs() < f64::EPSILON);
        assert!(loudness(&REBOUND, 0.35 - REBOUND_AFTER_S).abs() < f64::EPSILON);
    }
}
