//! Contrasts as WCAG 2 measures them, of every accent and of every colour in the style sheet.

use std::collections::BTreeMap;

use super::*;

const TOKENS: &str = include_str!("../../../styles/both/tokens.css");
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
            pairs.push(("--tally", ground, SIGN_MIN));
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
    for (tokens, sectors) in [(dark, SECTORS_DARK), (light, SECTORS_LIGHT)] {
        assert_eq!(SECTORS.map(|sector| tokens[sector]), sectors);
    }
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

/// CIE L*a*b* (D65), by the standard's own curves.
fn lab(colour: Colour) -> [f64; 3] {
    let [red, green, blue] = colour.0.map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    });
    let curve = |value: f64| {
        if value > 0.008_856 {
            value.cbrt()
        } else {
            7.787 * value + 16.0 / 116.0
        }
    };
    let x = curve((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
    let y = curve(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    let z = curve((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// How far apart two colours are: 2.3 is the least that anyone sees, and 20 is another colour across a hall.
fn apart(one: Colour, other: Colour) -> f64 {
    let (one, other) = (lab(one), lab(other));
    (0..3).map(|n| (one[n] - other[n]).powi(2)).sum::<f64>().sqrt()
}

/// Apart enough to be another colour.
const APART_MIN_LAB: f64 = 20.0;

#[test]
fn warning_and_danger_are_told_apart_from_any_accent_and_from_each_other() {
    let named = [
        "#f2b632", "#18a058", "#00ff00", "#2ecc71", "#e53935", "#ff0000", "#ff4a55", "#c3001b", "#ffc107",
        "#fff68f", "#ffd21f", "#ffff00", "#855300", "#6f5b00", "#0b7a75", "#0000ff", "#ff00ff", "#ff6cf0",
        "#ff9be0", "#ffffff", "#000000", "#1e90ff", "#ff4d4d", "#ff8c00",
    ];
    let grid = (0..6_u8).flat_map(|red| {
        (0..6_u8).flat_map(move |green| (0..6_u8).map(move |blue| Colour([red * 51, green * 51, blue * 51])))
    });
    let accents: Vec<Colour> = named
        .map(|hex| Colour::parse(hex).unwrap())
        .into_iter()
        .chain(grid)
        .collect();
    for (theme, tokens) in themes() {
        for accent in &accents {
            let accent = accent.readable(theme);
            let Alarms { warning, danger } = Alarms::beside(accent, theme);
            for (one, other, what) in [
                (warning, accent, "warning and accent"),
                (danger, accent, "danger and accent"),
                (warning, danger, "warning and danger"),
            ] {
                let apart = apart(one, other);
                assert!(
                    apart >= APART_MIN_LAB,
                    "{theme:?} {what}: {one} {other} {apart:.1}"
                );
            }
            // What stands on the plates, and the danger where it is text.
            assert!(
                exact(tokens["--on-warning"], warning) >= TEXT_MIN,
                "{theme:?} {warning}"
            );
            assert!(
                exact(tokens["--on-danger"], danger) >= TEXT_MIN,
                "{theme:?} {danger}"
            );
            for ground in ["--ink", "--ink-2", "--ink-0"] {
                assert!(
                    exact(danger, tokens[ground]) >= TEXT_MIN,
                    "{theme:?} {danger} {ground}"
                );
            }
        }
    }
}

#[test]
fn the_sheet_s_warning_and_danger_are_the_first_of_their_kind() {
    for (theme, tokens) in themes() {
        let Alarms { warning, danger } = Alarms::beside(tokens["--brass"], theme);
        assert_eq!(
            (warning, danger),
            (tokens["--warning"], tokens["--danger"]),
            "{theme:?}"
        );
    }
}

/// Where a colour lies in Oklab, by the standard's own curves.
fn oklab(colour: Colour) -> [f64; 3] {
    let [red, green, blue] = colour.0.map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    });
    let long = (0.412_221 * red + 0.536_333 * green + 0.051_446 * blue).cbrt();
    let middle = (0.211_904 * red + 0.680_700 * green + 0.107_397 * blue).cbrt();
    let short = (0.088_302 * red + 0.281_719 * green + 0.629_979 * blue).cbrt();
    [
        0.210_454 * long + 0.793_618 * middle - 0.004_072 * short,
        1.977_998 * long - 2.428_592 * middle + 0.450_594 * short,
        0.025_904 * long + 0.782_772 * middle - 0.808_676 * short,
    ]
}

/// Less than this, and the film of an evening says that two things have one colour (end2end/judge.mjs).
const APART_MIN_OKLAB: f64 = 0.04;

#[test]
fn no_accent_is_taken_for_a_sector() {
    let named = [
        "#1e90ff", "#ff4d4d", "#ff8c00", "#f2b632", "#e86f51", "#d95c8f", "#8f7ae0", "#3fa7d6", "#3fb27f",
    ];
    let sectors = SECTORS_DARK
        .into_iter()
        .chain(SECTORS_LIGHT)
        .map(|sector| sector.to_string());
    let grid = (0..16_u8).flat_map(|red| {
        (0..16_u8)
            .flat_map(move |green| (0..16_u8).map(move |blue| Colour([red * 17, green * 17, blue * 17])))
    });
    let accents: Vec<Colour> = named
        .map(str::to_owned)
        .into_iter()
        .chain(sectors)
        .map(|hex| Colour::parse(&hex).unwrap())
        .chain(grid)
        .collect();
    for (theme, tokens) in themes() {
        for chosen in &accents {
            let accent = chosen.readable(theme);
            for sector in SECTORS {
                let (one, other) = (oklab(accent), oklab(tokens[sector]));
                let apart = (0..3).map(|n| (one[n] - other[n]).powi(2)).sum::<f64>().sqrt();
                assert!(
                    apart >= APART_MIN_OKLAB,
                    "{theme:?}: {chosen} as {accent} and {sector}: {apart:.3}"
                );
            }
        }
    }
}

/// What is now, what warns, a sector, what is counted without a colour of its own: no two are taken for each other.
#[test]
fn a_colour_has_one_meaning() {
    const MEANINGS: [&str; 9] = [
        "--brass",
        "--warning",
        "--danger",
        "--business",
        "--public",
        "--voluntary",
        "--individual",
        "--up",
        "--tally",
    ];
    for (theme, tokens) in themes() {
        for (place, one) in MEANINGS.iter().enumerate() {
            for other in &MEANINGS[place + 1..] {
                let apart = apart(tokens[one], tokens[other]);
                // Sectors are told apart by their shapes as well.
                assert!(apart >= 17.0, "{theme:?}: {one} and {other}: {apart:.1}");
            }
        }
    }
}
