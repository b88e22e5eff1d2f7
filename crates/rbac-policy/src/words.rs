//! The policy's codes in words, Swedish and English: for the matrix, the explanation and the interface.

use vocabulary::{Action, Language, Role};

use crate::{
    explanation::Explanation,
    fact::{Assignment, BasisFact, ClassFact, Conflict, Glass, Relation},
    obligation::Obligation,
};

const fn pick(language: Language, sv: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Swedish => sv,
        Language::English => en,
    }
}

/// Heading of a column of the policy, or of the matrix' own columns; the code itself for anything else.
#[must_use]
pub fn heading(column: &str, language: Language) -> &str {
    let (sv, en) = match column {
        "role" => ("Roll", "Role"),
        "action" => ("Åtgärd i tjänsten", "Action"),
        "rel" => ("Vems uppgift", "Whose record"),
        "assigned" => ("Koppling till ärendet", "Relation to the case"),
        "class" => ("Sekretessklass", "Secrecy class"),
        "basis" => ("Stöd", "Basis"),
        "purpose" => ("Ändamål", "Purpose"),
        "age" => ("Ålder", "Age"),
        "glass" => ("Nödåtkomst", "Break-glass"),
        "conflict" => ("Jäv", "Conflict of interest"),
        "obligations" => ("Villkor", "Obligations"),
        "law" => ("Lag", "Law"),
        "lines" => ("Rader", "Lines"),
        other => return other,
    };
    pick(language, sv, en)
}

/// A role in words.
#[must_use]
pub const fn role(role: Role, language: Language) -> &'static str {
    let (sv, en) = match role {
        Role::SocialWorker => ("Socialsekreterare", "Social worker"),
        Role::SocialLead => ("Förste socialsekreterare", "Social lead"),
        Role::SigCoordinator => ("SIG-samordnare", "SIG coordinator"),
        Role::PoliceCoordinator => ("Kommunpolis", "Police coordinator"),
        Role::Auditor => ("Loggranskare", "Auditor"),
        Role::RecordsOfficer => ("Registrator", "Records officer"),
        Role::Administrator => ("Systemadministratör", "Administrator"),
        Role::PreventionCoordinator => ("Brottsförebyggande samordnare", "Prevention coordinator"),
        Role::Service => ("Tjänsten själv", "The service itself"),
    };
    pick(language, sv, en)
}

