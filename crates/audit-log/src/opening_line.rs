//! One line of `openings.jsonl` in an export.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Opening;
use crate::canonical;
use crate::verify::OpeningState;

/// What became of the opening of one entry.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpeningLine {
    /// The entry.
    pub(crate) id: Uuid,
    /// The opening, when it was opened for this export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opening: Option<Opening>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Opened,
    Withheld,
    Erased,
}

impl OpeningLine {
    pub(crate) fn parse(line: &[u8]) -> Option<Self> {
        let line: Self = canonical::record(line)?;
        (line.opening.is_some() == (line.state == State::Opened)).then_some(line)
    }

    /// The entry of a line, from its fixed beginning: nothing is read yet.
    pub(crate) fn id_of(line: &[u8]) -> Option<Uuid> {
        let id = line.strip_prefix(b"{\"id\":\"")?.get(..36)?;
        Uuid::try_parse_ascii(id).ok()
    }

    /// The state of a line. The two that hold no opening have one spelling, which is compared.
    pub(crate) fn state_of(line: &[u8]) -> Option<OpeningState> {
        match line.get(43..) {
            Some(b"\",\"state\":\"withheld\"}") if is_lower(line) => Some(OpeningState::Withheld),
            Some(b"\",\"state\":\"erased\"}") if is_lower(line) => Some(OpeningState::Erased),
            _ => Self::parse(line).map(Self::state),
        }
    }

    pub(crate) fn state(self) -> OpeningState {
        match (self.opening, self.state) {
            (Some(opening), _) => OpeningState::Opened(opening),
            (None, State::Erased) => OpeningState::Erased,
            (None, _) => OpeningState::Withheld,
        }
    }

    #[cfg(feature = "appender")]
    pub(crate) fn of(id: Uuid, state: OpeningState) -> Self {
        match state {
            OpeningState::Opened(opening) => Self { id, opening: Some(opening), state: State::Opened },
            OpeningState::Withheld => Self { id, opening: None, state: State::Withheld },
            OpeningState::Erased => Self { id, opening: None, state: State::Erased },
        }
    }
}

/// Ids stand in lower case.
fn is_lower(line: &[u8]) -> bool {
    line.get(..43).is_some_and(|line| !line.iter().any(u8::is_ascii_uppercase))
}
