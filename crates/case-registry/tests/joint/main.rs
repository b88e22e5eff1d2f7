//! The joint work of two authorities, told as stories: joint files, joint actions, the group, and who owns what.

#[cfg(test)]
mod actions;
#[cfg(test)]
#[path = "../common/mod.rs"]
mod common;
#[cfg(test)]
mod files;
#[cfg(test)]
mod group;
#[cfg(test)]
mod ownership;
#[cfg(test)]
mod scene;