/// An action in words.
#[must_use]
pub const fn action(action: Action, language: Language) -> &'static str {
    let (sv, en) = match action {
        Action::RegisterPerson => ("Registrera person", "Register a person"),
        Action::SearchPersons => ("Söka person", "Search for a person"),
        Action::ReadPerson => ("Läsa personuppgifter", "Read a person's identity"),
        Action::UpdatePerson => ("Rätta personuppgifter", "Correct a person's identity"),
        Action::OpenCase => ("Öppna ärende", "Open a case"),
        Action::ListCases => ("Lista ärenden", "List cases"),
        Action::ReadCase => ("Läsa ärende", "Read a case"),
        Action::UpdateCase => ("Ändra, fördela eller avsluta ärende", "Change, assign or close a case"),
        Action::WriteNote => ("Skriva anteckning", "Write a note"),
        Action::AnnotateNote => ("Rätta anteckning", "Correct a note"),
        Action::LockNote => ("Låsa anteckning", "Lock a note"),
        Action::LogMeasure => ("Föra in insats", "Log a measure"),
        Action::UpdateMeasure => ("Ändra insats", "Change a measure"),
        Action::ReadMeasure => ("Läsa insats", "Read a measure"),
        Action::RecordConsent => ("Föra in samtycke", "Record a consent"),
        Action::RevokeConsent => ("Återkalla samtycke", "Revoke a consent"),
        Action::PrepareRelease => ("Förbereda utlämnande", "Prepare a release"),
        Action::DecideRelease => ("Besluta utlämnande", "Decide a release"),
        Action::ReadRelease => ("Läsa utlämnande", "Read a release"),
        Action::ListReleases => ("Lista utlämnanden", "List releases"),
        Action::WithdrawRelease => ("Märka utlämnande som återtaget", "Mark a release as withdrawn"),
        Action::Abstain => ("Avstå från utlämnande", "Abstain from a release"),
        Action::ReadAbstention => ("Läsa beslut att avstå", "Read an abstention"),
        Action::ReceiveParcel => ("Ta emot försändelse", "Take in a parcel"),
        Action::SendParcel => ("Skicka försändelse", "Send a parcel"),
        Action::ListReceived => ("Lista mottagna handlingar", "List received items"),
        Action::ReadReceived => ("Läsa mottagen handling", "Read a received item"),
        Action::AssessConcern => ("Anteckna bedömning av orosanmälan", "Record the assessment of a concern report"),
        Action::FileReceived => ("Tillföra mottagen handling ärendet", "Add a received item to the file"),
        Action::DecideLapse => ("Besluta om kopia vars stöd upphört", "Decide on a lapsed copy"),
        Action::EraseReceived => ("Radera kopia vars stöd upphört", "Erase a lapsed copy"),
        Action::Nominate => ("Nominera till samverkan", "Nominate for coordination"),
        Action::ListJointFiles => ("Lista samverkansakter", "List joint files"),
        Action::ReadJointFile => ("Läsa samverkansakt", "Read a joint file"),
        Action::UpdateJointFile => ("Ändra samverkansakt", "Change a joint file"),
        Action::EraseNomination => ("Radera nominering", "Erase a nomination"),
        Action::WriteEntry => ("Skriva i samverkansakt", "Write in a joint file"),
        Action::WithdrawEntry => ("Dra tillbaka egen uppgift", "Withdraw an own entry"),
        Action::TakePosition => ("Ta ställning i bedömning", "Take an assessment position"),
        Action::ProposeAction => ("Föreslå gemensam åtgärd", "Propose a joint action"),
        Action::AmendAction => ("Ändra gemensam åtgärd", "Amend a joint action"),
        Action::ReadAction => ("Läsa gemensam åtgärd", "Read a joint action"),
        Action::ReplyAction => ("Ta ställning till gemensam åtgärd", "Reply to a joint action"),
        Action::ReviewAction => ("Följa upp egen del", "Review the own part"),
        Action::FollowUp => ("Lämna ut uppföljning", "Release a follow-up"),
        Action::AskInformation => ("Begära uppgift", "Ask for information"),
        Action::AnswerInformation => ("Besvara begäran om uppgift", "Answer a request for information"),
        Action::ReadInformation => ("Läsa begäran om uppgift", "Read a request for information"),
        Action::SearchLog => ("Söka i loggen", "Search the log"),
        Action::ReadLogEntry => ("Läsa loggpost", "Read a log entry"),
        Action::VerifyLog => ("Kontrollera loggen", "Verify the log"),
        Action::ExportLog => ("Exportera loggen", "Export the log"),
        Action::ReadFigures => ("Se siffror utan individer", "See figures without individuals"),
        Action::ReadLegalBases => ("Se rättsliga stöd", "See the legal bases"),
        Action::ExplainAccess => ("Få behörigheten förklarad", "Have access explained"),
        Action::ReadHome => ("Se sin startsida", "See one's home page"),
        Action::SaveFormDraft => ("Spara utkast", "Save a draft"),
        Action::ReadFormDraft => ("Ta fram eget utkast", "Take up one's own draft"),
        Action::DiscardFormDraft => ("Kasta utkast", "Discard a draft"),
        Action::AskAccess => ("Be om åtkomst", "Ask for access"),
        Action::ReadAccessRequest => ("Läsa önskemål om åtkomst", "Read requests for access"),
        Action::DeclineAccess => ("Avslå önskemål om åtkomst", "Decline a request for access"),
        Action::ConfirmBasis => ("Anteckna bekräftat lagstöd", "Record a confirmed legal basis"),
        Action::ReadUsers => ("Se användare", "See users"),
        Action::UpdateUsers => ("Ändra användare och behörigheter", "Change users and grants"),
        Action::ReadPolicy => ("Se åtkomstreglerna", "See the access policy"),
        Action::LoadPolicy => ("Läsa in och kontrollera åtkomstregler", "Read and check an access policy"),
        Action::ApprovePolicy => ("Godkänna eller avvisa nya åtkomstregler", "Approve or turn down an access policy"),
        Action::ChangePolicy => ("Byta åtkomstregler", "Put another access policy in force"),
        Action::SignIn => ("Logga in", "Sign in"),
        Action::SignOut => ("Logga ut", "Sign out"),
        Action::Lapse => ("Verkställa att stöd upphört", "Let a lapse take effect"),
        Action::SetUpAuthority => ("Lägga upp myndighet", "Set up an authority"),
        Action::StartInstance => ("Starta tjänsten", "Start the service"),
        Action::VoidNumbers => ("Redovisa tagna nummer", "Declare void numbers"),
        Action::PruneLog => ("Gallra loggen", "Prune the log"),
        Action::UnknownRequest => ("Okänd begäran", "Unknown request"),
    };
    pick(language, sv, en)
}

