//! The message flow as a picture that plays once, without script: a sheet of bare paper slides off the run at the player's
//! own pace, and rests at beats while their sentences stand beneath. Whoever wants less motion, or reads it with a program
//! that knows no animation, sees the whole run with its last sentence.

use super::lines::wrapped;
use super::picture::{Laid, WIDTH_PX};
use super::{Export, too_long};
use crate::picture::flow::camera::NIB_PX;
use crate::picture::flow::sheet::LEAD_PX;
use crate::picture::pace::{PX_PER_SECOND, next_rest, reading_ms};
use crate::picture::path::written;
use crate::picture::svg::{self, Extras, View};
use crate::text::Text;
use std::fmt::Write;

/// More rests than this and nobody watches to the end.
const RESTS_MAX: usize = 120;
/// Sentences: their size, how far their lines stand apart, and their margin, in pixels.
const SENTENCE_PX: f64 = 15.0;
const LINE_PX: f64 = 24.0;
const MARGIN_PX: f64 = 12.0;

/// What plays: where the pen is when, and what is said from when on. Times in milliseconds from the start.
pub(super) struct Play {
    /// In pixels from the start of the window, between which it moves evenly.
    pub pen: Vec<(f64, f64)>,
    pub sentences: Vec<(f64, Vec<String>)>,
    pub lasting_ms: f64,
}

pub(super) fn write(export: &Export) -> Result<String, Text> {
    let laid = Laid::out(export)?;
    let sheet = laid.sheet(export);
    let play = Play::of(export, &laid)?;
    let (from, to) = laid.window;
    let width = (to - from) * sheet.geometry.zoom;
    let extras = Extras {
        style: play.style(width),
        over: format!(
            "<g class=\"cover\"><rect class=\"ground\" width=\"{}\" height=\"{height}\"/><path class=\"edge\" d=\"M0 0V{height}\"/></g>",
            written(width),
            height = written(laid.height()),
        ),
        beneath: (play.sentences(), play.sentence_px()),
    };
    let title = export.title();
    Ok(svg::write(&sheet, &View { inks: export.inks, at: None, window: laid.window, title: &title, extras }))
}

impl Play {
    pub fn of(export: &Export, laid: &Laid) -> Result<Play, Text> {
        let (run, part) = (export.run, export.part);
        let sheet = laid.sheet(export);
        let zoom = sheet.geometry.zoom;
        let px = |event| (sheet.axis.px(run.trace.event(event).at) - laid.window.0) * zoom;
        let width = WIDTH_PX.max((laid.window.1 - laid.window.0) * zoom);
        let (mut at_ms, mut event) = (0.0, part.first);
        let mut play = Play { pen: vec![(0.0, px(event))], sentences: Vec::new(), lasting_ms: 0.0 };
        while event < part.last {
            let rest = next_rest(run, event).filter(|rest| *rest <= part.last);
            let reached = rest.unwrap_or(part.last);
            // The page's pen crosses the axis at this pace, however large the axis is drawn.
            at_ms += (px(reached) - px(event)) / zoom / PX_PER_SECOND * 1_000.0;
            play.pen.push((at_ms, px(reached)));
            if rest.is_some() {
                let sentence = run.scene(reached).narration;
                let sentence = sentence.in_language(export.language);
                play.sentences.push((at_ms, wrapped(sentence, width - 2.0 * MARGIN_PX, SENTENCE_PX)));
                at_ms += reading_ms(sentence);
                play.pen.push((at_ms, px(reached)));
            }
            if play.sentences.len() > RESTS_MAX {
                return Err(too_long("an animation", "动画", RESTS_MAX, "beats", "个节拍"));
            }
            event = reached;
        }
        // The paper that is left slides off.
        let left = (laid.window.1 - laid.window.0) * zoom - px(event);
        play.lasting_ms = at_ms + left / zoom / PX_PER_SECOND * 1_000.0;
        Ok(play)
    }

    /// How high the place of the sentences is, in pixels.
    pub fn sentence_px(&self) -> f64 {
        let lines = self.sentences.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        2.0 * MARGIN_PX + lines as f64 * LINE_PX
    }

    fn style(&self, width: f64) -> String {
        let mut style = String::from(
            "\n.cover .edge{stroke:var(--ink);stroke-width:1}\n\
             .said{font-size:15px;opacity:0}.said.last{opacity:1}\n\
             @keyframes said{from,to{opacity:1}}@keyframes unsaid{from,to{opacity:0}}\n",
        );
        let seconds = |ms: f64| format!("{:.2}s", ms / 1_000.0);
        let percent = |ms: f64| format!("{:.3}%", 100.0 * ms / self.lasting_ms.max(1.0));
        let slid = |px: f64| format!("transform:translateX({}px)", written((px + NIB_PX).min(width)));
        let mut rule = |arguments: std::fmt::Arguments| {
            style.write_fmt(arguments).expect("a string takes whatever is written");
        };
        rule(format_args!(
            ".cover{{transform:translateX({}px);animation:slides {} linear}}\n@keyframes slides{{",
            written(width + LEAD_PX),
            seconds(self.lasting_ms)
        ));
        for (at_ms, px) in &self.pen {
            rule(format_args!("{}{{{}}}", percent(*at_ms), slid(*px)));
        }
        rule(format_args!("100%{{transform:translateX({}px)}}}}\n", written(width)));
        let ends = self.sentences.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]);
        for (number, ((from, _), to)) in self.sentences.iter().zip(ends).enumerate() {
            match to {
                Some(to) => {
                    let (lasting, from) = (seconds(to - from), seconds(*from));
                    rule(format_args!(".said{number}{{animation:said {lasting} {from}}}\n"));
                }
                None => rule(format_args!(".said{number}{{animation:unsaid {}}}\n", seconds(*from))),
            }
        }
        rule(format_args!("@media (prefers-reduced-motion:reduce){{.cover,.said{{animation:none}}}}\n"));
        style
    }

    fn sentences(&self) -> String {
        let mut text = String::new();
        for (number, (_, lines)) in self.sentences.iter().enumerate() {
            let last = if number + 1 == self.sentences.len() { " last" } else { "" };
            text.push_str(&format!("<g class=\"said said{number}{last}\">"));
            write_sentence(&mut text, lines, 0.0);
            text.push_str("</g>\n");
        }
        text
    }
}

/// Writes the lines of a sentence into a place for sentences that begins so far down.
pub(super) fn write_sentence(text: &mut String, lines: &[String], top: f64) {
    for (line, words) in lines.iter().enumerate() {
        let y = top + MARGIN_PX + SENTENCE_PX + line as f64 * LINE_PX;
        svg::words(text, "start", MARGIN_PX, y, words);
    }
}
