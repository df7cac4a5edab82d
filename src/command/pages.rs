//! `faultline pages`: a page for every scenario beside the built one, in both languages. It says what it is to whoever
//! unfurls a link, and shows its run before any script has come. The same page then takes over. The built page gets the
//! first frame of the run on its front page likewise.

use super::arguments::{Argument, Arguments};
use super::first_frame::FirstFrame;
use super::{FINE, Failure};
use crate::check::Verdict;
use crate::export::{Export, Form, card};
use crate::scenario::catalogue::{Catalogue, Listed};
use crate::scenario::link::Link;
use crate::scenario::run::{Judged, Run};
use crate::text::{Language, Text};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;

/// How large a frame is that other sites put into their pages, in pixels.
const FRAME: (u32, u32) = (720, 480);

/// The style sheets that lay out a first frame as the page will, by the beginnings of their names. They come as one file:
/// each request before the first frame shares the line with all others.
const SHEETS: [&str; 3] = ["faultline-", "picture-", "views-"];
/// That file.
const FIRST_SHEET: &str = "first.css";

/// Between these the front page's first frame stands in the built page.
const FIRST_FRAME: (&str, &str) = ("    <!-- The first frame. -->\n", "    <!-- The page. -->\n");

/// The languages, with where their pages lie in a scenario's folder.
const LANGUAGES: [(Language, &str, &str); 2] =
    [(Language::English, "en", ""), (Language::SimplifiedChinese, "zh-Hans", "zh/")];

pub(super) fn pages(catalogue: Catalogue, arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let mut arguments = Arguments::of("pages", arguments);
    let (mut folder, mut base) = (None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option("base") => {
                let address = arguments.value("base")?;
                if !address.starts_with("https://") && !address.starts_with("http://") {
                    return Err(arguments.failure(format!("“{address}” is no address: --base takes https://…")));
                }
                base = Some(format!("{}/", address.trim_end_matches('/')));
            }
            Argument::Option(option) => return Err(arguments.unknown(option, "--base")),
            Argument::Word(word) if folder.is_none() => folder = Some(Path::new(word)),
            Argument::Word(extra) => return Err(arguments.failure(format!("“{extra}” is one argument too many"))),
        }
    }
    let folder = folder.ok_or_else(|| arguments.failure("it needs the folder of the built page".to_owned()))?;
    let index = folder.join("index.html");
    let template = fs::read_to_string(&index)
        .map_err(|error| arguments.failure(format!("{} cannot be read: {error}", index.display())))?;
    let template = with_parts_named(catalogue, without_first_frame(template));
    fs::write(&index, with_first_frame(catalogue, &template)?)?;
    fs::write(folder.join(FIRST_SHEET), first_sheet(folder)?)?;
    let mut written = Vec::new();
    for listed in catalogue.entries() {
        let run = Run::of(listed.scenario());
        for (language, tag, under) in LANGUAGES {
            let card = card(folder, listed.entry.id, under);
            let page = Page { listed, run: &run, language, tag, under, base: base.as_deref(), card };
            for (name, text) in page.files(&template)? {
                let path = format!("s/{}/{under}{name}", listed.entry.id);
                let file = folder.join(&path);
                fs::create_dir_all(file.parent().unwrap_or(folder))?;
                fs::write(file, text)?;
                written.push(path);
            }
        }
    }
    if let Some(base) = &base {
        fs::write(folder.join("sitemap.xml"), site_map(catalogue, base))?;
    }
    writeln!(out, "{} files for {} scenarios", written.len(), catalogue.entries().count())?;
    Ok(FINE)
}

/// What stands in the style sheets that a first frame needs, in their order.
fn first_sheet(folder: &Path) -> Result<String, Failure> {
    let mut names = Vec::new();
    for file in fs::read_dir(folder)? {
        names.push(file?.file_name().to_string_lossy().into_owned());
    }
    let sheet = |start: &&str| -> Result<String, Failure> {
        let name = names.iter().find(|name| name.starts_with(start) && name.ends_with(".css"));
        Ok(fs::read_to_string(folder.join(name.ok_or_else(|| no_page(start))?))?)
    };
    SHEETS.iter().map(sheet).collect()
}

