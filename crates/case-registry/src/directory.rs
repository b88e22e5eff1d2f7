//! Founding an authority; users, units and mandates. Administration sees users and never persons.

use audit_log::LogSigner;
use field_vault::{RecoveryRecipient, RootKey};
use identity::{Identity, LinkKind, Token};
use parcel::AuthorityPublic;
use rbac_policy::{Facts, Target, legal_bases::Confirmation};
use serde::{Deserialize, Serialize};
use store::{
    StoredAuthorityKey, Work,
    delegation::DelegationRow,
    directory::{AuthorityRow, ConfirmationRow, UnitRow, UserRow},
};
use utoipa::ToSchema;
use vocabulary::{
    AuthorityId, AuthorityKind, Caller, Language, Purpose, RequestId, Role, Roles, Strength, Timestamp, UnitId, UserId,
    action::{ReadUsers, SetUpAuthority, UpdateUsers},
};

use crate::{Answer, Check, Registry, RegistryError};

/// An authority to be founded in this instance: its own keys, its own log, its own service user.
pub struct Founding {
    /// Its id, drawn before, because log key and directory name it.
    pub id: AuthorityId,
    /// What kind of authority.
    pub kind: AuthorityKind,
    /// Its name.
    pub name: String,
    /// Four digits as text.
    pub municipality_code: Option<String>,
    /// Two digits as text.
    pub county_code: Option<String>,
    /// Telephone of its reception.
    pub reception_phone: String,
    /// Units, the first of which the service user belongs to.
    pub units: Vec<UnitRow>,
    /// Users.
    pub users: Vec<UserRow>,
    /// Counsel's confirmations of legal bases.
    pub confirmations: Vec<Confirmation>,
    /// The delegation list as the authority has decided it.
    pub delegations: Vec<DelegationRow>,
}

/// A user in the administrator's list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// Random id.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The number that the other side sees.
    pub service_number: String,
    /// Name of the unit.
    pub unit: String,
    /// The unit.
    pub unit_id: UnitId,
    /// Roles.
    pub roles: Vec<Role>,
    /// Whether the mandate is in force.
    pub is_active: bool,
    /// Row version.
    pub version: i64,
}

/// Users and units of an authority.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserList {
    /// The users.
    pub users: Vec<UserView>,
    /// Units with their ids.
    pub units: Vec<UnitView>,
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnitView {
    /// Random id.
    pub id: UnitId,
    /// Name.
    pub name: String,
}

/// Creates a user, who then signs in by a one-time link.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateUser {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The number that the other side sees instead of the name.
    pub service_number: String,
    /// The unit.
    pub unit_id: UnitId,
    /// Roles.
    pub roles: Vec<Role>,
}

/// A user that was created, with the link that is shown once.
pub struct CreatedUser {
    /// The user.
    pub id: UserId,
    /// Secret of the one-time link.
    pub link: Token,
}

/// A one-time link ends after this long.
const LINK_SECONDS: i64 = 72 * 3600;

