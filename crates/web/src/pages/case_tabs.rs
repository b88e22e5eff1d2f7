//! What every page of a case has in common: whose case it is, where it stands, and its parts.

use case_registry::case::{CasePhase, CaseView};
use case_registry::person::PersonView;
use vocabulary::{CaseId, Protection, Role, Roles};

use crate::i18n::Messages;
use crate::parts::{Inline, Section, SummaryList, Tabs, Tone};

/// A part of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What it is, who works on it, what is due.
    Overview,
    /// Measures.
    Measures,
    /// Notes; only social services keep a journal here.
    Notes,
    /// Consents.
    Consents,
    /// What has been released from it.
    Releases,
}

/// Links to the parts of a case.
pub(crate) fn tabs(msg: Messages, roles: Roles, case: CaseId, current: Part) -> Tabs {
    let parts = [
        (Part::Overview, "", msg.case_tab_overview()),
        (Part::Measures, "/measures", msg.case_tab_measures()),
        (Part::Notes, "/notes", msg.case_tab_notes()),
        (Part::Consents, "/consents", msg.case_tab_consents()),
        (Part::Releases, "/releases", msg.case_tab_releases()),
    ];
    let shown = parts.into_iter().filter(|(part, ..)| *part != Part::Notes || keeps_journal(roles));
    shown.fold(Tabs::new(msg.case_tabs()), |tabs, (part, path, words)| {
        tabs.tab(format!("/ui/cases/{case}{path}"), words, part == current)
    })
}

/// Whether somebody with these roles writes and reads case notes.
pub(crate) fn keeps_journal(roles: Roles) -> bool {
    roles.has(Role::SocialWorker) || roles.has(Role::SocialLead)
}

/// A person's name, or the words for somebody whose name nobody knows.
pub(crate) fn name(msg: Messages, person: &PersonView) -> String {
    let name = format!("{} {}", person.given_name, person.family_name);
    match name.trim() {
        "" => msg.person_nameless().to_owned(),
        name => name.to_owned(),
    }
}

/// Where a case stands, and whether its person is protected.
pub(crate) fn tags(msg: Messages, case: &CaseView) -> Vec<(Tone, String)> {
    let phase = if case.phase == CasePhase::Closed { Tone::Plain } else { Tone::Good };
    let mut tags = vec![(phase, msg.of("case-phase", case.phase.code()))];
    if case.person.protection != Protection::None {
        tags.push((Tone::Late, msg.of("protection", case.person.protection.code())));
    }
    tags
}

/// Above a form: whose case it is, so that nothing is written in the wrong one.
pub(crate) fn about(msg: Messages, case: &CaseView) -> Section {
    let person = Inline::link(format!("/ui/cases/{}", case.id), name(msg, &case.person));
    let person = match case.person.protection {
        Protection::None => person,
        protection => Inline::Many(vec![person, Inline::tag(Tone::Late, msg.of("protection", protection.code()))]),
    };
    let summary = SummaryList::new()
        .row(msg.case_person(), person)
        .maybe(msg.case_age(), case.person.age.map(|age| msg.age_years(age)))
        .row(msg.case_number(), case.external_number.clone());
    Section::plain().block(summary)
}

/// A code's words at the beginning of a line.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
