//! The second page: to whom, and on which ground. A ground that still waits for counsel is shown, with why it cannot be chosen.

use axum::extract::RawQuery;
use case_registry::release::{BasisChoice, Channel, DraftView, OtherBasis, OutsideRequest, SaveDraft};
use serde::Deserialize;
use vocabulary::{AuthorityId, ReleaseDraftId};

use super::{Step, instead, offers, onward, source};
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::pages::basis_form::{Basis, Offer};
use crate::pages::{edited, reason};
use crate::parts::{Action as Link, Inline, Section, SummaryList, Table};
use crate::visit::{Posted, Shown, Visit};

/// What is chosen between on this page.
pub(crate) struct Offered {
    /// The recipient in force, and what can be used toward it.
    pub(crate) offer: Offer,
    /// The other recipients.
    pub(crate) others: Vec<(AuthorityId, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Typed {
    basis: String,
    attention: String,
    #[serde(default)]
    asked: Option<OutsideRequest>,
}

impl Typed {
    /// The draft with this choice. Answers that were given to the same basis stay.
    fn draft(self, draft: &SaveDraft, to: AuthorityId) -> SaveDraft {
        let (basis, with) =
            self.basis.split_once('+').map_or((self.basis.as_str(), None), |(basis, with)| (basis, Some(with)));
        let same = draft.recipient_id == Some(to);
        let kept = draft.grounds.clone().filter(|grounds| {
            same && grounds.basis == basis && grounds.together_with.first().map(|other| other.basis.as_str()) == with
        });
        let grounds = kept.unwrap_or_else(|| BasisChoice {
            basis: basis.to_owned(),
            answers: Vec::new(),
            age_statement: None,
            together_with: with
                .map(|with| OtherBasis { basis: with.to_owned(), answers: Vec::new() })
                .into_iter()
                .collect(),
            consent_id: None,
        });
        SaveDraft {
            recipient_id: Some(to),
            attention: self.attention,
            asked: self.asked,
            grounds: Some(grounds),
            ..draft.clone()
        }
    }
}

/// The grounds to choose between, each with what it is for.
fn choices(msg: Messages, bases: &[Basis]) -> Vec<Choice> {
    let choice = |basis: &Basis| {
        let hint =
            if basis.asks_lead { format!("{} {}", basis.summary, msg.wizard_by_lead()) } else { basis.summary.clone() };
        let label = format!("{}: {}", basis.citation, basis.title);
        if basis.requires_one_of.is_empty() {
            return vec![Choice::new(basis.code.clone(), label).hint(hint)];
        }
        let beside = bases.iter().filter(|other| other.usable && basis.requires_one_of.contains(&other.code));
        let both = |other: &Basis| {
            let label = msg.wizard_basis_with(&label, format!("{}: {}", other.citation, other.title));
            Choice::new(format!("{}+{}", basis.code, other.code), label).hint(hint.clone())
        };
        beside.map(both).collect()
    };
    bases.iter().filter(|basis| basis.usable).flat_map(choice).collect()
}

/// Grounds that exist and cannot be used today, with why.
fn waiting(msg: Messages, bases: &[Basis]) -> Option<Section> {
    let waiting: Vec<&Basis> = bases.iter().filter(|basis| !basis.usable).collect();
    if waiting.is_empty() {
        return None;
    }
    let table = Table::new(msg.wizard_waiting(), msg.basis_none())
        .column(msg.basis_citation())
        .column(msg.basis_name())
        .column(msg.wizard_why_not());
    let table = waiting.into_iter().fold(table, |table, basis| {
        let link = Inline::link(format!("/ui/legal-bases/{}", basis.code), basis.citation.clone());
        table.row([link, basis.title.clone().into(), msg.wizard_awaits_confirmation().into()])
    });
    Some(Section::new("waiting", msg.wizard_waiting()).block(table.quiet()))
}

/// The form.
pub(crate) fn form(blank: Form, msg: Messages, draft: &SaveDraft, offered: &Offered) -> Form {
    let chosen =
        draft.grounds.as_ref().filter(|_| draft.recipient_id == Some(offered.offer.recipient.id)).map(|grounds| {
            let with = grounds.together_with.first().map(|other| format!("+{}", other.basis)).unwrap_or_default();
            format!("{}{with}", grounds.basis)
        });
    let form = blank
        .field(
            Field::radios("basis", msg.wizard_basis(), choices(msg, &offered.offer.bases))
                .hint(msg.wizard_basis_hint())
                .value(chosen.unwrap_or_default()),
        )
        .field(
            Field::text("attention", msg.release_attention())
                .hint(msg.wizard_attention_hint())
                .value(draft.attention.clone())
                .longest(200),
        )
        .button(msg.wizard_next());
    asked(form, msg, draft.asked.as_ref())
}

/// A request that came by telephone, letter or in a meeting is registered with the decision that answers it: some grounds carry nothing without one.
fn asked(form: Form, msg: Messages, asked: Option<&OutsideRequest>) -> Form {
    let ways = Channel::ALL.iter().filter(|channel| **channel != Channel::System).map(|channel| channel.code());
    let (channel, on, by, what) = asked.map_or_else(Default::default, |asked| {
        (asked.channel.code().to_owned(), asked.on.to_string(), asked.by.clone(), asked.what.clone())
    });
    form.more(
        Field::select("asked.channel", msg.wizard_asked_channel(), Choice::codes(msg, "channel", ways))
            .hint(msg.wizard_asked_hint())
            .value(channel)
            .optional(),
    )
    .more(Field::date("asked.on", msg.wizard_asked_on()).value(on).optional())
    .more(Field::text("asked.by", msg.wizard_asked_by()).value(by).longest(200).optional())
    .more(Field::textarea("asked.what", msg.wizard_asked_what()).value(what).longest(2000).optional())
}

/// The page.
pub(crate) fn page(frame: Frame, id: ReleaseDraftId, offered: &Offered, form: Form, instead: Section) -> FormPage {
    let msg = frame.msg;
    let mut recipient =
        Section::plain().block(SummaryList::new().row(msg.release_recipient(), offered.offer.recipient.name.clone()));
    if !offered.others.is_empty() {
        let link = |(to, name): &(AuthorityId, String)| {
            Link::other(format!("{}?to={to}", Step::Basis.address(id)), msg.wizard_other_recipient(name))
        };
        recipient = recipient.block(offered.others.iter().map(link).collect::<Vec<_>>());
    }
    let page = FormPage::new(frame, form).step(Step::Basis.steps(msg)).before(recipient);
    let page = match waiting(msg, &offered.offer.bases) {
        Some(waiting) => page.before(waiting),
        None => page,
    };
    page.before(instead)
}

/// The recipient that the address or the draft names, or the first to whom anything can be released.
async fn offered(visit: &Visit, draft: &SaveDraft, wanted: Option<AuthorityId>) -> Result<Option<Offered>, Failure> {
    let offers = offers(visit).await?;
    let place = |id: AuthorityId| offers.iter().position(|offer| offer.recipient.id == id);
    let chosen = wanted.and_then(place).or_else(|| draft.recipient_id.and_then(place)).unwrap_or_default();
    let mut found = None;
    let mut others = Vec::new();
    for (at, offer) in offers.into_iter().enumerate() {
        if at == chosen {
            found = Some(offer);
        } else {
            others.push((offer.recipient.id, offer.recipient.name));
        }
    }
    Ok(found.map(|offer| Offered { offer, others }))
}

fn wanted(query: Option<&str>) -> Option<AuthorityId> {
    let (_, to) = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == "to")?;
    to.parse().ok()
}

fn address(id: ReleaseDraftId, to: Option<AuthorityId>) -> String {
    let to = to.map(|to| format!("?to={to}")).unwrap_or_default();
    format!("{}{to}", Step::Basis.address(id))
}

/// Asks.
pub(super) async fn ask(visit: Visit, At(id): At<ReleaseDraftId>, RawQuery(query): RawQuery) -> Shown {
    show(&visit, id, wanted(query.as_deref()), false).await
}

async fn prepared(visit: &Visit, view: &DraftView, to: Option<AuthorityId>) -> Result<(Form, Offered), Failure> {
    let offered = offered(visit, &view.draft, to).await?.ok_or(Failure::Conflict("no-recipient"))?;
    let blank = visit.form(address(view.id, Some(offered.offer.recipient.id))).cancel(source(view));
    Ok((form(blank, visit.msg, &view.draft, &offered), offered))
}

async fn show(visit: &Visit, id: ReleaseDraftId, to: Option<AuthorityId>, tried: bool) -> Shown {
    let read = visit.registry()?.read_draft(&visit.caller, id).await;
    let prepared = match &read {
        Ok(answer) => Some(prepared(visit, &answer.view, to).await?),
        Err(_) => None,
    };
    reason::or_ask(visit, &address(id, to), "/ui", tried, read, |answer| {
        let (form, offered) = prepared.ok_or(Failure::Internal)?;
        let form = reason::carried(visit, edited::on(form, answer.view.version));
        let instead = instead(visit.msg, &answer.view);
        visit.page(&page(visit.frame(visit.msg.wizard_basis_title()), id, &offered, form, instead), answer.entry)
    })
}

/// Saves the choice.
pub(super) async fn save(
    visit: Visit,
    At(id): At<ReleaseDraftId>,
    RawQuery(query): RawQuery,
    Posted(data): Posted,
) -> Shown {
    let to = wanted(query.as_deref());
    if reason::only_opens(&data) {
        return show(&visit, id, to, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let sent = edited::version(&data)?;
    let view = registry.read_draft(caller, id).await?.view;
    let (form, offered) = prepared(&visit, &view, to).await?;
    let act = async |typed: Typed| {
        registry.save_draft(caller, id, sent, typed.draft(&view.draft, offered.offer.recipient.id)).await
    };
    match visit.submit(form, &data, act).await {
        Ok(answer) => onward(&Step::Tests.address(id), answer.entry),
        Err(unsent) => {
            let version = edited::again(&unsent, sent, view.version);
            visit.again(unsent, |form| {
                let form = reason::carried(&visit, edited::on(form, version));
                page(visit.frame(visit.msg.wizard_basis_title()), id, &offered, form, instead(visit.msg, &view))
            })
        }
    }
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::pages::release_wizard::blank;

    #[test]
    fn answers_stay_when_the_ground_stays_and_go_when_it_changes() {
        let to = AuthorityId(uuid::Uuid::from_u128(1));
        let typed =
            |basis: &str| Typed { basis: basis.to_owned(), attention: "Lokalpolisområdet".to_owned(), asked: None };
        let mut draft = typed("POLISLAG_6+OSL_10_27").draft(&blank(Vec::new()), to);
        assert_eq!(draft.grounds.as_ref().unwrap().together_with[0].basis, "OSL_10_27");
        draft.grounds.as_mut().unwrap().consent_id = Some(vocabulary::ConsentId(uuid::Uuid::from_u128(2)));
        assert!(typed("POLISLAG_6+OSL_10_27").draft(&draft, to).grounds.unwrap().consent_id.is_some());
        assert!(typed("POLISLAG_6+OSL_10_2").draft(&draft, to).grounds.unwrap().consent_id.is_none());
        let elsewhere = AuthorityId(uuid::Uuid::from_u128(3));
        assert!(typed("POLISLAG_6+OSL_10_27").draft(&draft, elsewhere).grounds.unwrap().consent_id.is_none());
    }
}
