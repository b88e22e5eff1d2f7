//! Bars as server-side SVG, with the same figures in a table for whoever would rather read.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::i18n::Messages;

/// Below this many, a figure over people is not shown (law.md, section 5).
const FEWEST: u32 = 5;
const WIDTH: u32 = 720;
const HEIGHT: u32 = 200;
const BASE: u32 = 170;

/// Bars.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/bar_chart.html")]
pub struct BarChart {
    msg: Messages,
    id: String,
    title: String,
    label_column: String,
    count_column: String,
    suppressed: bool,
    bars: Vec<(String, u32)>,
}

impl HtmlSafe for BarChart {}

/// One drawn bar.
struct Drawn<'s> {
    label: &'s str,
    words: String,
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    middle: u32,
    labelled: bool,
}

impl BarChart {
    /// A chart: id unique on the page, title, what the bars stand for, what is counted.
    pub fn new(
        msg: Messages,
        id: impl Into<String>,
        title: impl Into<String>,
        labels: impl Into<String>,
        counts: impl Into<String>,
    ) -> Self {
        Self {
            msg,
            id: id.into(),
            title: title.into(),
            label_column: labels.into(),
            count_column: counts.into(),
            suppressed: false,
            bars: Vec::new(),
        }
    }

    /// The bars count people: one to four are shown as "fewer than 5". Whoever makes the figures sees to it that sums and complements do not give them away.
    #[must_use]
    pub const fn of_people(mut self) -> Self {
        self.suppressed = true;
        self
    }

    /// Adds a bar.
    #[must_use]
    pub fn bar(mut self, label: impl Into<String>, count: u32) -> Self {
        self.bars.push((label.into(), count));
        self
    }

    /// Twenty-four bars, one an hour.
    #[must_use]
    pub fn by_hour(mut self, counts: [u32; 24]) -> Self {
        self.bars.extend((0..24).zip(counts).map(|(hour, count)| (format!("{hour:02}"), count)));
        self
    }

    fn is_hidden(&self, count: u32) -> bool {
        self.suppressed && (1..FEWEST).contains(&count)
    }

    fn words(&self, count: u32) -> String {
        if self.is_hidden(count) { self.msg.fewer_than(FEWEST) } else { self.msg.number(i64::from(count)) }
    }

    fn drawn(&self) -> Vec<Drawn<'_>> {
        let highest =
            self.bars.iter().map(|(_, count)| *count).filter(|count| !self.is_hidden(*count)).max().unwrap_or(0).max(1);
        let number = u32::try_from(self.bars.len()).unwrap_or(1).max(1);
        let slot = WIDTH / number;
        let width = (slot * 4 / 5).max(1);
        // Labels need about 28 units each; where there is less room only every second, third ... is written. The table has them all.
        let every = 28_u32.div_ceil(slot.max(1)).max(1);
        let bars = (0..number).zip(&self.bars).map(|(place, (label, count))| {
            let shown = if self.is_hidden(*count) { 0 } else { *count };
            let height = u32::try_from(u64::from(shown) * u64::from(BASE - 20) / u64::from(highest)).unwrap_or(0);
            let x = place * slot + (slot - width) / 2;
            Drawn {
                label,
                words: self.words(*count),
                x,
                y: BASE - height,
                width,
                height,
                middle: x + width / 2,
                labelled: place % every == 0,
            }
        });
        bars.collect()
    }

    const fn view_box() -> (u32, u32, u32) {
        (WIDTH, HEIGHT, BASE)
    }
}
