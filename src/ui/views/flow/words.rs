//! The words in view: labels and the ruler, each cut by no edge. A word that stays in view is left alone: writing all of
//! them anew at every event would cost more than all else that a frame does.

use super::paper::{group, place};
use faultline::picture::flow::labels::{Label, Page};
use faultline::picture::flow::ruler::Tick;
use faultline::picture::flow::{Geometry, Sheet};
use faultline::picture::svg;
use faultline::sim::trace::EventIndex;
use faultline::sorted::SortedMap;
use web_sys::Element;

/// So many words at most are written anew in one piece of the work.
const WORDS_AT_ONCE: usize = 12;

/// The words of one page, each by its address: it tells words apart as long as their page lives.
type Known<'a, Word> = SortedMap<usize, &'a Word>;

fn known<'a, Word>(words: impl Iterator<Item = &'a Word>) -> Known<'a, Word> {
    words.map(|word| (std::ptr::from_ref(word) as usize, word)).collect()
}

/// Words in the document, page by page.
pub struct Shelf {
    holder: Element,
    pages: SortedMap<usize, Board>,
}

/// The words of a page in the document, in a group of their own.
struct Board {
    group: Element,
    /// Where the group stands along the axis.
    along: f64,
    words: SortedMap<usize, Element>,
}

impl Shelf {
    pub fn new(holder: Element) -> Shelf {
        Shelf { holder, pages: SortedMap::new() }
    }

    /// Takes the words of all pages but these away.
    fn keep(&mut self, is_wanted: impl Fn(usize) -> bool) {
        self.pages.retain(|page, board| {
            let stays = is_wanted(*page);
            if !stays {
                board.group.remove();
            }
            stays
        });
    }

    /// Makes no words of a page but these stand in the document, its zero at a place along the axis, as many new ones of
    /// them as there is `room` for. Each is written as one element.
    fn show<Word>(
        &mut self,
        page: usize,
        wanted: &Known<Word>,
        (geometry, along): (&Geometry, f64),
        room: &mut Room,
        write: impl Fn(&mut String, &Word),
    ) {
        if wanted.is_empty() && !self.pages.contains_key(&page) {
            return;
        }
        if !self.pages.contains_key(&page) {
            let Some(group) = group(&self.holder) else { return };
            self.pages.insert(page, Board { group, along: f64::NAN, words: SortedMap::new() });
        }
        let Some(board) = self.pages.get_mut(&page) else { return };
        if board.along != along {
            board.along = along;
            place(&board.group, geometry, along);
        }
        board.words.retain(|word, element| {
            let stays = wanted.contains_key(word);
            if !stays {
                element.remove();
            }
            stays
        });
        let mut new: Vec<(usize, &Word)> = wanted
            .iter()
            .filter(|(word, _)| !board.words.contains_key(word))
            .map(|(key, word)| (*key, *word))
            .collect();
        room.take(&mut new);
        if new.is_empty() {
            return;
        }
        let mut text = String::new();
        for (_, word) in &new {
            write(&mut text, word);
        }
        // It cannot fail: the group stands in the document.
        drop(board.group.insert_adjacent_html("beforeend", &text));
        let mut last = board.group.last_element_child();
        for (key, _) in new.iter().rev() {
            let Some(element) = last else { return };
            last = element.previous_element_sibling();
            board.words.insert(*key, element);
        }
    }
}

/// For how many new words there is room in one piece of the work: laying letters out takes the browser long.
struct Room {
    left: usize,
    /// Some words found none.
    lacked: bool,
}

impl Room {
    /// Takes as many of them as there is room for, and leaves the others out.
    fn take<Word>(&mut self, words: &mut Vec<Word>) {
        self.lacked |= words.len() > self.left;
        words.truncate(self.left);
        self.left -= words.len();
    }
}

/// What is to be seen of the pages.
pub struct View {
    /// The event at the pen.
    pub at: EventIndex,
    /// The paper in view, from one place along the axis to another.
    pub ends: (f64, f64),
    /// No label begins beyond this place…
    pub labels_until: f64,
    /// … and the ruler says nothing beyond this one.
    pub ruled_until: f64,
    /// Where the groups' zero lies along the axis.
    pub origin: f64,
}

/// Takes the labels and the ruler's words of all pages but these away.
pub fn keep((labels, ticks): (&mut Shelf, &mut Shelf), is_wanted: impl Fn(usize) -> bool) {
    labels.keep(&is_wanted);
    ticks.keep(&is_wanted);
}

/// Brings labels and ruler nearer to the view, all of whose pages are placed; says whether some of them are still missing.
pub fn show(
    (labels, ticks): (&mut Shelf, &mut Shelf),
    sheet: &Sheet,
    pages: &SortedMap<usize, (Page, Vec<Tick>)>,
    view: &View,
) -> bool {
    let mut room = Room { left: WORDS_AT_ONCE, lacked: false };
    let (from, to) = view.ends;
    let in_view = sheet.page_at(from)..=sheet.page_at(to);
    keep((&mut *labels, &mut *ticks), |page| in_view.contains(&page));
    for (page, (placed, ruler)) in pages.iter().filter(|(page, _)| in_view.contains(page)) {
        let start = sheet.page_ends(*page).0;
        let own = sheet.from_origin(start);
        let (geometry, along) = (&own.geometry, start - view.origin);
        let seen = placed.visible(&own, view.at, view.ends, view.labels_until);
        labels.show(*page, &known(seen.into_iter()), (geometry, along), &mut room, |text, label: &Label| {
            svg::label(text, label)
        });
        let inside = |tick: &&Tick| {
            let (first, last) = (tick.along - tick.extent / 2.0, tick.along + tick.extent / 2.0);
            first >= from && last <= to && tick.along <= view.ruled_until
        };
        let seen = known(ruler.iter().filter(inside));
        ticks.show(*page, &seen, (geometry, along), &mut room, |text, tick: &Tick| svg::tick(text, geometry, tick));
    }
    room.lacked
}
