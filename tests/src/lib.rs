//! Cross-crate tests live in the folders beside this file.
