//! The colours of a picture as a palette: a run is painted in a few flat inks, which are kept to the bit, and in what lies
//! between them at the edges of strokes and letters, of which the rare ones give way to their neighbours.

use std::collections::BTreeMap;

/// Red, green, blue.
pub type Colour = [u8; 3];

/// The most colours that a GIF's palette holds.
const COLOURS_MAX: usize = 256;

/// Some colours, each meant by its place.
pub struct Palette(Vec<Colour>);

impl Palette {
    /// The colours that are `always` there, then the most frequent of a picture; of equally frequent ones the darker.
    pub fn of(pixels: &[u8], always: &[Colour]) -> Palette {
        let mut counts: BTreeMap<Colour, u32> = BTreeMap::new();
        for run in colours(pixels).collect::<Vec<_>>().chunk_by(|a, b| a == b) {
            *counts.entry(run[0]).or_default() += run.len() as u32;
        }
        let mut palette = always.to_vec();
        let mut others: Vec<(Colour, u32)> = counts.into_iter().filter(|(own, _)| !always.contains(own)).collect();
        others.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        palette.extend(others.into_iter().map(|(colour, _)| colour).take(COLOURS_MAX - always.len()));
        Palette(palette)
    }

    /// The bytes of the palette: red, green, blue of each.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.iter().flatten().copied().collect()
    }

    /// Every pixel as the place of the colour that is nearest to its own.
    pub fn places(&self, pixels: &[u8]) -> Vec<u8> {
        let mut known: BTreeMap<Colour, u8> = self.0.iter().copied().zip(0..=u8::MAX).collect();
        let mut last = (self.0[0], 0);
        let place = |colour| {
            if colour != last.0 {
                last = (colour, *known.entry(colour).or_insert_with(|| self.nearest(colour)));
            }
            last.1
        };
        colours(pixels).map(place).collect()
    }

    fn nearest(&self, colour: Colour) -> u8 {
        let apart =
            |other: &Colour| -> u32 { colour.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum() };
        // A palette never has more places than a byte.
        self.0.iter().zip(0..=u8::MAX).min_by_key(|(other, _)| apart(other)).map_or(0, |(_, place)| place)
    }
}

/// The colours of pixels that are given as red, green, blue and opacity, which is taken for whole.
fn colours(pixels: &[u8]) -> impl Iterator<Item = Colour> {
    pixels.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_colours_are_kept_and_rare_ones_give_way_to_their_neighbours() {
        let mut pixels = [1, 1, 1, 255].repeat(9);
        for grey in 0..=255u8 {
            pixels.extend([grey, grey, 200, 255].repeat(if grey == 7 { 1 } else { 2 }));
        }
        let palette = Palette::of(&pixels, &[[250, 0, 0]]);
        assert_eq!(palette.bytes().len(), 3 * COLOURS_MAX);
        assert_eq!(palette.0[..2], [[250, 0, 0], [1, 1, 1]]);
        let places = palette.places(&pixels);
        let seen = |pixel: usize| palette.0[usize::from(places[pixel])];
        assert_eq!(seen(0), [1, 1, 1]);
        // The rare one is not in the palette, and is painted as one beside it.
        assert!(!palette.0.contains(&[7, 7, 200]));
        assert_eq!(seen(9 + 14), [6, 6, 200]);
        assert_eq!(seen(9 + 15), [8, 8, 200]);
    }
}
