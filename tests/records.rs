//! Records of the demo world by the nouns of the addresses, and how a persona stands to each.

use std::collections::{BTreeMap, HashSet};

use case_registry::Registry;
use rbac_policy::Assignment;
use store::args;
use uuid::Uuid;
use vocabulary::AuthorityId;

use crate::people::Someone;

/// A record that an address can name.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: Uuid,
    cases: Vec<Uuid>,
    files: Vec<Uuid>,
    persons: Vec<Uuid>,
    is_protected: bool,
}

/// A noun as it stands in an address, and how its records are found: id, case, joint file.
const NOUNS: &[(&str, &str)] = &[
    ("cases", "SELECT r.case_id, r.case_id, CAST(NULL AS UUID) FROM case_file r WHERE r.authority_id = $1"),
    (
        "persons",
        "SELECT r.person_id, c.case_id, j.joint_file_id FROM person r \
         LEFT JOIN case_file c ON c.authority_id = r.authority_id AND c.person_id = r.person_id \
         LEFT JOIN joint_file j ON j.authority_id = r.authority_id AND j.person_id = r.person_id WHERE r.authority_id = $1",
    ),
    (
        "measures",
        "SELECT r.measure_id, r.case_id, CAST(NULL AS UUID) FROM measure r WHERE r.authority_id = $1 AND r.class = 'standard'",
    ),
    ("notes", "SELECT r.note_id, r.case_id, CAST(NULL AS UUID) FROM note r WHERE r.authority_id = $1"),
    ("consents", "SELECT r.consent_id, r.case_id, CAST(NULL AS UUID) FROM consent r WHERE r.authority_id = $1"),
    ("releases", "SELECT r.release_id, r.case_id, r.joint_file_id FROM release_decision r WHERE r.authority_id = $1"),
    ("release-drafts", "SELECT r.draft_id, r.case_id, r.joint_file_id FROM release_draft r WHERE r.authority_id = $1"),
    ("abstentions", "SELECT r.abstention_id, r.case_id, r.joint_file_id FROM abstention r WHERE r.authority_id = $1"),
    (
        "received-items",
        "SELECT r.received_item_id, r.case_id, r.joint_file_id FROM received_item r WHERE r.authority_id = $1",
    ),
    (
        "received",
        "SELECT r.received_item_id, r.case_id, r.joint_file_id FROM received_item r WHERE r.authority_id = $1",
    ),
    (
        "received-corrections",
        "SELECT r.correction_id, i.case_id, i.joint_file_id FROM received_correction r \
         JOIN received_item i ON i.authority_id = r.authority_id AND i.received_item_id = r.received_item_id WHERE r.authority_id = $1",
    ),
    (
        "corrections",
        "SELECT r.correction_id, i.case_id, i.joint_file_id FROM received_correction r \
         JOIN received_item i ON i.authority_id = r.authority_id AND i.received_item_id = r.received_item_id WHERE r.authority_id = $1",
    ),
    ("joint-files", "SELECT r.joint_file_id, r.case_id, r.joint_file_id FROM joint_file r WHERE r.authority_id = $1"),
    (
        "joint-actions",
        "SELECT r.joint_action_id, CAST(NULL AS UUID), r.joint_file_id FROM joint_action r WHERE r.authority_id = $1",
    ),
    (
        "joint-entries",
        "SELECT r.entry_id, CAST(NULL AS UUID), r.joint_file_id FROM joint_entry r WHERE r.authority_id = $1 AND r.class = 'standard'",
    ),
    (
        "entries",
        "SELECT r.entry_id, CAST(NULL AS UUID), r.joint_file_id FROM joint_entry r WHERE r.authority_id = $1 AND r.class = 'standard'",
    ),
    (
        "info-requests",
        "SELECT r.info_request_id, r.case_id, r.joint_file_id FROM info_request r WHERE r.authority_id = $1",
    ),
    ("requests", "SELECT r.info_request_id, r.case_id, r.joint_file_id FROM info_request r WHERE r.authority_id = $1"),
    (
        "assessment-positions",
        "SELECT r.position_id, CAST(NULL AS UUID), r.joint_file_id FROM assessment_position r WHERE r.authority_id = $1",
    ),
    (
        "access-requests",
        "SELECT r.access_request_id, c.case_id, CAST(NULL AS UUID) FROM access_request r \
         LEFT JOIN case_file c ON c.authority_id = r.authority_id AND c.person_id = r.person_id WHERE r.authority_id = $1",
    ),
    (
        "delegations",
        "SELECT r.delegation_id, CAST(NULL AS UUID), CAST(NULL AS UUID) FROM delegation r WHERE r.authority_id = $1",
    ),
    ("users", "SELECT r.user_id, CAST(NULL AS UUID), CAST(NULL AS UUID) FROM app_user r WHERE r.authority_id = $1"),
    (
        "audit/entries",
        "SELECT r.id, CAST(NULL AS UUID), CAST(NULL AS UUID) FROM log_entry r WHERE r.authority_id = $1 ORDER BY r.at LIMIT 5",
    ),
];

