//! Reading a joint file: own entries, what was received and still stands, positions, actions, requests, clocks. Never the journal; a number of the other
//! side's case system does not exist here.

use std::collections::HashSet;

use field_vault::{BirthDate, Vault};
use rbac_policy::{ClassFact, Obligation};
use serde::Serialize;
use store::{
    Snapshot, assessment::PositionRow, info_request::InfoRequestRow, joint_action::JointActionRow,
    joint_entry::JointEntryRow, joint_file::JointMemberRow, received::ReceivedRow,
};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    Action, AuthorityId, Caller, CaseId, JointFileId, KeyId, Protection, ReceivedItemId, SecrecyClass, Timestamp,
    UserId, action::ReadJointFile,
};

use super::{ClosedReason, JointAtHand, JointBody, JointState, age, joint_place, short_reference, shown};
use crate::{
    Answer, Registry, RegistryError,
    assessment::PositionView,
    case::{ClockView, clocks, code},
    crossing::{IdentityCopy, ReleasedCopy},
    facts::{birth_place, identity_place},
    info_request::InfoRequestView,
    joint_action::JointActionBrief,
    joint_entry::{JointEntryView, is_available},
    opening::Opener,
    person::Identity,
    received::received_place,
};

/// A joint file with what the caller may see of it. What is not permitted is absent and not counted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own; none is a state")]
pub struct JointFileView {
    /// Random id, the own side's.
    pub id: JointFileId,
    /// Row version, for `If-Match`.
    pub version: i64,
    /// The reference as people say it; the other side has the same.
    pub reference: String,
    /// Name, from the own person or as received; none once the basis of a nomination has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Initials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initials: Option<String>,
    /// Age today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Whether the identity is the one that came with the nomination, not an own person's.
    pub is_received_identity: bool,
    /// Protected personal data.
    pub protection: Protection,
    /// The other authority.
    pub peer_id: AuthorityId,
    /// Its name.
    pub peer: String,
    /// The telephone of its reception.
    pub peer_phone: String,
    /// Where the file stands.
    pub state: JointState,
    /// Where it can go from here.
    pub next: Vec<JointState>,
    /// Why it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_reason: Option<ClosedReason>,
    /// When closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// Whether this authority nominated.
    pub is_nominator: bool,
    /// Why coordination is wanted; what came with a nomination is empty once its basis has ended.
    pub reason: String,
    /// What it is to reach; the same.
    pub goal: String,
    /// The own case that it hangs on; none while a nomination waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<CaseId>,
    /// Next follow-up, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_follow_up: Option<String>,
    /// When a nomination that leads nowhere is erased, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erase_on: Option<String>,
    /// When opened.
    pub opened_at: Timestamp,
    /// Who on the own side works on it.
    pub members: Vec<JointMemberView>,
    /// The clocks that the person's age sets.
    pub clocks: Vec<ClockView>,
    /// Whether the joint assessment stands: both positions do.
    pub assessment_stands: bool,
    /// Own positions, and what the other side told of theirs; newest first.
    pub positions: Vec<PositionView>,
    /// Own entries, newest first.
    pub entries: Vec<JointEntryView>,
    /// Received items whose basis stands, newest first.
    pub received: Vec<ReceivedInFile>,
    /// How many copies have left this view because their basis ended.
    pub lapsed: i64,
    /// Of those, how many wait for a decision of the own side.
    pub lapsed_to_review: i64,
    /// Joint actions.
    pub actions: Vec<JointActionBrief>,
    /// Requests for information, asked and received.
    pub requests: Vec<InfoRequestView>,
    /// Whether the caller sees a warning first: protected identity.
    pub shows_warning: bool,
    /// Why the caller sees this: ids of the policy lines.
    pub because: Vec<String>,
}

/// Somebody on the own side who works on a joint file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JointMemberView {
    /// The user.
    pub user_id: UserId,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// `assigned` or `group`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
}

