//! The interface: pages, the player, the views, the fault editor. It knows what a protocol *has* (a ledger, a queue),
//! never a protocol by name.
//!
//! One reducer holds everything that can change ([`store`]); views are drawn from a [`views::Stage`] and answer with
//! [`store::Action`]s. Per frame nothing is rendered: the [`pen`] moves and its listeners touch the document directly.

pub mod address;
pub mod app;
pub mod breaking;
pub mod comparing;
pub mod context;
pub mod draft;
pub mod embedding;
pub mod environment;
pub mod exploring;
pub mod following;
pub mod frames;
pub mod icon;
pub mod lab;
pub mod page;
pub mod parts;
pub mod pen;
pub mod player;
pub mod selection;
pub mod sentence;
pub mod shared;
pub mod sharing;
pub mod store;
pub mod verdict;
pub mod views;
pub mod words;