impl Registry {
    /// Founds an authority: keys first (durable before anything is sealed under them), then its row, units and users in one transaction with the entry
    /// that opens its log.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when a store cannot be written; `Conflict("exists-already")`.
    pub async fn found_authority(
        &self,
        founding: Founding,
        root: RootKey,
        recovery: RecoveryRecipient,
        log_origin: &str,
    ) -> Result<(), RegistryError> {
        let id = founding.id;
        self.vault.add_root(id, root, recovery);
        let key = self.vault.create_authority_key(id, 1)?;
        let stored = StoredAuthorityKey {
            authority: id,
            generation: key.generation,
            wrapped: key.wrapped,
            created: key.created,
        };
        if !self.store.keys().put_authority_key(&stored).await? {
            return Err(RegistryError::Conflict("exists-already"));
        }
        let public = AuthorityPublic::of(&*self.vault.authority(id)?);
        let row = AuthorityRow {
            id,
            kind: founding.kind,
            name: founding.name,
            municipality_code: founding.municipality_code,
            county_code: founding.county_code,
            log_origin: log_origin.to_owned(),
            is_local: true,
            endpoint: None,
            parcel_recipient: Some(public.recipient),
            parcel_verifying: Some(public.verifying.to_vec()),
            reception_phone: founding.reception_phone,
        };
        let unit = founding.units.first().ok_or(RegistryError::Conflict("an-authority-needs-a-unit"))?.id;
        let service = UserRow {
            id: UserId(self.entropy.id()),
            unit,
            name: "Samlad".to_owned(),
            title: "tjänst".to_owned(),
            service_number: "SYS-001".to_owned(),
            roles: Roles::default().with(Role::Service),
            is_active: true,
            notice_seen_at: None,
            version: 1,
        };
        let caller = Caller {
            user: service.id,
            authority: id,
            unit,
            roles: service.roles,
            strength: Strength::Service,
            request: RequestId(self.entropy.id()),
            language: Language::Swedish,
            reason: None,
            idempotency: None,
            sends: None,
        };
        let permit = self
            .allow::<SetUpAuthority>(&caller, Facts::own_desk(Purpose::Service, Target::record("authority", id.0)))
            .await?;
        let confirmations = founding.confirmations.iter().map(|confirmation| {
            store::directory::insert_confirmation(
                id,
                &ConfirmationRow {
                    basis_code: confirmation.code.clone(),
                    basis_version: i64::from(confirmation.version),
                    confirmed_by: confirmation.by.clone(),
                    confirmed_on: confirmation.on.to_string(),
                    wording: confirmation.wording_read.clone(),
                },
            )
        });
        let work = Work::new(id)
            .named("found_authority")
            .then(store::directory::insert_authority(&row))
            .then_all(founding.units.iter().map(|unit| store::directory::insert_unit(id, unit)))
            .then(store::directory::insert_user(id, &service))
            .then_all(founding.users.iter().map(|user| store::directory::insert_user(id, user)))
            .then_all(confirmations)
            .then_all(founding.delegations.iter().map(|row| store::delegation::insert(id, row)));
        drop(self.commit(permit, work).await?);
        Ok(())
    }

    /// Unlocks the authority keys of the roots that this instance holds. Called at start.
    ///
    /// # Errors
    /// [`RegistryError::Internal`] for a wrong root.
    pub async fn unlock_authority(&self, authority: AuthorityId) -> Result<(), RegistryError> {
        for stored in self.store.keys().authority_keys(authority).await? {
            let row = field_vault::AuthorityKeyRow {
                authority: stored.authority,
                generation: stored.generation,
                wrapped: stored.wrapped,
                created: stored.created,
            };
            self.vault.unlock_authority(&row)?;
        }
        Ok(())
    }

    /// Makes another authority known: its name, and where and under which keys it takes parcels, if it takes any.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`], `Conflict("exists-already")`.
    pub async fn introduce(&self, to: AuthorityId, peer: AuthorityRow) -> Result<(), RegistryError> {
        let caller = self.service_caller(to).await?;
        let permit = self
            .allow::<SetUpAuthority>(&caller, Facts::own_desk(Purpose::Service, Target::record("authority", peer.id.0)))
            .await?;
        let work = Work::new(to).named("introduce").then(store::directory::insert_authority(&peer));
        drop(self.commit(permit, work).await?);
        Ok(())
    }