/// The records of one authority.
pub(crate) struct Records {
    by_noun: BTreeMap<&'static str, Vec<Record>>,
    members: BTreeMap<(Uuid, Uuid), Assignment>,
    units: BTreeMap<Uuid, Uuid>,
    conflicts: HashSet<(Uuid, Uuid)>,
    case_of_file: BTreeMap<Uuid, Uuid>,
}

impl Records {
    pub(crate) async fn of((authority, registry): (AuthorityId, &Registry)) -> Self {
        let mut snapshot = registry.store.snapshot(authority).await.unwrap();
        let mut triples = async |sql: &'static str| snapshot.fetch(sql, args![authority]).await.unwrap();
        let mut persons: BTreeMap<Uuid, (Uuid, bool)> = BTreeMap::new();
        let mut units = BTreeMap::new();
        let mut case_of_file = BTreeMap::new();
        let cases = "SELECT r.case_id, r.person_id, r.unit_id, p.protection FROM case_file r \
            JOIN person p ON p.authority_id = r.authority_id AND p.person_id = r.person_id WHERE r.authority_id = $1";
        for row in triples(cases).await {
            let id = row.uuid(0).unwrap();
            persons.insert(id, (row.uuid(1).unwrap(), row.text(3).unwrap() != "none"));
            units.insert(id, row.uuid(2).unwrap());
        }
        let files = "SELECT r.joint_file_id, r.person_id, r.unit_id, r.protection, r.case_id FROM joint_file r WHERE r.authority_id = $1";
        for row in triples(files).await {
            let id = row.uuid(0).unwrap();
            let protected = row.text(3).unwrap() != "none";
            if let Some(person) = row.opt_uuid(1).unwrap() {
                persons.insert(id, (person, protected));
            }
            units.insert(id, row.uuid(2).unwrap());
            if let Some(case) = row.opt_uuid(4).unwrap() {
                case_of_file.insert(id, case);
            }
        }
        let now = registry.clock.now().micros();
        let mut members = BTreeMap::new();
        for sql in [
            "SELECT r.case_id, r.user_id, r.kind, r.until_at FROM case_member r WHERE r.authority_id = $1",
            "SELECT r.joint_file_id, r.user_id, r.kind, r.until_at FROM joint_member r WHERE r.authority_id = $1",
        ] {
            for row in triples(sql).await {
                if row.opt_int(3).unwrap().is_none_or(|until| until > now) {
                    let kind = row.text(2).unwrap().parse().unwrap();
                    members.insert((row.uuid(0).unwrap(), row.uuid(1).unwrap()), kind);
                }
            }
        }
        let conflicts = "SELECT r.user_id, r.person_id FROM conflict_of_interest r WHERE r.authority_id = $1";
        let conflicts =
            triples(conflicts).await.iter().map(|row| (row.uuid(0).unwrap(), row.uuid(1).unwrap())).collect();
        let mut by_noun = BTreeMap::new();
        for (noun, sql) in NOUNS {
            let mut found: BTreeMap<Uuid, Record> = BTreeMap::new();
            for row in triples(sql).await {
                let id = row.uuid(0).unwrap();
                let record = found.entry(id).or_insert_with(|| Record {
                    id,
                    cases: Vec::new(),
                    files: Vec::new(),
                    persons: Vec::new(),
                    is_protected: false,
                });
                let (case, file) = (row.opt_uuid(1).unwrap(), row.opt_uuid(2).unwrap());
                record.cases.extend(case);
                record.files.extend(file);
                for (person, protected) in [case, file].into_iter().flatten().filter_map(|id| persons.get(&id)) {
                    record.persons.push(*person);
                    record.is_protected |= protected;
                }
            }
            by_noun.insert(*noun, found.into_values().collect());
        }
        snapshot.close().await.unwrap();
        Self { by_noun, members, units, conflicts, case_of_file }
    }

