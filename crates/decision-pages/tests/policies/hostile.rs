//! Folders meant to exhaust whoever reads them: refused with a reason, in bounded memory. The allocator is counted, not the clock: a time on a
//! shared machine says little, and the loader never does more than it holds.
#![cfg(unix)]

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::support::{POLICY, VOCABULARY, compile, model};
use decision_pages::{LoadError, Pages, PolicyFolder, PolicyText, Vocabulary, limits};
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("model.conf"), model()).unwrap();
    fs::write(folder.path().join("policy.csv"), whole()).unwrap();
    fs::write(folder.path().join("vocabulary.toml"), VOCABULARY).unwrap();
    folder
}

/// The policy as a file has it.
fn whole() -> String {
    format!("{POLICY}# end\n")
}

/// What a start does with a folder.
fn start(path: &Path) -> Result<Pages, Vec<LoadError>> {
    let texts = PolicyFolder::read(path)?;
    Pages::compile(&texts.text())
}

/// The first refusal, and the most memory that it took to come to it.
fn refused(path: &Path) -> (LoadError, u64) {
    let mut refusal = None;
    let memory = allocation_counter::measure(|| refusal = start(path).err());
    (refusal.unwrap().remove(0), memory.bytes_max)
}

#[test]
fn a_gigabyte_is_refused_in_every_file_and_never_held_in_memory() {
    for (file, limit) in [
        ("model.conf", limits::MODEL_BYTES),
        ("policy.csv", limits::POLICY_BYTES),
        ("vocabulary.toml", limits::VOCABULARY_BYTES),
    ] {
        let folder = folder();
        fs::File::create(folder.path().join(file)).unwrap().set_len(1 << 30).unwrap();
        let (refusal, memory) = refused(folder.path());
        assert_eq!((refusal.file.as_str(), refusal.what.as_str()), (file, "is too large"));
        assert!(memory < 4 * limit as u64 + 65_536, "{file}: {memory} bytes");
    }
}

#[test]
fn a_hundred_thousand_lines_are_refused() {
    let folder = folder();
    let line = |number: usize| format!("p, l{number}, auditor, read_log, *, review, *, -, x, allow\n");
    let policy: String = (0..100_000).map(line).collect();
    fs::write(folder.path().join("policy.csv"), &policy).unwrap();
    assert_eq!(refused(folder.path()).0.what, "is too large");
    // As many that fit into the bytes.
    fs::write(folder.path().join("policy.csv"), format!("{}# end\n", "#\n".repeat(100_000))).unwrap();
    let (refusal, memory) = refused(folder.path());
    assert_eq!(refusal.what, "more than 20000 lines");
    assert!(memory < 8 * limits::POLICY_BYTES as u64, "{memory} bytes");
}

#[test]
fn as_many_lines_as_are_allowed_are_read_in_bounded_memory() {
    // Each unlike the others by its id only: every one is a duplicate, and no more than a hundred refusals are kept.
    let line = |number: usize| format!("p,{number},auditor,read_log,*,review,*,-,x,allow\n");
    let policy: String = (0..19_000).map(line).collect();
    assert!(policy.len() < limits::POLICY_BYTES);
    let mut refusals = Vec::new();
    let memory = allocation_counter::measure(|| refusals = compile(&policy).unwrap_err());
    assert_eq!(refusals.len(), limits::REFUSALS);
    assert!(memory.bytes_max < 128 * policy.len() as u64, "{} bytes", memory.bytes_max);
}

#[test]
fn deep_unicode_is_refused_at_its_first_character() {
    let accents = "a\u{301}".repeat(50_000);
    let marks = "\u{202e}".repeat(1_000);
    for text in [accents.as_str(), &marks, "\u{feff}", "\u{200b}", "\u{10ffff}", "e\u{301}"] {
        let folder = folder();
        fs::write(folder.path().join("policy.csv"), format!("# {text}\n{}", whole())).unwrap();
        let (refusal, _) = refused(folder.path());
        assert_eq!((refusal.line, refusal.what.as_str()), (1, "a character outside ASCII"), "{refusal}");
        fs::write(folder.path().join("policy.csv"), whole()).unwrap();
        fs::write(folder.path().join("vocabulary.toml"), format!("# {text}\n{VOCABULARY}")).unwrap();
        assert_eq!(refused(folder.path()).0.file, "vocabulary.toml");
    }
}

