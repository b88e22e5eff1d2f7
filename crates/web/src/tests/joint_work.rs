//! A believable joint file, seen from the police and from social services, for the tests of pages. Synthetic people only.

use case_registry::assessment::{Limb, PositionGround, PositionView};
use case_registry::home::AuthorityView;
use case_registry::info_request::{InfoRequestView, RequestState};
use case_registry::joint_action::{ActionBasisView, ActionCard, ActionEventView, ActionTextView, JointActionView};
use case_registry::joint_entry::{
    Accuracy, Availability, Clearance, Credibility, EntryKind, JointEntryView, JointGround, PoliceMarks, Suspicion,
};
use case_registry::joint_file::{
    CoordinatorHome, JointFileBrief, JointFileView, JointMemberView, JointState, ReceivedInFile, ReceivedPart,
};
use case_registry::release::FollowField;
use time::macros::date;
use vocabulary::{
    AuthorityId, AuthorityKind, Caller, CaseId, InfoRequestId, JointActionId, JointEntryId, JointFileId, PositionId,
    Protection, ReceivedItemId, RequestId, Role, Roles, SecrecyClass, UserId,
};

use super::people::{at, id, twenty_one};
use crate::frame::Frame;
use crate::pages::basis_form::{Basis, Offer, Test};

/// What only the other side has, in words that must never reach a page.
pub(super) const SOCIAL: &str = "Socialnämnden i Mellerud";

/// The frame of a police coordinator.
pub(super) fn of_police(mut frame: Frame) -> Frame {
    if let Some(presence) = &mut frame.presence {
        presence.authority_kind = AuthorityKind::Police;
    }
    frame
}

pub(super) fn police_coordinator() -> Caller {
    Caller {
        roles: Roles::default().with(Role::PoliceCoordinator),
        ..super::sample::signed_in(RequestId(id(0))).caller
    }
}

pub(super) fn sig_coordinator() -> Caller {
    Caller { roles: Roles::default().with(Role::SigCoordinator), ..super::sample::signed_in(RequestId(id(0))).caller }
}

/// The police's side of a file that social services nominated.
pub(super) fn file() -> JointFileView {
    JointFileView {
        id: JointFileId(id(60)),
        version: 4,
        reference: "7F3A-09C2".to_owned(),
        name: Some("Leo Test".to_owned()),
        initials: Some("LT".to_owned()),
        age: Some(20),
        is_received_identity: false,
        protection: Protection::None,
        peer_id: AuthorityId(id(2)),
        peer: SOCIAL.to_owned(),
        peer_phone: "0530-180 00".to_owned(),
        state: JointState::Active,
        next: vec![JointState::Paused, JointState::FollowUp, JointState::Closed],
        closed_reason: None,
        closed_at: None,
        is_nominator: false,
        reason: "Han tar emot stöd men behöver kunna säga nej.".to_owned(),
        goal: "Att Leo inte dras med.".to_owned(),
        case_id: Some(CaseId(id(61))),
        next_follow_up: Some("2026-12-01".to_owned()),
        erase_on: None,
        opened_at: at("2026-10-01T08:00:00Z"),
        members: vec![member(7, "Anna Berg", "assigned"), member(8, "Ali Khan", "group")],
        clocks: vec![twenty_one()],
        assessment_stands: true,
        positions: vec![position(1, true, true), position(2, false, true)],
        entries: vec![entry(1), withdrawn_entry()],
        received: vec![received()],
        lapsed: 2,
        lapsed_to_review: 1,
        actions: vec![theirs(), own_action(), gone()],
        requests: vec![request(1, true, RequestState::Answered), request(2, false, RequestState::Waiting)],
        shows_warning: false,
        because: vec!["pol_works_on_own".to_owned()],
    }
}

/// A nomination of somebody with protected identity that hangs on no own case.
pub(super) fn nomination() -> JointFileView {
    JointFileView {
        name: None,
        initials: None,
        age: None,
        protection: Protection::Marked,
        state: JointState::Nominated,
        next: vec![JointState::Assessed, JointState::Active, JointState::Closed],
        case_id: None,
        erase_on: Some("2027-01-01".to_owned()),
        next_follow_up: None,
        assessment_stands: false,
        positions: Vec::new(),
        entries: Vec::new(),
        received: Vec::new(),
        lapsed: 0,
        lapsed_to_review: 0,
        actions: Vec::new(),
        requests: Vec::new(),
        ..file()
    }
}

