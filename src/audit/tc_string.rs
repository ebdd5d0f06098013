//! The TC string that was in force when a vendor was told of a visit: the one that the
//! page's own interface gave once the visitor had chosen.

use std::collections::BTreeMap;

use super::case::{Act, Case, Sighting};
use super::mismatch::Mismatch;
use crate::detect::TcString;
use crate::model::{Choice, Phase, ReadingSource, VisitId};

/// The strings of all visits whose choice is proved.
pub(crate) struct TcStrings<'a>(BTreeMap<&'a VisitId, TcString>);

impl<'a> TcStrings<'a> {
    pub(crate) fn of(case: &Case<'a>) -> Self {
        let strings = case.seen().filter_map(|visit| {
            let choice = visit.choice.as_ref().filter(|choice| choice.verified)?;
            Some((&visit.id, string(choice)?))
        });
        Self(strings.collect())
    }

    /// Whether the vendor was told of the visit without consent in the string.
    pub(crate) fn mismatch(&self, sighting: &Sighting<'_>) -> Option<Mismatch> {
        let detection = sighting.detection;
        let told = sighting.act() == Act::Tracking && detection.phase == Phase::After;
        let string = self.0.get(&sighting.visit.id).filter(|_| told && sighting.is_disclosure())?;
        if detection.gvl.is_empty() {
            return (!string.allows_storage()).then_some(Mismatch::PurposeWithoutConsent);
        }
        (!string.allows_vendor(&detection.gvl)).then_some(Mismatch::VendorWithoutConsent)
    }
}

/// What the interface gave after the choice; one that was cut short is none.
fn string(choice: &Choice) -> Option<TcString> {
    let after = choice.readings.iter().filter(|r| r.after && r.source == ReadingSource::Tcf);
    after.filter_map(|reading| TcString::of(&reading.value)).next_back()
}
