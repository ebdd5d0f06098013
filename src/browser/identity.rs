//! Who the browser says it is: user agent, client hints, platform, languages and screen,
//! which must fit each other, since sites compare them.

use serde_json::{Value, json};

use super::options::{Device, LaunchOptions};

/// How many device pixels a phone's CSS pixel has.
const PHONE_SCALE: f64 = 2.625;
/// How many fingers a phone feels.
const PHONE_TOUCH_POINTS: u32 = 5;

/// The user agent: the user's own, or the ordinary one of that version and device. The
/// browser's default says HeadlessChrome, which sites treat as a robot.
pub(super) fn user_agent(version: &str, options: &LaunchOptions) -> String {
    let identity =
        if options.identify { concat!(" pixelwarden/", env!("CARGO_PKG_VERSION")) } else { "" };
    if let Some(agent) = &options.user_agent {
        return format!("{agent}{identity}");
    }
    let major = major(version);
    // Chrome tells no more of system and version than this, on any machine.
    let (system, mobile) = match options.device {
        Device::Desktop => ("X11; Linux x86_64", ""),
        Device::Mobile => ("Linux; Android 10; K", " Mobile"),
    };
    format!(
        "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/{major}.0.0.0{mobile} Safari/537.36{identity}"
    )
}

/// `Emulation.setUserAgentOverride`'s parameters, for every page and worker.
pub(super) fn overrides(version: &str, options: &LaunchOptions) -> Value {
    let phone = options.device == Device::Mobile;
    let mut parameters = json!({ "userAgent": user_agent(version, options) });
    // Whose user agent the user's own one is, is not known: no client hints then.
    if options.user_agent.is_none() {
        let brands = |of: &str| json!([{ "brand": "Not:A-Brand", "version": "8" }, { "brand": "Chromium", "version": of }]);
        parameters["platform"] = json!(if phone { "Linux armv81" } else { "Linux x86_64" });
        parameters["userAgentMetadata"] = json!({
            "brands": brands(major(version)),
            "fullVersionList": brands(version),
            "platform": if phone { "Android" } else { "Linux" },
            "platformVersion": if phone { "15.0.0" } else { "" },
            "architecture": if phone { "" } else { "x86" },
            "bitness": if phone { "" } else { "64" },
            "model": if phone { "Pixel 8" } else { "" },
            "mobile": phone,
            "wow64": false,
            "formFactors": [if phone { "Mobile" } else { "Desktop" }],
        });
    }
    if let Some(language) = &options.language {
        parameters["acceptLanguage"] = json!(accepted(language));
    }
    parameters
}

/// The languages of a browser that is set to this one: `de-DE` also reads `de`.
pub(super) fn accepted(language: &str) -> String {
    match language.split_once('-') {
        Some((base, _)) if !language.contains(',') => format!("{language},{base}"),
        _ => language.to_owned(),
    }
}

/// The commands that give a page a phone's screen; none for a desktop's.
pub(super) fn screen(options: &LaunchOptions) -> Vec<(&'static str, Value)> {
    if options.device == Device::Desktop {
        return Vec::new();
    }
    let (width, height) = options.window();
    let metrics = json!({
        "width": width,
        "height": height,
        "screenWidth": width,
        "screenHeight": height,
        "deviceScaleFactor": PHONE_SCALE,
        "mobile": true,
        "screenOrientation": { "type": "portraitPrimary", "angle": 0 },
    });
    let touch = json!({ "enabled": true, "maxTouchPoints": PHONE_TOUCH_POINTS });
    vec![
        ("Emulation.setDeviceMetricsOverride", metrics),
        ("Emulation.setTouchEmulationEnabled", touch),
    ]
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(device: Device) -> LaunchOptions {
        LaunchOptions { device, ..LaunchOptions::default() }
    }

    #[test]
    fn the_user_agent_is_an_ordinary_one() {
        for device in [Device::Desktop, Device::Mobile] {
            let agent = user_agent("156.0.8078.79", &options(device));
            assert!(agent.contains("Chrome/156.0.0.0"));
            for word in ["Headless", "bot", "crawl", "spider", "preview", "scanner"] {
                assert!(!agent.contains(word), "{agent}");
            }
        }
    }

    #[test]
    fn agent_and_hints_are_of_one_device() {
        let phone = overrides("156.0.8078.79", &options(Device::Mobile));
        assert!(phone["userAgent"].as_str().unwrap().contains("Android"));
        assert_eq!(phone["userAgentMetadata"]["platform"], "Android");
        assert_eq!(phone["userAgentMetadata"]["mobile"], true);
        let own = LaunchOptions { user_agent: Some("Own/1".into()), ..options(Device::Desktop) };
        assert!(overrides("156.0.8078.79", &own).get("userAgentMetadata").is_none());
    }

    #[test]
    fn a_region_is_read_with_its_language() {
        assert_eq!(accepted("de-DE"), "de-DE,de");
        assert_eq!(accepted("fr"), "fr");
        assert_eq!(accepted("de-AT,en"), "de-AT,en");
    }
}