fn member(number: u128, name: &str, kind: &str) -> JointMemberView {
    JointMemberView {
        user_id: UserId(id(number)),
        name: name.to_owned(),
        title: "kommunpolis".to_owned(),
        kind: kind.to_owned(),
    }
}

pub(super) fn position(number: u128, is_own: bool, stands: bool) -> PositionView {
    PositionView {
        id: PositionId(id(70 + number)),
        is_own,
        holder: if is_own { "Polismyndigheten" } else { SOCIAL }.to_owned(),
        limb: Limb::B,
        answer: true,
        stands,
        taken_at: at("2026-10-10T09:00:00Z"),
        author: is_own.then(|| "Anna Berg".to_owned()),
        review_on: "2027-03-01".to_owned(),
        ended_at: None,
        grounds: if is_own { vec![PositionGround::RecentRecord, PositionGround::Similar] } else { Vec::new() },
        reasons: is_own.then(|| "Iakttagelser i närområdet.\nTalar emot: han har sagt nej.".to_owned()),
    }
}

pub(super) fn marks(cleared: bool) -> PoliceMarks {
    PoliceMarks {
        availability: Availability::JointlyAvailable,
        ground: Some(JointGround::CriminalMatter),
        named: vec![UserId(id(8)), UserId(id(99))],
        suspicion: Suspicion::NotSuspect,
        credibility: Credibility::MostlyReliable,
        accuracy: Accuracy::Supported,
        clearance: cleared
            .then(|| Clearance { by: "Förundersökningsledare 4412".to_owned(), on: date!(2026 - 11 - 01) }),
        expires_on: date!(2027 - 11 - 22),
    }
}

pub(super) fn entry(number: u128) -> JointEntryView {
    JointEntryView {
        id: JointEntryId(id(80 + number)),
        kind: EntryKind::PoliceInformation,
        text: Some("Sedd vid bensinstationen flera kvällar.".to_owned()),
        class: SecrecyClass::Investigation,
        police: Some(marks(false)),
        written_at: at("2026-11-02T20:00:00Z"),
        author: "Anna Berg".to_owned(),
        expires_on: Some("2027-11-22".to_owned()),
        withdrawn_at: None,
        version: 1,
    }
}

fn withdrawn_entry() -> JointEntryView {
    JointEntryView { text: None, police: None, withdrawn_at: Some(at("2026-11-20T08:00:00Z")), version: 2, ..entry(2) }
}

fn received() -> ReceivedInFile {
    ReceivedInFile {
        id: ReceivedItemId(id(90)),
        kind: "release".to_owned(),
        basis: "OSL_10_18A".to_owned(),
        citation: "OSL 10 kap. 18 a §".to_owned(),
        sender: "S-114, Barn och unga, 0530-180 00".to_owned(),
        handling_note: "Vi önskar att det inte framgår på plats att uppgiften kommer från Leo.".to_owned(),
        channel: "system".to_owned(),
        decided_at: at("2026-10-20T12:00:00Z"),
        received_at: at("2026-10-20T12:00:01Z"),
        is_filed: false,
        to_acknowledge: 1,
        items: vec![
            ReceivedPart {
                position: 0,
                title: "Samtal".to_owned(),
                text: "Leo har sagt nej två gånger.".to_owned(),
                dated: Some(date!(2026 - 10 - 18)),
            },
            ReceivedPart {
                position: 1,
                title: "Mottagarens del".to_owned(),
                text: "Polisen är synlig.".to_owned(),
                dated: None,
            },
        ],
        version: 1,
    }
}

