//! Drafts of what is being written: which form an address is, and how a draft comes back into it.
//!
//! Every form with a free text takes part by itself ([`crate::form::Form`] sees to its marks); no page does anything for it. The script `drafts.js`
//! sends what stands in the form to [`crate::pages::form_drafts`] while it is being written. When the page is opened again, the form offers what was
//! left lying. Taking it up, or throwing it away, is sent to the form's own address with a mark: the gate fetches the draft and hands it to the page as
//! if it had just been typed, so that a page shows it again as it shows what had a fault in it. Sending the form ends its draft in the same transaction.

use case_registry::form_draft::{About, FormAt, Written};
use case_registry::{Registry, RegistryError};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use vocabulary::{Caller, FormDraftId};

use crate::failure::Failure;
use crate::form::{FormData, Resumed};
use crate::route::{Kind, Method};
use crate::routes;

/// Hidden field: the draft that a form continues, and that ends when the form is sent.
pub const FIELD: &str = "_draft";
/// Button: take this draft up.
pub const USE: &str = "_draft-use";
/// Button: throw this draft away.
pub const DISCARD: &str = "_draft-discard";
/// Where the script sends what is being written.
pub const ADDRESS: &str = "/ui/form-drafts";
/// What the script sends: the form's address.
pub const FORM: &str = "_form";
/// What the script sends: the draft that is being continued.
pub const CONTINUED: &str = "_continued";

/// Digest of a form's address. Addresses hold ids and codes, never anything personal; the digest is one length whatever was marked.
#[must_use]
pub fn digest(address: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(b"samlad form 1");
    digest.update(address.as_bytes());
    digest.finalize().into()
}

/// The form that is sent to an address; none when no form of the table is.
#[must_use]
pub fn form_at(address: &str) -> Option<FormAt> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let is_ours = |route: &&crate::route::Route| {
        route.kind == Kind::Page && route.method == Method::Post && route.path != ADDRESS && fits(route.path, path)
    };
    routes::all().find(is_ours)?;
    Some(FormAt { digest: digest(address), about: about(path, query) })
}

/// Whether a path is one of a pattern's.
fn fits(pattern: &str, path: &str) -> bool {
    let mut steps = path.split('/');
    let each = pattern.split('/').all(|wanted| {
        steps.next().is_some_and(|step| if wanted.starts_with('{') { !step.is_empty() } else { wanted == step })
    });
    each && steps.next().is_none()
}

/// The record that an address is about: the first one in its path, else the one in its query.
fn about(path: &str, query: &str) -> About {
    let mut steps = path.trim_start_matches("/ui/").split('/');
    let (noun, id) = (steps.next().unwrap_or_default(), steps.next().and_then(|step| step.parse::<Uuid>().ok()));
    if let Some(id) = id {
        return match noun {
            "cases" => About::Case(id.into()),
            "joint-files" => About::JointFile(id.into()),
            "measures" => About::Measure(id.into()),
            "received-items" => About::ReceivedItem(id.into()),
            "joint-actions" => About::JointAction(id.into()),
            "info-requests" => About::InfoRequest(id.into()),
            "releases" => About::Release(id.into()),
            "release-drafts" => About::ReleaseDraft(id.into()),
            "persons" => About::Person(id.into()),
            _ => About::Desk,
        };
    }
    let named = form_urlencoded::parse(query.as_bytes()).find_map(|(name, value)| {
        let id = value.parse::<Uuid>().ok()?;
        match name.as_ref() {
            "case" => Some(About::Case(id.into())),
            "joint-file" => Some(About::JointFile(id.into())),
            "draft" => Some(About::ReleaseDraft(id.into())),
            _ => None,
        }
    });
    named.unwrap_or(About::Desk)
}

/// The draft that a sent form ends.
pub(crate) fn ended_by(form: &FormData) -> Option<FormDraftId> {
    form.one(FIELD)?.parse().ok()
}

/// If a form was sent to have a draft back or to be rid of it: the form as the page is to see it.
///
/// # Errors
/// When the access cannot be recorded. A draft that is gone, or whose record is no longer there for the caller, leaves the form as it is: what the page
/// then shows is for its own use case to say.
pub(crate) async fn resume(
    registry: &Registry,
    caller: &Caller,
    address: &str,
    form: FormData,
) -> Result<FormData, Failure> {
    let chosen = |name: &str| form.one(name).and_then(|id| id.parse::<FormDraftId>().ok());
    let (taken_up, thrown_away) = (chosen(USE), chosen(DISCARD));
    let Some(at) = form_at(address) else { return Ok(form) };
    if let Some(id) = taken_up {
        return match registry.take_up_form_draft(caller, at, id).await {
            Ok(answer) => {
                let Written(pairs) = answer.view;
                Ok(form.with(pairs).with([(FIELD.to_owned(), id.to_string())]).resumed(Resumed::TakenUp(answer.entry)))
            }
            Err(RegistryError::NotFound) => Ok(form.resumed(Resumed::Fresh(None))),
            Err(error) => Err(error.into()),
        };
    }
    if let Some(id) = thrown_away {
        return match registry.discard_form_draft(caller, at, id).await {
            Ok(answer) => Ok(form.resumed(Resumed::Fresh(Some(answer.entry)))),
            Err(RegistryError::NotFound) => Ok(form.resumed(Resumed::Fresh(None))),
            Err(error) => Err(error.into()),
        };
    }
    Ok(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_its_form_is_about() {
        let id = Uuid::from_u128(7);
        let about = |address: String| form_at(&address).map(|form| form.about);
        assert_eq!(about(format!("/ui/cases/{id}/notes/new")), Some(About::Case(id.into())));
        assert_eq!(about(format!("/ui/measures/{id}/change")), Some(About::Measure(id.into())));
        assert_eq!(about(format!("/ui/release-drafts/{id}/tests")), Some(About::ReleaseDraft(id.into())));
        assert_eq!(
            about(format!("/ui/abstentions/new?joint-file={id}&item=joint-entry%3A{id}")),
            Some(About::JointFile(id.into()))
        );
        assert_eq!(about("/ui/users/new".to_owned()), Some(About::Desk));
    }

    #[test]
    fn only_addresses_that_forms_are_sent_to_have_drafts() {
        let id = Uuid::from_u128(7);
        for address in [
            String::new(),
            "/ui/nowhere".to_owned(),
            "https://samlad.example/ui/users/new".to_owned(),
            ADDRESS.to_owned(),
            format!("/api/v1/cases/{id}/notes"),
            format!("/ui/cases/{id}/notes/new/"),
            "/ui/cases//notes/new".to_owned(),
        ] {
            assert_eq!(form_at(&address), None, "{address}");
        }
    }

    #[test]
    fn two_addresses_are_two_forms() {
        let id = Uuid::from_u128(7);
        let one = digest(&format!("/ui/cases/{id}/annotations/new?item=paragraph:{id}"));
        let other = digest(&format!("/ui/cases/{id}/annotations/new?item=measure:{id}"));
        assert_ne!(one, other);
    }
}
