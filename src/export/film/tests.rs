use super::*;
use crate::protocols::CATALOGUE;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::link::Link;
use crate::scenario::run::Run;

fn film(text: &str) -> Result<Film, Text> {
    let link = Link::read(text, Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    let run = Run::of(link.scenario.clone());
    Export::of(&run, &link).and_then(|export| Film::of(&export))
}

/// Pixels in which every column and row has a colour of its own, in place of what a browser paints.
fn painted(film: &Film) -> Vec<u8> {
    let pixel = |x: u32, y: u32| [(x % 15 * 17) as u8, (y % 15 * 17) as u8, 9, 255];
    (0..film.height).flat_map(|y| (0..film.width).flat_map(move |x| pixel(x, y))).collect()
}

fn file(mut cut: Cut) -> Vec<u8> {
    while !cut.go_on().unwrap() {}
    assert_eq!(cut.done(), cut.frames());
    cut.finish().unwrap()
}

fn cut(film: Film, repeats: bool) -> Vec<u8> {
    let pixels = painted(&film);
    let (width, height) = (film.width, film.height);
    file(film.cut(width, height, &pixels, "https://example.org/#1/2pc-all-yes", repeats).unwrap())
}

#[test]
fn the_pen_goes_forward_rests_at_sentences_and_ends_with_the_whole_run() {
    let film = film("1/2pc-coordinator-dies").unwrap();
    let moments = &film.moments;
    assert!(moments.windows(2).all(|pair| pair[0].at_ms < pair[1].at_ms));
    assert!(moments[..moments.len() - 1].windows(2).all(|pair| pair[0].bare <= pair[1].bare));
    let said: Vec<Option<usize>> = moments.iter().map(|moment| moment.said).collect();
    assert_eq!(said.first(), Some(&None));
    assert!(said.is_sorted());
    let last = moments.last().unwrap();
    assert_eq!((last.bare, last.said.is_some()), (None, true));
    // Whoever reads has the time to: the frames at which the pen rests stand longer.
    let rests = moments.windows(2).filter(|pair| pair[1].at_ms - pair[0].at_ms > 1_000.0).count();
    assert_eq!(rests, last.said.unwrap() + 1);
}

#[test]
fn a_file_has_every_frame_and_shows_in_the_end_what_was_painted() {
    let film = film("1/2pc-all-yes").unwrap();
    let (width, lanes, sentence) = (film.width as usize, film.lanes, film.sentence);
    let (frames, last_said) = (film.frames(), film.moments.last().unwrap().said.unwrap());
    let pixels = painted(&film);
    let file = cut(film, false);
    assert!(file.windows(30).any(|bytes| bytes == b"https://example.org/#1/2pc-all"), "it carries its link");

    let mut reading = gif::DecodeOptions::new();
    reading.set_color_output(gif::ColorOutput::RGBA);
    let mut reader = reading.read_info(&file[..]).unwrap();
    assert_eq!((usize::from(reader.width()), usize::from(reader.height())), (width, lanes + sentence));
    assert_eq!(reader.repeat(), Repeat::Finite(0));
    let mut screen = vec![0; 4 * width * (lanes + sentence)];
    let (mut read, mut hundredths) = (0, 0);
    while let Some(frame) = reader.read_next_frame().unwrap() {
        let row_bytes = 4 * usize::from(frame.width);
        for (row, pixels) in frame.buffer.chunks_exact(row_bytes).enumerate() {
            let start = 4 * ((usize::from(frame.top) + row) * width + usize::from(frame.left));
            screen[start..start + row_bytes].copy_from_slice(pixels);
        }
        (read, hundredths) = (read + 1, hundredths + u32::from(frame.delay));
    }
    assert_eq!(read, frames);
    assert!((1_000..4_000).contains(&hundredths), "{hundredths}");
    let lanes_bytes = 4 * width * lanes;
    assert_eq!(screen[..lanes_bytes], pixels[..lanes_bytes]);
    let said = lanes_bytes + last_said * 4 * width * sentence;
    assert_eq!(screen[lanes_bytes..], pixels[said..said + 4 * width * sentence]);
}

#[test]
fn a_part_is_shorter_and_what_is_too_long_gets_a_sentence() {
    let frames = |link| film(link).map(|film| film.frames());
    assert!(frames("1/2pc-all-yes?play=1ms-3ms").unwrap() < frames("1/2pc-all-yes").unwrap());
    let sentence = frames("1/2pc?orders=40&until=60s").expect_err("nobody watches that");
    assert!(sentence.en.contains("choose a shorter part"), "{sentence}");
}

#[test]
fn a_film_may_repeat_and_wants_the_picture_that_it_asked_for() {
    let repeats = |file: &[u8]| file.windows(11).any(|bytes| bytes == b"NETSCAPE2.0");
    let short = || film("1/2pc-all-yes?play=-1ms").unwrap();
    assert!(repeats(&cut(short(), true)));
    assert!(!repeats(&cut(short(), false)));
    let (width, height) = (short().width, short().height);
    assert!(short().cut(width, height, &[0; 16], "", false).is_err());
    assert!(short().cut(1, 4, &[0; 16], "", false).is_err());
}