/// The page's links to style sheets.
fn sheets(template: &str) -> Vec<&str> {
    let starts = template.match_indices("<link rel=\"stylesheet\" href=\"./").map(|(start, _)| &template[start..]);
    starts.filter_map(|link| Some(&link[..=link.find('>')?])).collect()
}

/// The page with its protocols' parts called as links call the protocols: the build knows only their folders.
fn with_parts_named(catalogue: Catalogue, page: String) -> String {
    catalogue.0.iter().fold(page, |page, protocol| {
        page.replace(&format!("{}=page-", protocol.folder()), &format!("{}=page-", protocol.id()))
    })
}

/// The built page with the first frame of the front page's run, in both languages: which one is seen its script says.
fn with_first_frame(catalogue: Catalogue, page: &str) -> Result<String, Failure> {
    let Some(listed) = catalogue.opening() else { return Ok(page.to_owned()) };
    let run = Run::of(listed.scenario());
    let bar = "<a class=\"mark\" href=\"./\">Faultline</a>";
    let frame =
        |(language, tag, _)| FirstFrame { listed, run: &run, language }.html(&format!(" lang=\"{tag}\""), bar, "");
    let frames: String = LANGUAGES.map(frame).concat();
    let (begin, end) = FIRST_FRAME;
    replaced(page, &[("<body>\n", &format!("<body>\n{begin}{frames}{end}"))])
}

/// The built page as it was before.
fn without_first_frame(page: String) -> String {
    let (begin, end) = FIRST_FRAME;
    match start_of(&page, begin, end).map(str::to_owned) {
        Ok(frame) => page.replace(&frame, ""),
        Err(_) => page,
    }
}

/// One scenario in one language.
struct Page<'a> {
    listed: Listed,
    run: &'a Run,
    language: Language,
    tag: &'static str,
    under: &'static str,
    /// The address under which the built page will stand, with a slash at its end.
    base: Option<&'a str>,
    /// Where in the built page the picture lies that sites show for a link, if one was drawn.
    card: Option<String>,
}

