//! The inks, recomputed from the style sheet's own values: text and rules contrast enough with what they stand on, and
//! any two mark inks can be told apart by normal, protan, deutan and tritan eyes.

use std::collections::BTreeMap;

/// Every ink of the look, in the order of its table.
const INKS: [&str; 12] =
    ["ground", "panel", "hair", "rule", "ink", "muted", "request", "decision", "hold", "wait", "loss", "violation"];
/// The inks that marks are drawn in; `ink` draws messages.
const MARKS: [&str; 7] = ["request", "ink", "decision", "hold", "wait", "loss", "violation"];
/// The least contrast of text, and of rules and controls.
const TEXT_CONTRAST_MIN: f64 = 4.5;
const RULE_CONTRAST_MIN: f64 = 3.0;
/// The least CIEDE2000 difference of two mark inks.
const DIFFERENCE_MIN: f64 = 13.0;

type Rgb = [f64; 3];
type Lab = [f64; 3];
type Inks = BTreeMap<String, Rgb>;

/// The light inks and the dark ones: `--name: light-dark(#rrggbb, #rrggbb)` in the style sheet.
fn themes() -> [Inks; 2] {
    let sheet = include_str!("../static/faultline.css");
    let mut themes = [Inks::new(), Inks::new()];
    for line in sheet.lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|rest| rest.split_once(':')) else {
            continue;
        };
        let Some(pair) = value.trim().strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(");")) else {
            continue;
        };
        let (light, dark) = pair.split_once(',').expect("light-dark takes two colours");
        for (theme, colour) in themes.iter_mut().zip([light, dark]) {
            let colour = hexadecimal(colour.trim()).unwrap_or_else(|| panic!("{name} is no #rrggbb: {colour}"));
            assert!(theme.insert(name.to_string(), colour).is_none(), "{name} is set twice");
        }
    }
    for theme in &themes {
        let mut names: Vec<&str> = theme.keys().map(String::as_str).collect();
        let mut expected = INKS.to_vec();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected, "the style sheet sets these inks and no others");
    }
    themes
}

fn hexadecimal(colour: &str) -> Option<Rgb> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let channel = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok().map(|byte| f64::from(byte) / 255.0);
    Some([channel(0)?, channel(2)?, channel(4)?])
}

/// From an encoded sRGB channel to light.
fn linear(encoded: f64) -> f64 {
    if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
}

/// Relative luminance as WCAG 2.2 defines it.
fn luminance(rgb: Rgb) -> f64 {
    let [red, green, blue] = rgb.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Contrast ratio as WCAG 2.2 defines it.
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// How an eye changes light: Machado, Oliveira and Fernandes 2009, full severity, over linear sRGB.
type Eye = (&'static str, [[f64; 3]; 3]);

const EYES: [Eye; 4] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protan", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    ("deutan", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    ("tritan", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

fn times(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(factor, value)| factor * value).sum())
}

/// CIE L*a*b* (D65) of what an eye sees of a colour.
fn seen(rgb: Rgb, eye: &Eye) -> Lab {
    let light = times(&eye.1, rgb.map(linear)).map(|channel| channel.clamp(0.0, 1.0));
    let to_xyz =
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]];
    let white = [0.95047, 1.0, 1.08883];
    let xyz = times(&to_xyz, light);
    let root = |ratio: f64| {
        if ratio > 216.0 / 24389.0 { ratio.cbrt() } else { (24389.0 / 27.0 * ratio + 16.0) / 116.0 }
    };
    let [x, y, z] = [root(xyz[0] / white[0]), root(xyz[1] / white[1]), root(xyz[2] / white[2])];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The CIEDE2000 difference: Sharma, Wu and Dalal 2005.