/// A received item as the joint file shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedInFile {
    /// Random id, the recipient's own.
    pub id: ReceivedItemId,
    /// `release`, `concern_report`, `answer`, `nomination`, `proposal`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// Code of the sender's legal basis.
    pub basis: String,
    /// Its citation.
    pub citation: String,
    /// The sender's number, unit and telephone; never a name.
    pub sender: String,
    /// The sender's wish on how to handle it; not binding.
    pub handling_note: String,
    /// `system`, `meeting`, `phone`, `letter`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub channel: String,
    /// When the sender decided.
    pub decided_at: Timestamp,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Whether it was added to the personal file.
    pub is_filed: bool,
    /// Corrections that nobody has acknowledged yet.
    pub to_acknowledge: i64,
    /// What it says.
    pub items: Vec<ReceivedPart>,
    /// Row version, for `If-Match`.
    pub version: i64,
}

/// One released item in a received one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedPart {
    /// Place in the release: what a correction names.
    pub position: i64,
    /// A heading.
    pub title: String,
    /// The text.
    pub text: String,
    /// The day that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dated: Option<Date>,
}

impl Registry {
    /// Reads a joint file: one entry that names every item that was shown.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn read_joint_file(
        &self,
        caller: &Caller,
        id: JointFileId,
    ) -> Result<Answer<JointFileView>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let Some(hand) = self.joint_at_hand(&mut snapshot, caller, id).await? else {
            snapshot.close().await?;
            return Err(self.missing::<ReadJointFile>(caller, "joint_file", id.0).await);
        };
        let contents = Contents::read(&mut snapshot, caller, id, now).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;

        let permit = self.allow_items::<ReadJointFile>(caller, hand.facts.clone(), contents.items()).await?;
        // Whoever works in the group on a protected person knows the file by its reference alone, unless the rules let them open the person too.
        let is_nameless = hand.facts.class == ClassFact::Protected
            && !self.policy.allows(caller.roles, Action::ReadPerson, &hand.facts);
        let because = permit.lines().to_vec();
        let shows_warning = permit.obligations().has(Obligation::ShowWarning);
        let recorded = self.record(permit).await?;
        let of_person = hand.person.iter().flat_map(|person| [Some(&person.identity), person.birth.as_ref()]);
        let kids = of_person.flatten().chain([&hand.file.body]).map(Vault::kid_of).chain(contents.kids());
        let opener = self.opener(&recorded, authority, kids).await?;

        let today = now.day();
        let file = &hand.file;
        let body: JointBody = opener.open(joint_place(id), &file.body)?;
        let Contents { members, entries, mut received, mut lapsed, mut positions, actions, requests } = contents;
        // Tested at the look itself: what its basis carries no longer today is out of the view, whether or not anybody has said so.
        let mut over = Vec::new();
        for row in &received {
            over.extend(over_today(&opener, row, today)?.map(|reason| (row.id, row.from, row.release_ref, reason)));
        }
        let (gone, stands) = received.into_iter().partition(|row| over.iter().any(|(id, ..)| *id == row.id));
        received = stands;
        lapsed.extend::<Vec<ReceivedRow>>(gone);
        let gone: HashSet<Uuid> = lapsed.iter().map(|row| row.id.0).collect();
        positions.retain(|row| row.holder == authority || !gone.contains(&row.id.0));
        // What came with the nomination is shown as long as its basis stands; the received identity only until the own person takes its place.
        let nomination_stands = !lapsed.iter().any(|row| row.kind == "nomination");
        let body = body.on(today, nomination_stands);
        let copy = body.received.filter(|_| hand.person.is_none() && !is_nameless);
        let Shown { name, initials, birth } = if is_nameless {
            Shown { name: None, initials: None, birth: None }
        } else {
            identity(&opener, &hand, copy.as_ref())?
        };
        let peer = directory.get(&file.peer);
        let names = directory.iter().map(|(id, row)| (*id, row.name.as_str())).collect();
        let state: JointState = code(&file.state)?;
        let assessment_stands = crate::assessment::joint_stands(&positions, authority, today);
        let next = state.next().iter().copied().filter(|next| assessment_stands || !next.needs_assessment());
        let view = JointFileView {
            id,
            version: file.version,
            reference: short_reference(file.joint_ref),
            name,
            initials,
            age: age(birth.as_ref(), copy.as_ref().and_then(|copy| copy.birth_date), today),
            is_received_identity: copy.is_some(),
            protection: file.protection,
            peer_id: file.peer,
            peer: peer.map(|row| row.name.clone()).unwrap_or_default(),
            peer_phone: peer.map(|row| row.reception_phone.clone()).unwrap_or_default(),
            state,
            next: next.collect(),
            closed_reason: file.closed_reason.as_deref().map(code).transpose()?,
            closed_at: file.closed_at,
            is_nominator: file.is_nominator,
            reason: body.reason,
            goal: body.goal,
            case_id: file.case,
            next_follow_up: file.next_follow_up.clone(),
            erase_on: file.erase_on.clone(),
            opened_at: file.opened_at,
            members: members
                .into_iter()
                .map(|row| JointMemberView { user_id: row.user, name: row.name, title: row.title, kind: row.kind })
                .collect(),
            clocks: clocks(birth.as_ref(), today),
            assessment_stands,
            positions: crate::assessment::views(&opener, &positions, authority, &names, today)?,
            entries: crate::joint_entry::views(&opener, &entries, today)?,
            received: received_parts(&opener, &received)?,
            lapsed: i64::try_from(lapsed.len()).unwrap_or(i64::MAX),
            lapsed_to_review: i64::try_from(lapsed.iter().filter(|row| row.state == "lapsed" || row.stands()).count())
                .unwrap_or(i64::MAX),
            actions: crate::joint_action::briefs(&opener, &actions, &received, &self.measures, today)?,
            requests: crate::info_request::views(&opener, &requests, &names, &gone, today)?,
            shows_warning,
            because,
        };
        let entry = recorded.entry();
        for (_, from, release, reason) in over {
            self.lapse_copies(authority, from, release, &reason).await?;
        }
        Ok(Answer { view, entry })
    }
}

