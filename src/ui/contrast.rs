//! The colours of style/tokens.css can be read at noon: text 7:1 or more on every ground it stands on, edges 3:1.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../style/tokens.css");

const TEXT: [(&str, &[&str]); 9] = [
    ("ink", &["paper", "card", "field", "face", "action-pale"]),
    ("quiet", &["paper", "card", "field", "face"]),
    ("action", &["paper", "card", "action-pale"]),
    ("link", &["paper", "card", "field"]),
    ("on-action", &["action-fill"]),
    ("phone", &["phone-pale", "paper", "card"]),
    ("server", &["server-pale"]),
    ("late", &["late-pale", "paper", "card"]),
    ("paper", &["ink"]),
];
const EDGES: [(&str, &[&str]); 3] =
    [("edge", &["paper", "card", "field"]), ("focus", &["paper", "card", "field"]), ("late", &["field"])];

type Colours = BTreeMap<String, f64>;

/// Relative luminance (WCAG 2) of `#RRGGBB`.
fn luminance(hex: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

fn read(css: &str, mut colours: Colours) -> Colours {
    for line in css.lines() {
        if let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": "))
            && value.starts_with('#')
        {
            colours.insert(name.to_owned(), luminance(value.trim_end_matches(';')));
        }
    }
    colours
}

fn check(scheme: &str, colours: &Colours) {
    for (pairs, least) in [(TEXT.as_slice(), 7.0), (EDGES.as_slice(), 3.0)] {
        for (front, grounds) in pairs {
            for ground in *grounds {
                let (a, b) = (colours[*front], colours[*ground]);
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= least, "{scheme}: --{front} on --{ground} is {contrast:.2}, not {least}");
            }
        }
    }
}

#[test]
fn text_and_edges_stand_out_in_both_schemes() {
    let (light, dark) = TOKENS.split_once("@media").unwrap();
    let light = read(light, Colours::new());
    check("light", &light);
    check("dark", &read(dark, light.clone()));
}
