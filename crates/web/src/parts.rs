//! Pieces that pages are put together from. Each is data with a small template of its own and escapes what it is given.

pub mod bar_chart;
pub mod block;
pub mod card;
pub mod clock_chart;
pub mod filters;
pub mod inline;
pub mod pager;
pub mod steps;
pub mod summary_list;
pub mod table;
pub mod tabs;
pub mod timeline;
pub mod why;

pub use bar_chart::BarChart;
pub use block::{Action, Block, Section};
pub use card::Card;
pub use clock_chart::ClockChart;
pub use filters::Filters;
pub use inline::{Inline, Tone};
pub use pager::Pager;
pub use steps::Steps;
pub use summary_list::SummaryList;
pub use table::Table;
pub use tabs::Tabs;
pub use timeline::Timeline;
pub use why::Why;
