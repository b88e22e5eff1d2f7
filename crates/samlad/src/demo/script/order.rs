//! Checks that every event refers to what an earlier event made, and to its own authority's side of it.

use std::collections::BTreeMap;

use Touch::{Arrived, Join, Make, NoOrigin, Own, Received, Record};

use super::What;
use super::case_work::{Item, Work};
use super::crossing::Grounds;
use super::label::{CaseLabel, JointFileLabel};
use crate::demo::people::AuthorityKey;

/// An event that refers to something that is not there.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// Nothing with this label was made before.
    #[error("the {0} {1} is used before it is made")]
    Unknown(&'static str, String),
    /// Made twice.
    #[error("the {0} {1} is made twice")]
    Twice(&'static str, String),
    /// The other authority's: nothing is shared.
    #[error("the {0} {1} is another authority's")]
    Foreign(&'static str, String),
    /// One of the two, not both and not none.
    #[error("exactly one of case and joint_file is expected")]
    Origin,
}

/// What an event does with a label.
enum Touch<'a> {
    /// Makes it; the other authority gets a side of its own at once.
    Make(&'static str, &'a str, Option<AuthorityKey>),
    /// Makes the own side of what another authority may have made before.
    Record(&'static str, &'a str),
    /// Makes the own side of what another authority made.
    Join(&'static str, &'a str),
    /// Uses the own side.
    Own(&'static str, &'a str),
    /// Uses what another authority sent.
    Received(&'static str, &'a str),
    /// Uses the own side, or what has arrived of the other's.
    Arrived(&'static str, &'a str),
    /// Names no origin, or two.
    NoOrigin,
}

struct Made {
    maker: AuthorityKey,
    sides: Vec<AuthorityKey>,
}

/// All labels made so far.
#[derive(Default)]
pub(super) struct Order(BTreeMap<(&'static str, String), Made>);

impl Order {
    /// Takes in the next event; an event that is expected to be refused makes nothing.
    pub(super) fn take(&mut self, what: &What, own: Option<AuthorityKey>, refused: bool) -> Result<(), OrderError> {
        touches(what).into_iter().try_for_each(|touch| self.touch(&touch, own, refused))
    }

    fn touch(&mut self, touch: &Touch<'_>, own: Option<AuthorityKey>, refused: bool) -> Result<(), OrderError> {
        let (Make(noun, label, _)
        | Record(noun, label)
        | Join(noun, label)
        | Own(noun, label)
        | Received(noun, label)
        | Arrived(noun, label)) = *touch
        else {
            return Err(OrderError::Origin);
        };
        let unknown = || OrderError::Unknown(noun, label.to_owned());
        let foreign = || OrderError::Foreign(noun, label.to_owned());
        let own = own.ok_or_else(foreign)?;
        let key = (noun, label.to_owned());
        let made = self.0.get_mut(&key);
        match (touch, made) {
            (Make(..) | Record(..), None) if refused => {}
            (Make(.., peer), None) => {
                self.0.insert(key, Made { maker: own, sides: [own].into_iter().chain(*peer).collect() });
            }
            (Record(..), None) => {
                self.0.insert(key, Made { maker: own, sides: vec![own] });
            }
            (Record(..) | Join(..), Some(made)) if !made.sides.contains(&own) => made.sides.push(own),
            (Make(..) | Record(..) | Join(..), Some(_)) => return Err(OrderError::Twice(noun, label.to_owned())),
            (Own(..), Some(made)) if made.sides.contains(&own) => {}
            (Arrived(..), Some(_)) => {}
            (Received(..), Some(made)) if made.maker != own && made.sides.contains(&own) => {}
            (_, Some(_)) => return Err(foreign()),
            (_, None) => return Err(unknown()),
        }
        Ok(())
    }
}

fn origin<'a>(case: Option<&'a CaseLabel>, joint_file: Option<&'a JointFileLabel>) -> Touch<'a> {
    match (case, joint_file) {
        (Some(case), None) => Own("case", case.as_str()),
        (None, Some(file)) => Own("joint file", file.as_str()),
        _ => NoOrigin,
    }
}

fn item(item: &Item) -> Touch<'_> {
    match item {
        Item::Paragraph(label) => Own("paragraph", label.as_str()),
        Item::Measure(label) => Own("measure", label.as_str()),
        Item::Entry(label) => Own("entry", label.as_str()),
    }
}

fn consent(grounds: &Grounds) -> Option<Touch<'_>> {
    grounds.consent.as_ref().map(|consent| Own("consent", consent.as_str()))
}

fn touches(what: &What) -> Vec<Touch<'_>> {
    match what {
        What::RegisterPerson(it) => vec![Record("person", it.person.as_str())],
        What::OpenCase(it) => vec![Own("person", it.person.as_str()), Make("case", it.case.as_str(), None)],
        What::OpenPoliceMatter(it) => vec![Own("person", it.person.as_str()), Make("case", it.case.as_str(), None)],
        What::CloseCase(it) => vec![Own("case", it.case.as_str())],
        What::Assign(it) => match &it.work {
            Work::Case(case) => vec![Own("case", case.as_str())],
            Work::JointFile(file) => vec![Arrived("joint file", file.as_str())],
        },
        What::DeclareConflict(it) => vec![Own("person", it.person.as_str())],
        What::WriteNote(it) => [Own("case", it.case.as_str()), Make("note", it.note.as_str(), None)]
            .into_iter()
            .chain(
                it.paragraphs
                    .iter()
                    .filter_map(|paragraph| Some(Make("paragraph", paragraph.label.as_ref()?.as_str(), None))),
            )
            .collect(),
        What::AnnotateNote(it) => vec![item(&it.item)],
        What::LockNote(it) => vec![Own("note", it.note.as_str())],
        What::LogMeasure(it) => vec![Own("case", it.case.as_str()), Make("measure", it.measure.as_str(), None)],
        What::UpdateMeasure(it) => vec![Own("measure", it.measure.as_str())],
        What::RecordConsent(it) => vec![Own("case", it.case.as_str()), Make("consent", it.consent.as_str(), None)],
        What::RevokeConsent(it) => vec![Own("consent", it.consent.as_str())],
        What::Release(it) => [origin(it.case.as_ref(), it.joint_file.as_ref())]
            .into_iter()
            .chain(it.items.iter().map(item))
            .chain(consent(&it.grounds))
            .chain([Make("release", it.release.as_str(), Some(it.to))])
            .collect(),
        What::Abstain(it) => {
            [origin(it.case.as_ref(), it.joint_file.as_ref())].into_iter().chain(it.items.iter().map(item)).collect()
        }
        What::Withdraw(it) => vec![Own("release", it.release.as_str())],
        What::ConcernReport(it) => {
            vec![
                Own("person", it.person.as_str()),
                Own("case", it.case.as_str()),
                Make("release", it.report.as_str(), Some(it.to)),
            ]
        }
        What::AskInformation(it) => {
            [Own("joint file", it.joint_file.as_str()), Make("request", it.request.as_str(), Some(it.to))]
                .into_iter()
                .chain(consent(&it.grounds))
                .collect()
        }
        What::AnswerInformation(it) => [Received("request", it.request.as_str())]
            .into_iter()
            .chain(it.items.iter().map(item))
            .chain(it.grounds.as_ref().and_then(consent))
            .collect(),
        What::FileReceived(it) => vec![Received("release", it.received.as_str()), Own("case", it.case.as_str())],
        What::AssessConcern(it) => vec![Received("release", it.received.as_str())],
        What::DecideLapsed(it) => vec![Received("release", it.received.as_str())],
        What::ReadReceived(it) => vec![Received("release", it.received.as_str())],
        What::Nominate(it) => [Own("case", it.case.as_str()), Make("joint file", it.joint_file.as_str(), None)]
            .into_iter()
            .chain(consent(&it.grounds))
            .collect(),
        What::AcceptNomination(it) => vec![Join("joint file", it.joint_file.as_str()), Own("case", it.case.as_str())],
        What::UpdateJointFile(it) => vec![Own("joint file", it.joint_file.as_str())],
        What::WriteEntry(it) => vec![Own("joint file", it.joint_file.as_str()), Make("entry", it.entry.as_str(), None)],
        What::WithdrawEntry(it) => vec![Own("entry", it.entry.as_str())],
        What::TakePosition(it) => {
            [Own("joint file", it.joint_file.as_str())].into_iter().chain(it.tell.as_ref().and_then(consent)).collect()
        }
        What::ProposeAction(it) => {
            [Own("joint file", it.joint_file.as_str()), Make("action", it.action.as_str(), Some(it.to))]
                .into_iter()
                .chain(consent(&it.grounds))
                .collect()
        }
        What::ReplyAction(it) => vec![Received("action", it.action.as_str())],
        What::ReviewAction(it) => vec![Own("action", it.action.as_str())],
        What::ReadCase(it) => vec![Own("case", it.case.as_str())],
        What::ReadJointFile(it) => vec![Own("joint file", it.joint_file.as_str())],
        // A search may be for anyone, known or not.
        What::Search(_)
        | What::ReadLog(_)
        | What::ListCases(_)
        | What::ListJointFiles(_)
        | What::VerifyLog(_)
        | What::ReadFigures(_)
        | What::RunClocks(_) => Vec::new(),
    }
}