/// Why the basis of a copy carries it no longer today.
fn over_today(
    opener: &Opener<'_, '_, ReadJointFile>,
    row: &ReceivedRow,
    today: Date,
) -> Result<Option<String>, RegistryError> {
    let Some(body) = row.body.as_ref().filter(|_| opener.covers(row.id)) else { return Ok(None) };
    let copy: ReleasedCopy = opener.open(received_place(row.id), body)?;
    Ok(copy.decision.over(today).map(str::to_owned))
}

/// What lies in a joint file.
struct Contents {
    members: Vec<JointMemberRow>,
    entries: Vec<JointEntryRow>,
    received: Vec<ReceivedRow>,
    /// Copies that have left the joint view.
    lapsed: Vec<ReceivedRow>,
    positions: Vec<PositionRow>,
    actions: Vec<JointActionRow>,
    requests: Vec<InfoRequestRow>,
}

impl Contents {
    async fn read(
        snapshot: &mut Snapshot,
        caller: &Caller,
        id: JointFileId,
        now: Timestamp,
    ) -> Result<Self, RegistryError> {
        let authority = caller.authority;
        let mut entries = store::joint_entry::of_file(snapshot, authority, id).await?;
        entries.retain(|row| is_available(row, caller));
        Ok(Self {
            members: store::joint_file::members(snapshot, authority, id, now).await?,
            entries,
            received: store::received::of_joint_file(snapshot, authority, id).await?,
            lapsed: store::received::lapsed_of_joint_file(snapshot, authority, id).await?,
            positions: store::assessment::of_file(snapshot, authority, id).await?,
            actions: store::joint_action::of_file(snapshot, authority, id).await?,
            requests: store::info_request::of_file(snapshot, authority, id).await?,
        })
    }