/// An obligation in words.
#[must_use]
pub const fn obligation(obligation: Obligation, language: Language) -> &'static str {
    let (sv, en) = match obligation {
        Obligation::RedactHealth => ("uppgifter om hälsa utelämnas", "health paragraphs are left out"),
        Obligation::ExistenceOnly => (
            "visar bara att uppgiften finns och vem som kan kontaktas",
            "shows only that it exists and whom to contact",
        ),
        Obligation::ShowWarning => {
            ("varning om skyddade personuppgifter visas först", "a warning of protected identity is shown first")
        }
        Obligation::LogReason => ("skälet skrivs in i loggen", "the reason is written to the log"),
        Obligation::StepUp => ("inloggningen bekräftas på nytt", "the sign-in is confirmed anew"),
        Obligation::NotifyOwner => ("handläggare och chef får veta", "case officer and manager are told"),
        Obligation::Review24h => {
            ("granskas av någon annan inom 24 timmar", "reviewed by somebody else within 24 hours")
        }
    };
    pick(language, sv, en)
}

/// A value of a column in words; the code itself where it already is the name (a purpose's code, a legal basis).
#[must_use]
pub fn value(column: &str, code: &str, language: Language) -> String {
    let words = match column {
        "role" => code.parse().ok().map(|value| role(value, language)),
        "action" => code.parse().ok().map(|value| action(value, language)),
        "rel" => code.parse().ok().map(|value| relation(value, language)),
        "assigned" => code.parse().ok().map(|value| assignment(value, language)),
        "class" => code.parse().ok().map(|value| class(value, language)),
        "basis" => return basis(code, language),
        "purpose" => purpose(code, language),
        "age" => age(code, language),
        "glass" => code.parse().ok().map(|value| glass(value, language)),
        "conflict" => code.parse().ok().map(|value| conflict(value, language)),
        _ => None,
    };
    words.unwrap_or(code).to_owned()
}

const fn relation(relation: Relation, language: Language) -> &'static str {
    let (sv, en) = match relation {
        Relation::Own => ("den egna myndighetens", "the own authority's"),
        Relation::Other => ("en annan myndighets", "another authority's"),
        Relation::None => ("finns inte", "does not exist"),
        Relation::Unknown => ("okänt", "unknown"),
    };
    pick(language, sv, en)
}

const fn assignment(assigned: Assignment, language: Language) -> &'static str {
    let (sv, en) = match assigned {
        Assignment::Assigned => ("handläggare", "assigned"),
        Assignment::Cover => ("vikarierar", "cover"),
        Assignment::Lead => ("leder enheten", "leads the unit"),
        Assignment::Group => ("i gruppen", "in the group"),
        Assignment::None => ("ingen", "none"),
        Assignment::Unknown => ("okänd", "unknown"),
    };
    pick(language, sv, en)
}

const fn class(class: ClassFact, language: Language) -> &'static str {
    let (sv, en) = match class {
        ClassFact::Standard => ("vanlig", "ordinary"),
        ClassFact::Health => ("hälsa", "health"),
        ClassFact::ThirdParty => ("tredje person", "third person"),
        ClassFact::Investigation => ("förundersökning", "criminal investigation"),
        ClassFact::Protected => ("skyddade personuppgifter", "protected identity"),
        ClassFact::Unknown => ("oklassad", "unclassified"),
    };
    pick(language, sv, en)
}

