//! Pictures of a window or of a part of it, form fields blanked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::tab::Tab;
use crate::dom::{BoxModel, Dom, DomError, World};

/// Form fields show nothing of what is in them while this style is on.
const BLANK: &str = "(() => {
    const style = document.createElement('style');
    style.id = 'pixelwarden-blank';
    style.textContent = 'input, textarea, select, [contenteditable] { color: transparent !important; text-shadow: none !important; -webkit-text-fill-color: transparent !important; caret-color: transparent !important; } ::placeholder { color: transparent !important; }';
    (document.head || document.documentElement).append(style);
})()";
const UNBLANK: &str = "document.getElementById('pixelwarden-blank')?.remove()";

/// A PNG of the window, or of the part of `area` that is in it.
pub(super) async fn take(tab: &Tab, area: Option<BoxModel>) -> Result<Vec<u8>, DomError> {
    let frames = tab.frames().await?;
    for frame in &frames {
        drop(tab.evaluate(&frame.id, World::Isolated, BLANK).await);
    }
    // A quick encoder: a picture is made of every page.
    let mut params = json!({ "format": "png", "optimizeForSpeed": true });
    if let Some(area) = area {
        let metrics = tab.ask(&tab.session, "Page.getLayoutMetrics", json!({})).await;
        if let Some(clip) = metrics.ok().and_then(|metrics| clip(area, &metrics)) {
            params["clip"] = clip;
        }
    }
    let picture = tab.ask(&tab.session, "Page.captureScreenshot", params).await;
    for frame in &frames {
        drop(tab.evaluate(&frame.id, World::Isolated, UNBLANK).await);
    }
    let data = picture?["data"].as_str().map(|data| STANDARD.decode(data));
    data.and_then(Result::ok).ok_or_else(|| DomError::Browser {
        what: "a screenshot".to_owned(),
        message: "it was empty".to_owned(),
    })
}

/// The part of an area that is in the window, in the document's pixels; `None` when next
/// to nothing of it is.
fn clip(area: BoxModel, metrics: &Value) -> Option<Value> {
    let window = &metrics["cssLayoutViewport"];
    let of = |name: &str| window[name].as_f64();
    let (left, top) = (area.x.max(0.0), area.y.max(0.0));
    let width = (area.x + area.width).min(of("clientWidth")?) - left;
    let height = (area.y + area.height).min(of("clientHeight")?) - top;
    let (x, y) = (left + of("pageX")?, top + of("pageY")?);
    let fits = width >= 8.0 && height >= 8.0;
    fits.then(|| json!({ "x": x, "y": y, "width": width, "height": height, "scale": 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_shows_what_is_in_the_window() {
        let metrics = json!({ "cssLayoutViewport":
            { "pageX": 0, "pageY": 50, "clientWidth": 1000, "clientHeight": 600 } });
        let part = |x, y, width, height| clip(BoxModel { x, y, width, height }, &metrics);
        let clip = part(-24.0, 500.0, 1048.0, 124.0).unwrap();
        let wanted = json!({ "x": 0.0, "y": 550.0, "width": 1000.0, "height": 100.0, "scale": 1 });
        assert_eq!(clip, wanted);
        assert_eq!(part(0.0, 700.0, 1000.0, 100.0), None, "below the window");
    }
}
