use crate::protocols::Moment;
use crate::text::Text;
pub(super) fn narrate(_moment: &Moment) -> Option<Text> {
    None
}
