//! Clocks and periods on a line of days, as server-side SVG, with the same in a table.

use askama::Template;
use askama::filters::HtmlSafe;
use time::Date;

use super::Tone;
use crate::i18n::Messages;

const WIDTH: i64 = 720;
const MARGIN: i64 = 10;
const ROW: i64 = 34;

/// A line of days.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/clock_chart.html")]
pub struct ClockChart {
    msg: Messages,
    id: String,
    title: String,
    today: Date,
    spans: Vec<Span>,
}

#[derive(Clone, Debug)]
struct Span {
    words: String,
    from: Date,
    to: Option<Date>,
    tone: Tone,
}

impl HtmlSafe for ClockChart {}

struct Drawn<'s> {
    span: &'s Span,
    x: i64,
    y: i64,
    width: i64,
    text_y: i64,
}

impl ClockChart {
    /// A chart around today; the id is unique on the page.
    pub fn new(msg: Messages, id: impl Into<String>, title: impl Into<String>, today: Date) -> Self {
        Self { msg, id: id.into(), title: title.into(), today, spans: Vec::new() }
    }

    /// Adds a day, such as a birthday that ends a basis.
    #[must_use]
    pub fn day(mut self, words: impl Into<String>, on: Date, tone: Tone) -> Self {
        self.spans.push(Span { words: words.into(), from: on, to: None, tone });
        self
    }

    /// Adds a period.
    #[must_use]
    pub fn period(mut self, words: impl Into<String>, from: Date, to: Date, tone: Tone) -> Self {
        self.spans.push(Span { words: words.into(), from, to: Some(to.max(from)), tone });
        self
    }

    fn first(&self) -> Date {
        self.spans.iter().map(|span| span.from).min().map_or(self.today, |first| first.min(self.today))
    }

    fn last(&self) -> Date {
        self.spans.iter().map(|span| span.to.unwrap_or(span.from)).max().map_or(self.today, |last| last.max(self.today))
    }

    fn x(&self, day: Date) -> i64 {
        let first = i64::from(self.first().to_julian_day());
        let days = (i64::from(self.last().to_julian_day()) - first).max(1);
        MARGIN + (i64::from(day.to_julian_day()) - first) * (WIDTH - 2 * MARGIN) / days
    }

    fn drawn(&self) -> Vec<Drawn<'_>> {
        let spans = (0..).zip(&self.spans).map(|(row, span)| {
            let x = self.x(span.from);
            let width = span.to.map_or(4, |to| (self.x(to) - x).max(4));
            Drawn { span, x, y: row * ROW + 22, width, text_y: row * ROW + 16 }
        });
        spans.collect()
    }

    fn height(&self) -> i64 {
        i64::try_from(self.spans.len()).unwrap_or(0) * ROW + 14
    }

    fn text_anchor(drawn: &Drawn<'_>) -> &'static str {
        if drawn.x > WIDTH / 2 { "end" } else { "start" }
    }

    fn fill(tone: Tone) -> &'static str {
        match tone {
            Tone::Plain => "mark",
            Tone::Good => "mark mark-good",
            Tone::Soon => "mark mark-soon",
            Tone::Late => "mark mark-late",
        }
    }
}
