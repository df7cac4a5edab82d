//! Queues of messages: at which node, what each message is about, and where it stands.

use super::{Stage, has_panel};
use faultline::say;
use faultline::sim::payload::Outcome;
use faultline::sim::show::{Letter, Mailbox, Mailboxes, Mood, Panel};
use faultline::text::Text;
use yew::prelude::*;

/// Queues up to this length are shown in full; of longer ones the newest, and the rest is counted.
const LETTERS_MAX: usize = 6;

/// Whether the run has queues of messages.
pub fn needed(stage: &Stage) -> bool {
    has_panel(stage, |panel| matches!(panel, Panel::Mailboxes(_)))
}

/// The view.
pub fn panels(stage: Stage) -> Html {
    let stage = &stage;
    let panels = stage.scene.panels.iter().filter_map(|panel| match panel {
        Panel::Mailboxes(mailboxes) => Some(mailboxes),
        _ => None,
    });
    html! { <>{ for panels.map(|mailboxes| draw(stage, mailboxes)) }</> }
}

fn draw(stage: &Stage, mailboxes: &Mailboxes) -> Html {
    html! {
        <section class="queue mailboxes" aria-label={stage.words(&mailboxes.title)}>
            <h2>{ stage.words(&mailboxes.title) }</h2>
            { for mailboxes.boxes.iter().map(|mailbox| draw_box(stage, mailbox)) }
        </section>
    }
}

fn draw_box(stage: &Stage, mailbox: &Mailbox) -> Html {
    let node = stage.run.topology.name(mailbox.node);
    let name = stage.words(&mailbox.name);
    let hidden = mailbox.letters.len().saturating_sub(LETTERS_MAX);
    let earlier = (hidden > 0).then(|| say!("{hidden} earlier ones", "更早的 {hidden} 条"));
    html! {
        <div key={format!("{node} {name}")} role="group" aria-label={format!("{node} {name}")}>
            <h3><span class="who">{ name }</span>{ " " }<span class="muted">{ node }</span></h3>
            <ol>
                if mailbox.letters.is_empty() {
                    <li class="free">{ stage.words(&Text::new("empty", "空")) }</li>
                }
                { for earlier.iter().map(|said| html! { <li class="free">{ stage.words(said) }</li> }) }
                { for mailbox.letters[hidden..].iter().map(|letter| draw_letter(stage, letter)) }
            </ol>
        </div>
    }
}

fn draw_letter(stage: &Stage, letter: &Letter) -> Html {
    let class = match letter.mood {
        Mood::Holding | Mood::Busy => "holder",
        Mood::Waiting => "waiter",
        Mood::Idle | Mood::Decided(Outcome::Commit | Outcome::Abort) => "settled",
    };
    html! {
        <li class={class}>
            <i class="swatch" />
            <span class="who">{ &letter.name }</span>
            <span class="muted">{ stage.words(&letter.state) }</span>
        </li>
    }
}
