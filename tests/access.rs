//! Who gets what: every route, every role, and what the log says of it.

mod break_glass;
mod drafts;
mod explanations;
mod likeness;
mod open_doors;
mod recorded;
mod walk;
