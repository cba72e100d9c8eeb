//! The bell, made of its partials: there is no recording to load, and every screen strikes at the same instant.

use wasm_bindgen::JsValue;
use web_sys::{AudioContext, AudioContextState, OscillatorType};

/// The strike note, in hertz.
const STRIKE_HZ: f32 = 523.25;
/// Seconds between two strokes.
const STROKES_EVERY_S: f64 = 1.25;

/// One partial of a bell: its pitch against the strike note, how loud it is, and for how many seconds it rings.
struct Partial {
    ratio: f32,
    gain: f32,
    rings_s: f64,
}

/// Hum, prime, minor third, fifth, nominal and two above, as bell founders name them.
const PARTIALS: [Partial; 7] = [
    Partial {
        ratio: 0.5,
        gain: 0.22,
        rings_s: 5.5,
    },
    Partial {
        ratio: 1.0,
        gain: 0.20,
        rings_s: 3.8,
    },
    Partial {
        ratio: 1.19,
        gain: 0.14,
        rings_s: 3.0,
    },
    Partial {
        ratio: 1.5,
        gain: 0.08,
        rings_s: 2.2,
    },
    Partial {
        ratio: 2.0,
        gain: 0.18,
        rings_s: 2.4,
    },
    Partial {
        ratio: 2.67,
        gain: 0.07,
        rings_s: 1.2,
    },
    Partial {
        ratio: 4.1,
        gain: 0.05,
        rings_s: 0.6,
    },
];

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
        self.context.state() == AudioContextState::Running
    }

    /// Turns the sound on; call it from a touch. [`Bell::is_on`] tells a moment later.
    pub fn turn_on(&self) {
        // Refused without a touch: the button stays.
        let _promise = self.context.resume();
    }

    /// Strikes `strokes` times, the first in `wait_ms` milliseconds.
    pub fn ring(&self, strokes: u32, wait_ms: f64) {
        for stroke in 0..strokes {
            let at_s = self.context.current_time()
                + wait_ms.max(0.0) / 1_000.0
                + f64::from(stroke) * STROKES_EVERY_S;
            for partial in &PARTIALS {
                if self.sound(partial, at_s).is_err() {
                    web_sys::console::warn_1(&"the bell could not be sounded".into());
                }
            }
        }
    }

    fn sound(&self, partial: &Partial, at_s: f64) -> Result<(), JsValue> {
        let oscillator = self.context.create_oscillator()?;
        oscillator.set_type(OscillatorType::Sine);
        oscillator.frequency().set_value(STRIKE_HZ * partial.ratio);
        let gain = self.context.create_gain()?;
        gain.gain().set_value_at_time(0.0, at_s)?;
        gain.gain()
            .linear_ramp_to_value_at_time(partial.gain, at_s + 0.004)?;
        gain.gain()
            .exponential_ramp_to_value_at_time(0.000_1, at_s + partial.rings_s)?;
        oscillator.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&self.context.destination())?;
        oscillator.start_with_when(at_s)?;
        oscillator.stop_with_when(at_s + partial.rings_s)
    }
}
