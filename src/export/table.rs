//! The events as tab-separated values, with a line of headings: what a spreadsheet opens.

use super::Export;
use crate::picture::table::{Causes, Table};

pub(super) fn write(export: &Export) -> String {
    Table::of(export.run, export.language).tab_separated(export.part.events(), &Causes::of_run(export.run))
}