fn difference(one: Lab, other: Lab) -> f64 {
    let mean_chroma = (one[1].hypot(one[2]) + other[1].hypot(other[2])) / 2.0;
    let seventh = |chroma: f64| (chroma.powi(7) / (chroma.powi(7) + 25f64.powi(7))).sqrt();
    let grey = 0.5 * (1.0 - seventh(mean_chroma));
    let polar = |[light, a, b]: Lab| {
        let a = (1.0 + grey) * a;
        let hue = if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
        (light, a.hypot(b), hue)
    };
    let ((light1, chroma1, hue1), (light2, chroma2, hue2)) = (polar(one), polar(other));
    let colourless = chroma1 * chroma2 == 0.0;
    let turn = hue2 - hue1;
    let hue_step = match turn {
        _ if colourless => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let hue_mean = match hue1 + hue2 {
        sum if colourless => sum,
        sum if turn.abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let (light_mean, chroma_mean) = ((light1 + light2) / 2.0, (chroma1 + chroma2) / 2.0);
    let cosine = |degrees: f64| degrees.to_radians().cos();
    let weight =
        1.0 - 0.17 * cosine(hue_mean - 30.0) + 0.24 * cosine(2.0 * hue_mean) + 0.32 * cosine(3.0 * hue_mean + 6.0)
            - 0.20 * cosine(4.0 * hue_mean - 63.0);
    let from_grey = (light_mean - 50.0).powi(2);
    let light_step = (light2 - light1) / (1.0 + 0.015 * from_grey / (20.0 + from_grey).sqrt());
    let chroma_step = (chroma2 - chroma1) / (1.0 + 0.045 * chroma_mean);
    let hue_step =
        2.0 * (chroma1 * chroma2).sqrt() * (hue_step / 2.0).to_radians().sin() / (1.0 + 0.015 * chroma_mean * weight);
    let rotation =
        -2.0 * seventh(chroma_mean) * (60.0 * (-((hue_mean - 275.0) / 25.0).powi(2)).exp()).to_radians().sin();
    (light_step.powi(2) + chroma_step.powi(2) + hue_step.powi(2) + rotation * chroma_step * hue_step).sqrt()
}

#[test]
fn the_difference_meets_its_published_test_data() {
    // Sharma, Wu and Dalal 2005, table 1, rows 1, 4, 7, 10, 14, 16, 17, 24 and 34.
    for (one, other, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0009], 7.1792),
        ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [61.0, -5.0, 29.0], 22.8977),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
    ] {
        let found = difference(one, other);
        assert!((found - expected).abs() < 1e-4, "{one:?} and {other:?}: {found}, published {expected}");
        assert!((difference(other, one) - found).abs() < 1e-9, "the difference has no direction");
    }
}

#[test]
fn text_and_rules_contrast_with_ground_and_panel() {
    for inks in &themes() {
        for ground in ["ground", "panel"] {
            for text in ["ink", "muted", "request", "decision", "hold", "wait", "loss", "violation"] {
                let ratio = contrast(inks[text], inks[ground]);
                assert!(ratio >= TEXT_CONTRAST_MIN, "{text} on {ground}: {ratio:.2}");
            }
            let ratio = contrast(inks["rule"], inks[ground]);
            assert!(ratio >= RULE_CONTRAST_MIN, "rule on {ground}: {ratio:.2}");
        }
    }
}

#[test]
fn any_two_mark_inks_can_be_told_apart_by_every_eye() {
    for inks in &themes() {
        for eye in &EYES {
            for (index, one) in MARKS.iter().enumerate() {
                for other in &MARKS[index + 1..] {
                    let found = difference(seen(inks[*one], eye), seen(inks[*other], eye));
                    assert!(found >= DIFFERENCE_MIN, "{one} and {other} to {} eyes: {found:.1}", eye.0);
                }
            }
        }
    }
}

/// A style may only name inks: a colour written out anywhere else would escape these tests.
#[test]
fn no_style_writes_a_colour_out() {
    let sheets = std::fs::read_dir("static").expect("the tests run at the project's root");
    let mut seen = 0;
    for path in sheets.map(|file| file.expect("a file of static/").path()) {
        if path.extension().is_none_or(|extension| extension != "css") {
            continue;
        }
        seen += 1;
        let sheet = std::fs::read_to_string(&path).expect("a style sheet is text");
        for line in sheet.lines().filter(|line| !line.trim_start().starts_with("--")) {
            let words = line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '#');
            for word in words {
                let hexadecimal = word.strip_prefix('#').is_some_and(|digits| {
                    matches!(digits.len(), 3 | 4 | 6 | 8) && digits.chars().all(|digit| digit.is_ascii_hexdigit())
                });
                let function =
                    matches!(word, "rgb" | "rgba" | "hsl" | "hsla" | "hwb" | "lab" | "lch" | "oklab" | "oklch");
                let named = matches!(word, "black" | "white" | "red" | "green" | "blue" | "gray" | "grey" | "silver");
                assert!(!hexadecimal && !function && !named, "{} writes a colour out: {line}", path.display());
            }
        }
    }
    assert!(seen > 0, "there is a style sheet to look at");
}