    /// Replaces where and under which keys another authority takes parcels. The directory belongs to nobody, so that every authority of this instance has an
    /// entry about it.
    ///
    /// # Errors
    /// `Conflict("lives-here")` for an own authority; [`RegistryError::NotFound`] for one that is not known; [`RegistryError::Unavailable`].
    pub async fn replace_peer(&self, of: &[AuthorityId], peer: &AuthorityRow) -> Result<(), RegistryError> {
        let mut snapshot = self.store.system().await?;
        let known = store::directory::authorities(&mut snapshot).await?.into_iter().find(|row| row.id == peer.id);
        snapshot.close().await?;
        let known = known.ok_or(RegistryError::NotFound)?;
        if known.is_local {
            return Err(RegistryError::Conflict("lives-here"));
        }
        if known.kind != peer.kind || known.log_origin != peer.log_origin {
            return Err(RegistryError::Conflict("another-authority"));
        }
        let (Some(recipient), Some(verifying)) = (
            peer.parcel_recipient.as_deref(),
            peer.parcel_verifying.as_deref().and_then(|key| <&[u8; 32]>::try_from(key).ok()),
        ) else {
            return Err(RegistryError::Conflict("recipient-takes-no-parcels"));
        };
        for authority in of {
            let caller = self.service_caller(*authority).await?;
            let facts = Facts::own_desk(Purpose::Service, Target::record("authority", peer.id.0));
            let permit = self.allow::<SetUpAuthority>(&caller, facts).await?;
            let moved = store::directory::update_address(peer.id, peer.endpoint.as_deref(), recipient, verifying);
            drop(self.commit(permit, Work::new(*authority).named("replace_peer").then(moved)).await?);
        }
        Ok(())
    }

