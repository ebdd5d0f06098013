//! One page action, several beacons: mirrors of a hit are counted once with it.

use std::collections::BTreeMap;

use super::Detection;

/// Mirrors leave within this time of each other, in milliseconds. The same event
/// later on is another event.
const WINDOW_MS: f64 = 5_000.0;

/// A detection with the key that its mirrors share.
pub(super) type Keyed = (Option<String>, Detection);

/// Folds mirrors into the first hit of theirs; `detections` are one visit's, in order of time.
pub(super) fn collapse(detections: Vec<Keyed>) -> Vec<Detection> {
    let mut kept: Vec<Detection> = Vec::with_capacity(detections.len());
    let mut hits: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (key, detection) in detections {
        let Some(key) = key else {
            kept.push(detection);
            continue;
        };
        let key = (detection.vendor.clone(), key);
        let first = hits.get(&key).copied().filter(|at| is_mirror(&kept[*at], &detection));
        match first {
            Some(at) => fold(&mut kept[at], detection),
            None => {
                hits.insert(key, kept.len());
                kept.push(detection);
            }
        }
    }
    kept
}

/// Another request of the same phase, soon after. One body can hold an event twice.
fn is_mirror(hit: &Detection, other: &Detection) -> bool {
    hit.phase == other.phase
        && hit.request != other.request
        && (other.time_ms - hit.time_ms).abs() <= WINDOW_MS
}

fn fold(hit: &mut Detection, mirror: Detection) {
    hit.mirrors.extend(mirror.request);
    for flag in mirror.flags {
        if !hit.flags.contains(&flag) {
            hit.flags.push(flag);
        }
    }
    hit.flags.sort();
}
