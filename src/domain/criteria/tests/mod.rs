//! What holds for every criterion and every history.