impl Page<'_> {
    /// What stands in the page's folder, by name.
    fn files(&self, template: &str) -> Result<Vec<(&'static str, String)>, Failure> {
        let mut files = vec![("index.html", self.html(template)?), ("run.svg", self.picture()?)];
        if let Some(base) = self.base {
            files.push(("oembed.json", format!("{}\n", self.oembed(base))));
        }
        Ok(files)
    }

    /// The whole run, as it is exported; of one that is too long for a picture, the longest beginning that is not.
    fn picture(&self) -> Result<String, Failure> {
        let link = Link { language: Some(self.language), ..Link::of_entry(self.listed) };
        let failed = |sentence: Text| Failure::Input(format!("{}: {}", self.listed.entry.id, sentence.en));
        let mut export = Export::of(self.run, &link).map_err(failed)?;
        if let Ok(whole) = export.write(Form::Picture) {
            return Ok(whole);
        }
        let (mut fits, mut is_too_long) = (export.part.first, export.part.last);
        while fits + 1 < is_too_long {
            export.part.last = fits.midpoint(is_too_long);
            match export.write(Form::Picture) {
                Ok(_) => fits = export.part.last,
                Err(_) => is_too_long = export.part.last,
            }
        }
        export.part.last = fits;
        export.write(Form::Picture).map_err(failed)
    }

    fn words(&self, text: &Text) -> String {
        text.in_language(self.language).to_owned()
    }

    /// Where a path of the built folder lies from here.
    fn up(&self) -> &'static str {
        if self.under.is_empty() { "../../" } else { "../../../" }
    }

    fn html(&self, template: &str) -> Result<String, Failure> {
        let entry = self.listed.entry;
        let (question, answer) = (self.words(&entry.question), self.words(&entry.answer));
        let up = self.up();
        let title = escaped(&format!("{question} · Faultline"));
        let description = start_of(template, "<meta name=\"description\"", "/>")?;
        let head = format!(
            "<title>{title}</title>\n    <meta name=\"description\" content=\"{}\" />\n{}",
            escaped(&answer),
            self.head(&question, &answer)
        );
        let body = format!("<body>\n{}", self.body(&question, &answer));
        let named = start_of(template, "name=\"faultline-parts\" content=\"", "\"")?;
        let moved = named.replace("=page-", &format!("={up}page-"));
        // All that these have is in the one that comes first.
        let without = sheets(template).iter().fold(template.to_owned(), |page, sheet| page.replace(sheet, ""));
        replaced(
            &without,
            &[
                ("<link rel=\"modulepreload\"", "<link rel=\"modulepreload\" fetchpriority=\"low\""),
                (description, ""),
                (named, &moved),
                ("<html lang=\"en\">", &format!("<html lang=\"{}\">", self.tag)),
                ("<title>Faultline</title>", &head),
                ("=\"./", &format!("=\"{up}")),
                ("<body>\n", &body),
            ],
        )
    }

    /// What machines read of the page.
    fn head(&self, question: &str, answer: &str) -> String {
        let id = self.listed.entry.id;
        let own = |under: &str| self.base.map(|base| format!("{base}s/{id}/{under}"));
        let mut lines = vec![
            format!("<meta name=\"faultline-scenario\" content=\"1/{id}?lang={}\" />", &self.tag[..2]),
            format!("<meta property=\"og:title\" content=\"{}\" />", escaped(question)),
            format!("<meta property=\"og:description\" content=\"{}\" />", escaped(answer)),
            "<meta property=\"og:type\" content=\"website\" />".to_owned(),
            "<meta property=\"og:site_name\" content=\"Faultline\" />".to_owned(),
            format!("<link rel=\"stylesheet\" href=\"{}{FIRST_SHEET}\" />", self.up()),
            format!("<noscript><link rel=\"stylesheet\" href=\"{}scriptless.css\" /></noscript>", self.up()),
        ];
        if let Some(card) = &self.card {
            // Few sites read an address that is not whole; without the page's own there is no other.
            let (base, (width, height)) = (self.base.unwrap_or_else(|| self.up()), (card::WIDTH_PX, card::HEIGHT_PX));
            lines.push(format!("<meta property=\"og:image\" content=\"{base}{card}\" />"));
            lines.push(format!("<meta property=\"og:image:width\" content=\"{width}\" />"));
            lines.push(format!("<meta property=\"og:image:height\" content=\"{height}\" />"));
            lines.push(format!("<meta property=\"og:image:alt\" content=\"{}\" />", escaped(answer)));
        }
        let size = if self.card.is_some() { "summary_large_image" } else { "summary" };
        lines.push(format!("<meta name=\"twitter:card\" content=\"{size}\" />"));
        // An address in another language counts only if it is whole.
        for (address, tag) in LANGUAGES.iter().filter_map(|(_, tag, under)| Some((own(under)?, tag))) {
            lines.push(format!("<link rel=\"alternate\" hreflang=\"{tag}\" href=\"{address}\" />"));
        }
        if let Some(address) = own(self.under) {
            lines.push(format!("<link rel=\"canonical\" href=\"{address}\" />"));
            lines.push(format!("<meta property=\"og:url\" content=\"{address}\" />"));
            lines.push(format!(
                "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{address}oembed.json\" title=\"{}\" />",
                escaped(question)
            ));
        }
        let mut data = json!({
            "@context": "https://schema.org",
            "@type": "LearningResource",
            "name": question,
            "description": answer,
            "inLanguage": self.tag,
            "about": self.words(&self.listed.protocol.name()),
            "learningResourceType": "simulation",
            "isAccessibleForFree": true,
        });
        if let Some(address) = own(self.under) {
            data["url"] = Value::from(address);
        }
        // A text in it that looks like a tag must not be one.
        let data = data.to_string().replace('<', "\\u003c");
        lines.push(format!("<script type=\"application/ld+json\">{data}</script>"));
        lines.iter().map(|line| format!("    {line}\n")).collect()
    }

    /// What is seen until the page takes over. Readers without scripts see the whole run, its answer and its verdicts.
    fn body(&self, question: &str, answer: &str) -> String {
        let frame = FirstFrame { listed: self.listed, run: self.run, language: self.language };
        let (other, name) = match self.language {
            Language::English => ("zh/", "中文"),
            Language::SimplifiedChinese => ("../", "English"),
        };
        let bar = format!(
            "<a class=\"mark\" href=\"{}\">Faultline</a><span class=\"place\">{}</span>\
             <a class=\"quiet\" href=\"{other}\">{name}</a>",
            self.up(),
            frame.place(),
        );
        let whole = format!(
            "\n      <noscript>\n        <div class=\"whole\"><img src=\"run.svg\" alt=\"{}\" /></div>\n        \
             <p>{}</p>\n        <ul class=\"ends\">\n{}        </ul>\n      </noscript>",
            escaped(question),
            escaped(answer),
            self.verdicts(),
        );
        frame.html("", &bar, &whole)
    }

    /// How each property ends, and why.
    fn verdicts(&self) -> String {
        let line = |judged: &Judged| {
            let why = match &judged.verdict {
                Verdict::Violated { why, .. } | Verdict::NotYet { why } => Some(self.words(why)),
                Verdict::Holds | Verdict::NotSeen => None,
            };
            let end = self.words(&ending(&judged.verdict));
            let (colon, dash) = match self.language {
                Language::English => (": ", ". "),
                Language::SimplifiedChinese => ("：", "。"),
            };
            let why = why.map_or_else(String::new, |why| format!("{dash}{why}"));
            let text = escaped(&format!("{}{colon}{end}{why}", self.words(&judged.property.title)));
            format!("          <li>{text}</li>\n")
        };
        self.run.verdicts.iter().map(line).collect()
    }

    /// What sites that know oEmbed put into their pages for a link to this one.
    fn oembed(&self, base: &str) -> Value {
        let id = self.listed.entry.id;
        let title = self.words(&self.listed.entry.question);
        let (width, height) = FRAME;
        let link = format!("{base}#1/{id}?t=0us&lang={}&embed=1", &self.tag[..2]);
        let html = format!(
            "<iframe title=\"{}\" width=\"{width}\" height=\"{height}\" src=\"{}\"></iframe>",
            escaped(&title),
            escaped(&link)
        );
        json!({
            "version": "1.0",
            "type": "rich",
            "title": title,
            "provider_name": "Faultline",
            "provider_url": base,
            "width": width,
            "height": height,
            "html": html,
        })
    }
}

