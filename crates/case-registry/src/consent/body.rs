//! A consent as it is sealed, and whether its answers amount to a consent.

use rbac_policy::consent_rules::{ConsentAnswer, ConsentGap, ConsentRules, Stance};
use serde::{Deserialize, Serialize};
use time::Date;

use super::{ConsentStance, ConsenterView};

/// A consent as it is sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ConsentBody {
    pub(crate) kinds_of_data: Vec<String>,
    pub(crate) purpose: String,
    pub(crate) informed: Vec<String>,
    pub(crate) informed_how: String,
    pub(crate) language: String,
    pub(crate) consenters: Vec<ConsenterView>,
    /// What was wanting when it was recorded.
    pub(crate) gaps: Vec<String>,
    /// The last day on which the answers amount to a consent as the person grows older: a guardian's ends at 18.
    pub(crate) stands_until: Option<Date>,
}

impl ConsentBody {
    fn answers(&self) -> Vec<ConsentAnswer> {
        let stance = |given: &ConsenterView| match given.answer {
            ConsentStance::Given => Stance::Given,
            ConsentStance::Refused => Stance::Refused,
            ConsentStance::Heard => Stance::Heard,
            ConsentStance::NotNeeded => {
                Stance::NotNeeded { ground: given.ground.clone(), decided_by: given.decided_by.clone() }
            }
        };
        self.consenters.iter().map(|given| ConsentAnswer { consenter: given.role, stance: stance(given) }).collect()
    }

    /// Why the answers do not amount to a consent on a day; empty when they do.
    pub(crate) fn gaps(&self, rules: &ConsentRules, born: Option<Date>, today: Date) -> Vec<String> {
        let mut gaps: Vec<String> = match rules.stands(born, today, &self.answers()) {
            Ok(()) => Vec::new(),
            Err(gaps) => gaps.into_iter().map(gap_code).collect(),
        };
        // A consent is informed, or it is none.
        if rules.information().iter().any(|told| !self.informed.contains(&told.code)) {
            gaps.push("not-informed".to_owned());
        }
        gaps
    }

    /// The last day before a birthday on which the answers no longer suffice.
    pub(super) fn stands_until(
        &self,
        rules: &ConsentRules,
        born: Option<Date>,
        from: Date,
        until: Date,
    ) -> Option<Date> {
        let born = born?;
        let mut day = from;
        while let Some(years) = rules.band(Some(born), day).and_then(|band| band.below) {
            let birthday = vocabulary::age::birthday(born, years);
            if birthday > until {
                return None;
            }
            if !self.gaps(rules, Some(born), birthday).is_empty() {
                return birthday.previous_day();
            }
            day = birthday;
        }
        None
    }
}

fn gap_code(gap: ConsentGap) -> String {
    match gap {
        ConsentGap::Missing(who) => format!("missing-{}", who.code()),
        ConsentGap::Refused(who) => format!("refused-{}", who.code()),
        ConsentGap::OnlyHeard(who) => format!("only-heard-{}", who.code()),
        ConsentGap::GroundDoesNotHold(who) => format!("ground-does-not-hold-{}", who.code()),
        ConsentGap::Nobody => "nobody-consented".to_owned(),
    }
}
