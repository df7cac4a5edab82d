//! The empty frame of the flow: where the paper lies and what clips it, the pen, the heads of the lanes.

use super::super::Stage;
use super::layout::Layout;
use super::paper::{Paper, set};
use super::words::Shelf;
use faultline::picture::flow::Orientation;
use faultline::picture::flow::heads;
use faultline::picture::flow::ruler::{RULER_DOWN_PX, RULER_RIGHT_PX};
use faultline::picture::path::written;
use faultline::text::{Language, Text};
use web_sys::Element;

/// The parts of the document that the easel moves.
pub struct Parts {
    pub root: Element,
    pub ghost_paper: Element,
    pub ahead: Element,
    pub ahead_group: Element,
    pub gone: Element,
    pub gone_group: Element,
    /// What is drawn of the run so far, and of the run ahead.
    pub papers: [Paper; 2],
    pub over: Element,
    pub selected: Element,
    pub labels: Shelf,
    pub ticks: Shelf,
    /// What the ruler's words lie on.
    pub ruler: Element,
    pub pen: Element,
    pub heads: Element,
}

/// The empty frame: where the paper lies, what it is clipped by.
pub fn set_up(holder: &Element, stage: &Stage, layout: &Layout, size: (f64, f64)) -> Option<Parts> {
    let geometry = layout.geometry;
    let (width, height) = match geometry.orientation {
        Orientation::Right => (size.0, (geometry.across + RULER_RIGHT_PX).max(size.1)),
        Orientation::Down => ((geometry.across + RULER_DOWN_PX).max(size.0), size.1),
    };
    let lang = match stage.language {
        Language::English => "en",
        Language::SimplifiedChinese => "zh-Hans",
    };
    let (nodes, events) = (stage.run.topology.nodes.len(), stage.run.len());
    let name = stage.run.scenario.protocol.name();
    let (en, zh) = (&name.en, &name.zh);
    let label = stage.words(&Text {
        en: format!("{en}: {nodes} nodes, {events} events").into(),
        zh: format!("{zh}：{nodes} 个节点，{events} 个事件").into(),
    });
    let (w, h) = (written(width), written(height));
    // The lanes' own view, without heads and ruler; what lies outside is clipped.
    let (x, y) = match geometry.orientation {
        Orientation::Right => (layout.heads, 0.0),
        Orientation::Down => (RULER_DOWN_PX, layout.heads),
    };
    let view = geometry.area(0.0, layout.camera.view, 0.0, geometry.across);
    let (vw, vh) = (written(view.width), written(view.height));
    let (x, y) = (written(x), written(y));
    let clip = |class: &str, inside: &str| {
        format!("<svg class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{vw}\" height=\"{vh}\">{inside}</svg>")
    };
    let group = "<g class=\"moving\"></g>";
    let ruler_at = match geometry.orientation {
        Orientation::Right => {
            format!("x=\"{x}\" y=\"{}\" width=\"{vw}\" height=\"{RULER_RIGHT_PX}\"", written(geometry.across))
        }
        Orientation::Down => format!("x=\"0\" y=\"{y}\" width=\"{RULER_DOWN_PX}\" height=\"{vh}\""),
    };
    let text = format!(
        "<svg class=\"paper {way}\" role=\"img\" lang=\"{lang}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">{ghost}{ahead}{gone}\
         <g class=\"pen\"></g>{over}<svg class=\"ruler\" {ruler_at}>{group}</svg><g class=\"heads\"></g></svg>",
        way = if geometry.orientation == Orientation::Right { "right" } else { "downwards" },
        ghost = clip("ghost", group),
        ahead = clip("ahead", group),
        gone = clip("gone", group),
        over = clip("over", "<g class=\"moving\"><path class=\"selected\"/><g class=\"words\"></g></g>"),
    );
    holder.set_inner_html(&text);
    let part = |selector: &str| holder.query_selector(selector).ok().flatten();
    let root = part("svg")?;
    set(&root, "aria-label", &label);
    let (ahead_group, gone_group) = (part(".ahead > g")?, part(".gone > g")?);
    let papers = [Paper::new(&gone_group)?, Paper::new(&ahead_group)?];
    let pen = part(".pen")?;
    pen.set_inner_html(&heads::pen(&geometry));
    Some(Parts {
        ghost_paper: part(".ghost > g")?,
        ahead: part(".ahead")?,
        ahead_group,
        gone: part(".gone")?,
        papers,
        gone_group,
        over: part(".over > g")?,
        selected: part(".selected")?,
        labels: Shelf::new(part(".words")?),
        ticks: Shelf::new(part(".ruler > g")?),
        ruler: part(".ruler > g")?,
        pen,
        heads: part(".heads")?,
        root,
    })
}
