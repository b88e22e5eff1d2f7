//! Who am I here: the caller's own mandate, and the notice that every access is logged and reviewed.

use rbac_policy::{Facts, Target};
use serde::Serialize;
use store::Work;
use utoipa::ToSchema;
use vocabulary::{AuthorityId, AuthorityKind, Caller, Purpose, Role, Timestamp, UserId, action::ReadHome};

use crate::{Answer, Registry, RegistryError};

/// The caller's own mandate.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeView {
    /// The user.
    pub user_id: UserId,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The number that the other side sees.
    pub service_number: String,
    /// The authority.
    pub authority_id: AuthorityId,
    /// Its name.
    pub authority: String,
    /// Its kind.
    pub authority_kind: AuthorityKind,
    /// Name of the unit.
    pub unit: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// When the notice on logging was seen; none: it is to be shown now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_seen_at: Option<Timestamp>,
}

/// A colleague, to assign or to answer for a measure.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Colleague {
    /// The user.
    pub user_id: UserId,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
}

/// An authority in the directory.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityView {
    /// Random id.
    pub id: AuthorityId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: AuthorityKind,
    /// Telephone of its reception.
    pub phone: String,
    /// Whether it takes parcels; otherwise a release is by letter, telephone or meeting.
    pub takes_parcels: bool,
}

/// What forms offer: colleagues of the own authority, and the other authorities.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Surroundings {
    /// Colleagues to whom work may be given.
    pub colleagues: Vec<Colleague>,
    /// The other authorities.
    pub authorities: Vec<AuthorityView>,
}

impl Registry {
    /// The caller's own mandate.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the mandate has ended meanwhile.
    pub async fn me(&self, caller: &Caller) -> Result<Answer<MeView>, RegistryError> {
        let permit = self
            .allow::<ReadHome>(caller, Facts::own_desk(Purpose::Administration, Target::record("user", caller.user.0)))
            .await?;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let user = store::directory::user_by_id(&mut snapshot, caller.authority, caller.user).await?;
        let units = store::directory::units(&mut snapshot, caller.authority).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let recorded = self.record(permit).await?;
        let user = user.filter(|user| user.is_active).ok_or(RegistryError::NotFound)?;
        let authority = directory.get(&caller.authority).ok_or(RegistryError::NotFound)?;
        let view = MeView {
            user_id: user.id,
            name: user.name,
            title: user.title,
            service_number: user.service_number,
            authority_id: authority.id,
            authority: authority.name.clone(),
            authority_kind: authority.kind,
            unit: units.into_iter().find(|unit| unit.id == user.unit).map_or_else(String::new, |unit| unit.name),
            roles: user.roles.iter().collect(),
            notice_seen_at: user.notice_seen_at,
        };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// The caller has read that accesses are logged and reviewed; the first date is kept.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub async fn see_notice(&self, caller: &Caller) -> Result<Answer<()>, RegistryError> {
        let permit = self
            .allow::<ReadHome>(caller, Facts::own_desk(Purpose::Administration, Target::record("user", caller.user.0)))
            .await?;
        let see = store::directory::see_notice(caller.authority, caller.user, self.clock.now());
        let recorded = self.commit(permit, Work::new(caller.authority).named("see_notice").then(see)).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// What forms offer: colleagues and other authorities. No persons of any case.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub async fn surroundings(&self, caller: &Caller) -> Result<Answer<Surroundings>, RegistryError> {
        let permit =
            self.allow::<ReadHome>(caller, Facts::own_desk(Purpose::Administration, Target::kind("directory"))).await?;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let users = store::directory::users(&mut snapshot, caller.authority).await?;
        let mut authorities = store::directory::authorities(&mut snapshot).await?;
        // The other party of the initiative first: that is whom most of what leaves is for.
        let counterpart = match self.authority_kind(&mut snapshot, caller.authority).await? {
            AuthorityKind::SocialBoard => AuthorityKind::Police,
            _ => AuthorityKind::SocialBoard,
        };
        authorities.sort_by_key(|row| row.kind != counterpart);
        snapshot.close().await?;
        let recorded = self.record(permit).await?;
        let view = Surroundings {
            colleagues: users
                .into_iter()
                .filter(store::directory::UserRow::may_be_given_work)
                .map(|user| Colleague { user_id: user.id, name: user.name, title: user.title })
                .collect(),
            authorities: authorities
                .into_iter()
                .filter(|row| row.id != caller.authority)
                .map(|row| AuthorityView {
                    id: row.id,
                    name: row.name,
                    kind: row.kind,
                    phone: row.reception_phone,
                    takes_parcels: row.parcel_recipient.is_some(),
                })
                .collect(),
        };
        Ok(Answer { view, entry: recorded.entry() })
    }
}
