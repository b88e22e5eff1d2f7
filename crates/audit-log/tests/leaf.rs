//! The bytes of entries: one spelling for each, and no other bytes are an entry.

#![cfg(test)]

use audit_log::canonical::Json;
use audit_log::commitment::{Commitments, CommittedList};
use audit_log::leaf::{Fold, Leaf, LoggedRecipient, Previous, Stamp, read};
use audit_log::testing::{GlassSealer, authority, draft, monday_noon};
use audit_log::{
    DraftError, EntryDraft, Hash, LogError, Opening, OpeningSealer, Outcome, Phase, Recipient, SealOpeningError,
    SealedOpening, SearchTerm,
};
use proptest::prelude::*;
use uuid::Uuid;
use vocabulary::{Action, AuthorityId, Category, EntryId, LogSubjectId, SeededEntropy, Timestamp};

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash)
}

fn instant() -> impl Strategy<Value = Timestamp> {
    // The years 1 to 9999.
    (-62_135_596_800_000_000_i64..253_402_300_800_000_000).prop_map(Timestamp::from_micros)
}

fn committed() -> impl Strategy<Value = Option<CommittedList>> {
    prop::option::of((1_u64..1000, hash()).prop_map(|(count, root)| CommittedList { count, root }))
}

const CODES: [&str; 6] = ["case_handling", "OSL_10_18A@2", "sw-1", "x", "!#$%&'()*+,-./:;<=>?@[]^_`{|}~", "a.b"];

fn code() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&CODES)
}

fn leaf() -> impl Strategy<Value = Leaf<'static>> {
    let commitments =
        (committed(), committed(), prop::option::of(hash()), prop::option::of(hash()), prop::option::of(hash()))
            .prop_map(|(subjects, listed, justification, before, after)| Commitments {
                subjects,
                listed,
                justification,
                before,
                after,
            });
    let stamp =
        (instant(), id(), 1_i64..1 << 53, any::<prop::sample::Index>()).prop_map(|(at, instance, sequence, low)| {
            Stamp {
                at,
                instance,
                sequence,
                low: 1 + i64::try_from(low.index(usize::try_from(sequence).unwrap())).unwrap(),
            }
        });
    let what = (
        prop::option::of(code()),
        prop::option::of(id()),
        prop::collection::vec(code(), 0..5),
        prop::sample::select(Outcome::ALL),
        prop::option::of(hash()),
    );
    let more = (
        prop::option::of((1_u64..99, instant())),
        prop::sample::select(Phase::ALL),
        code(),
        any::<bool>(),
        id(),
        code(),
    );
    let rest = (
        prop::option::of(id()),
        prop::option::of(0_i64..1 << 53),
        prop::option::of((any::<[u8; 16]>(), any::<u32>())),
        code(),
        prop::option::of(id()),
    );
    let kind = prop_oneof![
        (Just(("case.read", Category::Consult)), Just(None), Just(None), Just(Vec::new())),
        (Just(("release.decide", Category::Disclose)), Just(None), (id(), code()).prop_map(Some), Just(Vec::new())),
        (Just(("service.start", Category::Admin)), prop::option::of((id(), 1_i64..99)), Just(None), Just(Vec::new())),
        (Just(("log.void", Category::Admin)), Just(None), Just(None), Just(vec![(2, 3), (7, 7)])),
        (Just(("something.new", Category::Erase)), Just(None), Just(None), Just(Vec::new())),
    ];
    (stamp, commitments, what, more, rest, kind, (id(), id(), id(), prop::option::of(code()))).prop_map(
        |(
            stamp,
            commitments,
            what,
            more,
            rest,
            ((action, category), previous, recipient, void),
            (authority, unit, user, role),
        )| Leaf {
            id: rest.0.unwrap_or_default(),
            stamp,
            action,
            category,
            basis: what.0,
            case: what.1,
            commitments,
            lines: what.2,
            outcome: what.3,
            policy: what.4,
            fold: more.0.map(|(count, since)| Fold { count, since }),
            phase: more.1,
            previous: previous.map(|(instance, sequence)| Previous { instance, sequence }),
            purpose: more.2,
            purpose_stated: more.3,
            recipient: recipient.map(|(authority, label)| LoggedRecipient { authority, label }),
            request: more.4,
            kind: more.5,
            resource: rest.0,
            version: rest.1,
            term: rest.2.map(|(digest, length)| SearchTerm { digest, length }),
            void,
            strength: rest.3,
            authority,
            on_behalf_of: rest.4,
            role,
            unit,
            user,
        },
    )
}

