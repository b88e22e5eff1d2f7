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

#[cfg(test)]
mod tests {
    use super::*;

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
