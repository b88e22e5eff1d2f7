//! Policy folders in which anything may stand anywhere: one file of the product's own folder mangled at random, written to disk, and loaded as a start
//! loads it. Refused with a reason a person can read, or sound: never a panic, never without end, never in more memory than a small machine has.
//!
//! `SAMLAD_SOAK` (`cargo xtask soak`) tries fifty times as many.

#[cfg(test)]
mod hostile_folders {
    use std::{fs, path::Path};

    use proptest::{prelude::*, sample::Index};
    use rbac_policy::{Policy, PolicyError};

    const FILES: [&str; 5] = ["model.conf", "policy.csv", "vocabulary.toml", "invariants.toml", "legal-bases.toml"];
    /// Several times what the product's own folder takes.
    const MEMORY: u64 = 64 << 20;

    /// What happens to one file.
    #[derive(Debug, Clone)]
    enum Mishap {
        /// Bytes written into it.
        Write(Index, Vec<u8>),
        /// A piece that is gone.
        Drop(Index, usize),
        /// A piece that stands there many times.
        Repeat(Index, usize, usize),
        /// Nothing follows.
        Cut(Index),
        /// A line from elsewhere in the file.
        Move(Index, Index),
    }

    fn mishap() -> impl Strategy<Value = Mishap> {
        let words = prop::sample::select(vec![
            "deny",
            "Allow",
            "*",
            "|",
            ",",
            "\n",
            "p, ",
            "p2, ",
            "g, ",
            "# end\n",
            "\"",
            "\u{feff}",
            "\u{202e}",
            "\0",
            "[",
            "[[",
            "]",
            " = ",
            "unknown",
            "[[invariant]]\n",
            "[[basis]]\n",
            "valid_from = \"9999-12-31\"\n",
            "form = \"never\"\n",
            "\\u0000",
            "{",
            "18446744073709551616",
        ]);
        prop_oneof![
            (any::<Index>(), prop::collection::vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Mishap::Write(at, bytes)),
            (any::<Index>(), words).prop_map(|(at, word)| Mishap::Write(at, word.as_bytes().to_vec())),
            (any::<Index>(), 1_usize..200).prop_map(|(at, length)| Mishap::Drop(at, length)),
            (any::<Index>(), 1_usize..300, 2_usize..400)
                .prop_map(|(at, length, times)| Mishap::Repeat(at, length, times)),
            any::<Index>().prop_map(Mishap::Cut),
            (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mishap::Move(from, to)),
        ]
    }

    fn mangled(mut bytes: Vec<u8>, mishaps: &[Mishap]) -> Vec<u8> {
        for mishap in mishaps {
            let at = |index: &Index| index.index(bytes.len() + 1);
            match mishap {
                Mishap::Write(index, more) => {
                    let at = at(index);
                    bytes.splice(at..at, more.iter().copied());
                }
                Mishap::Drop(index, length) => {
                    let at = at(index);
                    bytes.drain(at..(at + length).min(bytes.len()));
                }
                Mishap::Repeat(index, length, times) => {
                    let at = at(index);
                    let piece = bytes[at..(at + length).min(bytes.len())].repeat(*times);
                    bytes.splice(at..at, piece);
                }
                Mishap::Cut(index) => bytes.truncate(at(index)),
                Mishap::Move(from, to) => {
                    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                    if !lines.is_empty() {
                        let line = lines.remove(from.index(lines.len()));
                        lines.insert(to.index(lines.len() + 1), line);
                    }
                    bytes = lines.concat();
                }
            }
        }
        bytes
    }

    /// A message that says where, what and what instead, and that fits on a screen.
    fn is_readable(error: &PolicyError) -> bool {
        let refusals = match error {
            PolicyError::Refused(refusals) => refusals.as_slice(),
            PolicyError::Bases(error) => &error.0,
            PolicyError::Invariants(refusal) => std::slice::from_ref(&**refusal),
            other => return !other.to_string().is_empty(),
        };
        let has_all = |refusal: &decision_pages::LoadError| {
            refusal.line >= 1 && refusal.column >= 1 && !refusal.what.is_empty() && !refusal.instead.is_empty()
        };
        !refusals.is_empty() && refusals.iter().all(|refusal| has_all(refusal) && refusal.to_string().len() < 4_000)
    }

    fn rounds(cases: u32) -> ProptestConfig {
        let times = if std::env::var_os("SAMLAD_SOAK").is_some() { 50 } else { 1 };
        ProptestConfig {
            cases: cases * times,
            max_shrink_iters: 32,
            failure_persistence: None,
            ..ProptestConfig::default()
        }
    }

    proptest! {
        #![proptest_config(rounds(48))]

        #[test]
        fn a_folder_with_anything_anywhere_is_refused_readably_or_sound(
            file in prop::sample::select(FILES.to_vec()),
            mishaps in prop::collection::vec(mishap(), 1..4),
        ) {
            let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policy");
            let folder = tempfile::tempdir().unwrap();
            for name in FILES {
                let bytes = fs::read(own.join(name)).unwrap();
                let bytes = if name == file { mangled(bytes, &mishaps) } else { bytes };
                fs::write(folder.path().join(name), bytes).unwrap();
            }
            let mut loaded = None;
            let memory = allocation_counter::measure(|| loaded = Some(Policy::load(folder.path())));
            prop_assert!(memory.bytes_max < MEMORY, "{} bytes", memory.bytes_max);
            if let Some(Err(error)) = loaded {
                prop_assert!(is_readable(&error), "{error}");
            }
        }
    }
}
