//! Where a role can go. A link is shown when the table of routes has the page and the role is one that uses it; the policy, not this list, decides.

use vocabulary::{Role, Roles};

use crate::i18n::Messages;
use crate::route::{Kind, Method};
use crate::routes;

/// One link of the navigation.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it leads.
    pub href: &'static str,
    /// Its words.
    pub label: &'static str,
    /// Whether the present page belongs to it.
    pub current: bool,
}

/// Path, words, and the roles that use it.
type Entry = (&'static str, fn(Messages) -> &'static str, &'static [Role]);

const CASEWORK: &[Role] = &[Role::SocialWorker, Role::SocialLead, Role::PoliceCoordinator];
const COORDINATION: &[Role] = &[Role::SocialWorker, Role::SocialLead, Role::SigCoordinator, Role::PoliceCoordinator];

const LAW: &[Role] =
    &[Role::SocialWorker, Role::SocialLead, Role::SigCoordinator, Role::PoliceCoordinator, Role::Administrator];

const ENTRIES: &[Entry] = &[
    ("/ui", Messages::nav_home, Role::ALL),
    ("/ui/cases", Messages::nav_cases, CASEWORK),
    ("/ui/persons/search", Messages::nav_persons, CASEWORK),
    ("/ui/joint-files", Messages::nav_joint_files, COORDINATION),
    ("/ui/received-items", Messages::nav_received, COORDINATION),
    ("/ui/releases", Messages::nav_releases, CASEWORK),
    ("/ui/audit/entries", Messages::nav_audit, &[Role::Auditor]),
    ("/ui/audit/reviews", Messages::nav_reviews, &[Role::Auditor]),
    ("/ui/audit/verification", Messages::nav_verification, &[Role::Auditor]),
    ("/ui/record-requests", Messages::nav_record_requests, &[Role::RecordsOfficer]),
    ("/ui/users", Messages::nav_users, &[Role::Administrator]),
    ("/ui/delegations", Messages::nav_delegations, &[Role::Administrator]),
    ("/ui/policy", Messages::nav_policy, &[Role::Administrator, Role::Auditor]),
    ("/ui/figures", Messages::nav_figures, &[Role::PreventionCoordinator]),
    ("/ui/legal-bases", Messages::nav_legal_bases, LAW),
];

/// The links for these roles, seen from a page.
#[must_use]
pub fn for_roles(roles: Roles, path: &str, msg: Messages) -> Vec<Item> {
    let here = |href: &str| {
        path == href || (href != "/ui" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    };
    ENTRIES
        .iter()
        .filter(|(href, _, used_by)| {
            used_by.iter().any(|role| roles.has(*role))
                && routes::all()
                    .any(|route| route.path == *href && route.method == Method::Get && route.kind == Kind::Page)
        })
        .map(|(href, label, _)| Item { href, label: label(msg), current: here(href) })
        .collect()
}
