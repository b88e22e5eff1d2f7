//! What the edge knows of a request before any handler runs, and what the gate adds.

use std::sync::{Arc, OnceLock};

use case_registry::decided::{Decided, Decision};
use case_registry::form_draft::KeptDraft;
use http::{HeaderMap, Uri, header};
use vocabulary::{Language, RequestId};

use crate::cookie;
use crate::drafts;
use crate::i18n::Messages;
use crate::sign_in::SignedIn;
use crate::site::Settings;

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A program: JSON.
    Api,
    /// A person: a page.
    Page,
}

/// One request. Shared between the edge, the gate and the handler.
#[derive(Debug)]
pub struct Context {
    /// Its id, in the log and in the trace.
    pub request: RequestId,
    /// Who reads the answer.
    pub reader: Reader,
    /// The words in the reader's language.
    pub msg: Messages,
    /// The path as sent. It may hold ids: never traced.
    pub path: String,
    /// The query as sent, without `lang`.
    pub query: String,
    /// The code of the message that the last form left for this page.
    pub notice: Option<String>,
    signed_in: OnceLock<(Arc<SignedIn>, String)>,
    decided: OnceLock<Decided>,
    drafts: OnceLock<Vec<KeptDraft>>,
}

impl Context {
    /// Reads a request's head.
    #[must_use]
    pub fn new(request: RequestId, uri: &Uri, headers: &HeaderMap, settings: &Settings) -> Self {
        let path = uri.path().to_owned();
        let reader = if path == "/api" || path.starts_with("/api/") { Reader::Api } else { Reader::Page };
        let query = uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
            .collect::<Vec<_>>()
            .join("&");
        let chosen = (reader == Reader::Page)
            .then(|| cookie::read(headers, settings, cookie::LANGUAGE).and_then(|code| code.parse().ok()))
            .flatten();
        let language = chosen.unwrap_or_else(|| accepted(headers));
        let notice = cookie::read(headers, settings, cookie::NOTICE).map(str::to_owned);
        Self {
            request,
            reader,
            msg: Messages::new(language),
            path,
            query,
            notice,
            signed_in: OnceLock::new(),
            decided: OnceLock::new(),
            drafts: OnceLock::new(),
        }
    }

    /// Notes who is signed in, and the token that the forms of this session carry.
    pub(crate) fn admit(&self, who: SignedIn, csrf: String) {
        // A second call would be a defect of the gate; the first one stands.
        let _ = self.signed_in.set((Arc::new(who), csrf));
    }

    /// Notes where the decisions of this request are collected.
    pub(crate) fn watch(&self, decided: Decided) {
        // One registry per request; a second one would be a defect, and its decisions stand in the log all the same.
        let _ = self.decided.set(decided);
    }

    /// What was decided so far in the course of this request.
    #[must_use]
    pub fn decided(&self) -> Vec<Decision> {
        self.decided.get().map(Decided::so_far).unwrap_or_default()
    }

    /// Notes which drafts the reader has lying.
    pub(crate) fn lay_out(&self, drafts: Vec<KeptDraft>) {
        // A second call would be a defect of the gate; the first one stands.
        let _ = self.drafts.set(drafts);
    }

    /// The reader's drafts of the form at an address, last saved first.
    pub(crate) fn drafts_at(&self, address: &str) -> Vec<KeptDraft> {
        let Some(drafts) = self.drafts.get().filter(|drafts| !drafts.is_empty()) else { return Vec::new() };
        let digest = drafts::digest(address);
        drafts.iter().filter(|draft| draft.form == digest).copied().collect()
    }

    /// The address as sent, without `lang`.
    pub(crate) fn address(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// Who is signed in, if the gate has let somebody in.
    #[must_use]
    pub fn signed_in(&self) -> Option<&Arc<SignedIn>> {
        self.signed_in.get().map(|(who, _)| who)
    }

    /// The token for this session's forms.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.signed_in.get().map_or("", |(_, token)| token)
    }
}

/// The best of our two languages by `Accept-Language` (RFC 9110, 12.5.4); Swedish where nothing is said.
#[must_use]
pub fn accepted(headers: &HeaderMap) -> Language {
    let mut best: Option<(u32, Language)> = None;
    let wishes = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for wish in wishes.split(',').take(20) {
        let (tag, parameters) = wish.split_once(';').unwrap_or((wish, ""));
        let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let language = match primary.as_str() {
            "sv" => Language::Swedish,
            "en" => Language::English,
            _ => continue,
        };
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse::<f32>().ok()).unwrap_or(0.0);
        // Compared in thousandths, the precision that the standard gives a weight.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
        let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u32;
        if weight > 0 && best.is_none_or(|(known, _)| weight > known) {
            best = Some((weight, language));
        }
    }
    best.map_or(Language::Swedish, |(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn the_readers_language_is_found() {
        let wish = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(text));
            accepted(&headers)
        };
        assert_eq!(accepted(&HeaderMap::new()), Language::Swedish);
        assert_eq!(wish("en-GB,en;q=0.9,sv;q=0.1"), Language::English);
        assert_eq!(wish("de, en;q=0.5, sv;q=0.8"), Language::Swedish);
        assert_eq!(wish("fi"), Language::Swedish);
        assert_eq!(wish("en;q=0, sv;q=nonsense"), Language::Swedish);
    }

    #[test]
    fn the_language_link_keeps_the_rest_of_the_query() {
        let settings =
            Settings { secure: false, demo: false, place: String::new(), accessibility_contact: String::new() };
        let uri = Uri::from_static("/ui/cases?page=2&lang=en&status=open");
        let context = Context::new(RequestId(uuid::Uuid::nil()), &uri, &HeaderMap::new(), &settings);
        assert_eq!(context.query, "page=2&status=open");
    }
}
