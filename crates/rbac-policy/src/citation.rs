//! The policy cites law in plain ASCII (`OSL 10:18a`); people read `OSL 10 kap. 18 a §`.

/// A citation as written in the policy, in the form that Swedish legal texts use. Several are separated by ` + `.
#[must_use]
pub fn citation(law: &str) -> String {
    law.split(" + ").map(one).collect::<Vec<_>>().join("; ")
}

/// `ACT chapter:section` or `ACT section`; anything else stands as it is.
fn one(law: &str) -> String {
    let Some((act, place)) = law.rsplit_once(' ') else { return law.to_owned() };
    let (chapter, section) = match place.split_once(':') {
        Some((chapter, section)) => (Some(chapter), section),
        None => (None, place),
    };
    let is_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    if !is_number(section) || chapter.is_some_and(|chapter| !chapter.bytes().all(|byte| byte.is_ascii_digit())) {
        return law.to_owned();
    }
    // Articles of the Union's acts are not sections.
    if matches!(act, "GDPR" | "LED") {
        return format!("{act} art. {section}");
    }
    let sign = if section.contains('-') { "§§" } else { "§" };
    let section = spaced(section).replace('-', "–");
    match chapter {
        Some(chapter) => format!("{act} {chapter} kap. {section} {sign}"),
        None => format!("{act} {section} {sign}"),
    }
}

/// `18a` is written `18 a`.
fn spaced(section: &str) -> String {
    let digits = section.find(|letter: char| letter.is_ascii_lowercase());
    match digits {
        Some(at) => format!("{} {}", section.split_at(at).0, section.split_at(at).1),
        None => section.to_owned(),
    }
}

/// The section that the code of a legal basis is named after: `OSL_10_18A` after chapter 10, section 18 a; `LVU_43` after section 43.
pub(crate) struct CodedSection<'c> {
    chapter: Option<&'c str>,
    section: String,
}

/// The section in a code; `None` when the code names none.
pub(crate) fn section_of_code(code: &str) -> Option<CodedSection<'_>> {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let (rest, last) = code.rsplit_once('_')?;
    let section = spaced(&last.to_ascii_lowercase());
    section.split(' ').next().filter(|number| is_number(number))?;
    // The number of an act in the statute book stands before its section: `L2025_170_4`.
    let chapter = rest
        .rsplit_once('_')
        .filter(|(act, chapter)| is_number(chapter) && !act.ends_with(|last: char| last.is_ascii_digit()));
    Some(CodedSection { chapter: chapter.map(|(_, chapter)| chapter), section })
}

impl CodedSection<'_> {
    /// Whether a citation names it.
    pub(crate) fn is_in(&self, citation: &str) -> bool {
        let after = match self.chapter {
            Some(chapter) => citation.split_once(&format!("{chapter} kap. ")).map(|(_, after)| after),
            None => Some(citation),
        };
        // Up to the next chapter.
        let Some(after) = after.and_then(|after| after.split(" kap. ").next()) else { return false };
        // `11` stands in `11-12 §§`; `18 a` is no `18`.
        let starts = |at: usize| {
            after.get(..at).and_then(|before| before.chars().last()).is_none_or(|last| !last.is_ascii_digit())
        };
        let ends = |at: usize| {
            after.get(at..).is_some_and(|rest| rest.starts_with(" §") || rest.starts_with('-') || rest.starts_with('–'))
        };
        after.match_indices(&self.section).any(|(at, found)| starts(at) && ends(at + found.len()))
    }
}

impl core::fmt::Display for CodedSection<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.chapter {
            Some(chapter) => write!(f, "{chapter} kap. {} §", self.section),
            None => write!(f, "{} §", self.section),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_named_after_the_section_that_its_citation_names() {
        for (code, citation, is_in) in [
            ("OSL_10_18A", "OSL 10 kap. 18 a §", true),
            ("OSL_10_18A", "OSL 10 kap. 18 §", false),
            ("OSL_10_18A", "OSL 10 kap. 18 b §", false),
            ("OSL_10_2", "OSL 10 kap. 2 §", true),
            ("OSL_10_2", "OSL 10 kap. 22 §", false),
            ("OSL_10_2", "OSL 12 kap. 2 §", false),
            ("OSL_12_2", "OSL 10 kap. 1 § och 12 kap. 2 §", true),
            ("LUL_11", "Lagen (1964:167) om unga lagöverträdare 11-12 §§", true),
            ("L2025_170_4", "Lagen (2025:170) 4 §", true),
            ("L2025_170_4", "Lagen (2025:170) 6 §", false),
            ("POLISLAG_6", "Polislagen 6 § andra stycket", true),
        ] {
            assert_eq!(section_of_code(code).unwrap().is_in(citation), is_in, "{code}: {citation}");
        }
        assert!(section_of_code("CONSENT").is_none());
    }

    #[test]
    fn citations_read_as_in_a_legal_text() {
        for (written, read) in [
            ("OSL 10:18a", "OSL 10 kap. 18 a §"),
            ("SoLPuL 10", "SoLPuL 10 §"),
            ("FL 16-18", "FL 16–18 §§"),
            ("2018:1693 3:2", "2018:1693 3 kap. 2 §"),
            ("LED 25", "LED art. 25"),
            ("OSL 8:1 + GDPR 32", "OSL 8 kap. 1 §; GDPR art. 32"),
            ("delegation", "delegation"),
        ] {
            assert_eq!(citation(written), read);
        }
    }
}