#[test]
fn nul_bytes_are_refused_in_every_file() {
    for file in ["model.conf", "policy.csv", "vocabulary.toml"] {
        let folder = folder();
        let path = folder.path().join(file);
        let mut bytes = fs::read(&path).unwrap();
        bytes.insert(3, 0);
        fs::write(&path, bytes).unwrap();
        let (refusal, _) = refused(folder.path());
        assert_eq!(refusal.file, file);
        assert!(refusal.what == "a NUL byte" || file == "model.conf", "{refusal}");
    }
}

#[test]
fn a_policy_cut_at_any_byte_is_refused() {
    let folder = folder();
    let whole = whole();
    let before = start(folder.path()).unwrap().digest();
    for cut in 0..whole.len() {
        fs::write(folder.path().join("policy.csv"), &whole[..cut]).unwrap();
        // Without its last line feed the end line is there, and so is everything before it; the loader still asks for the line feed.
        let (refusal, _) = refused(folder.path());
        assert!(refusal.what.contains("half written"), "cut at {cut}: {refusal}");
    }
    fs::write(folder.path().join("policy.csv"), &whole).unwrap();
    assert_eq!(start(folder.path()).unwrap().digest(), before);
}

#[test]
fn a_policy_that_is_rewritten_while_it_is_read_is_read_whole_or_refused() {
    let folder = folder();
    let path = folder.path().join("policy.csv");
    let longer = format!("{POLICY}{}# end\n", "# a remark\n".repeat(2_000));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                // In place and in pieces, as a careless editor writes.
                fs::write(&path, &longer).unwrap();
                fs::write(&path, whole()).unwrap();
            }
        });
        let texts: Vec<_> = (0..300).map(|_| PolicyFolder::read(folder.path())).collect();
        stop.store(true, Ordering::Relaxed);
        for text in texts {
            match text {
                Ok(texts) => assert!(texts.policy == whole() || texts.policy == longer, "{}", texts.policy),
                Err(refusals) => {
                    let what = &refusals[0].what;
                    assert!(what.contains("while it was") || what.contains("half written"), "{what}");
                }
            }
        }
    });
}

#[test]
fn a_vocabulary_made_to_explode_is_refused_by_its_product() {
    let list = |size: usize| (0..size).map(|value| format!("\"v{value}\"")).collect::<Vec<_>>().join(", ");
    let columns: Vec<String> = (0..32).map(|column| format!("c{column}")).collect();
    let order = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    let declared = |column: &String| format!("{column} = [{}]\n", list(64));
    let values: String = columns.iter().map(declared).collect();
    let vocabulary = format!("[columns]\norder = [{order}]\n[values]\n{values}");
    let parsed = Vocabulary::parse(&vocabulary).unwrap();
    let model = Pages::golden_model(&parsed);
    // Every line distinguishes every column: 64^32 requests, and a refusal instead of an attempt.
    let line = |number: usize| {
        let cells: Vec<String> = (0..32)
            .map(|column| format!("v{}|v{}", (number * 7 + column * 3) % 64, (number + column * 5) % 64))
            .collect();
        format!("p, l{number}, {}, -, x, allow\n", cells.join(", ").replace("v0|v0", "v0"))
    };
    let policy: String = (1..400).map(line).collect();
    let text = PolicyText { model: &model, policy: &policy, vocabulary: &vocabulary };
    let mut refusals = Vec::new();
    let memory = allocation_counter::measure(|| {
        if let Err(refused) = Pages::compile(&text) {
            refusals = refused;
        }
    });
    assert!(memory.bytes_max < 512 << 20, "{} bytes", memory.bytes_max);
    if let Some(refusal) = refusals.first() {
        assert!(
            refusal.what.contains("cells") || refusal.what.contains("too long") || refusal.what.contains("twice"),
            "{refusal}"
        );
    }
}

#[test]
fn deciding_allocates_nothing() {
    let pages = compile(POLICY).unwrap();
    let requests: Vec<Vec<u16>> = pages.cells().map(|(request, _)| request).collect();
    let outside: [&[u16]; 3] = [&[], &[u16::MAX; 5], &[0; 9]];
    let mut allowed = 0;
    let counted = allocation_counter::measure(|| {
        for request in requests.iter().map(Vec::as_slice).chain(outside) {
            let decision = pages.decide(request);
            allowed +=
                usize::from(decision.is_allowed()) + decision.reason().lines.len() + decision.reason_id().0 as usize;
        }
    });
    assert!(allowed > 0);
    assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
    // The counter counts: the same walk with one string in it.
    assert!(allocation_counter::measure(|| drop(pages.vocabulary().names(&requests[0]))).count_total > 0);
}