proptest! {
    #[test]
    fn a_leaf_reads_back_as_itself_and_is_canonical_by_the_general_rule(leaf in leaf()) {
        let bytes = leaf.to_bytes();
        prop_assert!(Json::parse(&bytes).is_ok(), "{}", String::from_utf8_lossy(&bytes));
        prop_assert_eq!(read(&bytes), Ok(leaf));
    }

    #[test]
    fn a_changed_byte_is_another_leaf_or_none(leaf in leaf(), at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = leaf.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(other) = read(&bytes) {
            prop_assert_ne!(&other, &leaf);
            prop_assert_eq!(other.to_bytes(), bytes);
        }
    }

    #[test]
    fn whatever_is_read_is_spelled_as_it_would_be_written(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(leaf) = read(&bytes) {
            prop_assert_eq!(leaf.to_bytes(), bytes);
        }
    }

    #[test]
    fn no_opening_but_the_true_one_fits(seed in any::<[u8; 32]>(), subjects in prop::collection::vec(id(), 0..9), reason in prop::option::of(".{0,40}"), before in prop::option::of(hash())) {
        let opening = Opening {
            seed,
            subjects: subjects.into_iter().map(LogSubjectId).collect(),
            listed: Vec::new(),
            justification: reason,
            before,
            after: None,
        };
        let commitments = Commitments::of(&opening);
        let text = serde_json::to_vec(&opening).unwrap();
        prop_assert_eq!(Commitments::of(&serde_json::from_slice(&text).unwrap()), commitments);
        if !commitments.is_empty() {
            let mut other = opening.clone();
            other.seed[0] ^= 1;
            prop_assert_ne!(Commitments::of(&other), commitments);
        }
        if opening.subjects.len() > 1 && opening.subjects[0] != opening.subjects[1] {
            let mut other = opening.clone();
            other.subjects.swap(0, 1);
            prop_assert_ne!(Commitments::of(&other), commitments);
        }
    }
}

fn prepare(draft: EntryDraft) -> Result<Vec<u8>, LogError> {
    prepare_with(draft, &GlassSealer)
}

fn prepare_with(draft: EntryDraft, sealer: &dyn OpeningSealer) -> Result<Vec<u8>, LogError> {
    draft.prepare(EntryId(Uuid::nil()), monday_noon(), &SeededEntropy::new(1), sealer).map(|_| Vec::new())
}

#[test]
fn a_draft_that_breaks_a_rule_is_refused_before_anything_is_written() {
    let reading = draft(authority(1), Action::ReadCase);
    assert!(prepare(reading.clone()).is_ok());
    let with = |change: fn(&mut EntryDraft)| {
        let mut draft = reading.clone();
        change(&mut draft);
        prepare(draft).map(|_| ())
    };
    assert_eq!(with(|d| d.basis = Some("10 kap. 18 a §".to_owned())), Err(DraftError::NotACode("basis").into()));
    assert_eq!(with(|d| d.lines = vec![String::new()]), Err(DraftError::NotACode("lines").into()));
    assert_eq!(with(|d| d.lines = vec!["say \"yes\"".to_owned()]), Err(DraftError::NotACode("lines").into()));
    assert_eq!(with(|d| d.resource.version = Some(-1)), Err(DraftError::Number("resource.version").into()));
    assert_eq!(with(|d| d.resource.version = Some(1 << 53)), Err(DraftError::Number("resource.version").into()));
    assert_eq!(
        with(|d| d.recipient = Some(Recipient { authority: AuthorityId(Uuid::nil()), label: "x".to_owned() })),
        Err(DraftError::UnexpectedRecipient.into())
    );
    assert_eq!(with(|d| d.action = Action::DecideRelease), Err(DraftError::MissingRecipient.into()));
    assert_eq!(
        with(|d| (d.action, d.outcome) = (Action::DecideRelease, Outcome::Denied)),
        Ok(()),
        "a refusal may come before a recipient is known"
    );
    assert_eq!(
        with(|d| d.lines = vec!["a-policy-line-with-a-long-name".to_owned(); 120]),
        Err(DraftError::TooLarge.into())
    );
    assert_eq!(
        with(|d| d.subjects = (0..5000).map(|n| LogSubjectId(Uuid::from_u128(n))).collect()),
        Ok(()),
        "a hundred or five thousand: the leaf is as small"
    );
}

#[test]
fn an_entry_whose_opening_cannot_be_sealed_is_not_written() {
    struct NoKey;
    impl OpeningSealer for NoKey {
        fn seal(&self, _: EntryId, _: AuthorityId, _: i32, _: &Opening) -> Result<SealedOpening, SealOpeningError> {
            Err(SealOpeningError)
        }
    }
    let mut reading = draft(authority(1), Action::ReadCase);
    assert!(prepare_with(reading.clone(), &NoKey).is_ok(), "nothing to seal");
    reading.subjects = vec![LogSubjectId(Uuid::nil())];
    assert_eq!(prepare_with(reading, &NoKey), Err(LogError::Sealing(SealOpeningError)));
}

#[test]
fn an_opening_is_sealed_for_the_log_year_in_stockholm() {
    struct Year;
    impl OpeningSealer for Year {
        fn seal(
            &self,
            _: EntryId,
            _: AuthorityId,
            year: i32,
            opening: &Opening,
        ) -> Result<SealedOpening, SealOpeningError> {
            assert_eq!(year, 2027);
            assert_eq!(opening.subjects.len(), 1, "each person once");
            Err(SealOpeningError)
        }
    }
    let mut reading = draft(authority(1), Action::ReadCase);
    reading.subjects = vec![LogSubjectId(Uuid::nil()); 2];
    let new_year = Timestamp::parse("2026-12-31T23:30:00Z").unwrap();
    assert!(reading.prepare(EntryId(Uuid::nil()), new_year, &SeededEntropy::new(1), &Year).is_err());
}
