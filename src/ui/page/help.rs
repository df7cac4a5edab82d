//! The help sheet: every key, and every mark with its word.

use crate::ui::context::Laboratory;
use crate::ui::store::Action;
use crate::ui::words;
use faultline::picture::flow::Flow;
use faultline::sorted::SortedSet;
use faultline::text::Text;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Keys with what they do.
const KEYS: [(&[&str], Text); 13] = [
    (&["←", "→"], Text::new("step back, step", "上一步、下一步")),
    (&["Shift ←", "Shift →"], Text::new("to the beat before, to the next", "上一个、下一个关键步")),
    (&["↑", "↓"], Text::new("choose the node above, below", "选择上方、下方的节点")),
    (&["Space"], Text::new("play, pause", "播放、暂停")),
    (&["Home", "End"], Text::new("to the start, to the end", "到开头、到结尾")),
    (&["Enter"], Text::new("break what is selected", "破坏选中的对象")),
    (
        &["↑", "↓", "Enter", "Esc"],
        Text::new("in the list of verbs: choose, apply, close", "在操作列表中：选择、应用、关闭"),
    ),
    (&["u", "Ctrl Z"], Text::new("undo", "撤销")),
    (&["r", "Ctrl Y"], Text::new("redo", "重做")),
    (&["Ctrl wheel"], Text::new("zoom", "缩放")),
    (&["drag"], Text::new("along a lifeline: a pause or a time down", "沿生命线拖动：暂停或宕机一段时间")),
    (&["drag"], Text::new("across lanes: a partition", "跨泳道拖动：网络分区")),
    (&["?"], Text::new("this sheet", "本帮助")),
];

/// The sheet, open or not.
#[hook]
pub fn use_help(laboratory: &Laboratory) -> Html {
    let dialog = use_node_ref();
    let open = laboratory.state.help;
    {
        let dialog = dialog.clone();
        use_effect_with(open, move |open| {
            let Some(dialog) = dialog.cast::<HtmlDialogElement>() else { return };
            if *open && !dialog.open() {
                // Fails only if the dialog is open already or out of the document.
                drop(dialog.show_modal());
            } else if !*open && dialog.open() {
                dialog.close();
            }
        });
    }
    let onclose = laboratory.act.on(|_: Event| Action::Help(false));
    let close = laboratory.act.on(|_: MouseEvent| Action::Help(false));
    html! {
        <dialog ref={dialog} aria-labelledby="help-title" {onclose}>
            <div class="dialog-head">
                <h2 id="help-title">{ laboratory.words(&words::HELP) }</h2>
                <button class="button" onclick={close}>{ laboratory.words(&words::CLOSE) }</button>
            </div>
            if open { { keys_and_marks(laboratory) } }
        </dialog>
    }
}

/// Every key; the marks and the protocol's words that the run on the screen uses, each with its meaning.
#[inline(never)] // Loaded later.
fn keys_and_marks(laboratory: &Laboratory) -> Html {
    let bench = &laboratory.state.bench;
    let flow = Flow::of(&bench.run, &bench.axis);
    let used: SortedSet<&str> = bench.run.trace.messages.iter().map(|message| message.name.kind).collect();
    let terms = bench.run.scenario.protocol.terms().iter().filter(|term| used.contains(&term.kind));
    let line = |word: String, meaning: String| html! { <><dt>{ word }</dt><dd>{ meaning }</dd></> };
    html! {
        <>
            <p class="muted small">{ laboratory.words(&words::KEYS_HINT) }</p>
            <dl class="keys">
                { for KEYS.iter().map(|(keys, does)| html! {
                    <>
                        <dt>{ for keys.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }</dt>
                        <dd>{ laboratory.words(does) }</dd>
                    </>
                }) }
            </dl>
            <h2 class="more">{ laboratory.words(&words::MARKS) }</h2>
            <dl class="keys">
                { for flow.kinds().map(|kind| line(laboratory.words(&kind.word()), laboratory.words(&kind.meaning()))) }
                { for terms.map(|term| line(laboratory.words(&term.label), laboratory.words(&term.gloss))) }
            </dl>
        </>
    }
}
