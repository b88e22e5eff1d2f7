//! Figures for those who may see no individuals. Small counts are suppressed, and so is whatever would give them away.

use rbac_policy::{Facts, Target};
use serde::Serialize;
use store::figures::Counted;
use utoipa::ToSchema;
use vocabulary::{Caller, Purpose, action::ReadFigures};

use crate::{Answer, Registry, RegistryError};

/// Counts below this are not shown.
pub const SMALLEST: i64 = 5;

/// A table of counts.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureTable {
    /// What is counted: `cases`, `measures`, `joint-files`, `joint-actions`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: &'static str,
    /// One row per category.
    pub rows: Vec<Figure>,
    /// The sum; none when it would give a suppressed count away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

/// One count.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// The category's code.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub code: String,
    /// The count; none: fewer than five, or hidden to protect such a count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

impl Registry {
    /// The figures of the caller's authority.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for roles without figures.
    pub async fn figures(&self, caller: &Caller) -> Result<Answer<Vec<FigureTable>>, RegistryError> {
        let permit =
            self.allow::<ReadFigures>(caller, Facts::own_desk(Purpose::Statistics, Target::kind("figures"))).await?;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let mut tables = Vec::new();
        for (kind, counted) in [
            ("cases", Counted::Cases),
            ("measures", Counted::Measures),
            ("joint-files", Counted::JointFiles),
            ("joint-actions", Counted::JointActions),
        ] {
            tables.push(suppress(kind, store::figures::count(&mut snapshot, caller.authority, counted).await?));
        }
        snapshot.close().await?;
        let recorded = self.record(permit).await?;
        Ok(Answer { view: tables, entry: recorded.entry() })
    }
}

/// Hides small counts. When exactly one is hidden the sum would give it back, so the next smallest is hidden too; and when the hidden ones together are
/// fewer than five, or nothing else is left, the sum itself goes.
fn suppress(kind: &'static str, counts: Vec<(String, i64)>) -> FigureTable {
    let is_small = |count: i64| (1..SMALLEST).contains(&count);
    let sum: i64 = counts.iter().map(|(_, count)| count).sum();
    let mut hidden: Vec<bool> = counts.iter().map(|(_, count)| is_small(*count)).collect();
    if hidden.iter().filter(|hidden| **hidden).count() == 1 {
        let next = counts
            .iter()
            .zip(&hidden)
            .enumerate()
            .filter(|(_, (_, hidden))| !**hidden)
            .min_by_key(|(_, ((_, count), _))| *count);
        if let Some((place, _)) = next
            && let Some(slot) = hidden.get_mut(place)
        {
            *slot = true;
        }
    }
    let hidden_sum: i64 = counts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|((_, count), _)| count).sum();
    let hidden_rows = hidden.iter().filter(|hidden| **hidden).count();
    let gives_away = hidden_rows > 0 && (hidden_rows == 1 || hidden_sum < SMALLEST);
    let rows = counts
        .into_iter()
        .zip(hidden)
        .map(|((code, count), hidden)| Figure { code, count: (!hidden).then_some(count) })
        .collect();
    FigureTable { kind, rows, total: (!gives_away && !is_small(sum)).then_some(sum) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(counts: &[i64]) -> FigureTable {
        suppress("cases", counts.iter().enumerate().map(|(i, count)| (format!("c{i}"), *count)).collect())
    }

    fn shown(table: &FigureTable) -> Vec<Option<i64>> {
        table.rows.iter().map(|row| row.count).collect()
    }

    #[test]
    fn a_small_count_cannot_be_had_by_subtraction() {
        let hidden = table(&[12, 3, 7]);
        assert_eq!(shown(&hidden), [Some(12), None, None]);
        assert_eq!(hidden.total, Some(22));
    }

    #[test]
    fn large_counts_are_shown_with_their_sum() {
        let open = table(&[12, 5, 0]);
        assert_eq!((shown(&open), open.total), (vec![Some(12), Some(5), Some(0)], Some(17)));
    }

    #[test]
    fn a_table_of_one_small_count_shows_nothing() {
        let lonely = table(&[2]);
        assert_eq!((shown(&lonely), lonely.total), (vec![None], None));
    }

    proptest::proptest! {
        #[test]
        fn no_small_count_follows_from_what_is_shown(counts in proptest::collection::vec(0_i64..40, 1..8)) {
            let table = table(&counts);
            let visible: i64 = shown(&table).into_iter().flatten().sum();
            let hidden: Vec<i64> = counts.iter().zip(shown(&table)).filter(|(_, shown)| shown.is_none()).map(|(count, _)| *count).collect();
            proptest::prop_assert!(shown(&table).into_iter().flatten().all(|count| count == 0 || count >= SMALLEST));
            if let Some(total) = table.total {
                proptest::prop_assert!(hidden.is_empty() || (hidden.len() >= 2 && total - visible >= SMALLEST));
            }
        }
    }
}
