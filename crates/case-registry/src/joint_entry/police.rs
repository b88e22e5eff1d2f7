//! How the police mark information (2018:1693 3 kap. 2 and 4 §§): to whom it is available, who is suspected, how credible the source, how accurate the
//! information.

use serde::{Deserialize, Serialize};
use store::directory::UserRow;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{SecrecyClass, UserId};

use crate::Check;

vocabulary::closed_list! {
    /// To whom inside the police the information is available.
    pub enum Availability {
        /// A few named persons.
        NamedPersons = "named_persons",
        /// Jointly available, on a ground of 2018:1693 3 kap. 2 §.
        JointlyAvailable = "jointly_available",
    }
}

vocabulary::closed_list! {
    /// Grounds on which information may be jointly available (2018:1693 3 kap. 2 §; numbering and wording [verify]).
    pub enum JointGround {
        /// Suspected criminal activity with crimes of at least one year's imprisonment.
        SuspectedActivity = "suspected_activity",
        /// Suspected criminal activity that is systematic.
        SystematicActivity = "systematic_activity",
        /// Supervision of a person who can be presumed to commit crimes of at least two years' imprisonment.
        SupervisionOfRisk = "supervision_of_risk",
        /// Supervision of a person with a serious criminal record who can be presumed to threaten the safety of others.
        SupervisionOfThreat = "supervision_of_threat",
        /// Occurs in a matter on investigating or prosecuting crime.
        CriminalMatter = "criminal_matter",
        /// Reported to the police's command centres.
        CommandCentre = "command_centre",
        /// Needed to fulfil international undertakings.
        International = "international",
    }
}

vocabulary::closed_list! {
    /// Whether the person is suspected; non-suspects are marked (2018:1693 3 kap. 4 §).
    pub enum Suspicion {
        /// Suspected.
        Suspect = "suspect",
        /// Not suspected: marked as such.
        NotSuspect = "not_suspect",
        /// Unclear.
        Unclear = "unclear",
    }
}

vocabulary::closed_list! {
    /// How credible the source is, A to E.
    pub enum Credibility {
        /// A: always reliable.
        Reliable = "a_reliable",
        /// B: mostly reliable.
        MostlyReliable = "b_mostly_reliable",
        /// C: partly reliable.
        PartlyReliable = "c_partly_reliable",
        /// D: not reliable.
        NotReliable = "d_not_reliable",
        /// E: cannot be judged.
        CannotBeJudged = "e_cannot_be_judged",
    }
}

vocabulary::closed_list! {
    /// How accurate the information is, 1 to 5.
    pub enum Accuracy {
        /// 1: confirmed.
        Confirmed = "1_confirmed",
        /// 2: known to the source itself.
        KnownToSource = "2_known_to_source",
        /// 3: supported by other information.
        Supported = "3_supported",
        /// 4: unsupported or doubtful.
        Doubtful = "4_doubtful",
        /// 5: cannot be judged.
        CannotBeJudged = "5_cannot_be_judged",
    }
}

/// The head of the criminal investigation has cleared the information for release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Clearance {
    /// By function and number, never by name.
    pub by: String,
    /// The day.
    pub on: Date,
}

/// How the police mark an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PoliceMarks {
    /// To whom it is available.
    pub availability: Availability,
    /// The ground, when jointly available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<JointGround>,
    /// The named persons, otherwise; the author is always one of them.
    #[serde(default)]
    pub named: Vec<UserId>,
    /// Whether the person is suspected.
    pub suspicion: Suspicion,
    /// How credible the source is.
    pub credibility: Credibility,
    /// How accurate the information is.
    pub accuracy: Accuracy,
    /// Clearance by the head of the criminal investigation; required before an item of class `INVESTIGATION` is released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clearance: Option<Clearance>,
    /// The last day on which it stands.
    pub expires_on: Date,
}

const LONGEST_NAMED: usize = 15;
const LONGEST_YEARS: i64 = 5;

impl Clearance {
    pub(super) fn check(&self, check: &mut Check, today: Date) {
        check.text("clearance.by", &self.by, 100);
        check.require(self.on <= today, "clearance.on", "in-the-future");
    }
}

impl PoliceMarks {
    pub(super) fn check(&self, check: &mut Check, class: SecrecyClass, today: Date, users: &[UserRow]) {
        match self.availability {
            Availability::JointlyAvailable => {
                check.require(self.ground.is_some(), "police.ground", "required");
                check.require(self.named.is_empty(), "police.named", "only-with-named-persons");
            }
            Availability::NamedPersons => {
                check.require(self.ground.is_none(), "police.ground", "only-when-jointly-available");
                check.require(self.named.len() <= LONGEST_NAMED, "police.named", "too-many");
                for (at, user) in self.named.iter().enumerate() {
                    let is_colleague = users.iter().any(|row| row.id == *user && row.may_be_given_work());
                    check.require(is_colleague, format!("police.named[{at}]"), "no-such-colleague");
                }
            }
        }
        check.planned("police.expiresOn", self.expires_on, today);
        check.require(
            (self.expires_on - today).whole_days() <= LONGEST_YEARS * 366,
            "police.expiresOn",
            "too-far-ahead",
        );
        if let Some(clearance) = &self.clearance {
            check.require(class == SecrecyClass::Investigation, "police.clearance", "only-for-an-investigation");
            clearance.check(check, today);
        }
    }

    /// Availability and named persons as the row keeps them.
    pub(super) fn reach(&self, author: UserId) -> (Option<String>, Vec<UserId>) {
        let mut named = self.named.clone();
        if self.availability == Availability::NamedPersons && !named.contains(&author) {
            named.push(author);
        }
        named.sort_unstable();
        named.dedup();
        (Some(self.availability.code().to_owned()), named)
    }
}
