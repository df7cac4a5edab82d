//! A picture as PNG that carries its run: the run's address stands in the file's text, so that the picture alone, wherever it
//! was sent, leads back to it.

use super::wire::BYTES_READ_MAX;
use crate::say;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::link::Link;
use crate::text::Text;
use png::{BitDepth, ColorType, Decoder, Encoder, Limits};
use std::io::Cursor;

/// The keyword under which the address stands in a PNG.
const KEYWORD: &str = "Faultline";

/// The widest and highest picture that is written, in pixels.
const SIDE_PX_MAX: u32 = 32_000;

/// Writes pixels (red, green, blue and opacity, which is taken for whole) as PNG with an address in it; none if they do not
/// make up a picture of that size.
pub fn write(width: u32, height: u32, pixels: &[u8], address: &str) -> Option<Vec<u8>> {
    if !is_picture(width, height, pixels) {
        return None;
    }
    let opaque: Vec<u8> = pixels.chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.add_text_chunk(KEYWORD.to_owned(), address.to_owned()).ok()?;
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&opaque).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// Whether so many pixels make up a picture of that size, and one that is not out of all bounds.
pub(super) fn is_picture(width: u32, height: u32, pixels: &[u8]) -> bool {
    let within = |side| (1..=SIDE_PX_MAX).contains(&side);
    within(width) && within(height) && pixels.len() as u64 == 4 * u64::from(width) * u64::from(height)
}

/// The link that a file carries, of which the beginning is enough. Whoever made the file: what is given is a link that was
/// read as one, to a run and not to a frame. The error is a sentence.
pub fn read(file: &[u8], catalogue: Catalogue) -> Result<Link, Text> {
    let file = &file[..file.len().min(BYTES_READ_MAX)];
    let limits = Limits { bytes: 4 * BYTES_READ_MAX };
    let reader = Decoder::new_with_limits(Cursor::new(file), limits).read_info().map_err(|_| {
        say!(
            "This file is no PNG picture that can be read: drop one that was downloaded from here",
            "无法将此文件读取为 PNG 图片：请拖入从本页面下载的图片"
        )
    })?;
    let texts = &reader.info().uncompressed_latin1_text;
    let address = texts.iter().find(|text| text.keyword == KEYWORD).map(|text| text.text.as_str());
    let fragment = address.and_then(|address| address.split_once('#')).map(|(_, fragment)| fragment);
    let fragment = fragment.ok_or_else(|| {
        say!(
            "This picture carries no run: sites that recompress pictures remove it",
            "这张图片不含运行信息：某些网站在重新压缩图片时会将其删除"
        )
    })?;
    let link = Link::read(fragment, catalogue).map_err(|bad| bad.sentence())?;
    Ok(Link { embed: false, readonly: false, ..link })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::CATALOGUE;

    const LINK: &str = "1/2pc?crash=c@after:commit.1:p1&model=1&digest=0123abcd";

    fn picture(address: &str) -> Vec<u8> {
        write(2, 3, &[9; 24], address).expect("a picture")
    }

    fn read(file: &[u8]) -> Result<Link, Text> {
        super::read(file, Catalogue(CATALOGUE))
    }

    #[test]
    fn a_picture_leads_back_to_its_run_wherever_the_page_stood() {
        let link = read(&picture(&format!("https://example.org/lab/#{LINK}&embed=1&readonly=1"))).unwrap();
        assert_eq!(link.to_string(), LINK);
        // Its beginning is enough.
        let file = picture(&format!("https://example.org/#{LINK}"));
        assert!(file.len() > 120);
        assert!(read(&file[..file.len() - 20]).is_ok());
    }

    #[test]
    fn whatever_is_no_such_picture_gets_a_sentence() {
        let said = |file: &[u8]| read(file).expect_err("no run").en.to_string();
        assert!(said(b"").contains("no PNG"));
        assert!(said(b"\x89PNG\r\n\x1a\n garbage").contains("no PNG"));
        assert!(said(&picture("https://example.org/")).contains("no run"));
        assert!(said(&picture("https://example.org/#1/nobodys")).contains("nobodys"));
        assert!(!said(&picture("https://example.org/#<script>")).is_empty());
        // Every beginning and every single wrong byte: never a panic.
        let file = picture(&format!("https://example.org/#{LINK}"));
        for length in 0..file.len() {
            let _ = read(&file[..length]);
        }
        for place in 0..file.len() {
            let mut wrong = file.clone();
            wrong[place] ^= 0x40;
            let _ = read(&wrong);
        }
        // A text that is longer than what is looked at.
        assert!(read(&picture(&"x".repeat(2 * BYTES_READ_MAX))).is_err());
    }

    #[test]
    fn pixels_that_do_not_make_up_a_picture_are_not_written() {
        assert_eq!(write(2, 3, &[0; 23], ""), None);
        assert_eq!(write(0, 0, &[], ""), None);
        assert_eq!(write(u32::MAX, u32::MAX, &[0; 4], ""), None);
    }
}
