//! The pictures that sites show for a link to a scenario's page: `s/<id>/card.png`, and `s/<id>/zh/card.png` where this
//! machine has a font for Chinese. What was drawn before is kept in a folder of its own, by what it shows, so that a build
//! draws only what is new.

use crate::{Outcome, unwritable};

use faultline::export::card;
use faultline::protocols::CATALOGUE;
use faultline::scenario::catalogue::{Catalogue, Listed};
use faultline::scenario::run::Run;
use faultline::text::Language;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::{fs, io, thread};

/// Fonts that suit the page, the best first, for each language.
const LATIN: [&str; 8] =
    ["Inter", "SF Pro Text", "Helvetica Neue", "Segoe UI", "Noto Sans", "Liberation Sans", "Arial", "DejaVu Sans"];
const CHINESE: [&str; 7] = [
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
];

/// Draws every scenario's cards, on all processors. What it gives is a sentence.
pub fn draw_all(folder: &Path, kept: &Path) -> Outcome<String> {
    fs::create_dir_all(kept).map_err(|error| unwritable(kept, &error))?;
    let fonts = Fonts::of_this_machine();
    let scenarios: Vec<Listed> = Catalogue(CATALOGUE).entries().collect();
    let next = AtomicUsize::new(0);
    let shown = Mutex::new(BTreeSet::new());
    let drawn = AtomicUsize::new(0);
    let work = || -> Outcome {
        while let Some(listed) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            let run = Run::of(listed.scenario());
            for (language, under, font) in fonts.languages() {
                let svg = card::write(*listed, &run, language);
                let file = kept.join(format!("{:016x}.png", font.mark(&svg)));
                if !file.is_file() {
                    let written = fs::write(&file, pixels(&svg, font)?);
                    written.map_err(|error| unwritable(&file, &error))?;
                    drawn.fetch_add(1, Ordering::Relaxed);
                }
                let place = folder.join(format!("s/{}/{under}card.png", listed.entry.id));
                let copied =
                    fs::create_dir_all(place.parent().unwrap_or(folder)).and_then(|()| fs::copy(&file, &place));
                copied.map_err(|error| unwritable(&place, &error))?;
                shown.lock().map_err(|_| "publish: a thread stopped.".to_owned())?.insert(file);
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "publish: a thread stopped.".to_owned())?)
    })?;
    let shown = shown.into_inner().map_err(|_| "publish: a thread stopped.".to_owned())?;
    forget_all_but(kept, &shown).map_err(|error| unwritable(kept, &error))?;
    let chinese = if fonts.chinese.is_some() {
        ""
    } else {
        "; there is no font for Chinese here: Chinese pages show the English ones"
    };
    let drawn = drawn.into_inner();
    Ok(format!("{} pictures for shared links, {drawn} of them drawn anew{chinese}", shown.len()))
}

/// Removes what no page shows any more.
fn forget_all_but(kept: &Path, shown: &BTreeSet<PathBuf>) -> io::Result<()> {
    for file in fs::read_dir(kept)?.collect::<io::Result<Vec<_>>>()? {
        if !shown.contains(&file.path()) {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}

/// A picture's pixels as PNG.
fn pixels(svg: &str, font: &Font) -> Outcome<Vec<u8>> {
    let options = Options { fontdb: font.all.clone(), font_family: font.family.clone(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| format!("publish: no SVG: {error}"))?;
    let mut pixmap = Pixmap::new(card::WIDTH_PX, card::HEIGHT_PX).ok_or("publish: there is no such size.")?;
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| format!("publish: no PNG: {error}"))
}

/// The fonts for one language.
struct Font {
    all: Arc<fontdb::Database>,
    family: String,
}

impl Font {
    /// Tells pictures apart by what they show and the letters they show it in.
    fn mark(&self, svg: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (env!("CARGO_PKG_VERSION"), &self.family, svg).hash(&mut hasher);
        hasher.finish()
    }
}

struct Fonts {
    latin: Font,
    chinese: Option<Font>,
}

impl Fonts {
    /// The system's own, and one that is always there.
    fn of_this_machine() -> Fonts {
        let mut all = fontdb::Database::new();
        all.load_system_fonts();
        all.load_font_data(epaint_default_fonts::UBUNTU_LIGHT.to_vec());
        let find = |names: &[&str]| {
            let has = |name: &&str| all.faces().any(|face| face.families.iter().any(|(family, _)| family == name));
            names.iter().find(|name| has(name)).map(|name| (*name).to_owned())
        };
        let font = |family: String| {
            let mut all = all.clone();
            all.set_sans_serif_family(&family);
            Font { all: Arc::new(all), family }
        };
        Fonts { latin: font(find(&LATIN).unwrap_or_else(|| "Ubuntu".to_owned())), chinese: find(&CHINESE).map(font) }
    }

    /// The languages that can be drawn here, with where their pages lie in a scenario's folder.
    fn languages(&self) -> impl Iterator<Item = (Language, &'static str, &Font)> {
        let chinese = self.chinese.iter().map(|font| (Language::SimplifiedChinese, "zh/", font));
        [(Language::English, "", &self.latin)].into_iter().chain(chinese)
    }
}