    /// A sign-in link for a user, made by the service itself: the demo's persona links, and the first administrator's link.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub async fn issue_link(
        &self,
        identity: &Identity,
        authority: AuthorityId,
        user: UserId,
        kind: LinkKind,
        until: Timestamp,
    ) -> Result<Token, RegistryError> {
        let caller = self.service_caller(authority).await?;
        let permit = self
            .allow::<SetUpAuthority>(&caller, Facts::own_desk(Purpose::Service, Target::record("user", user.0)))
            .await?;
        let (token, insert) = identity.new_link(authority, user, kind, until);
        drop(self.commit(permit, Work::new(authority).named("issue_link").then(insert)).await?);
        Ok(token)
    }

    /// The users and units of the caller's authority.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for roles that have no business with it.
    pub async fn list_users(&self, caller: &Caller) -> Result<Answer<UserList>, RegistryError> {
        let permit =
            self.allow::<ReadUsers>(caller, Facts::own_desk(Purpose::Administration, Target::kind("user"))).await?;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let users = store::directory::users(&mut snapshot, caller.authority).await?;
        let units = store::directory::units(&mut snapshot, caller.authority).await?;
        snapshot.close().await?;
        let users: Vec<UserRow> = users.into_iter().filter(|user| !user.roles.has(Role::Service)).collect();
        let recorded = self.record(permit.with_listed(users.iter().map(|user| user.id.0))).await?;
        let unit_name =
            |id: UnitId| units.iter().find(|unit| unit.id == id).map_or_else(String::new, |unit| unit.name.clone());
        let users = users
            .into_iter()
            .map(|user| UserView {
                id: user.id,
                unit: unit_name(user.unit),
                unit_id: user.unit,
                name: user.name,
                title: user.title,
                service_number: user.service_number,
                roles: user.roles.iter().collect(),
                is_active: user.is_active,
                version: user.version,
            })
            .collect();
        let units = units.into_iter().map(|unit| UnitView { id: unit.id, name: unit.name }).collect();
        Ok(Answer { view: UserList { users, units }, entry: recorded.entry() })
    }

    /// The users and units, for the forms that change them: only for whoever may.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for anyone but an administrator.
    pub async fn users_to_change(&self, caller: &Caller) -> Result<Answer<UserList>, RegistryError> {
        self.let_in::<UpdateUsers>(caller, Facts::own_desk(Purpose::Administration, Target::kind("user"))).await?;
        self.list_users(caller).await
    }

    /// Creates a user with a one-time sign-in link.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] for anyone but an administrator; `Conflict("exists-already")` for a service number in use.
    pub async fn create_user(
        &self,
        caller: &Caller,
        identity: &Identity,
        command: CreateUser,
    ) -> Result<Answer<CreatedUser>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let units = store::directory::units(&mut snapshot, caller.authority).await?;
        let kind = self.authority_kind(&mut snapshot, caller.authority).await?;
        snapshot.close().await?;
        let mut check = Check::new();
        check.text("name", &command.name, 100);
        check.text("title", &command.title, 100);
        check.text("serviceNumber", &command.service_number, 20);
        check.require(units.iter().any(|unit| unit.id == command.unit_id), "unitId", "no-such-unit");
        check.require(!command.roles.is_empty(), "roles", "required");
        let fits = command.roles.iter().all(|role| role.fits(kind));
        check.require(fits, "roles", "not-a-role-of-this-authority");
        check.done()?;
        let id = UserId(self.entropy.id());
        let permit = self
            .allow::<UpdateUsers>(caller, Facts::own_desk(Purpose::Administration, Target::record("user", id.0)))
            .await?;
        let row = UserRow {
            id,
            unit: command.unit_id,
            name: command.name.trim().to_owned(),
            title: command.title.trim().to_owned(),
            service_number: command.service_number.trim().to_owned(),
            roles: command.roles.into_iter().collect(),
            is_active: true,
            notice_seen_at: None,
            version: 1,
        };
        let until = self.clock.now().plus_seconds(LINK_SECONDS);
        let (link, insert) = identity.new_link(caller.authority, id, LinkKind::Enrol, until);
        let work = Work::new(caller.authority)
            .named("create_user")
            .then(store::directory::insert_user(caller.authority, &row))
            .then(insert);
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: CreatedUser { id, link }, entry: recorded.entry() })
    }

    /// A new one-time link for a user who has none that works any more, or who is to sign in again. Links that were made before end.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for anyone but an administrator and for a mandate that has ended; [`RegistryError::StepUpRequired`].
    pub async fn renew_link(
        &self,
        caller: &Caller,
        identity: &Identity,
        id: UserId,
    ) -> Result<Answer<CreatedUser>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let row = store::directory::user_by_id(&mut snapshot, caller.authority, id).await?;
        snapshot.close().await?;
        if row.is_none_or(|row| row.roles.has(Role::Service) || !row.is_active) {
            return Err(self.missing::<UpdateUsers>(caller, "user", id.0).await);
        }
        let permit = self
            .allow::<UpdateUsers>(caller, Facts::own_desk(Purpose::Administration, Target::record("user", id.0)))
            .await?;
        let now = self.clock.now();
        let (link, insert) = identity.new_link(caller.authority, id, LinkKind::Enrol, now.plus_seconds(LINK_SECONDS));
        let work = Work::new(caller.authority)
            .named("renew_link")
            .then(store::sign_in::end_links(caller.authority, id, now))
            .then(insert);
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: CreatedUser { id, link }, entry: recorded.entry() })
    }

    /// Ends a mandate: every session of the user ends in the same transaction.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; [`RegistryError::NotFound`].
    pub async fn end_mandate(&self, caller: &Caller, id: UserId, version: i64) -> Result<Answer<()>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let row = store::directory::user_by_id(&mut snapshot, caller.authority, id).await?;
        snapshot.close().await?;
        let Some(row) = row.filter(|row| !row.roles.has(Role::Service)) else {
            return Err(self.missing::<UpdateUsers>(caller, "user", id.0).await);
        };
        let permit = self
            .allow::<UpdateUsers>(caller, Facts::own_desk(Purpose::Administration, Target::record("user", id.0)))
            .await?;
        let work = Work::new(caller.authority)
            .named("end_mandate")
            .then(store::directory::update_user(caller.authority, &UserRow { is_active: false, version, ..row }))
            .then(store::sign_in::end_all(caller.authority, id))
            .then(store::form_draft::end_all(caller.authority, id));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}

/// The origin line of an authority's log in an instance.
///
/// # Errors
/// [`RegistryError::Conflict`] for a host name that cannot stand in a signed note.
pub fn log_origin(host: &str, authority: AuthorityId) -> Result<String, RegistryError> {
    audit_log::key::origin(host, authority).map_err(|_| RegistryError::Conflict("not-a-host-name"))
}

/// A log signing key from its seed.
///
/// # Errors
/// As [`log_origin`].
pub fn log_signer(origin: &str, seed: &[u8; 32]) -> Result<LogSigner, RegistryError> {
    LogSigner::new(origin, seed).map_err(|_| RegistryError::Conflict("not-a-host-name"))
}