    /// Every item with its class.
    fn items(&self) -> Vec<(Uuid, SecrecyClass)> {
        let others = self.received.iter().map(|row| row.id.0);
        let others = others.chain(self.positions.iter().map(|row| row.id.0));
        let others =
            others.chain(self.actions.iter().map(|row| row.id.0)).chain(self.requests.iter().map(|row| row.id.0));
        let entries = self.entries.iter().map(|row| (row.id.0, row.class));
        entries.chain(others.map(|id| (id, SecrecyClass::Standard))).collect()
    }

    fn kids(&self) -> impl Iterator<Item = Option<KeyId>> {
        let entries = self.entries.iter().map(|row| Some(&row.body));
        let received = self.received.iter().map(|row| row.body.as_ref());
        let positions = self.positions.iter().map(|row| row.body.as_ref());
        let actions = self.actions.iter().map(|row| row.body.as_ref());
        let requests = self.requests.iter().flat_map(|row| [Some(&row.body), row.answer.as_ref()]);
        entries.chain(received).chain(positions).chain(actions).chain(requests).flatten().map(Vault::kid_of)
    }
}

/// Whom a file is about, as it is shown.
struct Shown {
    name: Option<String>,
    initials: Option<String>,
    birth: Option<BirthDate>,
}

/// Name, initials and birth date of whom the file is about: the own person's, or as received.
fn identity(
    opener: &Opener<'_, '_, ReadJointFile>,
    hand: &JointAtHand,
    copy: Option<&IdentityCopy>,
) -> Result<Shown, RegistryError> {
    let under = hand.file.id.0;
    if let Some(person) = &hand.person {
        let identity: Identity = opener.open(identity_place(person.id).under(under), &person.identity)?;
        let birth = person.birth.as_ref();
        let birth = birth.map(|birth| opener.open(birth_place(person.id).under(under), birth)).transpose()?;
        return Ok(Shown { name: Some(identity.name()), initials: Some(identity.initials()), birth });
    }
    let name = copy.map(|copy| format!("{} {}", copy.given_name, copy.family_name).trim().to_owned());
    Ok(Shown { name, initials: copy.map(|copy| shown(copy).0), birth: None })
}

/// The received items that the permit covers.
fn received_parts(
    opener: &Opener<'_, '_, ReadJointFile>,
    rows: &[ReceivedRow],
) -> Result<Vec<ReceivedInFile>, RegistryError> {
    let mut shown = Vec::with_capacity(rows.len());
    // Positions and questions stand under headings of their own.
    let elsewhere = |row: &&ReceivedRow| matches!(row.kind.as_str(), "position" | "request");
    for row in rows.iter().filter(|row| opener.covers(row.id) && !elsewhere(row)) {
        let Some(body) = &row.body else { continue };
        let copy: ReleasedCopy = opener.open(received_place(row.id), body)?;
        let sender = &copy.decision.sender;
        shown.push(ReceivedInFile {
            id: row.id,
            kind: row.kind.clone(),
            basis: row.basis_code.clone(),
            citation: copy.decision.citation.clone(),
            sender: format!("{}, {}, {}", sender.service_number, sender.unit, sender.phone),
            handling_note: copy.decision.handling_note.clone(),
            channel: row.channel.clone(),
            decided_at: copy.decision.decided_at,
            received_at: row.received_at,
            is_filed: row.filed_at.is_some(),
            to_acknowledge: row.to_acknowledge,
            items: copy
                .items
                .into_iter()
                .map(|item| ReceivedPart {
                    position: item.position,
                    title: item.title,
                    text: item.text,
                    dated: item.dated,
                })
                .collect(),
            version: row.version,
        });
    }
    Ok(shown)
}
