//! The script for web pages: small, our own, without cookies of third parties, and silent until the visitor has agreed.

use serde_json::json;

use crate::config::{Collector, IdStorage};
use crate::domain::visit::ConsentRule;

const SOURCE: &str = include_str!("t.js");

/// The script with the settings that it needs, without its indentation.
pub(super) fn script(collector: &Collector) -> String {
    let storage = match collector.storage {
        IdStorage::LocalStorage => "local_storage",
        IdStorage::Cookie => "cookie",
        IdStorage::None => "none",
    };
    let mut settings = json!({ "consent": collector.consent == ConsentRule::Required, "storage": storage });
    let source = &collector.consent_source;
    if let Some(cookie) = &source.cookie {
        settings["cookie"] = json!(cookie);
    }
    if !source.tcf_purposes.is_empty() {
        settings["tcf"] = json!(source.tcf_purposes);
    }
    // What stands in a script must not be able to end it.
    let settings = settings.to_string().replace('<', "\\u003c");
    let text: String = SOURCE.lines().map(|line| format!("{}\n", line.trim_start())).collect();
    text.replace("__CONFIG__", &settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::routes::tests::collector;

    #[test]
    fn the_script_is_small_and_carries_its_settings() {
        let mut settings = collector();
        let size = script(&settings).len();
        assert!(size < 2048, "{size} bytes");
        settings.consent_source.cookie = Some("agreed=</script>".to_owned());
        settings.consent_source.tcf_purposes = vec![1, 8];
        let script = script(&settings);
        assert!(script.contains(r#""consent":true"#) && script.contains(r#""tcf":[1,8]"#), "{script}");
        assert!(!script.contains("</script>") && !script.contains("__CONFIG__"));
    }
}
