//! Local, session and IndexedDB storage of every frame.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::dom::{Dom, DomError, World};
use crate::model::{StorageArea, StorageItem};

const SCRIPT: &str = include_str!("storage.js");
const FRAMES_LIMIT: usize = 30;

/// What the script answers for one frame.
#[derive(Deserialize)]
struct FrameStorage {
    origin: String,
    items: Vec<(StorageArea, String, String)>,
}

/// Reads the storage of every frame, sorted, each item once. A frame that goes away
/// meanwhile, or that has no origin, has none.
pub(super) async fn collect<D: Dom>(dom: &D) -> Result<Vec<StorageItem>, DomError> {
    let frames = dom.frames().await?;
    let asked = frames
        .iter()
        .take(FRAMES_LIMIT)
        .map(|frame| dom.evaluate(&frame.id, World::Isolated, SCRIPT));
    let mut items = BTreeSet::new();
    let mut last_error = None;
    let mut answered = false;
    for answer in futures_util::future::join_all(asked).await {
        match answer {
            Ok(value) => {
                answered = true;
                let Ok(frame) = serde_json::from_value::<FrameStorage>(value) else { continue };
                items.extend(frame.items.into_iter().map(|(area, key, value)| StorageItem {
                    area,
                    origin: frame.origin.clone(),
                    key,
                    value,
                }));
            }
            Err(error) => last_error = Some(error),
        }
    }
    match last_error {
        Some(error) if !answered => Err(error),
        _ => Ok(items.into_iter().collect()),
    }
}