/// The picture for links to a scenario's page: that of its language, else the English one.
fn card(folder: &Path, id: &str, under: &str) -> Option<String> {
    let places = [under, ""].map(|under| format!("s/{id}/{under}card.png"));
    places.into_iter().find(|place| folder.join(place).is_file())
}

/// How a property ended, in words.
fn ending(verdict: &Verdict) -> Text {
    match verdict {
        Verdict::Violated { .. } => Text::new("violated", "被违反"),
        Verdict::NotYet { .. } => Text::new("not by the end of the run", "运行结束前未达成"),
        Verdict::NotSeen => Text::new("not seen in this run", "本次运行未出现"),
        Verdict::Holds => Text::new("holds", "成立"),
    }
}

/// Every page of every scenario, with its other language.
fn site_map(catalogue: Catalogue, base: &str) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    text.push_str(&format!("<url><loc>{base}</loc></url>\n"));
    for listed in catalogue.entries() {
        let id = listed.entry.id;
        let others: String = LANGUAGES
            .iter()
            .map(|(_, tag, under)| {
                format!("<xhtml:link rel=\"alternate\" hreflang=\"{tag}\" href=\"{base}s/{id}/{under}\"/>")
            })
            .collect();
        for (_, _, under) in LANGUAGES {
            text.push_str(&format!("<url><loc>{base}s/{id}/{under}</loc>{others}</url>\n"));
        }
    }
    text.push_str("</urlset>\n");
    text
}

/// What a text has from these words to those.
fn start_of<'a>(text: &'a str, from: &str, to: &str) -> Result<&'a str, Failure> {
    let found = text.find(from).and_then(|start| {
        let end = text[start + from.len()..].find(to)?;
        Some(&text[start..start + from.len() + end + to.len()])
    });
    found.ok_or_else(|| no_page(from))
}

/// A text with all of these words replaced, each of which must be there.
fn replaced(text: &str, words: &[(&str, &str)]) -> Result<String, Failure> {
    words.iter().try_fold(text.to_owned(), |text, (from, to)| match text.contains(from) {
        true => Ok(text.replace(from, to)),
        false => Err(no_page(from)),
    })
}

fn no_page(words: &str) -> Failure {
    Failure::Input(format!("pages: the folder's index.html is not that of a built page: it has no {words}"))
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
