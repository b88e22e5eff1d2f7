//! Two authorities in one store, with colleagues of every role, a clock that is set and randomness that repeats.

use std::{collections::HashMap, sync::Arc};

use audit_log::{AccessLog, LogSettings, Who};
use case_registry::{
    Registry, Rooms,
    courier::NoTransport,
    directory::{Founding, log_origin, log_signer},
};
use field_vault::{RecoveryKey, RootKey, Vault};
use rbac_policy::{
    Policy,
    consent_rules::ConsentRules,
    legal_bases::{Confirmation, LegalBases, State},
    measures::Measures,
};
use store::{
    Store, StoreOptions,
    delegation::DelegationRow,
    directory::{UnitRow, UserRow},
};
use vocabulary::{
    AuthorityId, AuthorityKind, Caller, Clock, Entropy, FixedClock, Language, RequestId, Role, Roles, SeededEntropy,
    Strength, Timestamp, UnitId, UserId,
};

pub(crate) const NOW: &str = "2026-11-23T09:00:00Z";

/// The world of a test.
pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) store: Store,
    pub(crate) social: AuthorityId,
    pub(crate) police: AuthorityId,
    callers: HashMap<&'static str, Caller>,
    _folder: tempfile::TempDir,
}

/// Key, authority (social?), role, unit number.
const PEOPLE: &[(&str, bool, Role, usize)] = &[
    ("social-worker", true, Role::SocialWorker, 0),
    ("social-worker-2", true, Role::SocialWorker, 0),
    ("social-lead", true, Role::SocialLead, 0),
    ("sig-coordinator", true, Role::SigCoordinator, 1),
    ("social-auditor", true, Role::Auditor, 1),
    ("administrator", true, Role::Administrator, 1),
    ("prevention-coordinator", true, Role::PreventionCoordinator, 1),
    ("records-officer", true, Role::RecordsOfficer, 1),
    ("police-coordinator", false, Role::PoliceCoordinator, 0),
    ("police-coordinator-2", false, Role::PoliceCoordinator, 1),
    ("police-auditor", false, Role::Auditor, 1),
];

impl World {
    #[expect(clippy::too_many_lines, reason = "a world has many parts, one line each")]
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().display()), StoreOptions::default()).await.unwrap();
        let clock = Arc::new(FixedClock::at(Timestamp::parse(NOW).unwrap()));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(20_261_123));
        let social = AuthorityId(entropy.id());
        let police = AuthorityId(entropy.id());
        let origins = [social, police].map(|id| (id, log_origin("test.example", id).unwrap()));
        let signers = origins.iter().map(|(id, origin)| (*id, log_signer(origin, &[7; 32]).unwrap())).collect();
        let service = Who {
            user: UserId(entropy.id()),
            unit: UnitId(entropy.id()),
            role: Some(Role::Service),
            strength: Strength::Service,
            on_behalf_of: None,
        };
        let log = AccessLog::start(Arc::new(store.clone()), clock.clone(), entropy.clone(), LogSettings::new(service))
            .await
            .unwrap();
        let registry = Registry::new(Rooms {
            store: store.clone(),
            log,
            vault: Arc::new(Vault::new(entropy.clone(), clock.clone())),
            policy: Policy::builtin().unwrap(),
            bases: LegalBases::builtin().unwrap(),
            measures: Measures::builtin().unwrap(),
            consents: ConsentRules::builtin().unwrap(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            signers,
            transport: Arc::new(NoTransport),
        });
        let mut callers = HashMap::new();
        for (id, kind, name, is_social) in [
            (social, AuthorityKind::SocialBoard, "Socialnämnden i Mellerud", true),
            (police, AuthorityKind::Police, "Polismyndigheten, region Väst", false),
        ] {
            let units: Vec<UnitRow> = (0..2)
                .map(|number| UnitRow {
                    id: UnitId(entropy.id()),
                    name: format!("Enhet {number}"),
                    phone: "0530-000 00".to_owned(),
                })
                .collect();
            let mut users = Vec::new();
            for (number, (key, social, role, unit)) in PEOPLE.iter().enumerate() {
                if *social != is_social {
                    continue;
                }
                let row = UserRow {
                    id: UserId(entropy.id()),
                    unit: units[*unit].id,
                    name: format!("Kollega {key}"),
                    title: role.code().to_owned(),
                    service_number: format!("{}-{number:03}", if is_social { "SOC" } else { "POL" }),
                    roles: Roles::default().with(*role),
                    is_active: true,
                    notice_seen_at: None,
                    version: 1,
                };
                callers.insert(
                    *key,
                    Caller {
                        user: row.id,
                        authority: id,
                        unit: row.unit,
                        roles: row.roles,
                        strength: Strength::SteppedUp,
                        request: RequestId(entropy.id()),
                        language: Language::English,
                        reason: None,
                        idempotency: None,
                        sends: None,
                    },
                );
                users.push(row);
            }
            let bases = LegalBases::builtin().unwrap();
            let today = clock.today();
            let confirmations =
                bases.at(today).filter(|basis| basis.state == State::Confirm).map(|basis| Confirmation {
                    code: basis.code.clone(),
                    version: basis.version,
                    by: "Stadsjurist".to_owned(),
                    on: today,
                    wording_read: "SFS".to_owned(),
                });
            // A list that gives officers what the basis leaves to a list, but for what only the lead has.
            let delegations = bases.at(today).filter(|basis| basis.delegated_at.contains(&kind)).map(|basis| {
                let role = if basis.code == "LUL_11" { Role::SocialLead } else { Role::SocialWorker };
                DelegationRow {
                    id: entropy.id(),
                    basis_code: basis.code.clone(),
                    role: Some(role.code().to_owned()),
                    user: None,
                    point: "4.12".to_owned(),
                    valid_from: today.to_string(),
                    valid_until: None,
                    entered_at: clock.now(),
                    entered_by: None,
                }
            });
            let delegations = delegations.collect();
            let founding = Founding {
                delegations,
                id,
                kind,
                name: name.to_owned(),
                municipality_code: is_social.then(|| "1461".to_owned()),
                county_code: is_social.then(|| "14".to_owned()),
                reception_phone: "0530-180 00".to_owned(),
                units,
                users,
                confirmations: confirmations.collect(),
            };
            let origin = origins.iter().find(|(other, _)| *other == id).map(|(_, origin)| origin.clone()).unwrap();
            registry
                .found_authority(founding, RootKey::generate().unwrap(), RecoveryKey::generate().recipient(), &origin)
                .await
                .unwrap();
        }
        Self { registry, clock, store, social, police, callers, _folder: folder }
    }

    /// A caller by the persona's key.
    pub(crate) fn caller(&self, key: &str) -> Caller {
        self.callers[key].clone()
    }
}

/// A personal number of the test series with a right check digit.
pub(crate) fn number(born: &str, serial: u16) -> String {
    let digits: String = born.chars().filter(char::is_ascii_digit).collect();
    let nine = format!("{}{serial}", &digits[2..]);
    format!("{digits}-{serial}{}", vocabulary::personal_number::check_digit(&nine).unwrap())
}
