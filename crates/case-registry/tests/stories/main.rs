//! The use cases told as stories of the field, on a real store.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod common;
#[cfg(test)]
mod consents;
#[cfg(test)]
mod joint;
#[cfg(test)]
mod lapses;
#[cfg(test)]
mod police_items;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod scene;
