//! Buying groups.
