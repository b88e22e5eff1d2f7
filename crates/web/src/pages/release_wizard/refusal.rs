//! A ground that does not carry the release: which test was not met, and what to do next. A normal outcome, not a fault.

use case_registry::error::FailedTestView;
use case_registry::release::DraftView;

use super::{Step, source};
use crate::frame::Frame;
use crate::layouts::DetailPage;
use crate::parts::{Action as Link, Block, Section, Tone};

/// The page.
pub(crate) fn page(frame: Frame, view: &DraftView, failed: &[FailedTestView]) -> DetailPage {
    let msg = frame.msg;
    let id = view.id;
    let citation = view.preview.as_ref().map(|preview| preview.citation.clone()).unwrap_or_default();
    let mut tests = Section::new("failed", msg.refusal_tests());
    for test in failed {
        tests = tests.block(Block::Notice(test.what.clone(), msg.refusal_next(&test.next)));
    }
    let actions = vec![
        Link::primary(Step::Tests.address(id), msg.refusal_change_answers()),
        Link::other(Step::Basis.address(id), msg.refusal_change_basis()),
        Link::other(Step::Items.address(id), msg.refusal_change_items()),
        Link::other(format!("/ui/abstentions/new?draft={id}"), msg.wizard_abstain()),
        Link::other(source(view), msg.wizard_leave()),
    ];
    DetailPage {
        heading: Some(msg.refusal_heading(&citation).into()),
        tags: vec![(Tone::Late, msg.refusal_nothing_left().to_owned())],
        tabs: None,
        sections: vec![Section::plain().block(msg.refusal_lead()), tests, Section::plain().block(actions)],
        actions: Vec::new(),
        frame,
    }
}
