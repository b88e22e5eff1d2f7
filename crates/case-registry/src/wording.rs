//! Words for what crosses as codes, put at showing in the reader's language: headings of copied items, told answers, days.
//!
//! What a sender wrote itself is never touched. Pages and the API say the same, because both show the views that are made here.

use rbac_policy::measures::Measures;
use time::Date;
use vocabulary::{Caller, Language};

use crate::{Registry, crossing::CopiedItem, measure::day, release::PreviewedItem};

/// Headings of what is no record of its own at the sender: code, Swedish, English.
const PARTS: [(&str, &str, &str); 15] = [
    ("what", "Vad som ska göras", "What is to be done"),
    ("goal", "Vad det ska leda till", "What it is to reach"),
    ("own_part", "Avsändarens del", "The sender's part"),
    ("your_part", "Mottagarens del", "The receiver's part"),
    ("reason", "Varför samverkan önskas", "Why coordination is wanted"),
    ("question", "Fråga", "Question"),
    ("need", "Vad uppgiften behövs till", "What the information is needed for"),
    ("limb_a", "Led A: förekommer i brottsutredningar", "Limb A: occurs in criminal investigations"),
    ("limb_b", "Led B: under 21 år, samlad bedömning", "Limb B: under 21, overall assessment"),
    ("reply", "Svar på förslaget", "Answer to the proposal"),
    ("status", "Läge för den egna delen", "Status of the own part"),
    ("due_on", "Sista dag", "Last day"),
    ("outcome", "Utfall", "Outcome"),
    ("joint_entry", "Uppgift ur samverkansakten", "Entry of the joint file"),
    ("statement", "Uppgift", "Information"),
];

/// Kinds of notes, as headings.
const NOTES: [(&str, &str, &str); 5] = [
    ("meeting", "Möte eller samtal", "Meeting or conversation"),
    ("phone_call", "Telefonsamtal", "Telephone call"),
    ("home_visit", "Hembesök", "Home visit"),
    ("assessment", "Bedömning", "Assessment"),
    ("other", "Anteckning", "Note"),
];

/// What the other side is told in a code alone: answers to a position and a proposal, statuses, outcomes.
const TOLD: [(&str, &str, &str); 14] = [
    ("yes", "Ja", "Yes"),
    ("no", "Nej", "No"),
    ("proposed", "föreslagen", "proposed"),
    ("decided", "beslutad", "decided"),
    ("accepted", "accepterad", "accepted"),
    ("ongoing", "pågår", "ongoing"),
    ("paused", "pausad", "paused"),
    ("done", "avslutad", "done"),
    ("cancelled", "avbruten", "cancelled"),
    ("declined", "avböjd", "declined"),
    ("not_executed", "inte genomförd", "not carried out"),
    ("reached", "målet uppnått", "goal reached"),
    ("partly", "målet delvis uppnått", "goal partly reached"),
    ("not", "målet inte uppnått", "goal not reached"),
];

/// Names of the months: Swedish, English.
const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("mars", "March"),
    ("april", "April"),
    ("maj", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augusti", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

fn find(table: &[(&str, &'static str, &'static str)], code: &str, language: Language) -> Option<&'static str> {
    table.iter().find(|(known, ..)| *known == code).map(|(_, swedish, english)| match language {
        Language::Swedish => *swedish,
        Language::English => *english,
    })
}

/// A status or an outcome in words.
pub(crate) fn told(code: &str, language: Language) -> Option<&'static str> {
    find(&TOLD, code, language)
}

/// A day as people write it: `22 november 2026`.
pub(crate) fn day_in_words(day: Date, language: Language) -> String {
    let month = MONTHS.get(usize::from(u8::from(day.month())).saturating_sub(1)).copied().unwrap_or_default();
    let month = match language {
        Language::Swedish => month.0,
        Language::English => month.1,
    };
    format!("{} {month} {}", day.day(), day.year())
}

/// Whoever reads a copy: the language, and the catalogue that names the measures.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'r> {
    language: Language,
    catalogue: &'r Measures,
}

impl<'r> Reader<'r> {
    /// Where words become part of a record, they are those of the language that records are kept in.
    pub(crate) const fn of_the_record(catalogue: &'r Measures) -> Self {
        Self { language: Language::Swedish, catalogue }
    }

