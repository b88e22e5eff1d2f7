//! Reads `legal-bases.toml` and refuses whatever is incomplete or contradicts itself, as strictly as the lines of the policy: with line, column,
//! what is wrong, and what to write instead. Every fault is reported, not the first alone.

use std::collections::BTreeMap;

use decision_pages::LoadError;
use serde::Deserialize;
use vocabulary::{AuthorityKind, SecrecyClass};

use super::{
    LegalBases,
    basis::{LegalBasis, RecipientSecrecy, Wording},
    place::{Places, Step},
    rows, versions,
};
use crate::fact::BasisFact;
use crate::section_of_code;

pub(crate) const FILE: &str = "legal-bases.toml";
/// Largest text, in bytes.
pub(crate) const BYTES: usize = 1024 * 1024;
/// Most faults reported at once.
const FAULTS: usize = 100;

/// The file cannot be used. Written for whoever maintains it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.0))]
pub struct BasisError(pub Vec<LoadError>);

fn listed(faults: &[LoadError]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    secrecy_at_recipient: BTreeMap<AuthorityKind, RecipientSecrecy>,
    secrecy_at_holder: BTreeMap<AuthorityKind, BTreeMap<SecrecyClass, super::Section>>,
    basis: Vec<LegalBasis>,
}

pub(super) fn load(text: &str) -> Result<LegalBases, BasisError> {
    let refuse = |refusal: LoadError| BasisError(vec![refusal]);
    if text.len() > BYTES {
        let what = format!("the file is {} bytes long", text.len());
        return Err(refuse(LoadError::whole(FILE, what, format!("keep it at {BYTES} bytes or less"))));
    }
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or((1, 1), |span| LoadError::position(text, span.start));
        let what = error.message().trim().replace('\n', ", ");
        refuse(LoadError::at(FILE, at, what, "see how to read a row, at the top of the file"))
    })?;
    let mut faults = Faults { places: Places::of(text), found: Vec::new() };
    check_frame(&mut faults, &file);
    for (index, basis) in file.basis.iter().enumerate() {
        rows::check(&mut faults, index, basis, &file.basis);
    }
    versions::check(&mut faults, &file.basis);
    let mut found = faults.found;
    if found.is_empty() {
        return Ok(LegalBases {
            bases: file.basis,
            at_recipient: file.secrecy_at_recipient,
            at_holder: file.secrecy_at_holder,
        });
    }
    found.sort_by_key(|fault| (fault.line, fault.column));
    found.truncate(FAULTS);
    Err(BasisError(found))
}

/// What stands outside the rows: the schema, the secrecy tables, and a row for every basis that the policy can name.
fn check_frame(faults: &mut Faults<'_>, file: &File) {
    let key = Step::Key;
    faults.ensure(file.schema == 1, &[key("schema")], format!("schema {}", file.schema), "this program reads schema 1");
    for kind in AuthorityKind::ALL {
        let place = [key("secrecy_at_recipient"), key(kind.code())];
        match file.secrecy_at_recipient.get(kind) {
            Some(secrecy) => {
                let cited = !secrecy.citation.trim().is_empty();
                let at = [place[0], place[1], key("citation")];
                faults.ensure(cited, &at, "the citation is empty", "cite the section that will protect the item");
                faults.worded(&[place[0], place[1], key("note")], &secrecy.note);
            }
            None => faults.add(
                &place[..1],
                format!("nothing says the secrecy at {kind}"),
                format!("add [secrecy_at_recipient.{kind}]"),
            ),
        }
        let place = [key("secrecy_at_holder"), key(kind.code())];
        let at_holder = file.secrecy_at_holder.get(kind);
        for class in SecrecyClass::ALL {
            let is_there = at_holder.is_some_and(|of| of.contains_key(class));
            let belongs = *class != SecrecyClass::Unknown;
            faults.ensure(
                is_there == belongs,
                &place,
                format!("{kind}: class {class} has {}", if is_there { "a section" } else { "no section" }),
                "give every class one section, except unknown, which has none",
            );
        }
    }
    faults.ensure(!file.basis.is_empty(), &[key("basis")], "there is no basis", "write at least one [[basis]]");
    for basis in BasisFact::legal().map(|basis| basis.code().to_ascii_uppercase()) {
        let is_there = file.basis.iter().any(|row| row.code == basis);
        let what = format!("{basis} has no row, and the policy can name it");
        faults.ensure(is_there, &[key("basis")], what, "add its [[basis]], in state off if it is not used");
    }
}

/// The faults found so far.
pub(super) struct Faults<'t> {
    places: Places<'t>,
    found: Vec<LoadError>,
}

impl Faults<'_> {
    pub(super) fn add(&mut self, place: &[Step<'_>], what: impl Into<String>, instead: impl Into<String>) {
        self.found.push(LoadError::at(FILE, self.places.find(place), what, instead));
    }

    pub(super) fn ensure(
        &mut self,
        holds: bool,
        place: &[Step<'_>],
        what: impl Into<String>,
        instead: impl Into<String>,
    ) {
        if !holds {
            self.add(place, what, instead);
        }
    }

    /// A text stands in both languages, says something, and holds no invisible characters.
    pub(super) fn worded(&mut self, place: &[Step<'_>], text: &Wording) {
        for (language, words) in [("sv", &text.sv), ("en", &text.en)] {
            let at: Vec<Step<'_>> = place.iter().copied().chain([Step::Key(language)]).collect();
            self.ensure(
                !words.trim().is_empty(),
                &at,
                format!("the text is missing in one language ({language})"),
                "write it in both",
            );
            self.ensure(words.trim() == words, &at, "blanks around the text", "delete them");
            if let Some(hidden) = words.chars().find(|character| is_invisible(*character)) {
                let what = format!("the invisible character U+{:04X}", u32::from(hidden));
                self.add(&at, what, "delete it: it can turn a text round");
            }
        }
        self.ensure(text.sv != text.en, place, "the text is the same in both languages", "translate it");
    }

    /// A citation names a section or an article, as the code of its basis does.
    pub(super) fn cited(&mut self, place: &[Step<'_>], code: &str, citation: &str) {
        self.ensure(
            citation.trim() == citation && !citation.chars().any(is_invisible),
            place,
            "blanks or invisible characters in the citation",
            "delete them",
        );
        let names_section = citation.contains('§') && citation.chars().any(|letter| letter.is_ascii_digit());
        if !names_section {
            let what = format!("the citation {} names no section", LoadError::quoted(citation));
            self.add(place, what, "write it as legal texts do, for example `OSL 10 kap. 18 a §`");
        } else if let Some(expected) = section_of_code(code).filter(|expected| !expected.is_in(citation)) {
            let what = format!("the citation does not name {expected}, as the code {code} does");
            self.add(place, what, "correct the citation or the code");
        }
    }
}

/// Control characters, and those that change what is read without being seen.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
