//! Reading a policy folder that may have been tampered with.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    path::Path,
};

use crate::{limits, load_error::LoadError, model, pages::PolicyText, policy_file, vocabulary};

/// The last line of a list that is whole.
const END: &str = "# end";

/// The texts of a folder with `model.conf`, `policy.csv` and `vocabulary.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFolder {
    /// `model.conf`
    pub model: String,
    /// `policy.csv`
    pub policy: String,
    /// `vocabulary.toml`
    pub vocabulary: String,
}

impl PolicyFolder {
    /// Reads a folder. Other files in it are the caller's.
    ///
    /// # Errors
    /// One refusal per file that is missing, no regular file (symbolic links included), too large, changed while it was read, or not UTF-8; and a
    /// `policy.csv` without its [end line](Self::check_end). What the texts say is for [`Pages::compile`](crate::Pages::compile) to judge.
    pub fn read(path: &Path) -> Result<Self, Vec<LoadError>> {
        is_folder(path).map_err(|refusal| vec![refusal])?;
        let texts = [
            (model::FILE, limits::MODEL_BYTES),
            (policy_file::FILE, limits::POLICY_BYTES),
            (vocabulary::FILE, limits::VOCABULARY_BYTES),
        ]
        .map(|(file, bytes)| read_file(path, file, bytes));
        match texts {
            [Ok(model), Ok(policy), Ok(vocabulary)] => {
                Self::check_end(policy_file::FILE, &policy).map_err(|refusal| vec![refusal])?;
                Ok(Self { model, policy, vocabulary })
            }
            refused => Err(refused.into_iter().filter_map(Result::err).collect()),
        }
    }

    /// Reads one further file of a folder with the same caution: a regular file and no link, at most so many bytes, not written while it was
    /// read, UTF-8. Memory stays near the limit however large the file claims to be.
    ///
    /// # Errors
    /// The first of these that does not hold.
    pub fn read_beside(path: &Path, file: &str, bytes: usize) -> Result<String, LoadError> {
        is_folder(path)?;
        read_file(path, file, bytes)
    }

    /// A list in a file ends with the line `# end`. A file that is still being written can be cut between two lines, and nothing but this line
    /// tells the beginning of a policy from the whole: a deny line that has not yet arrived would allow.
    ///
    /// # Errors
    /// When the last line that is not blank is another.
    pub fn check_end(file: &str, text: &str) -> Result<(), LoadError> {
        if text.trim_end().lines().last() == Some(END) {
            return Ok(());
        }
        let last = text.lines().count().max(1);
        let what = format!("the last line is not `{END}`, as if the file were half written");
        Err(LoadError::at(file, (last, 1), what, format!("write the whole file and end it with the line `{END}`")))
    }

    /// The texts, to compile.
    pub fn text(&self) -> PolicyText<'_> {
        PolicyText { model: &self.model, policy: &self.policy, vocabulary: &self.vocabulary }
    }
}

fn is_folder(path: &Path) -> Result<(), LoadError> {
    let named = path.display().to_string();
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(LoadError::whole(&named, "not a folder", "name the folder itself, not a file or a link")),
        Err(error) => Err(LoadError::whole(&named, format!("cannot be opened: {error}"), "name a policy folder")),
    }
}

fn read_file(folder: &Path, name: &str, limit: usize) -> Result<String, LoadError> {
    let path = folder.join(name);
    let unreadable =
        |error: io::Error| LoadError::whole(name, format!("cannot be read: {error}"), "give the folder this file");
    let refuse = |what: &str, instead: String| Err(LoadError::whole(name, what, instead));
    let named = fs::symlink_metadata(&path).map_err(unreadable)?;
    if !named.is_file() {
        return refuse("no regular file", "put the file itself here, not a link, folder or pipe".to_owned());
    }
    let file = File::open(&path).map_err(unreadable)?;
    let opened = file.metadata().map_err(unreadable)?;
    if !same_file(&named, &opened) {
        return refuse("was replaced while it was opened", "read again".to_owned());
    }
    let mut bytes = Vec::new();
    // One byte beyond the limit tells a full file from one that is too large.
    (&file).take(limit as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > limit {
        return refuse("is too large", format!("keep it at {limit} bytes or less"));
    }
    let after = file.metadata().map_err(unreadable)?;
    if after.len() != bytes.len() as u64 || after.modified().ok() != opened.modified().ok() {
        return refuse(
            "was written while it was read",
            "write a new file beside it and rename it into place".to_owned(),
        );
    }
    String::from_utf8(bytes).or_else(|_| refuse("is not plain text", "save it as UTF-8 text".to_owned()))
}

#[cfg(unix)]
fn same_file(named: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    opened.is_file() && named.dev() == opened.dev() && named.ino() == opened.ino()
}

#[cfg(not(unix))]
fn same_file(_: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}
