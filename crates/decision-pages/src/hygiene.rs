//! What every text must be before anyone reads meaning into it: small, plain ASCII, whole.

use crate::load_error::LoadError;

/// Largest size of a text, in bytes and lines.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) bytes: usize,
    pub(crate) lines: usize,
}

/// Refuses oversized, non-ASCII, control-character and half-written texts. Casbin drops a line that begins with a byte order mark, and trims
/// or keeps other invisible characters as it happens; here there are none.
pub(crate) fn check(file: &str, text: &str, size: Size) -> Result<(), LoadError> {
    if text.len() > size.bytes {
        let what = format!("the file is {} bytes long", text.len());
        return Err(LoadError::whole(file, what, format!("keep it at {} bytes or less", size.bytes)));
    }
    if text.starts_with('\u{feff}') {
        return Err(LoadError::whole(
            file,
            "the file begins with a byte order mark",
            "save it as plain text without one",
        ));
    }
    let (mut line, mut column) = (1, 1);
    for byte in text.bytes() {
        match byte {
            b'\n' => {
                line += 1;
                column = 0;
                if line > size.lines + 1 {
                    let what = format!("more than {} lines", size.lines);
                    return Err(LoadError::at(
                        file,
                        (line - 1, 1),
                        what,
                        "split the policy or say more with fewer lines",
                    ));
                }
            }
            b' '..=b'~' => {}
            0 => {
                return Err(LoadError::at(file, (line, column), "a NUL byte", "delete it"));
            }
            b'\r' => {
                return Err(LoadError::at(
                    file,
                    (line, column),
                    "a carriage return",
                    "end lines with a line feed alone",
                ));
            }
            b'\t' => return Err(LoadError::at(file, (line, column), "a tab", "write spaces")),
            0x80.. => {
                let what = "a character outside ASCII";
                return Err(LoadError::at(
                    file,
                    (line, column),
                    what,
                    "write it in plain ASCII, for example `OSL 10:18a`",
                ));
            }
            _ => {
                return Err(LoadError::at(file, (line, column), format!("control character {byte:#04x}"), "delete it"));
            }
        }
        column += 1;
    }
    if !text.is_empty() && !text.ends_with('\n') {
        let what = "the file does not end with a line feed, as if it were half written";
        return Err(LoadError::at(file, (line, column), what, "write the whole file and end its last line"));
    }
    Ok(())
}
