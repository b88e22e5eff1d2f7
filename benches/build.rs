//! Writes the `match` that somebody would write by hand for each of the policies that the suite `policy` measures.

#[path = "src/suites/policy/lines.rs"]
mod lines;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use lines::{COLUMNS, Line, SIZES, lines};

fn main() {
    println!("cargo::rerun-if-changed=src/suites/policy/lines.rs");
    let mut code = String::new();
    for size in SIZES {
        by_hand(&mut code, size);
    }
    let folder = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    if let Err(error) = std::fs::write(folder.join("by_hand.rs"), code) {
        println!("cargo::error=by_hand.rs: {error}");
    }
}

/// A line of an arm: its number, its condition and its id.
type Arm = (usize, String, String);

/// Denies first; then one arm for each role and action, with the lines that can match there.
fn by_hand(code: &mut String, size: usize) {
    let _ = writeln!(
        code,
        "/// {size} lines: the line that allows, if one does.\n\
         #[expect(clippy::too_many_lines, reason = \"written out as by hand\")]\npub(super) fn by_hand_{size}(r: &[u16; {}]) -> Option<u32> {{",
        COLUMNS.len()
    );
    let mut arms: BTreeMap<(u16, u16), Vec<Arm>> = BTreeMap::new();
    for (number, Line { id, cells, allow }) in lines(size).into_iter().enumerate() {
        let condition = |from: usize| {
            let named = cells.iter().enumerate().skip(from).filter(|(_, values)| !values.is_empty());
            let tests = named.map(|(column, values)| {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                format!("matches!(r[{column}], {})", values.join(" | "))
            });
            tests.collect::<Vec<_>>().join(" && ")
        };
        if !allow {
            let _ = writeln!(code, "    if {} {{ return None; }} // {id}", condition(0));
            continue;
        }
        for role in &cells[0] {
            for action in &cells[1] {
                arms.entry((*role, *action)).or_default().push((number, condition(2), id.clone()));
            }
        }
    }
    let _ = writeln!(code, "    match (r[0], r[1]) {{");
    for ((role, action), lines) in arms {
        let _ = writeln!(code, "        ({role}, {action}) => {{");
        for (number, condition, id) in lines {
            let _ = writeln!(code, "            if {condition} {{ return Some({number}); }} // {id}");
        }
        let _ = writeln!(code, "            None\n        }}");
    }
    let _ = writeln!(code, "        _ => None,\n    }}\n}}");
}
