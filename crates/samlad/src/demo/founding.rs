//! The authorities of a demo: founded where they live, and made known where they do not.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use case_registry::directory::Founding;
use parcel::AuthorityPublic;
use rbac_policy::legal_bases::Confirmation;
use store::delegation::DelegationRow;
use store::directory::{AuthorityRow, UnitRow, UserRow};
use vocabulary::{AuthorityId, Entropy as _, SystemEntropy, Timestamp, UnitId, UserId};

use super::people::{Authority, AuthorityKey, PersonaKey};
use super::script::Script;
use crate::instance::{Instance, Running};
use crate::transport;

/// Before anything that the script tells of, the confirmations of counsel included.
pub(super) fn founded_at(script: &Script) -> Timestamp {
    let confirmed = script
        .authorities
        .iter()
        .flat_map(|authority| &authority.confirmations)
        .map(|confirmation| Timestamp::start_of(confirmation.on));
    let first = script.events.iter().map(|event| event.at).chain(confirmed).min().unwrap_or(script.start);
    first.plus_days(-1)
}

/// What founds an authority of the script; the ids of its personas go into `users`.
pub(super) fn founding(
    script: &Script,
    told: &Authority,
    id: AuthorityId,
    users: &mut BTreeMap<PersonaKey, UserId>,
) -> Founding {
    let entropy = SystemEntropy;
    let units: Vec<(&str, UnitRow)> = told
        .units
        .iter()
        .map(|unit| {
            (
                unit.key.as_str(),
                UnitRow { id: UnitId(entropy.id()), name: unit.name.clone(), phone: unit.phone.clone() },
            )
        })
        .collect();
    let mut rows = Vec::new();
    for persona in script.personas.iter().filter(|persona| persona.authority == told.key) {
        let Some((_, unit)) = units.iter().find(|(key, _)| *key == persona.unit) else { continue };
        let user = UserId(entropy.id());
        users.insert(persona.key, user);
        rows.push(UserRow {
            id: user,
            unit: unit.id,
            name: persona.name.clone(),
            title: persona.title.clone(),
            service_number: persona.service_number.clone(),
            roles: persona.roles.iter().copied().collect(),
            is_active: true,
            notice_seen_at: None,
            version: 1,
        });
    }
    let confirmations = told.confirmations.iter().map(|given| Confirmation {
        code: given.basis.clone(),
        version: given.version,
        by: given.by.clone(),
        on: given.on,
        wording_read: given.wording.clone(),
    });
    let delegations = told.delegations.iter().flat_map(|given| {
        given.bases.iter().map(|basis| DelegationRow {
            id: entropy.id(),
            basis_code: basis.clone(),
            role: Some(given.role.code().to_owned()),
            user: None,
            point: given.point.clone(),
            valid_from: given.from.to_string(),
            valid_until: None,
            entered_at: Timestamp::start_of(given.from),
            entered_by: None,
        })
    });
    let delegations = delegations.collect();
    Founding {
        delegations,
        id,
        kind: told.kind,
        name: told.name.clone(),
        municipality_code: told.municipality_code.clone(),
        county_code: told.county_code.clone(),
        reception_phone: told.phone.clone(),
        confirmations: confirmations.collect(),
        units: units.into_iter().map(|(_, unit)| unit).collect(),
        users: rows,
    }
}

/// A demo never writes into a database in which somebody else's authorities live.
pub(super) async fn refuse_others_data(instance: &Instance) -> Result<()> {
    let mut snapshot = instance.registry.store.system().await?;
    let authorities = store::directory::authorities(&mut snapshot).await?;
    snapshot.close().await?;
    if !authorities.is_empty() {
        bail!("the database is not empty: a demo needs one of its own");
    }
    Ok(())
}

/// Makes known, in each instance, the authorities that do not live there.
pub(super) async fn introduce(
    script: &Script,
    authorities: &BTreeMap<AuthorityKey, AuthorityId>,
    groups: &[Vec<AuthorityKey>],
    instances: &[Running],
) -> Result<()> {
    for (group, running) in groups.iter().zip(instances) {
        let Some(to) = group.first().and_then(|key| authorities.get(key)) else { continue };
        for told in script.authorities.iter().filter(|told| !group.contains(&told.key)) {
            let id = authorities.get(&told.key).copied().context("an authority without an id")?;
            let home =
                groups.iter().zip(instances).find(|(group, _)| group.contains(&told.key)).map(|(_, running)| running);
            let public = home
                .map(|home| home.instance.registry.vault.authority(id))
                .transpose()?
                .map(|keys| AuthorityPublic::of(&keys));
            let log_origin =
                home.and_then(|home| home.instance.registry.signers.get(&id)).map(|signer| signer.origin().to_owned());
            let row = AuthorityRow {
                id,
                kind: told.kind,
                name: told.name.clone(),
                municipality_code: told.municipality_code.clone(),
                county_code: told.county_code.clone(),
                log_origin: log_origin.unwrap_or_else(|| told.log_origin.clone()),
                is_local: false,
                endpoint: home.map(endpoint),
                parcel_recipient: public.as_ref().map(|public| public.recipient.clone()),
                parcel_verifying: public.as_ref().map(|public| public.verifying.to_vec()),
                reception_phone: told.phone.clone(),
            };
            running.instance.registry.introduce(*to, row).await.with_context(|| told.name.clone())?;
        }
    }
    Ok(())
}

/// Kept instances may answer on other ports than last time.
pub(super) async fn move_endpoints(
    groups: &[Vec<AuthorityKey>],
    instances: &[Running],
    authorities: &BTreeMap<AuthorityKey, AuthorityId>,
) -> Result<()> {
    for (group, running) in groups.iter().zip(instances) {
        let Some(to) = group.first().and_then(|key| authorities.get(key)) else { continue };
        for (other, home) in groups.iter().zip(instances).filter(|(other, _)| *other != group) {
            for id in other.iter().filter_map(|key| authorities.get(key)) {
                let public = AuthorityPublic::of(&*home.instance.registry.vault.authority(*id)?);
                let moved =
                    store::directory::update_address(*id, Some(&endpoint(home)), &public.recipient, &public.verifying);
                let work = store::Work::new(*to).named("move_endpoint").then(moved);
                running.instance.registry.store.write(&work).await.context("the directory cannot be written")?;
            }
        }
    }
    Ok(())
}

fn endpoint(running: &Running) -> String {
    format!("http://{}{}", running.address, transport::PATH)
}
