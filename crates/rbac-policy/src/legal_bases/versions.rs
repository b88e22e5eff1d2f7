//! What must hold between rows: versions of one code are counted from 1 and follow each other day by day.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{basis::LegalBasis, loader::Faults, place::Step};

fn at(row: usize, key: &str) -> [Step<'_>; 3] {
    [Step::Key("basis"), Step::At(row), Step::Key(key)]
}

pub(super) fn check(faults: &mut Faults<'_>, all: &[LegalBasis]) {
    let mut by_code: BTreeMap<&str, BTreeMap<u32, (usize, &LegalBasis)>> = BTreeMap::new();
    for (row, basis) in all.iter().enumerate() {
        match by_code.entry(&basis.code).or_default().entry(basis.version) {
            Entry::Vacant(place) => {
                place.insert((row, basis));
            }
            Entry::Occupied(_) => {
                let what = format!("version {} of {} stands twice", basis.version, basis.code);
                faults.add(&at(row, "version"), what, "give a change of wording a version of its own");
            }
        }
    }
    for (code, versions) in by_code {
        for ((found, (row, _)), wanted) in versions.iter().zip(1..) {
            if *found != wanted {
                let what = format!("version {found} of {code} where {wanted} belongs");
                faults.add(&at(*row, "version"), what, "versions are counted 1, 2, 3");
                break;
            }
        }
        for ((_, earlier), (row, later)) in versions.values().zip(versions.values().skip(1)) {
            check_seam(faults, *row, earlier, later);
        }
    }
}

/// The seam between a version and the next.
fn check_seam(faults: &mut Faults<'_>, row: usize, earlier: &LegalBasis, later: &LegalBasis) {
    let code = &earlier.code;
    let (first, second) = (earlier.version, later.version);
    let Some(last) = earlier.valid_to else {
        let what = format!(
            "an overlap: version {first} of {code} holds until further notice, version {second} begins on {}",
            later.valid_from
        );
        faults.add(&at(row, "valid_from"), what, format!("end version {first} with `valid_to` on the day before"));
        return;
    };
    let Some(next) = last.next_day() else { return };
    if later.valid_from < next {
        let what = format!(
            "an overlap: version {first} of {code} holds to {last}, version {second} begins on {}",
            later.valid_from
        );
        faults.add(&at(row, "valid_from"), what, format!("begin on {next}, the day after version {first} ends"));
    } else if later.valid_from > next {
        let what = format!(
            "a gap: version {first} of {code} ends on {last}, version {second} begins on {}, and between them nothing holds",
            later.valid_from
        );
        faults.add(&at(row, "valid_from"), what, format!("begin on {next}, the day after version {first} ends"));
    }
}
