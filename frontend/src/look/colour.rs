//! Colours that can be read: an exchange may choose any, and the wall shifts it until the back row sees it.

use std::fmt;

use borsklokka_shared::exchange::Theme;

/// The least contrast of text and its ground: WCAG 2, level AA. A little more:  [`Colour::luminance`] is a little off.
const CONTRAST_MIN: f64 = 4.7;
/// In so many steps a colour becomes white or black.
const STEPS: u32 = 32;

/// The lightest ground of the dark theme that coloured text stands on: `--ink-raised`.
pub const DARK_GROUND: Colour = Colour([0x1b, 0x23, 0x30]);
/// The darkest ground of the light theme that coloured text stands on: `--ink-0`.
pub const LIGHT_GROUND: Colour = Colour([0xeb, 0xe5, 0xd6]);
/// Dark text on a colour: `--on-colour`.
pub const DARK_INK: Colour = Colour([0x10, 0x13, 0x18]);
/// Light text on a colour.
pub const LIGHT_INK: Colour = Colour([0xff, 0xff, 0xff]);

/// A colour: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Reads `#RRGGBB`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// The colour itself if it can be read on the theme's ground, or else the nearest lighter or darker one that can.
    #[must_use]
    pub fn readable(self, theme: Theme) -> Self {
        let (ground, end) = match theme {
            Theme::Dark => (DARK_GROUND, u8::MAX),
            Theme::Light => (LIGHT_GROUND, u8::MIN),
        };
        (0..STEPS)
            .map(|step| self.towards(end, step))
            .find(|colour| colour.contrast(ground) >= CONTRAST_MIN)
            .unwrap_or(Self([end; 3]))
    }

    /// The ink that is read best on this colour.
    #[must_use]
    pub fn ink(self) -> Self {
        if self.contrast(DARK_INK) >= self.contrast(LIGHT_INK) {
            DARK_INK
        } else {
            LIGHT_INK
        }
    }

    /// The contrast of two colours, from 1 to 21, as WCAG 2 defines it.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// How much light it gives, from 0 to 1. The channels' curve is close to the standard's, which needs powers that
    /// would make a first visit larger.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            channel * (channel * (channel * 0.305_306 + 0.682_171) + 0.012_523)
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// A step of the way to white or black.
    fn towards(self, end: u8, step: u32) -> Self {
        Self(
            self.0
                .map(|channel| ((u32::from(channel) * (STEPS - step) + u32::from(end) * step) / STEPS) as u8),
        )
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
#[path = "colour_tests.rs"]
mod tests;
