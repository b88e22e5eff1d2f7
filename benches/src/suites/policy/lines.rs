// Policies of any size by formula: the same text for casbin, Cedar and the pages, and the same rules as a `match` that somebody would write by hand.
// `build.rs` includes this file too and writes that match, so nothing here needs a crate.

/// Columns with the number of their values; as many as the product's policy has.
pub(crate) const COLUMNS: [(&str, u16); 10] = [
    ("role", 9),
    ("action", 64),
    ("rel", 4),
    ("assigned", 6),
    ("class", 6),
    ("basis", 26),
    ("purpose", 9),
    ("age", 4),
    ("glass", 3),
    ("conflict", 3),
];

/// Sizes of the policies that are measured.
pub(crate) const SIZES: [usize; 4] = [30, 100, 120, 1000];

/// A line: the values of each cell, none for `*`.
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) cells: [Vec<u16>; 10],
    pub(crate) allow: bool,
}

/// Two deny lines, then allow lines. Each names two roles and three actions, one basis and one purpose of its own within them, and sets elsewhere:
/// about ten lines meet on a busy page of the largest policy, as on the product's own.
pub(crate) fn lines(count: usize) -> Vec<Line> {
    let any = Vec::new;
    let mut lines = vec![
        Line {
            id: "conflict_bars".to_owned(),
            cells: [any(), any(), any(), any(), any(), any(), any(), any(), any(), vec![1, 2]],
            allow: false,
        },
        Line {
            id: "basis_ends".to_owned(),
            cells: [any(), any(), any(), any(), any(), vec![1], any(), vec![2, 3], any(), any()],
            allow: false,
        },
    ];
    for number in 0..count.saturating_sub(lines.len()) {
        let at = |factor: usize, size: usize| u16::try_from(number * factor % size).unwrap_or_default();
        let group = number / 234;
        let role = |step: usize| u16::try_from((group * 2 + step) % 9).unwrap_or_default();
        let action = |step: usize| u16::try_from((number * 11 + step) % 64).unwrap_or_default();
        let mut assigned = vec![at(1, 6), (at(1, 6) + 2) % 6];
        let mut class = vec![at(1, 6), (at(1, 6) + 1) % 6, (at(1, 6) + 3) % 6];
        let mut roles = vec![role(0), role(1)];
        let mut actions = vec![action(0), action(1), action(2)];
        for cell in [&mut assigned, &mut class, &mut roles, &mut actions] {
            cell.sort_unstable();
        }
        let purpose = u16::try_from(number / 26 % 9).unwrap_or_default();
        let cells = [roles, actions, vec![0], assigned, class, vec![at(1, 26)], vec![purpose], any(), any(), any()];
        lines.push(Line { id: format!("line_{number}"), cells, allow: true });
    }
    lines
}
