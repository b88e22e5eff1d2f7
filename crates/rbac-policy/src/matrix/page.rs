//! The matrix as one page of its own, for a lawyer: works without a network, in every browser, without a mouse, and on paper.
//!
//! Style and script stand in the file, so that it can be sent and kept as one. Without script every row is there and can be searched with the
//! browser; with it, rows are filtered by role, action, and any other column, and by words. Nothing is fetched and nothing is stored.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use vocabulary::Language;

use super::{Matrix, escaped};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The columns that can be chosen from a list, by position; the others are searched by words.
const CHOSEN: std::ops::Range<usize> = 0..11;

struct Texts {
    title: &'static str,
    intro: &'static str,
    digest: &'static str,
    filters: &'static str,
    words: &'static str,
    words_hint: &'static str,
    any: &'static str,
    clear: &'static str,
    /// With `%shown` and `%all`.
    count: &'static str,
    none: &'static str,
    skip: &'static str,
    caption: &'static str,
}

const fn texts(language: Language) -> Texts {
    match language {
        Language::Swedish => Texts {
            title: "Behörigheter i Samlad",
            intro: "Varje rad säger vem som får göra vad, på vilka villkor och med vilket lagstöd. Det som inte står i tabellen är inte tillåtet.",
            digest: "Reglernas fingeravtryck (SHA-256)",
            filters: "Välj rader",
            words: "Ord i raden",
            words_hint: "Till exempel 18 a eller hälsa. Flera ord: alla ska finnas.",
            any: "Alla",
            clear: "Visa alla rader",
            count: "%shown av %all rader visas.",
            none: "Ingen rad motsvarar valen. Det betyder att inget sådant är tillåtet.",
            skip: "Hoppa till tabellen",
            caption: "Vad som är tillåtet",
        },
        Language::English => Texts {
            title: "Access rights in Samlad",
            intro: "Each row says who may do what, on which conditions and under which law. What does not stand in the table is not allowed.",
            digest: "Fingerprint of the rules (SHA-256)",
            filters: "Choose rows",
            words: "Words in the row",
            words_hint: "For example 18 a or health. Several words: all must be there.",
            any: "Any",
            clear: "Show every row",
            count: "%shown of %all rows are shown.",
            none: "No row fits the choices. That means that nothing of the kind is allowed.",
            skip: "Skip to the table",
            caption: "What is allowed",
        },
    }
}

impl Matrix {
    /// The whole page in a language. `digest` is the policy's, in hexadecimal.
    #[must_use]
    pub fn page(&self, language: Language, digest: &str) -> String {
        let texts = texts(language);
        let (rows, headings) = (self.named(language), self.headings(language));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#matrix\">{}</a>\n<header>\n<h1>{}</h1>\n<p>{}</p>\n<p class=\"digest\">{}: <code>{}</code></p>\n</header>\n<main>\n",
            language.code(),
            texts.title,
            texts.skip,
            texts.title,
            texts.intro,
            texts.digest,
            escaped(digest),
        );
        let _ = write!(
            html,
            "<form id=\"filters\" hidden>\n<fieldset>\n<legend>{}</legend>\n<div class=\"fields\">\n",
            texts.filters
        );
        let _ = writeln!(
            html,
            "<p class=\"field wide\"><label for=\"words\">{}</label><span class=\"hint\" id=\"words-hint\">{}</span>\
             <input id=\"words\" type=\"search\" autocomplete=\"off\" aria-describedby=\"words-hint\"></p>",
            texts.words, texts.words_hint
        );
        for (column, heading) in headings.iter().enumerate().filter(|(column, _)| CHOSEN.contains(column)) {
            let _ = write!(
                html,
                "<p class=\"field\"><label for=\"column-{column}\">{}</label><select id=\"column-{column}\" data-column=\"{column}\"><option value=\"\">{}</option>",
                escaped(heading),
                texts.any
            );
            let choices: BTreeSet<&str> =
                rows.iter().filter_map(|row| row.get(column)).flat_map(|cell| values(column, cell)).collect();
            for choice in choices {
                let _ = write!(html, "<option>{}</option>", escaped(choice));
            }
            html += "</select></p>\n";
        }
        let _ = write!(
            html,
            "</div>\n<button type=\"reset\">{}</button>\n</fieldset>\n</form>\n\
             <p id=\"count\" role=\"status\" data-count=\"{}\" data-none=\"{}\"></p>\n\
             <div class=\"scroll\" role=\"region\" aria-labelledby=\"matrix-caption\" tabindex=\"0\">\n\
             <table id=\"matrix\" tabindex=\"-1\">\n<caption id=\"matrix-caption\">{}</caption>\n<thead><tr>",
            texts.clear, texts.count, texts.none, texts.caption
        );
        for heading in &headings {
            let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(heading));
        }
        html += "</tr></thead>\n<tbody>\n";
        for row in &rows {
            html += "<tr>";
            for (column, cell) in row.iter().enumerate() {
                let tag = if column == 0 { "th scope=\"row\"" } else { "td" };
                let end = if column == 0 { "th" } else { "td" };
                let _ = write!(html, "<{tag}>{}</{end}>", escaped(cell));
            }
            html += "</tr>\n";
        }
        let _ = write!(html, "</tbody>\n</table>\n</div>\n</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
        html
    }
}

/// The values that a cell lists. Role and action are one value each; facts are joined by commas, obligations by semicolons.
fn values(column: usize, cell: &str) -> impl Iterator<Item = &str> {
    let between: &[char] = match column {
        0 | 1 => &[],
        10 => &[';'],
        _ => &[','],
    };
    cell.split(between).map(str::trim).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;

    #[test]
    fn the_page_stands_alone_and_every_field_has_a_label() {
        let matrix = Policy::builtin().unwrap().matrix();
        for (language, any) in [(Language::Swedish, "Alla"), (Language::English, "Any")] {
            let page = matrix.page(language, "abc123");
            for from_elsewhere in
                ["http://", "https://", "src=", "@import", "url(", "fetch(", "localStorage", "innerHTML"]
            {
                assert!(!page.contains(from_elsewhere), "{from_elsewhere}");
            }
            assert!(page.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", language.code())));
            assert_eq!(page.matches("<h1>").count(), 1);
            assert_eq!(page.matches("<tr>").count(), matrix.rows.len() + 1);
            assert_eq!(page.matches("<label for=\"").count(), CHOSEN.len() + 1);
            for column in CHOSEN {
                assert!(
                    page.contains(&format!("<label for=\"column-{column}\">"))
                        && page.contains(&format!("<select id=\"column-{column}\""))
                );
            }
            assert_eq!(page.matches(&format!("<option value=\"\">{any}</option>")).count(), CHOSEN.len());
            assert!(page.contains("OSL 10 kap. 18 a §") || page.contains("OSL_10_18A"));
            assert!(page.contains("abc123"));
        }
    }

    #[test]
    fn a_choice_is_offered_once_whatever_cells_hold_it() {
        let page = Policy::builtin().unwrap().matrix().page(Language::Swedish, "");
        assert_eq!(page.matches("<option>Socialsekreterare</option>").count(), 1);
        assert_eq!(page.matches("<option>OSL_10_18A</option>").count(), 1);
        assert!(
            page.contains("<option>Ändra, fördela eller avsluta ärende</option>"),
            "an action is one value, commas and all"
        );
    }
}
