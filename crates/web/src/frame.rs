//! What surrounds every page: title, header, navigation, language switch, banner, footer.

use std::sync::Arc;

use case_registry::FieldError;
use vocabulary::Language;

use crate::assets;
use crate::context::Context;
use crate::csrf;
use crate::i18n::Messages;
use crate::navigation::{self, Item};
use crate::route::Method;
use crate::routes;
use crate::sign_in::{Presence, SignedIn};
use crate::site::Site;

/// The frame of one page. Templates that extend `base.html` have a field `frame`.
pub struct Frame {
    /// The words.
    pub msg: Messages,
    /// What the page is about. Never a person's name: titles end up in histories and screen shares.
    pub title: String,
    /// Municipality.
    pub place: String,
    /// Whether the demo banner is shown.
    pub demo: bool,
    /// The signed-in person.
    pub presence: Option<Presence>,
    /// The roles of the mandate, in words.
    pub roles: Vec<String>,
    /// Where this person can go.
    pub navigation: Vec<Item>,
    /// The token for the sign-out form.
    pub csrf: String,
    /// What the last form did.
    pub notice: Option<String>,
    /// Query of the language links, from `?` to `lang=`.
    pub language_query: String,
    /// Shown before the title in the window's name when something is wrong.
    pub faulty: bool,
}

impl Frame {
    /// The frame of a page.
    #[must_use]
    pub fn new(site: &Site, context: &Context, title: impl Into<String>) -> Self {
        let msg = context.msg;
        let who = context.signed_in().map(Arc::as_ref);
        let roles = who.map(|who| who.caller.roles);
        Self {
            msg,
            title: title.into(),
            place: site.settings().place.clone(),
            demo: site.settings().demo,
            presence: who.map(|SignedIn { presence, .. }| presence.clone()),
            roles: roles
                .map(|roles| roles.iter().map(|role| msg.of("role", role.code())).collect())
                .unwrap_or_default(),
            navigation: roles.map(|roles| navigation::for_roles(roles, &context.path, msg)).unwrap_or_default(),
            csrf: context.csrf().to_owned(),
            notice: context.notice.as_deref().and_then(|code| msg.find("notice", code)).map(str::to_owned),
            language_query: if context.query.is_empty() {
                "?lang=".to_owned()
            } else {
                format!("?{}&lang=", context.query)
            },
            faulty: false,
        }
    }

    /// The window's name: what is wrong, what the page is, whose service it is.
    #[must_use]
    pub fn window_title(&self) -> String {
        let fault = if self.faulty { format!("{}: ", self.msg.error_prefix()) } else { String::new() };
        format!("{fault}{} – Samlad", self.title)
    }

    /// The other language: its tag, its own name for itself.
    #[must_use]
    pub const fn other_language(&self) -> (&'static str, &'static str) {
        match self.msg.language() {
            Language::Swedish => ("en", "English"),
            Language::English => ("sv", "Svenska"),
        }
    }

    /// The roles of the mandate, in words.
    #[must_use]
    pub fn role_words(&self) -> String {
        self.roles.join(", ")
    }

    /// Seconds until the session ends without a request.
    #[must_use]
    pub fn idle_seconds(&self) -> Option<u32> {
        self.presence.as_ref().and_then(|presence| presence.idle_seconds)
    }

    /// Whether there is a session to end and an address that ends it.
    #[must_use]
    pub fn can_sign_out(&self) -> bool {
        self.presence.is_some()
            && routes::all().any(|route| route.path == "/ui/sign-out" && route.method == Method::Post)
    }

    /// Name of the hidden field with the form token.
    #[must_use]
    pub const fn csrf_field(&self) -> &'static str {
        csrf::FIELD
    }

    /// Address of the style sheet.
    #[must_use]
    pub const fn style(&self) -> &'static str {
        assets::SAMLAD_CSS
    }

    /// Address of the sign.
    #[must_use]
    pub const fn sign(&self) -> &'static str {
        assets::SIGN_SVG
    }

    /// Address of the script that warns before a session ends.
    #[must_use]
    pub const fn session_script(&self) -> &'static str {
        assets::SESSION_JS
    }
}

/// Whether any error is about this field or something inside it: `paragraphs` covers `paragraphs[2].text`.
#[must_use]
pub fn concerns(error: &FieldError, name: &str) -> bool {
    error.field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('[') || rest.starts_with('.'))
}
