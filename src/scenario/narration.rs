//! What to say at an event: the protocol's own sentence, or one about the engine's events.

use super::run::Run;
use crate::protocols::Moment;
use crate::text::Text;

/// The sentence for an event.
pub fn narrate(run: &Run, moment: &Moment) -> Text {
    run.scenario.protocol.narrate(moment).unwrap_or(Text::new("", ""))
}
