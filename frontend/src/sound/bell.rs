//! The bell, made of its partials: there is no recording to load, and every screen strikes at the same instant.

use js_sys::Reflect;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, AudioContextState, OscillatorNode, OscillatorType};

use super::upkeep::Condition;
use crate::browser;

/// Seconds between two strokes: the swing of the bell on the wall takes as long.
pub const STROKES_EVERY_S: f64 = 1.25;
/// How long a bell's stroke takes to be at its loudest, in seconds.
const ATTACK_S: f64 = 0.004;
/// A partial has died away when it is this loud.
const SILENT: f32 = 0.000_1;

/// One partial of a bell: its pitch against the strike note, how loud it is, and for how many seconds it rings.
pub(super) struct Partial {
    ratio: f32,
    gain: f32,
    rings_s: f64,
}

/// A bell by the pitch that is heard and how loud it is.
pub(super) struct Voice {
    /// The pitch that is heard, in hertz.
    pub(super) strike_hz: f32,
    /// How loud it is, against the great bell.
    pub(super) gain: f32,
    /// How long it rings, against the great bell.
    pub(super) rings: f64,
    /// How long a stroke takes to be at its loudest, in seconds: at once would click.
    pub(super) attack_s: f64,
    /// What it is made of.
    pub(super) partials: &'static [Partial],
}

/// The great bell of the opening and the closing.
const GREAT: Voice = Voice {
    strike_hz: 523.25,
    gain: 1.0,
    rings: 1.0,
    attack_s: ATTACK_S,
    partials: &PARTIALS,
};
/// The light ting of a deal.
const TING: Voice = Voice {
    strike_hz: 1_567.98,
    gain: 0.35,
    rings: 0.3,
    attack_s: ATTACK_S,
    partials: &PARTIALS,
};
/// The bells of the goal: a fourth, a sixth and an octave above the great one.
const PEAL: [f32; 3] = [698.46, 880.0, 1_046.5];
/// Seconds between two bells of the goal.
const PEAL_EVERY_S: f64 = 0.28;

/// Hum, prime, tierce, quint, nominal and two above, as bell founders name them. Together they stay below 1, also when three
/// strokes sound into each other: nothing clips.
const PARTIALS: [Partial; 7] = [
    // Hum.
    partial(0.5, 0.19, 5.5),
    // Prime.
    partial(1.0, 0.18, 3.8),
    // Tierce, a minor third.
    partial(1.2, 0.12, 3.0),
    // Quint.
    partial(1.5, 0.08, 2.2),
    // Nominal.
    partial(2.0, 0.16, 2.4),
    partial(2.67, 0.06, 1.2),
    partial(4.1, 0.04, 0.6),
];

pub(super) const fn partial(ratio: f32, gain: f32, rings_s: f64) -> Partial {
    Partial { ratio, gain, rings_s }
}

/// The tone by which a wall's loudspeakers are tried: no bell, so that nobody takes it for one.
const TONE: Voice = Voice {
    strike_hz: 880.0,
    gain: 0.5,
    rings: 1.0,
    attack_s: 0.02,
    partials: &[partial(1.0, 1.0, 1.2)],
};

/// The page's sound. Browsers let it out only after the first touch.
#[derive(Clone, Debug)]
pub struct Bell {
    context: AudioContext,
}

impl Bell {
    /// The bell, if the browser has sound at all.
    pub fn new() -> Option<Self> {
        Some(Self {
            context: AudioContext::new().ok()?,
        })
    }

    /// Whether it would be heard.
    pub fn is_on(&self) -> bool {
        self.condition() == Condition::Running
    }

    /// How the browser keeps it.
    pub fn condition(&self) -> Condition {
        match self.context.state() {
            AudioContextState::Running => Condition::Running,
            AudioContextState::Closed => Condition::Closed,
            // Some engines say `interrupted` for what the system took away for a while.
            _ => Condition::Suspended,
        }
    }

    /// Calls `changed` whenever [`Bell::condition`] may be another.
    pub fn on_change(&self, changed: impl Fn() + 'static) {
        let changed = Closure::<dyn Fn()>::new(changed).into_js_value();
        self.context.set_onstatechange(Some(changed.unchecked_ref()));
    }

    /// Gives the sound card back.
    pub fn close(&self) {
        self.context.set_onstatechange(None);
        // One that is closed already refuses.
        let _promise = self.context.close();
    }

    /// Plays a short tone, and calls `ended` when all of it has gone to the loudspeakers.
    ///
    /// # Errors
    /// If the browser does not play it.
    pub fn tone(&self, ended: impl FnOnce() + 'static) -> Result<(), JsValue> {
        let at_s = self.in_ms(0.0);
        let mut last = None;
        for partial in TONE.partials {
            last = Some(self.sound(&TONE, partial, at_s)?);
        }
        if let Some(oscillator) = last {
            let ended = Closure::once_into_js(ended);
            oscillator.set_onended(Some(ended.unchecked_ref()));
        }
        Ok(())
    }

