//! What a policy folder may cost. Far above what a policy that people can read needs; low enough that a hostile folder is refused quickly.

/// Largest `policy.csv`, in bytes.
pub const POLICY_BYTES: usize = 1024 * 1024;
/// Most lines in `policy.csv`, comments included.
pub const POLICY_LINES: usize = 20_000;
/// Longest line of `policy.csv`, in bytes.
pub const LINE_BYTES: usize = 8 * 1024;
/// Largest `vocabulary.toml`, in bytes.
pub const VOCABULARY_BYTES: usize = 256 * 1024;
/// Largest `model.conf`, in bytes.
pub const MODEL_BYTES: usize = 64 * 1024;
/// Most columns.
pub const COLUMNS: usize = 32;
/// Most values of one column.
pub const VALUES: usize = 4096;
/// Most obligation names.
pub const OBLIGATIONS: usize = 64;
/// Longest name of a column, value, obligation or line id, in bytes.
pub const NAME_BYTES: usize = 64;
/// Most pages: the product of the sizes of the `page_by` columns.
pub const PAGES: usize = 65_536;
/// Most cells, edges and offsets over all pages (two or four bytes each).
pub const CELLS: usize = 4 * 1024 * 1024;
/// Most cells of one dense sheet; beyond that, one more column is looked up first.
pub const SHEET_CELLS: usize = 4096;
/// Most refusals reported at once.
pub const REFUSALS: usize = 100;
/// Cost of compiling, in steps of roughly a nanosecond: about four seconds on one core.
pub(crate) const STEPS: u64 = 4_000_000_000;
/// What casbin takes to evaluate one line, in the same steps.
pub(crate) const STEPS_PER_CASBIN_LINE: usize = 1_200;
