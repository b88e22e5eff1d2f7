//! Files that a program writes and git keeps: regenerating them must change nothing.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::invocation::Invocation;
use crate::workspace::Workspace;

/// A committed file and the product command whose standard output it is.
struct Generator {
    path: &'static str,
    arguments: &'static [&'static str],
}

const GENERATORS: &[Generator] = &[
    Generator { path: "policy/matrix.tsv", arguments: &["policy", "matrix", "--format", "tsv"] },
    Generator { path: "docs/openapi.json", arguments: &["openapi"] },
];

/// Writes every generated file.
///
/// # Errors
/// When the product does not build, a generator fails, or a file cannot be written.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    let product = workspace.build_product()?;
    for generator in GENERATORS {
        let fresh = generator.text(workspace, &product)?;
        let path = workspace.root.join(generator.path);
        if fs::read_to_string(&path).is_ok_and(|kept| kept == fresh) {
            println!("{}: unchanged", generator.path);
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, fresh).with_context(|| generator.path.to_owned())?;
        println!("{}: written", generator.path);
    }
    Ok(())
}

/// Fails when a kept file differs from what its generator says now, or git does not keep it.
///
/// # Errors
/// With one line per file.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let product = workspace.build_product()?;
    let mut faults = Vec::new();
    for generator in GENERATORS {
        let fresh = generator.text(workspace, &product)?;
        match fs::read_to_string(workspace.root.join(generator.path)) {
            Ok(kept) if kept == fresh => {}
            Ok(kept) => faults.push(format!("{}: {}", generator.path, first_difference(&kept, &fresh))),
            Err(error) => faults.push(format!("{}: {error}", generator.path)),
        }
        if !is_kept(workspace, generator.path)? {
            faults.push(format!("{}: not in git", generator.path));
        }
    }
    if !faults.is_empty() {
        bail!("run `cargo xtask generate` and commit\n{}", faults.join("\n"));
    }
    Ok(())
}

impl Generator {
    fn text(&self, workspace: &Workspace, product: &Path) -> Result<String> {
        Invocation::new(product).args(self.arguments).dir(&workspace.root).text()
    }
}

/// A source archive has no git; there the question does not arise.
fn is_kept(workspace: &Workspace, path: &str) -> Result<bool> {
    if !workspace.root.join(".git").exists() {
        return Ok(true);
    }
    let listed = Invocation::new("git").args(["ls-files", "--", path]).dir(&workspace.root).text()?;
    Ok(!listed.trim().is_empty())
}

fn first_difference(kept: &str, fresh: &str) -> String {
    let same = kept.lines().zip(fresh.lines()).take_while(|(kept, fresh)| kept == fresh).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(end)").to_owned();
    format!("differs from line {}: kept `{}`, generated `{}`", same + 1, line(kept), line(fresh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\nc\n", "a\nx\nc\n"), "differs from line 2: kept `b`, generated `x`");
        assert_eq!(first_difference("a\n", "a\nb\n"), "differs from line 2: kept `(end)`, generated `b`");
    }
}