    /// Turns the sound on; call it from a touch. [`Bell::is_on`] tells a moment later.
    pub fn turn_on(&self) {
        // Refused without a touch: the button stays.
        let _promise = self.context.resume();
    }

    /// Turns the sound off. A browser turns it on by itself in a page that was touched before it was loaded anew.
    pub fn turn_off(&self) {
        // A context that is not running is silent already.
        let _promise = self.context.suspend();
    }

    /// Strikes the great bell `strokes` times, the first in `wait_ms` milliseconds.
    pub fn ring(&self, strokes: u32, wait_ms: f64) {
        let first_s = self.in_ms(wait_ms);
        for stroke in 0..strokes {
            self.strike(&GREAT, first_s + f64::from(stroke) * STROKES_EVERY_S);
        }
    }

    /// A light ting, now.
    pub fn ting(&self) {
        self.strike(&TING, self.in_ms(0.0));
    }

    /// The goal is reached: the bells climb.
    pub fn peal(&self) {
        let mut at_s = self.in_ms(0.0);
        for strike_hz in PEAL {
            let bell = Voice {
                strike_hz,
                gain: 0.6,
                rings: 0.6,
                attack_s: ATTACK_S,
                partials: &PARTIALS,
            };
            self.strike(&bell, at_s);
            at_s += PEAL_EVERY_S;
        }
    }

    /// When it will be in so many milliseconds, on the context's clock.
    ///
    /// The context's clock runs ahead of what is heard by what waits in the sound card; the output's time stamp tells both
    /// clocks at one instant of hearing. Screens with different cards then still strike together.
    pub(super) fn in_ms(&self, wait_ms: f64) -> f64 {
        let now_s = self.context.current_time();
        let heard_s = self.heard().unwrap_or(now_s);
        (heard_s + wait_ms.max(0.0) / 1_000.0).max(now_s)
    }

    /// What of the context's time is heard now; none while nothing has come out, or where the browser does not tell.
    fn heard(&self) -> Option<f64> {
        let tell = Reflect::get(&self.context, &"getOutputTimestamp".into()).ok()?;
        let stamp = tell.dyn_ref::<js_sys::Function>()?.call0(&self.context).ok()?;
        let field = |name: &str| Reflect::get(&stamp, &name.into()).ok()?.as_f64();
        let (context_s, at_ms) = (field("contextTime")?, field("performanceTime")?);
        (context_s > 0.0).then(|| context_s + (browser::monotonic_ms() - at_ms) / 1_000.0)
    }

    pub(super) fn strike(&self, voice: &Voice, at_s: f64) {
        for partial in voice.partials {
            if self.sound(voice, partial, at_s).is_err() {
                web_sys::console::warn_1(&"the bell could not be sounded".into());
            }
        }
    }

    fn sound(&self, voice: &Voice, partial: &Partial, at_s: f64) -> Result<OscillatorNode, JsValue> {
        let ends_s = at_s + partial.rings_s * voice.rings;
        let oscillator = self.context.create_oscillator()?;
        oscillator.set_type(OscillatorType::Sine);
        oscillator.frequency().set_value(voice.strike_hz * partial.ratio);
        let gain = self.context.create_gain()?;
        gain.gain().set_value_at_time(0.0, at_s)?;
        gain.gain()
            .linear_ramp_to_value_at_time(voice.gain * partial.gain, at_s + voice.attack_s)?;
        gain.gain().exponential_ramp_to_value_at_time(SILENT, ends_s)?;
        oscillator.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&self.context.destination())?;
        oscillator.start_with_when(at_s)?;
        oscillator.stop_with_when(ends_s)?;
        Ok(oscillator)
    }
}

/// The loudest that a voice can be `after_s` seconds after its stroke, every partial at its peak: each falls from its gain to
/// silence, evenly in decibels.
#[cfg(test)]
pub(super) fn loudness(voice: &Voice, after_s: f64) -> f64 {
    let of = |partial: &Partial| {
        let rings_s = partial.rings_s * voice.rings;
        if !(0.0..rings_s).contains(&after_s) {
            return 0.0;
        }
        let (gain, silent) = (f64::from(voice.gain * partial.gain), f64::from(SILENT));
        gain * (silent / gain).powf(after_s / rings_s)
    };
    voice.partials.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_strokes_into_each_other_do_not_clip() {
        // The worst case: every partial at its peak in the same instant, at each of the strokes.
        for stroke in 0..3 {
            let sum: f64 = (0..=stroke)
                .map(|earlier| loudness(&GREAT, f64::from(stroke - earlier) * STROKES_EVERY_S))
                .sum();
            assert!(sum < 1.0, "{stroke}: {sum}");
        }
    }
}
