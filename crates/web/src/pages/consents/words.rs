//! The words of `policy/consent.toml` in the reader's language: what must be told, and why an answer may be left out.

use case_registry::Registry;

use crate::form::Choice;
use crate::i18n::Messages;

/// Codes with their words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    informed: Vec<(String, String)>,
    /// Code, words, and whose answer may be left out on this ground.
    grounds: Vec<(String, String, Vec<&'static str>)>,
}

impl Words {
    /// The words of the rules in force.
    pub(crate) fn of(registry: &Registry, msg: Messages) -> Self {
        let language = msg.language();
        let rules = &registry.consents;
        let informed = rules.information().iter().map(|told| (told.code.clone(), told.title.text(language).to_owned()));
        let grounds = rules.not_needed().iter().map(|ground| {
            let whose = ground.applies_to.iter().map(|who| who.code()).collect();
            (ground.code.clone(), ground.title.text(language).to_owned(), whose)
        });
        Self { informed: informed.collect(), grounds: grounds.collect() }
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            informed: vec![("purpose".to_owned(), "Vad uppgifterna ska användas till".to_owned())],
            grounds: vec![(
                "sole_custody".to_owned(),
                "Den andra föräldern har ensam vårdnad".to_owned(),
                vec!["guardian"],
            )],
        }
    }

    /// What somebody was told. A code that the rules no longer have is shown as it is.
    pub(crate) fn informed(&self, code: &str) -> String {
        self.informed
            .iter()
            .find(|(known, _)| known == code)
            .map_or_else(|| code.to_owned(), |(_, words)| words.clone())
    }

    /// Why an answer was left out.
    pub(crate) fn ground(&self, code: &str) -> String {
        self.grounds
            .iter()
            .find(|(known, ..)| known == code)
            .map_or_else(|| code.to_owned(), |(_, words, _)| words.clone())
    }

    /// What must be told, to tick off.
    pub(crate) fn information(&self) -> Vec<Choice> {
        self.informed.iter().map(|(code, words)| Choice::new(code.clone(), words.clone())).collect()
    }

    /// The grounds that apply to a consenter.
    pub(crate) fn grounds_for(&self, role: &str) -> Vec<Choice> {
        let apply = self.grounds.iter().filter(|(.., whose)| whose.contains(&role));
        apply.map(|(code, words, _)| Choice::new(code.clone(), words.clone())).collect()
    }
}