/// Social services' proposal that waits for an answer.
pub(super) fn theirs() -> JointActionView {
    JointActionView {
        id: JointActionId(id(100)),
        joint_file_id: JointFileId(id(60)),
        is_own: false,
        text: Some(ActionTextView {
            kind: "police_presence".to_owned(),
            title_sv: "Polisnärvaro".to_owned(),
            title_en: "Police presence".to_owned(),
            what: "Synlighet vid bensinstationen efter klockan 22.".to_owned(),
            goal: "Att Leo inte dras med när gänget samlas.".to_owned(),
            proposer_part: "Boendestödet förlägger sina besök till samma kvällar.".to_owned(),
            receiver_part: "Polisen är synlig vid bensinstationen.".to_owned(),
        }),
        text_version: 1,
        status: "proposed".parse().unwrap(),
        next: vec!["accepted".parse().unwrap(), "declined".parse().unwrap()],
        has_ended: false,
        needs_answer: true,
        peer_answer: "proposed".to_owned(),
        peer_status: None,
        responsible: None,
        responsible_id: None,
        due_on: Some("2026-12-31".to_owned()),
        follow_up_on: None,
        is_overdue: false,
        follow_fields: vec![FollowField::Reply, FollowField::Status],
        follow_until: Some(date!(2027 - 02 - 28)),
        basis: ActionBasisView {
            basis: "OSL_10_18A".to_owned(),
            citation: Some("OSL 10 kap. 18 a §".to_owned()),
            sender: Some("S-114, Barn och unga, 0530-180 00".to_owned()),
            handling_note: Some("Helst i civilt.".to_owned()),
            decided_at: Some(at("2026-11-18T10:00:00Z")),
        },
        received_item_id: Some(ReceivedItemId(id(91))),
        created_at: at("2026-11-18T10:00:01Z"),
        version: 1,
        history: vec![event("proposed", false, None, None)],
    }
}

/// An own action that is under way and late.
pub(super) fn own_action() -> JointActionView {
    let step = |kind: &str, is_own, value: &str| event(kind, is_own, Some(value), None);
    JointActionView {
        id: JointActionId(id(101)),
        is_own: true,
        status: "ongoing".parse().unwrap(),
        next: vec!["paused".parse().unwrap(), "done".parse().unwrap(), "cancelled".parse().unwrap()],
        needs_answer: false,
        peer_answer: "accepted".to_owned(),
        peer_status: Some("ongoing".parse().unwrap()),
        responsible: Some("Anna Berg".to_owned()),
        responsible_id: Some(UserId(id(7))),
        due_on: Some("2026-11-15".to_owned()),
        is_overdue: true,
        basis: ActionBasisView {
            basis: "OSL_10_27".to_owned(),
            citation: None,
            sender: None,
            handling_note: None,
            decided_at: None,
        },
        received_item_id: None,
        version: 5,
        history: vec![
            event("proposed", true, None, None),
            event("amended", true, None, None),
            step("reply", false, "accepted"),
            event("status", true, Some("ongoing"), Some("Stannar hos oss.")),
            step("due_on", true, "2026-11-15"),
            step("outcome", true, "partly"),
            step("told", true, "status"),
            step("not_told", true, "outcome"),
            event("note", true, None, Some("Gick bra.")),
        ],
        ..theirs()
    }
}

/// An action whose text has lost its basis.
fn gone() -> JointActionView {
    JointActionView {
        id: JointActionId(id(102)),
        text: None,
        needs_answer: false,
        has_ended: true,
        status: "done".parse().unwrap(),
        follow_fields: Vec::new(),
        ..theirs()
    }
}

fn event(kind: &str, is_own: bool, value: Option<&str>, note: Option<&str>) -> ActionEventView {
    ActionEventView {
        at: at("2026-11-18T10:00:00Z"),
        kind: kind.to_owned(),
        is_own,
        text_version: 1,
        value: value.map(str::to_owned),
        author: is_own.then(|| "Anna Berg".to_owned()),
        note: note.map(str::to_owned),
    }
}

pub(super) fn request(number: u128, is_own: bool, state: RequestState) -> InfoRequestView {
    let answered = state != RequestState::Waiting;
    InfoRequestView {
        id: InfoRequestId(id(110 + number)),
        joint_file_id: Some(JointFileId(id(60))),
        is_own,
        peer_id: AuthorityId(id(2)),
        peer: SOCIAL.to_owned(),
        question: "Bor Leo kvar i lägenheten?".to_owned(),
        need: "För att veta var närvaron gör nytta.".to_owned(),
        is_lapsed: false,
        sender: (!is_own).then(|| "S-114, Barn och unga, 0530-180 00".to_owned()),
        channel: "system".to_owned(),
        state,
        asked_at: at("2026-11-10T09:00:00Z"),
        answer_by: Some("2026-11-20".to_owned()),
        is_overdue: !answered,
        answered_at: answered.then(|| at("2026-11-12T09:00:00Z")),
        said: answered.then(|| "Ja.".to_owned()),
        reasons: None,
        release_id: None,
        version: 1,
    }
}

