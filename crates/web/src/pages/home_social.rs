//! The home of social workers and their leads: their cases by what is due, with a measure one click away, and the clocks.

use case_registry::case::{CaseBrief, CaseList, ClockView};
use time::Date;
use vocabulary::EntryId;

use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::HomePage;
use crate::pages::{access_requests, cases, home_waiting};
use crate::parts::{Action, Block, ClockChart, Section, Tone, Why};
use crate::visit::{Shown, Visit};

/// A chart with more lines than this cannot be read at a glance; the table has every clock.
const MOST_CLOCKS: usize = 12;
/// Clocks further ahead than this are not yet anybody's task.
pub(crate) const AHEAD: i64 = 365;
/// A case officer has fewer; the rest of a lead's unit stands in the list of cases.
const MOST_CASES: i64 = 100;
/// What waits comes first.
const MOST_RECEIVED: i64 = 20;

/// Shows it.
pub(super) async fn show(visit: &Visit) -> Shown {
    let registry = visit.registry()?;
    let joint = registry.coordinator_home(&visit.caller).await?;
    let received = registry.list_received(&visit.caller, None, MOST_RECEIVED, 0).await?;
    let answer = registry.list_cases(&visit.caller, MOST_CASES, 0).await?;
    let waiting = home_waiting::section(visit.msg, &joint.view, &received.view.items);
    let asked = access_requests::waiting(visit).await?;
    let today = visit.site.clock().today();
    let mut page = page(visit.frame(visit.msg.home_title()), waiting, &answer.view, today, answer.entry);
    if let Some(asked) = asked {
        page.sections.insert(1, asked);
    }
    visit.page(&page, answer.entry)
}

/// The page.
pub(crate) fn page(frame: Frame, waiting: Section, list: &CaseList, today: Date, entry: EntryId) -> HomePage {
    let msg = frame.msg;
    // A lead works on none of the unit's cases by name.
    let leads = list.cases.iter().any(|case| case.relation.is_none());
    let heading = if leads { msg.home_unit_cases() } else { msg.home_my_cases() };
    let mut mine = Section::new("my-cases", heading).block(cases::table(msg, &list.cases, today).quiet());
    if list.has_more {
        mine = mine.block(vec![Action::other("/ui/cases", msg.home_all_cases())]);
    }
    let late = list.cases.iter().filter(|case| case.is_overdue).count();
    let mut sections = vec![waiting];
    if late > 0 {
        let notice = Block::Notice(msg.home_overdue_title().to_owned(), msg.home_overdue(late));
        sections.push(Section::new("overdue", msg.home_due()).block(notice));
    }
    sections.push(mine);
    sections.extend(clocks(msg, &list.cases, today));
    sections.push(Section::plain().block(Why::new(msg).rule(msg.rule_soc_lists_own(), "SoLPuF 15 §").entry(entry)));
    let actions = vec![
        Action::other("/ui/persons/search", msg.person_search()),
        Action::other("/ui/persons/new", msg.person_register()),
    ];
    HomePage { frame, actions, sections }
}

/// The birthdays of the coming year that end a basis or a consent.
fn clocks(msg: Messages, cases: &[CaseBrief], today: Date) -> Option<Section> {
    let mut ahead: Vec<(&CaseBrief, &ClockView)> = cases
        .iter()
        .flat_map(|case| case.clocks.iter().map(move |clock| (case, clock)))
        .filter(|(_, clock)| clock.days <= AHEAD)
        .collect();
    if ahead.is_empty() {
        return None;
    }
    ahead.sort_by_key(|(_, clock)| clock.days);
    let chart = ahead.into_iter().take(MOST_CLOCKS).fold(
        ClockChart::new(msg, "home-clocks", msg.home_clocks_chart(), today),
        |chart, (case, clock)| {
            chart.day(format!("{}, {}", case.name, cases::clock_words(msg, clock)), clock.on, cases::clock_tone(clock))
        },
    );
    let section = Section::new("clocks", msg.home_clocks()).block(msg.home_clocks_lead()).block(chart);
    Some(section)
}

/// The tone of something that is due.
pub(crate) const fn due_tone(days: i64) -> Tone {
    match days {
        ..0 => Tone::Late,
        0..=90 => Tone::Soon,
        _ => Tone::Plain,
    }
}
