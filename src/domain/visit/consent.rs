//! Whether a visit may be counted at all.

/// What the admin requires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsentRule {
    /// Only visits of visitors who have agreed.
    #[default]
    Required,
    /// Visits count unless the visitor has objected.
    NotRequired,
}

/// What is known of the visitor's will.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// What the visitor answered on the page, if asked.
    pub answered: Option<bool>,
    /// The browser says `DNT: 1` (Tracking Preference Expression).
    pub do_not_track: bool,
    /// The browser says `Sec-GPC: 1` (Global Privacy Control).
    pub global_privacy_control: bool,
}

impl Consent {
    /// Whether the visit may be counted. A browser's general objection holds under every rule, also against an answer on
    /// the page.
    pub fn allows(self, rule: ConsentRule) -> bool {
        let objected = self.do_not_track || self.global_privacy_control || self.answered == Some(false);
        !objected && (rule == ConsentRule::NotRequired || self.answered == Some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_consent_only_where_none_is_required_and_an_objection_always_holds() {
        use ConsentRule::{NotRequired, Required};
        let consent =
            |answered, do_not_track, global_privacy_control| Consent { answered, do_not_track, global_privacy_control };
        for (consent, required, not_required) in [
            (consent(None, false, false), false, true),
            (consent(Some(true), false, false), true, true),
            (consent(Some(false), false, false), false, false),
            (consent(Some(true), true, false), false, false),
            (consent(Some(true), false, true), false, false),
            (consent(None, true, false), false, false),
        ] {
            assert_eq!(
                (consent.allows(Required), consent.allows(NotRequired)),
                (required, not_required),
                "{consent:?}"
            );
        }
    }
}
