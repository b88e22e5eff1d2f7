//! What somebody can do who holds the key too, and what still finds it out.

use super::*;

#[tokio::test]
async fn every_falsification_with_the_key_has_its_name() {
    let exported = exported().await;
    let leaves = all_leaves(exported.directory.path());
    let instance = leaf::read(&leaves[0]).unwrap().stamp.instance;
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let copied = tempfile::tempdir().unwrap();
        copy(exported.directory.path(), copied.path());
        let mut leaves = leaves.clone();
        change(&mut leaves);
        rewrite(copied.path(), &leaves, &signer());
        copied
    };
    let found = |change: &dyn Fn(&mut Vec<Vec<u8>>)| verify(with(change).path()).map(|report| report.size);
    assert_eq!(found(&|_| {}), Ok(601));
    assert_eq!(found(&|leaves| drop(leaves.remove(9))), Err(VerifyError::SequenceGap { instance, number: 10 }));
    assert_eq!(found(&|leaves| leaves.swap(9, 10)), Ok(601), "numbers may enter the tree out of order");
    assert_eq!(found(&|leaves| drop(leaves.remove(0))), Err(VerifyError::SequenceGap { instance, number: 1 }));
    let again = |leaves: &[Vec<u8>]| {
        replaced(&leaves[3], &leaf::read(&leaves[3]).unwrap().id.to_string(), &Uuid::nil().to_string())
    };
    assert_eq!(
        found(&|leaves| leaves.insert(4, again(leaves))),
        Err(VerifyError::SequenceRepeated { instance, number: 4 })
    );
    assert_eq!(found(&|leaves| leaves.push(leaves[3].clone())), Err(VerifyError::DuplicateId { index: 601 }));
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], "\"t\":\"2026", "\"t\":\"2027")),
        Err(VerifyError::TimeBackwards { instance, number: 5 })
    );
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], ",", ", ")),
        Err(VerifyError::NotCanonical { index: 3 })
    );
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], "\"cat\":\"consult\"", "\"cat\":\"alter\"")),
        Err(VerifyError::Schema { index: 3, at: "cat" })
    );
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], "{\"act\"", "{\"aaa\":1,\"act\"")),
        Err(VerifyError::Schema { index: 3, at: "act" })
    );
    assert_eq!(
        found(&|leaves| leaves[3] = replaced(&leaves[3], &board().to_string(), &authority(2).to_string())),
        Err(VerifyError::OtherLog { index: 3 })
    );
    assert_eq!(
        found(&|leaves| leaves[0] = replaced(&leaves[0], "service.start", "service.stop_")),
        Err(VerifyError::Start { instance })
    );
    let newcomer = |leaves: &[Vec<u8>], seq: i64| {
        let id = leaf::read(&leaves[0]).unwrap().id.to_string();
        let first = replaced(&leaves[0], &id, &Uuid::from_u128(77).to_string());
        let first = replaced(&first, &instance.to_string(), &Uuid::from_u128(78).to_string());
        replaced(&first, "\"purpose\"", &format!("\"prev\":{{\"inst\":\"{instance}\",\"seq\":{seq}}},\"purpose\""))
    };
    assert_eq!(found(&|leaves| leaves.push(newcomer(leaves, 601))), Ok(602));
    assert_eq!(
        found(&|leaves| leaves.push(newcomer(leaves, 602))),
        Err(VerifyError::PreviousLost { instance: Uuid::from_u128(78) })
    );

    // History that was changed and signed anew with the right key is a fork of what somebody saw before, and no witness has cosigned it.
    let rewritten = with(&|leaves| leaves[3] = replaced(&leaves[3], "\"allow\"", "\"error\""));
    assert_eq!(verify(rewritten.path()).unwrap().size, 601, "the key alone convinces who knows nothing else");
    assert_eq!(verify_knowing(rewritten.path(), &exported.early), Err(VerifyError::Fork { known: 301 }));
    let trust = || Trust { witnesses: vec![witness().verifier()], quorum: 1, ..Trust::in_key(signer().verifier()) };
    assert_eq!(
        directory::verify(rewritten.path(), trust(), &|_, _| {}),
        Err(VerifyError::Quorum { found: 0, required: 1 })
    );
    let note = fs::read_to_string(exported.directory.path().join(CHECKPOINT)).unwrap();
    let mut note = audit_log::note::Note::parse(&note).unwrap();
    note.signatures.push(witness().cosign(&note, 1_795_431_700));
    fs::write(exported.directory.path().join(CHECKPOINT), note.to_string()).unwrap();
    let cosigned = directory::verify(exported.directory.path(), trust(), &|_, _| {}).unwrap();
    assert_eq!(cosigned.witnesses, [("police.test/witness".to_owned(), 1_795_431_700)]);
    fs::write(rewritten.path().join(CHECKPOINT), note.to_string()).unwrap();
    assert_eq!(directory::verify(rewritten.path(), trust(), &|_, _| {}), Err(VerifyError::Root { size: 601 }));
}
