//! A model that a search borrows, or shares, so that whoever keeps both need not borrow from itself.

use super::Model;
use std::ops::Deref;
use std::sync::Arc;

pub(super) enum Held<'m, M: Model> {
    Borrowed(&'m M),
    Shared(Arc<M>),
}

impl<M: Model> Clone for Held<'_, M> {
    fn clone(&self) -> Self {
        match self {
            Held::Borrowed(model) => Held::Borrowed(model),
            Held::Shared(model) => Held::Shared(model.clone()),
        }
    }
}

impl<M: Model> Deref for Held<'_, M> {
    type Target = M;
    fn deref(&self) -> &M {
        match self {
            Held::Borrowed(model) => model,
            Held::Shared(model) => model,
        }
    }
}
