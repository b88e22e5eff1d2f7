//! The end of the log's term, from the command line.

use crate::instance::{Place, audit_verify, said, samlad};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_come_to_the_end_of_its_term_is_pruned_after_a_look_and_an_entry() {
    let place = Place::set_up().await;
    place.write(&Place::this_month(), true).await;
    let (config, authority) = (place.config(), place.authority().to_string());
    let prune = |more: &[&str]| {
        samlad(&[&["audit", "prune", "--config", &config, "--authority", &authority][..], more].concat())
    };
    let too_young = prune(&["--before", "2025-01-01", "--yes"]);
    assert_eq!(too_young.status.code(), Some(1));
    assert!(said(&too_young).contains("kept for 10 years"), "{}", said(&too_young));
    let nothing = prune(&["--before", "2012-03-01", "--yes"]);
    assert!(nothing.status.success() && said(&nothing).contains("Nothing to prune"), "{}", said(&nothing));
    let preview = prune(&["--before", "2014-01-01"]);
    assert!(
        preview.status.success() && said(&preview).contains("from 0 up to and including 255"),
        "{}",
        said(&preview)
    );
    let before = place.verify(&[]);
    assert!(said(&before).contains("\"pruned\":0"), "{}", said(&before));

    let pruned = prune(&["--before", "2014-01-01", "--yes"]);
    assert!(pruned.status.success() && said(&pruned).contains("256 entries are deleted"), "{}", said(&pruned));
    let after = place.verify(&[]);
    assert!(after.status.success() && said(&after).contains("\"pruned\":256"), "{}", said(&after));
    let doctor = samlad(&["doctor", "--deep", "--config", &config]);
    assert!(doctor.status.success(), "{}", said(&doctor));
    let again = prune(&["--before", "2014-01-01", "--yes"]);
    assert!(again.status.success() && said(&again).contains("Nothing to prune"), "{}", said(&again));

    let home = tempfile::tempdir().unwrap();
    let export = home.path().join("export");
    let made = place.export(&export, &[]);
    assert!(made.status.success(), "{}", said(&made));
    let verified = audit_verify(&export, &place, &[]);
    let report: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
    assert_eq!((report["first"].as_u64(), report["pruned"].as_u64()), (Some(256), Some(256)));
}