    /// All records of a noun; panics for a noun that the table above does not know, so that no address goes without its records.
    pub(crate) fn all(&self, noun: &str) -> &[Record] {
        self.by_noun
            .get(noun)
            .unwrap_or_else(|| panic!("{noun}: a noun of an address that tests/records.rs does not know"))
    }

    /// How somebody stands to a record.
    pub(crate) fn assignment(&self, who: &Someone, record: &Record) -> Assignment {
        let of = |id: &Uuid| {
            let member = self.members.get(&(*id, who.user)).copied();
            let lead = who.leads() && self.units.get(id) == Some(&who.unit);
            member.into_iter().chain(lead.then_some(Assignment::Lead)).min()
        };
        let through_files = record.files.iter().filter_map(|file| self.case_of_file.get(file));
        record.cases.iter().chain(&record.files).chain(through_files).filter_map(of).min().unwrap_or(Assignment::None)
    }

    /// An ordinary record to which somebody stands as closely as to any, and one with which they have nothing to do.
    pub(crate) fn samples(&self, who: &Someone, noun: &str) -> (Option<(Record, Assignment)>, Option<Record>) {
        // What belongs to nothing yet waits in a unit's inbox: whose it is stands in what was received, not in a membership.
        let is_in_an_inbox = |record: &Record| {
            noun.starts_with("received") && who.takes_in() && record.cases.is_empty() && record.files.is_empty()
        };
        let is_barred =
            |record: &Record| record.persons.iter().any(|person| self.conflicts.contains(&(who.user, *person)));
        let is_ordinary = |record: &&Record| !(record.is_protected || is_barred(record) || is_in_an_inbox(record));
        let ordinary = self.all(noun).iter().filter(is_ordinary);
        let mut own: Option<(Record, Assignment)> = None;
        let mut unassigned = None;
        for record in ordinary {
            match self.assignment(who, record) {
                Assignment::None => unassigned = unassigned.or_else(|| Some(record.clone())),
                closer if own.as_ref().is_none_or(|(_, known)| closer < *known) => own = Some((record.clone(), closer)),
                _ => {}
            }
        }
        (own, unassigned)
    }

    /// An ordinary record about a person with whom somebody has declared a conflict of interest, however close they stand to it otherwise.
    pub(crate) fn barred(&self, who: &Someone, noun: &str) -> Option<Record> {
        let is_barred =
            |record: &&Record| record.persons.iter().any(|person| self.conflicts.contains(&(who.user, *person)));
        self.all(noun).iter().filter(|record| !record.is_protected).find(is_barred).cloned()
    }

    /// The same record's own part in a longer address, such as a note of a case.
    pub(crate) fn part_of(&self, noun: &str, whole: &Record) -> Option<Uuid> {
        let belongs = |part: &&Record| part.cases.contains(&whole.id) || part.files.contains(&whole.id);
        self.all(noun).iter().find(belongs).map(|part| part.id)
    }
}
