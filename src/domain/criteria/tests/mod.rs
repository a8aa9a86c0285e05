//! What holds for every criterion and every history, and a few of each in plain sight.

mod laws;
mod plain;
mod random;
mod words;
