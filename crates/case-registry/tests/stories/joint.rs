//! The joint work of two authorities: joint files, joint actions, the group, and who owns what.

mod actions;
mod files;
mod group;
mod ownership;
pub(crate) mod scene;