pub(super) fn brief(number: u128, state: JointState, protection: Protection) -> JointFileBrief {
    let is_protected = protection != Protection::None;
    JointFileBrief {
        id: JointFileId(id(60 + number)),
        reference: format!("7F3A-09C{number}"),
        initials: (!is_protected).then(|| "LT".to_owned()),
        age: (!is_protected).then_some(20),
        protection,
        peer: SOCIAL.to_owned(),
        state,
        is_nominator: false,
        is_to_take_position: state == JointState::Nominated,
        relation: "assigned".to_owned(),
        next_follow_up: (state == JointState::Active).then(|| "2026-11-19".to_owned()),
        is_overdue: state == JointState::Active,
        erase_on: (state == JointState::Nominated).then(|| "2027-01-01".to_owned()),
        open_tasks: 2,
        overdue_tasks: i64::from(state == JointState::Active),
        to_answer: 1,
        asked: 0,
        assessment_stands: state == JointState::Active,
        clocks: vec![twenty_one()],
        opened_at: at("2026-10-01T08:00:00Z"),
    }
}

pub(super) fn home() -> CoordinatorHome {
    let card = |action| ActionCard { reference: "7F3A-09C2".to_owned(), action };
    CoordinatorHome {
        joint_files: vec![
            brief(0, JointState::Active, Protection::None),
            brief(1, JointState::Paused, Protection::Marked),
        ],
        nominations: vec![
            brief(2, JointState::Nominated, Protection::None),
            brief(3, JointState::Nominated, Protection::Marked),
        ],
        to_answer: vec![card(theirs())],
        due: vec![card(own_action())],
        overdue: 1,
        lapsed_to_review: 2,
        requests_to_answer: 1,
        has_more: true,
    }
}

fn basis(code: &str, title: &str, tests: usize) -> Basis {
    let test = |number: usize| Test {
        id: format!("test_{number}"),
        question: format!("Är prövning {number} uppfylld?"),
        reason: number == 0,
        yes: "Det har hänt i veckan.".to_owned(),
        no: "Det var länge sedan.".to_owned(),
    };
    Basis {
        code: code.to_owned(),
        citation: code.replace('_', " "),
        title: title.to_owned(),
        summary: "När det behövs.".to_owned(),
        who_decides: "Den som delegationsordningen anger.".to_owned(),
        usable: true,
        tests: (0..tests).map(test).collect(),
        asks_age: tests > 1,
        asks_consent: code == "OSL_12_2",
        follow_up: true,
        at_once: code == "SOL_19_1",
        asks_lead: code == "OSL_10_2",
        requires_one_of: if code == "POLISLAG_6" {
            vec!["OSL_10_27".to_owned(), "OSL_10_2".to_owned()]
        } else {
            Vec::new()
        },
    }
}

/// What the police can release on to the social board, and to a school that takes no parcels.
pub(super) fn offers() -> Vec<Offer> {
    let authority = |number: u128, name: &str, kind, takes_parcels| AuthorityView {
        id: AuthorityId(id(number)),
        name: name.to_owned(),
        kind,
        phone: "0530-180 00".to_owned(),
        takes_parcels,
    };
    let unconfirmed = Basis { usable: false, ..basis("OSL_10_18A", "Förebygga brott av unga", 4) };
    let bases = vec![
        basis("OSL_10_27", "Generalklausulen", 2),
        basis("SOL_19_1", "Orosanmälan", 1),
        basis("POLISLAG_6", "Polislagen 6 §", 1),
        basis("OSL_12_2", "Samtycke", 1),
        basis("OSL_10_2", "Nödvändigt för den egna verksamheten", 1),
        unconfirmed,
    ];
    vec![
        Offer { recipient: authority(2, SOCIAL, AuthorityKind::SocialBoard, true), bases: bases.clone() },
        Offer { recipient: authority(3, "Barn- och utbildningsnämnden", AuthorityKind::EducationBoard, false), bases },
    ]
}