    /// An item as it is shown.
    pub(crate) fn item(&self, item: &CopiedItem) -> PreviewedItem {
        PreviewedItem {
            position: item.position,
            kind: item.kind.clone(),
            title: self.title(item),
            text: self.text(item),
            dated: item.dated,
            class: item.class,
        }
    }

    /// The heading.
    pub(crate) fn title(&self, item: &CopiedItem) -> String {
        let title = item.title.trim();
        let own = || title.to_owned();
        match item.kind.as_str() {
            "paragraph" => find(&NOTES, title, self.language).map_or_else(own, str::to_owned),
            "measure" | "what" if !title.is_empty() => {
                self.catalogue.get(title).map_or_else(own, |kind| kind.title.text(self.language).to_owned())
            }
            // The heading of what was received and is passed on is the section that it was released under.
            "received_item" => match self.language {
                Language::Swedish => format!("Mottagen uppgift, utlämnad enligt {title}"),
                Language::English => format!("Received information, released under {title}"),
            },
            kind if title.is_empty() => find(&PARTS, kind, self.language).map_or_else(own, str::to_owned),
            _ => own(),
        }
    }

    /// The text; an answer that was told in a code is put into words.
    pub(crate) fn text(&self, item: &CopiedItem) -> String {
        let words = match item.kind.as_str() {
            "limb_a" | "limb_b" | "reply" | "status" | "outcome" => told(&item.text, self.language).map(str::to_owned),
            "due_on" => day(&item.text).map(|day| day_in_words(day, self.language)),
            _ => None,
        };
        words.unwrap_or_else(|| item.text.clone())
    }
}

impl Registry {
    /// The reader that a caller is.
    pub(crate) fn reader(&self, caller: &Caller) -> Reader<'_> {
        Reader { language: caller.language, catalogue: &self.measures }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rbac_policy::measures::{MeasureOutcome, MeasureStatus};
    use time::macros::date;
    use vocabulary::SecrecyClass;

    use crate::{assessment::Limb, joint_action::ReplyCode, note::NoteKind, release::FollowField};

    fn item(kind: &str, title: &str, text: &str) -> CopiedItem {
        let (kind, title, text) = (kind.to_owned(), title.to_owned(), text.to_owned());
        CopiedItem { position: 0, kind, title, text, dated: None, class: SecrecyClass::Standard }
    }

    fn shown(language: Language, item: &CopiedItem) -> (String, String) {
        let catalogue = Measures::builtin().unwrap();
        let shown = Reader { language, catalogue: &catalogue }.item(item);
        (shown.title, shown.text)
    }

    #[test]
    fn every_code_that_crosses_has_words_in_both_languages() {
        for language in [Language::Swedish, Language::English] {
            for code in NoteKind::ALL.iter().map(|kind| kind.code()) {
                assert_ne!(shown(language, &item("paragraph", code, "x")).0, code);
            }
            let fields = FollowField::ALL.iter().map(|field| field.code());
            let limbs = Limb::ALL.iter().map(|limb| limb.code());
            for code in
                fields.chain(limbs).chain(["what", "goal", "own_part", "your_part", "reason", "question", "need"])
            {
                let title = shown(language, &item(code, "", "x")).0;
                assert!(!title.is_empty() && title != code, "{code}");
            }
            let statuses = MeasureStatus::ALL.iter().map(|status| status.code());
            let outcomes = MeasureOutcome::ALL.iter().map(|outcome| outcome.code());
            for code in statuses.chain(outcomes).chain(ReplyCode::ALL.iter().map(|reply| reply.code())) {
                assert!(told(code, language).is_some(), "{code}");
            }
        }
    }

    #[test]
    fn a_measure_has_its_name_and_a_day_its_words() {
        assert_eq!(shown(Language::Swedish, &item("what", "home_visit", "Besök")).0, "Hembesök");
        assert_eq!(shown(Language::English, &item("measure", "home_visit", "Besök")).0, "Home visit");
        assert_eq!(shown(Language::Swedish, &item("due_on", "", "2027-01-10")).1, "10 januari 2027");
        assert_eq!(shown(Language::English, &item("limb_b", "", "no")).1, "No");
        assert_eq!(day_in_words(date!(2026 - 11 - 22), Language::Swedish), "22 november 2026");
    }

    #[test]
    fn what_somebody_wrote_stands_as_it_was_written() {
        let (title, text) = shown(Language::English, &item("statement", "goal", "done"));
        assert_eq!((title.as_str(), text.as_str()), ("goal", "done"));
    }
}
