//! Contrast of the colours in the style sheet, in both schemes (WCAG 2.2: 1.4.3 and 1.4.11).

use std::collections::HashMap;

const STYLE: &str = include_str!("../../assets/samlad.css");

/// Text and what it stands on, and the least ratio.
const PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "paper", 7.0),
    ("ink", "paper-soft", 7.0),
    ("ink-soft", "paper", 4.5),
    ("ink-soft", "paper-soft", 4.5),
    ("link", "paper", 4.5),
    ("link", "paper-soft", 4.5),
    ("accent-ink", "accent", 4.5),
    ("serious-ink", "serious", 4.5),
    ("error", "paper", 4.5),
    ("good-ink", "good", 4.5),
    ("soon-ink", "soon", 4.5),
    ("late-ink", "late", 4.5),
    ("edge", "paper", 3.0),
    ("bar", "paper", 3.0),
    ("focus", "focus-glow", 3.0),
];

fn colours(block: &str) -> HashMap<&str, [u8; 3]> {
    let declarations = block.split(';').filter_map(|part| part.lines().last()?.trim().strip_prefix("--"));
    let colours = declarations.filter_map(|line| {
        let (name, value) = line.split_once(": #")?;
        let part = |from: usize| u8::from_str_radix(value.get(from..from + 2)?, 16).ok();
        Some((name, [part(0)?, part(2)?, part(4)?]))
    });
    colours.collect()
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.0722f64.mul_add(b, 0.2126f64.mul_add(r, 0.7152 * g))
}

#[test]
fn every_pair_of_colours_can_be_told_apart_in_light_and_dark() {
    let (light, rest) = STYLE.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let dark = rest.split("*, *::before").next().unwrap();
    for (scheme, block) in [("light", light), ("dark", dark)] {
        let colours = colours(block);
        for (over, under, least) in PAIRS {
            let (over_colour, under_colour) = (luminance(colours[over]), luminance(colours[under]));
            let ratio = (over_colour.max(under_colour) + 0.05) / (over_colour.min(under_colour) + 0.05);
            assert!(ratio >= *least, "{scheme}: {over} on {under} has {ratio:.2}, needs {least}");
        }
    }
}

#[test]
fn the_style_sheet_names_no_other_site() {
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains("http"));
}
