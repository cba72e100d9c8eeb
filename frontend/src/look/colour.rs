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

/// What the sectors' chips wear: `--business`, `--public`, `--voluntary` and `--individual`.
pub const SECTORS_DARK: [Colour; 4] = [
    Colour([0xf2, 0x94, 0x35]),
    Colour([0x5b, 0xb8, 0xf0]),
    Colour([0xff, 0x7f, 0x6e]),
    Colour([0xc9, 0xa0, 0xf5]),
];
pub const SECTORS_LIGHT: [Colour; 4] = [
    Colour([0xa8, 0x4c, 0x00]),
    Colour([0x1c, 0x64, 0x99]),
    Colour([0xb5, 0x30, 0x4f]),
    Colour([0x7a, 0x4d, 0xb3]),
];
/// The nearest that an accent may be to a sector's colour, as [`Colour::apart`] measures it: squared, of Oklab's.
const SECTOR_APART_MIN: f64 = 0.05 * 0.05;
/// Light as the eye's cones take it up, and what is seen of that: Oklab's, rounded.
const CONES: [[f64; 3]; 3] = [
    [0.4122, 0.5363, 0.0515],
    [0.2119, 0.6807, 0.1074],
    [0.0883, 0.2817, 0.63],
];
const SEEN: [[f64; 3]; 3] = [
    [0.2105, 0.7936, -0.0041],
    [1.978, -2.4286, 0.4506],
    [0.0259, 0.7828, -0.8087],
];
/// So many steps find any cube root that is needed.
const ROOT_STEPS: u32 = 16;

/// The nearest that an accent may be to the usual warning and the usual danger, as [`Colour::distance`] measures it.
const WARNING_APART_MIN: u32 = 170 * 170;
const DANGER_APART_MIN: u32 = 130 * 130;
/// Colours that warn: the first is the sheet's own, and the second is for an exchange whose accent is near the first. Plates
/// with dark ink on them, but the danger of a light theme.
const WARNINGS_DARK: [Colour; 2] = [Colour([0xff, 0xf6, 0x8f]), Colour([0xff, 0x9b, 0xe0])];
const WARNINGS_LIGHT: [Colour; 2] = [Colour([0xff, 0xd2, 0x1f]), Colour([0xff, 0x9b, 0xe0])];
const DANGERS_DARK: [Colour; 2] = [Colour([0xff, 0x4a, 0x55]), Colour([0xff, 0x6c, 0xf0])];
const DANGERS_LIGHT: [Colour; 2] = [Colour([0xc3, 0x00, 0x1b]), Colour([0xa3, 0x00, 0x8f])];

/// The colours of a round's last minutes, apart from an accent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarms {
    /// Little time is left.
    pub warning: Colour,
    /// Hardly any.
    pub danger: Colour,
}

impl Alarms {
    /// Those that nobody takes for the accent.
    pub fn beside(accent: Colour, theme: Theme) -> Self {
        let (warnings, dangers) = match theme {
            Theme::Dark => (WARNINGS_DARK, DANGERS_DARK),
            Theme::Light => (WARNINGS_LIGHT, DANGERS_LIGHT),
        };
        let apart = |[usual, other]: [Colour; 2], least| {
            if usual.distance(accent) < least {
                other
            } else {
                usual
            }
        };
        Self {
            warning: apart(warnings, WARNING_APART_MIN),
            danger: apart(dangers, DANGER_APART_MIN),
        }
    }
}

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

    /// The colour itself if it can be read on the theme's ground and nobody takes it for a sector's, or else the nearest lighter
    /// or darker one that is so.
    #[must_use]
    pub fn readable(self, theme: Theme) -> Self {
        let (ground, end, sectors) = match theme {
            Theme::Dark => (DARK_GROUND, u8::MAX, SECTORS_DARK),
            Theme::Light => (LIGHT_GROUND, u8::MIN, SECTORS_LIGHT),
        };
        let is_own = |colour: Self| {
            sectors
                .iter()
                .all(|sector| colour.apart(*sector) >= SECTOR_APART_MIN)
        };
        (0..STEPS)
            .map(|step| self.towards(end, step))
            .find(|colour| colour.contrast(ground) >= CONTRAST_MIN && is_own(*colour))
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

    /// How far two colours are from each other to the eye, squared: channels weighed by how red they are, a cheap likeness
    /// of CIE's measures. Black and white are some 765 apart.
    fn distance(self, other: Self) -> u32 {
        let [red, green, blue] = [0, 1, 2].map(|n| u32::from(self.0[n].abs_diff(other.0[n])).pow(2));
        let redness = u32::midpoint(u32::from(self.0[0]), u32::from(other.0[0]));
        ((512 + redness) * red + 1_024 * green + (767 - redness) * blue) / 256
    }

    /// How far two colours look from each other, squared, in Oklab. Black and white are 1 apart.
    fn apart(self, other: Self) -> f64 {
        let (one, other) = (self.seen(), other.seen());
        let [light, red, blue] = [0, 1, 2].map(|n| one[n] - other[n]);
        light * light + red * red + blue * blue
    }

    /// Where it lies in Oklab.
    fn seen(self) -> [f64; 3] {
        let light = self.light();
        let cones = CONES.map(|cone| {
            let taken = product(cone, light);
            // By Newton's steps, as the channels' curve is by a polynomial.
            (0..ROOT_STEPS).fold(1.0, |root: f64, _| (2.0 * root + taken / (root * root)) / 3.0)
        });
        SEEN.map(|axis| product(axis, cones))
    }

    /// How much light it gives, from 0 to 1.
    fn luminance(self) -> f64 {
        product([0.2126, 0.7152, 0.0722], self.light())
    }

    /// The light of each channel, from 0 to 1. Their curve is close to the standard's, which needs powers that would make a
    /// first visit larger.
    fn light(self) -> [f64; 3] {
        self.0.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            channel * (channel * (channel * 0.305_306 + 0.682_171) + 0.012_523)
        })
    }

    /// A step of the way to white or black.
    fn towards(self, end: u8, step: u32) -> Self {
        Self(
            self.0
                .map(|channel| ((u32::from(channel) * (STEPS - step) + u32::from(end) * step) / STEPS) as u8),
        )
    }
}

/// The sum of what each is times its weight.
fn product(weights: [f64; 3], of: [f64; 3]) -> f64 {
    weights[0] * of[0] + weights[1] * of[1] + weights[2] * of[2]
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests;
