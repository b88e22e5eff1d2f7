//! Names every asset by a digest of its content, so that it can be cached for ever.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// The text of `assets.rs`: one constant per file with its address, and the table that the server serves from.
pub(crate) fn table(folder: &Path) -> Result<String, Vec<String>> {
    let listing = fs::read_dir(folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let mut paths: Vec<_> = listing.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    let mut constants = String::new();
    let mut rows = String::new();
    for path in paths {
        let bytes = fs::read(&path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
        let (Some(stem), Some(extension)) =
            (path.file_stem().and_then(|stem| stem.to_str()), path.extension().and_then(|ext| ext.to_str()))
        else {
            return Err(vec![format!("{}: an asset needs a name and an extension", path.display())]);
        };
        let media_type = match extension {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => return Err(vec![format!("{}: unknown kind of asset", path.display())]),
        };
        let mut digest = String::new();
        for byte in Sha256::digest(&bytes).iter().take(8) {
            let _ = write!(digest, "{byte:02x}");
        }
        let constant = format!("{stem}_{extension}").to_uppercase().replace('-', "_");
        let _ = writeln!(
            constants,
            "/// Address of `{stem}.{extension}`.\npub const {constant}: &str = \"/assets/{stem}.{digest}.{extension}\";"
        );
        let _ = writeln!(
            rows,
            "    Asset {{ path: {constant}, media_type: {media_type:?}, bytes: include_bytes!({:?}) }},",
            path.display().to_string()
        );
    }
    Ok(format!("{constants}\n/// Every asset.\nstatic ASSETS: &[Asset] = &[\n{rows}];\n"))
}
