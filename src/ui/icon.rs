//! The few signs on buttons: strokes of 1.5 px on a 16 px square, in the colour of the text.

use yew::prelude::*;

pub const PLAY: &str = "M4 2.5v11l9-5.5z";
pub const PAUSE: &str = "M5 2.5v11M11 2.5v11";
pub const REPLAY: &str = "M3 8a5 5 0 1 0 1.6-3.7M3 2v3h3";
pub const STEP: &str = "M4 3l6 5-6 5M12.5 3v10";
pub const STEP_BACK: &str = "M12 3 6 8l6 5M3.5 3v10";
pub const NEXT_BEAT: &str = "M2 3l5 5-5 5M7.500 3l5 5-5 5M14 3v10";
pub const PREVIOUS_BEAT: &str = "M14 3 9 8l5 5M8.500 3l-5 5 5 5M2 3v10";
pub const UNDO: &str = "M6 3 3 6l3 3M3 6h6.500a3.500 3.500 0 0 1 0 7H6";
pub const REDO: &str = "M10 3l3 3-3 3M13 6H6.500a3.500 3.500 0 0 0 0 7H10";
pub const THEME: &str = "M8 2.500a5.500 5.500 0 1 0 0 11zM8 2.500a5.500 5.500 0 0 1 0 11";
pub const MORE: &str = "M2 4h12M2 8h12M2 12h12";
pub const WAY_OUT: &str = "M6.500 3H3v10h10V9.500M9.500 2.500h4v4M13.500 2.500 7.500 8.500";
pub const SEARCH: &str = "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.500 10.500 14 14";

/// The break: paper that is displaced.
pub const BREAK: &str = "M1 5h7l-2 6h9M8 1v4M6 11v4";

/// A sign; what it means is said by its button.
pub fn icon(path: &'static str) -> Html {
    html! {
        <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
            aria-hidden="true"><path d={path} /></svg>
    }
}

/// The wordmark's sign: paper that breaks.
pub fn wordmark() -> Html {
    html! {
        <svg width="32" height="16" viewBox="0 0 32 16" fill="none" stroke="currentColor" stroke-width="1.5"
            aria-hidden="true"><path d="M0 5h15M17 11h15M16 0v16" /><path d="M5 5v0M9 5v0" /></svg>
    }
}
