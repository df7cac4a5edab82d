//! The events as tab-separated values, with a line of headings: what a spreadsheet opens.

use super::Export;
use crate::picture::table::{Causes, Table};

pub(super) fn write(export: &Export) -> String {
    let table = Table::of(export.run, export.language);
    let causes = Causes::of_run(export.run);
    let mut text = Table::header().map(|word| word.in_language(export.language).to_owned()).join("\t");
    text.push('\n');
    for event in export.part.events() {
        text.push_str(&table.tab_separated(event, &causes));
        text.push('\n');
    }
    text
}