const fn glass(glass: Glass, language: Language) -> &'static str {
    let (sv, en) = match glass {
        Glass::None => ("nej", "no"),
        Glass::Active => ("pågår", "active"),
        Glass::Expired => ("har gått ut", "expired"),
    };
    pick(language, sv, en)
}

const fn conflict(conflict: Conflict, language: Language) -> &'static str {
    let (sv, en) = match conflict {
        Conflict::None => ("nej", "no"),
        Conflict::Declared => ("anmält", "declared"),
        Conflict::Unknown => ("okänt", "unknown"),
    };
    pick(language, sv, en)
}

/// Legal bases keep their code: their titles and citations are data in `legal-bases.toml`.
fn basis(code: &str, language: Language) -> String {
    match code.parse() {
        Ok(BasisFact::OwnTask) => pick(language, "egen uppgift", "own task").to_owned(),
        Ok(BasisFact::None) => pick(language, "inget", "none").to_owned(),
        Ok(BasisFact::Unknown) => pick(language, "okänt", "unknown").to_owned(),
        _ => code.to_ascii_uppercase(),
    }
}

fn purpose(code: &str, language: Language) -> Option<&'static str> {
    let (sv, en) = match code {
        "case_handling" => ("handläggning", "case handling"),
        "coordination" => ("samverkan", "coordination"),
        "release_decision" => ("prövning av utlämnande", "release decision"),
        "lapse_review" => ("prövning av kopia vars stöd upphört", "review of a lapsed copy"),
        "log_control" => ("loggkontroll", "log control"),
        "administration" => ("administration", "administration"),
        "statistics" => ("statistik", "statistics"),
        "service" => ("tjänstens eget jobb", "the service's own job"),
        "unknown" => ("okänt", "unknown"),
        _ => return None,
    };
    Some(pick(language, sv, en))
}

fn age(code: &str, language: Language) -> Option<&'static str> {
    let (sv, en) = match code {
        "under_18" => ("under 18", "under 18"),
        "from_18_to_20" => ("18–20", "18 to 20"),
        "from_21" => ("21 eller äldre", "21 or older"),
        "unknown" => ("okänd", "unknown"),
        _ => return None,
    };
    Some(pick(language, sv, en))
}

/// An explanation as sentences.
pub(crate) fn explain(explanation: &Explanation, language: Language) -> Vec<String> {
    let what = action(explanation.action, language);
    let mut sentences = vec![match (explanation.role, language) {
        (Some(decided), Language::Swedish) => format!("”{what}” är tillåtet i rollen {}.", role(decided, language)),
        (Some(decided), Language::English) => format!("“{what}” is allowed in the role {}.", role(decided, language)),
        (None, Language::Swedish) => format!("”{what}” är inte tillåtet."),
        (None, Language::English) => format!("“{what}” is not allowed."),
    }];
    if explanation.lines.is_empty() {
        sentences.push(
            pick(language, "Ingen rad i behörighetsreglerna tillåter det.", "No line of the policy allows it.")
                .to_owned(),
        );
    }
    for line in &explanation.lines {
        sentences.push(match language {
            Language::Swedish => format!("Rad {}: {}.", line.id, line.law),
            Language::English => format!("Line {}: {}.", line.id, line.law),
        });
    }
    for duty in &explanation.obligations {
        sentences.push(match language {
            Language::Swedish => format!("Villkor: {}.", obligation(*duty, language)),
            Language::English => format!("Obligation: {}.", obligation(*duty, language)),
        });
    }
    for fact in &explanation.would_allow {
        let (column, value) = (heading(&fact.column, language), value(&fact.column, &fact.value, language));
        sentences.push(match language {
            Language::Swedish => format!("Det vore tillåtet om {} vore: {value}.", column.to_lowercase()),
            Language::English => format!("It would be allowed if {} were: {value}.", column.to_lowercase()),
        });
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_every_column_has_words_in_both_languages() {
        for (column, codes) in crate::request::columns() {
            assert_ne!(heading(column, Language::English), column);
            for code in codes {
                for language in [Language::Swedish, Language::English] {
                    let words = value(column, code, language);
                    assert!(!words.is_empty() && !words.contains('_') || column == "basis", "{column} {code}: {words}");
                }
            }
        }
    }
}
