//! Contrasts as WCAG 2 measures them, of every accent and of every colour in the style sheet.

use std::collections::BTreeMap;

use super::*;

const TOKENS: &str = include_str!("../../styles/00-tokens.css");
/// What text needs, at level AA.
const TEXT_MIN: f64 = 4.5;
/// What a sign or a bar needs.
const SIGN_MIN: f64 = 3.0;

/// Grounds that the wall and the phone set text on.
const GROUNDS: [&str; 5] = ["--ink-0", "--ink", "--ink-2", "--ink-3", "--ink-raised"];
/// Text that may stand on any of them.
const TEXTS: [&str; 2] = ["--paper", "--dim"];
/// Text that stands on all but `--ink-3`.
const COLOURED: [&str; 5] = ["--brass", "--up", "--down", "--wish", "--benchmark"];
const SECTORS: [&str; 4] = ["--business", "--public", "--voluntary", "--individual"];
/// Text on a ground of its own.
const PAIRS: [(&str, &str); 3] = [
    ("--on-colour", "--brass"),
    ("--open-ink", "--open-back"),
    ("--closed-ink", "--closed-back"),
];

type Tokens = BTreeMap<&'static str, Colour>;

/// The colours of the dark theme, and those with the light theme's over them.
fn themes() -> [(Theme, Tokens); 2] {
    let (dark, light) = TOKENS
        .split_once(":root[data-theme=\"light\"]")
        .expect("the sheet has a light theme");
    let dark = colours(dark);
    let mut over = dark.clone();
    over.extend(colours(light));
    [(Theme::Dark, dark), (Theme::Light, over)]
}

fn colours(sheet: &'static str) -> Tokens {
    sheet
        .lines()
        .filter_map(|line| line.trim().strip_suffix(';')?.split_once(": "))
        .filter_map(|(name, value)| Some((name, Colour::parse(value)?)))
        .collect()
}

/// The contrast with the standard's own curve.
fn exact(one: Colour, other: Colour) -> f64 {
    let luminance = |colour: Colour| {
        let [red, green, blue] = colour.0.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_text_can_be_read_on_its_ground() {
    for (theme, tokens) in themes() {
        let colour = |name: &str| {
            *tokens
                .get(name)
                .unwrap_or_else(|| panic!("{name} is a colour of the sheet"))
        };
        let mut pairs: Vec<(&str, &str, f64)> = PAIRS.map(|(text, ground)| (text, ground, TEXT_MIN)).to_vec();
        for ground in GROUNDS {
            pairs.extend(TEXTS.map(|text| (text, ground, TEXT_MIN)));
            if ground != "--ink-3" {
                pairs.extend(COLOURED.map(|text| (text, ground, TEXT_MIN)));
            }
            pairs.extend(SECTORS.map(|sector| (sector, ground, SIGN_MIN)));
            pairs.push(("--brass", ground, SIGN_MIN));
        }
        pairs.extend(SECTORS.map(|sector| ("--on-sector", sector, TEXT_MIN)));
        let poor: Vec<String> = pairs
            .into_iter()
            .map(|(text, ground, least)| (text, ground, least, exact(colour(text), colour(ground))))
            .filter(|(_, _, least, contrast)| contrast < least)
            .map(|(text, ground, least, contrast)| {
                format!("{theme:?}: {text} on {ground}: {contrast:.2} < {least}")
            })
            .collect();
        assert!(poor.is_empty(), "{}", poor.join("\n"));
    }
}

#[test]
fn the_grounds_are_the_sheets() {
    let [(_, dark), (_, light)] = themes();
    assert_eq!(dark["--ink-raised"], DARK_GROUND);
    assert_eq!(light["--ink-0"], LIGHT_GROUND);
    assert_eq!(dark["--on-colour"], DARK_INK);
}

#[test]
fn any_accent_becomes_readable_in_both_themes() {
    for (theme, tokens) in themes() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let accent = Colour([red, green, blue]).readable(theme);
                    for ground in GROUNDS.into_iter().filter(|ground| *ground != "--ink-3") {
                        let contrast = exact(accent, tokens[ground]);
                        assert!(
                            contrast >= TEXT_MIN,
                            "{theme:?}: {accent} on {ground}: {contrast:.2}"
                        );
                    }
                    let contrast = exact(accent.ink(), accent);
                    assert!(contrast >= TEXT_MIN, "ink on {accent}: {contrast:.2}");
                }
            }
        }
    }
}

#[test]
fn a_readable_accent_stays_as_it_is() {
    let text = |hex: &str, theme| Colour::parse(hex).unwrap().readable(theme).to_string();
    assert_eq!(text("#f2b632", Theme::Dark), "#f2b632");
    assert_eq!(text("#7a1f1f", Theme::Light), "#7a1f1f");
    // Navy on a dark wall becomes a lighter blue.
    assert_eq!(text("#0000ff", Theme::Dark), "#7f7fff");
}

#[test]
fn reads_only_six_digits() {
    for text in ["", "f2b632", "#f2b63", "#f2b6322", "#f2b63g", "#f2b63æ"] {
        assert_eq!(Colour::parse(text), None, "{text}");
    }
    assert_eq!(Colour::parse("#F2b632"), Some(Colour([0xf2, 0xb6, 0x32])));
}
