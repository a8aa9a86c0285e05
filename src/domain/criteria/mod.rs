//! The one boolean language over facts: what it can say (`ast`) and whether it holds (`eval`).

mod ast;
mod eval;

pub use ast::FieldTest;
