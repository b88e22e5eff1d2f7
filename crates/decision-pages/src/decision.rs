//! What a decision says.

/// Why a decision was made. Interned: equal reasons have equal ids within one compiled policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Ids of the deciding lines in file order: the matching deny lines, else the matching allow lines. Empty when nothing matched.
    pub lines: Vec<String>,
    /// What the caller must see to when it acts on the allow, united over the lines, in the vocabulary's order. Empty on a deny.
    pub obligations: Vec<String>,
    /// Legal references of the deciding lines, each once.
    pub law: Vec<String>,
}

/// No line matched.
pub(crate) static NOTHING: Reason = Reason { lines: Vec::new(), obligations: Vec::new(), law: Vec::new() };

/// Number of a reason within one compiled policy; another policy numbers anew. Zero means that no line matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReasonId(pub u32);

/// One cell of a page: the highest bit is the decision, the rest the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Outcome(u32);

impl Outcome {
    /// Denied because nothing matched, or because the request is none of the vocabulary's.
    pub(crate) const NOTHING: Self = Self(0);
    const ALLOWED: u32 = 1 << 31;

    pub(crate) fn new(allowed: bool, reason: u32) -> Self {
        Self((reason & !Self::ALLOWED) | if allowed { Self::ALLOWED } else { 0 })
    }

    fn is_allowed(self) -> bool {
        self.0 & Self::ALLOWED != 0
    }

    fn reason(self) -> u32 {
        self.0 & !Self::ALLOWED
    }
}

/// The answer to one request, with its reason.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Decision<'p> {
    outcome: Outcome,
    reasons: &'p [Reason],
}

impl<'p> Decision<'p> {
    pub(crate) fn new(outcome: Outcome, reasons: &'p [Reason]) -> Self {
        Self { outcome, reasons }
    }

    /// Whether the request is allowed.
    pub fn is_allowed(&self) -> bool {
        self.outcome.is_allowed()
    }

    /// The number of the reason.
    pub fn reason_id(&self) -> ReasonId {
        ReasonId(self.outcome.reason())
    }

    /// The reason.
    pub fn reason(&self) -> &'p Reason {
        self.reasons.get(self.outcome.reason() as usize).unwrap_or(&NOTHING)
    }
}

impl PartialEq for Decision<'_> {
    /// Same decision for the same reason, whichever policy it comes from.
    fn eq(&self, other: &Self) -> bool {
        self.is_allowed() == other.is_allowed() && self.reason() == other.reason()
    }
}

impl Eq for Decision<'_> {}
