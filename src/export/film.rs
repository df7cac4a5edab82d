//! The message flow as a GIF: the same play as the picture that plays by itself ([`super::animated`]), for places that show
//! neither SVG nor scripts. The browser paints one picture, of the whole run with all of its sentences beneath; every frame
//! is cut from it.

use super::animated::{Play, write_sentence};
use super::carrier::is_picture;
use super::palette::{Colour, Palette};
use super::picture::Laid;
use super::{Export, too_long};
use crate::picture::flow::camera::NIB_PX;
use crate::picture::svg::{self, Extras, HEADS_RIGHT_PX, Inks, TOKENS, View};
use crate::say;
use crate::text::Text;
use gif::{AnyExtension, DisposalMethod, Encoder, Frame, Repeat};

/// How long a frame stands while the pen moves, in milliseconds.
const STEP_MS: f64 = 80.0;
/// How long the whole run stands before a film that repeats begins again, in milliseconds.
const END_MS: f64 = 4_000.0;
/// The longest film, in frames: some two minutes.
const FRAMES_MAX: usize = 1_500;
/// The widest film, in pixels.
const WIDTH_PX_MAX: f64 = 2_400.0;
/// The largest picture that a film is cut from, in pixels: phones paint no larger one.
const PIXELS_MAX: f64 = 16_000_000.0;
/// The style of the sentences.
const STYLE: &str = "\n.said{font-size:15px}\n";
/// The extension that holds a GIF's comment.
const COMMENT: AnyExtension = AnyExtension(0xFE);

/// A film that is laid out and not yet cut.
pub struct Film {
    sheet: String,
    width: u32,
    height: u32,
    /// How high the lanes with their ruler are, and the place of each sentence beneath, in pixels.
    lanes: usize,
    sentence: usize,
    moments: Vec<Moment>,
    ground: Colour,
    ink: Colour,
}

/// What a frame shows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment {
    at_ms: f64,
    /// Where the paper that is still bare begins, in pixels; none: nowhere, the whole run is seen.
    bare: Option<usize>,
    /// Which sentence stands beneath.
    said: Option<usize>,
}

impl Film {
    /// The error is a sentence: the part is too long for a film.
    pub fn of(export: &Export) -> Result<Film, Text> {
        let inks = if export.inks == Inks::Dark { Inks::Dark } else { Inks::Light };
        let laid = Laid::out(export)?;
        let sheet = laid.sheet(export);
        let play = Play::of(export, &laid)?;
        // What is painted has whole pixels.
        let (from, to) = laid.window;
        let along = ((to - from) * sheet.geometry.zoom).ceil();
        let window = (from, from + along / sheet.geometry.zoom);
        let width = HEADS_RIGHT_PX + along;
        let height = laid.height() + play.sentences.len() as f64 * play.sentence_px();
        let moments = moments(&play, along);
        if width > WIDTH_PX_MAX || width * height > PIXELS_MAX || moments.len() > FRAMES_MAX {
            return Err(too_long("a GIF", " GIF ", FRAMES_MAX, "frames", "帧"));
        }
        let mut beneath = String::from("<g class=\"said\">");
        for (number, (_, lines)) in play.sentences.iter().enumerate() {
            write_sentence(&mut beneath, lines, number as f64 * play.sentence_px());
        }
        beneath.push_str("</g>");
        let extras = Extras {
            style: STYLE.to_owned(),
            over: String::new(),
            beneath: (beneath, play.sentences.len() as f64 * play.sentence_px()),
        };
        let title = export.title();
        let view = View { inks, at: None, window, title: &title, extras };
        Ok(Film {
            sheet: svg::write(&sheet, &view),
            width: width as u32,
            height: height as u32,
            lanes: laid.height() as usize,
            sentence: play.sentence_px() as usize,
            moments,
            ground: colour("ground", inks),
            ink: colour("ink", inks),
        })
    }

    /// The picture that has to be painted for it, as SVG.
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    /// How many frames it has.
    pub fn frames(&self) -> u32 {
        self.moments.len() as u32
    }

    /// Begins to cut it from its picture: pixels as red, green, blue and opacity. The error is a sentence.
    pub fn cut(self, width: u32, height: u32, pixels: &[u8], address: &str, repeats: bool) -> Result<Cut, Text> {
        let fits = (width, height) == (self.width, self.height) && is_picture(width, height, pixels);
        if !fits {
            return Err(unpainted());
        }
        let palette = Palette::of(pixels, &[self.ground, self.ink]);
        let picture = palette.places(pixels);
        let size = (self.width as u16, (self.lanes + self.sentence) as u16);
        let begin = || {
            let mut encoder = Encoder::new(Vec::new(), size.0, size.1, &palette.bytes())?;
            if repeats {
                encoder.set_repeat(Repeat::Infinite)?;
            }
            encoder.write_raw_extension(COMMENT, &[address.as_bytes()])?;
            Ok::<_, gif::EncodingError>(encoder)
        };
        let encoder = begin().map_err(|_| unpainted())?;
        Ok(Cut { film: self, picture, encoder, shown: Vec::new(), done: 0 })
    }

