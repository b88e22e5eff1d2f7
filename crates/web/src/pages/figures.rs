//! Figures without individuals. Small counts are hidden, and so is what would give them away; the use case has seen to it.

use axum::routing::get;
use case_registry::figures::{Figure, FigureTable};
use vocabulary::Action;

use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::DetailPage;
use crate::parts::{BarChart, Inline, Section, Table};
use crate::route::{Method, Route};
use crate::visit::{Shown, Visit};

/// One address.
pub const ROUTES: &[Route] = &[Route::page(Method::Get, "/ui/figures", Action::ReadFigures, || get(open))];

async fn open(visit: Visit) -> Shown {
    show(&visit).await
}

/// Shows the figures; they are the prevention coordinator's home too.
pub(super) async fn show(visit: &Visit) -> Shown {
    let answer = visit.registry()?.figures(&visit.caller).await?;
    visit.page(&page(visit.frame(visit.msg.nav_figures()), &answer.view), answer.entry)
}

/// The page: a table for each thing that is counted, with bars for the counts that may be shown.
pub(crate) fn page(frame: Frame, tables: &[FigureTable]) -> DetailPage {
    let msg = frame.msg;
    let mut sections = vec![Section::plain().block(msg.figures_lead()).block(msg.figures_small())];
    sections.extend(tables.iter().map(|table| section(msg, table)));
    DetailPage { frame, heading: None, tags: Vec::new(), tabs: None, actions: Vec::new(), sections }
}

fn section(msg: Messages, figures: &FigureTable) -> Section {
    let heading = msg.of("figures", figures.kind);
    let hidden = || Inline::Withheld(msg.figures_hidden().to_owned());
    // A sum is seldom small: it is kept back for what could be worked out from it.
    let untold = || Inline::Withheld(msg.figures_total_untold().to_owned());
    let table = Table::new(heading.clone(), msg.figures_none())
        .quiet()
        .column(msg.figures_category())
        .numbers(msg.figures_count());
    let table = figures.rows.iter().fold(table, |table, row| {
        let count = row.count.map_or_else(hidden, |count| Inline::Text(msg.number(count)));
        table.row([Inline::Text(words(msg, figures.kind, row)), count])
    });
    let table = if figures.rows.is_empty() {
        table
    } else {
        table.row([
            Inline::Text(msg.figures_total().to_owned()),
            figures.total.map_or_else(untold, |total| Inline::Text(msg.number(total))),
        ])
    };
    let chart = BarChart::new(
        msg,
        format!("bars-{}", figures.kind),
        heading.clone(),
        msg.figures_category(),
        msg.figures_count(),
    );
    let shown = figures.rows.iter().filter_map(|row| Some((row, u32::try_from(row.count?).ok()?)));
    let bars: Vec<(&Figure, u32)> = shown.collect();
    let section = Section::new(figures.kind, heading).block(table);
    if bars.is_empty() {
        return section;
    }
    section.block(bars.into_iter().fold(chart, |chart, (row, count)| chart.bar(words(msg, figures.kind, row), count)))
}

/// A category in words.
fn words(msg: Messages, kind: &str, row: &Figure) -> String {
    let list = match kind {
        "cases" => "case-phase",
        "joint-files" => "joint-state",
        _ => "measure-status",
    };
    msg.find(list, &row.code).map_or_else(|| row.code.clone(), str::to_owned)
}
