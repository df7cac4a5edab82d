//! What the page and the exporter say to each other. Both are built from the same sources, so postcard's encoding needs no
//! version. Pixels and files go beside an order or a report, not in it: they are handed over without being copied.

use crate::scenario::link::BYTES_MAX;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// How much of a file is looked at for the link that it carries, in bytes: that stands at its beginning.
pub const BYTES_READ_MAX: usize = BYTES_MAX + 16 * 1024;

/// What the page asks of the exporter. The number comes back with every report on it; a new order makes the exporter
/// forget the one before.
#[derive(Serialize, Deserialize)]
pub struct Order {
    pub number: u32,
    pub work: Work,
}

/// What is to be done.
#[derive(Serialize, Deserialize)]
pub enum Work {
    /// Write the run of this link in the form of this word.
    Write { link: String, form: String },
    /// Write the picture from which a film of this link's run is cut.
    Sheet { link: String },
    /// Make a PNG of the pixels beside this order that carries this address.
    Picture { width: u32, height: u32, address: String },
    /// Cut the film from its picture, whose pixels are beside this order.
    Film { link: String, width: u32, height: u32, address: String, repeats: bool },
    /// Read the link that the file beside this order carries.
    Read,
    /// Nothing any more.
    Stop,
}

/// What the exporter answers.
#[derive(Serialize, Deserialize)]
pub struct Report {
    pub number: u32,
    pub news: News,
}

/// How an order goes.
#[derive(Serialize, Deserialize)]
pub enum News {
    /// So many frames of a film are cut.
    Cut { done: u32, of: u32 },
    /// It is done; what was made is beside this report.
    Made,
    /// The link that a file carries.
    Carried(String),
    /// It cannot be done.
    Refused(Text),
}