    /// What one sees at a moment: places of the palette, in which the ground is the first and the ink the second.
    fn seen(&self, picture: &[u8], moment: Moment) -> Vec<u8> {
        const GROUND: u8 = 0;
        const INK: u8 = 1;
        let width = self.width as usize;
        let mut seen = picture[..width * self.lanes].to_vec();
        if let Some(bare) = moment.bare.filter(|bare| *bare < width) {
            for row in seen.chunks_exact_mut(width) {
                row[bare] = INK;
                row[bare + 1..].fill(GROUND);
            }
        }
        let place = width * self.sentence;
        match moment.said {
            Some(number) => seen.extend(&picture[seen.len() + number * place..][..place]),
            None => seen.resize(seen.len() + place, GROUND),
        }
        seen
    }
}

/// A film that is being cut.
pub struct Cut {
    film: Film,
    picture: Vec<u8>,
    encoder: Encoder<Vec<u8>>,
    /// What the frame before showed.
    shown: Vec<u8>,
    done: usize,
}

impl Cut {
    /// Cuts the next frame; says whether it was the last. The error is a sentence.
    pub fn go_on(&mut self) -> Result<bool, Text> {
        let moments = &self.film.moments;
        let Some(moment) = moments.get(self.done) else { return Ok(true) };
        let seen = self.film.seen(&self.picture, *moment);
        let until_ms = moments.get(self.done + 1).map_or(moment.at_ms + END_MS, |next| next.at_ms);
        let hundredths = |ms: f64| (ms / 10.0).round();
        let delay = (hundredths(until_ms) - hundredths(moment.at_ms)) as u16;
        let frame = changed(&self.shown, &seen, self.film.width as usize);
        let frame = Frame { delay, dispose: DisposalMethod::Keep, ..frame };
        self.encoder.write_frame(&frame).map_err(|_| unpainted())?;
        self.shown = seen;
        self.done += 1;
        Ok(self.done == moments.len())
    }

    /// How many frames are cut.
    pub fn done(&self) -> u32 {
        self.done as u32
    }

    /// How many there are.
    pub fn frames(&self) -> u32 {
        self.film.frames()
    }

    /// The file; the error is a sentence.
    pub fn finish(self) -> Result<Vec<u8>, Text> {
        self.encoder.into_inner().map_err(|_| unpainted())
    }
}

fn unpainted() -> Text {
    say!("The browser did not paint the picture that the film is cut from", "浏览器未能绘制用于生成 GIF 的图片")
}

/// The ink of that name.
fn colour(name: &str, inks: Inks) -> Colour {
    let token = TOKENS.iter().find(|(own, ..)| *own == name);
    let hexadecimal = token.map_or("#000000", |(_, light, dark)| if inks == Inks::Dark { dark } else { light });
    let value = u32::from_str_radix(&hexadecimal[1..], 16).unwrap_or_default();
    [(value >> 16) as u8, (value >> 8) as u8, value as u8]
}

/// The moments of a play whose flow is so long, in pixels: one for each step of the pen, one for each of its rests, and the
/// end.
fn moments(play: &Play, along: f64) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    let said = |at_ms: f64| play.sentences.partition_point(|(from, _)| *from <= at_ms).checked_sub(1);
    let mut add = |at_ms: f64, px: f64| {
        let bare = HEADS_RIGHT_PX + (px + NIB_PX).min(along);
        moments.push(Moment { at_ms, bare: Some(bare.round() as usize), said: said(at_ms) });
    };
    let end = (play.lasting_ms, along);
    let stops: Vec<(f64, f64)> = play.pen.iter().copied().chain([end]).collect();
    for pair in stops.windows(2) {
        let ((from_ms, from), (to_ms, to)) = (pair[0], pair[1]);
        let steps = if to > from { ((to_ms - from_ms) / STEP_MS).ceil().max(1.0) } else { 1.0 };
        for step in 0..steps as u32 {
            let share = f64::from(step) / steps;
            // A rest is one frame, however long; two stops at one instant are none.
            if to_ms > from_ms {
                add(from_ms + share * (to_ms - from_ms), from + share * (to - from));
            }
        }
    }
    moments.push(Moment { at_ms: play.lasting_ms, bare: None, said: play.sentences.len().checked_sub(1) });
    moments
}

/// The smallest frame that makes what is seen of what was shown.
fn changed(shown: &[u8], seen: &[u8], width: usize) -> Frame<'static> {
    let rows = seen.len() / width;
    let (mut left, mut right, mut top, mut bottom) = (0, width, 0, rows);
    if shown.len() == seen.len() {
        (left, right, top, bottom) = (width, 0, rows, 0);
        for (row, (before, now)) in shown.chunks_exact(width).zip(seen.chunks_exact(width)).enumerate() {
            let differs = |(a, b): (&u8, &u8)| a != b;
            let Some(first) = before.iter().zip(now).position(differs) else { continue };
            let last = before.iter().zip(now).rposition(differs).unwrap_or(first);
            (left, right) = (left.min(first), right.max(last + 1));
            (top, bottom) = (top.min(row), row + 1);
        }
        if right == 0 {
            // Nothing changes: one pixel of it stands for that.
            (left, right, top, bottom) = (0, 1, 0, 1);
        }
    }
    let rows = seen.chunks_exact(width).take(bottom).skip(top);
    let buffer: Vec<u8> = rows.flat_map(|row| &row[left..right]).copied().collect();
    Frame {
        left: left as u16,
        top: top as u16,
        width: (right - left) as u16,
        height: (bottom - top) as u16,
        buffer: buffer.into(),
        ..Frame::default()
    }
}

#[cfg(test)]
mod tests;
