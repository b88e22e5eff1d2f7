//! The table of legal bases against worked cases of the field, and against answers turned round one by one.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a story that cannot be told fails the test")]

mod age_and_follow_up;
mod answers;
mod directions;
mod file;
mod story;
mod table;
mod turned_round;
mod worked_cases;
