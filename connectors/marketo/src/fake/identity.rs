//! Access tokens (documentation: "Authentication"): one token for the credentials at a time. Asking again gives the same
//! token with the life it has left; only when it has expired is there a new one.

use intentd_sdk::Timestamp;

use super::chance::Chance;
use super::config::FakeConfig;
use super::errors::Refusal;

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    current: Option<(String, Timestamp)>,
    /// Tokens that lived once; they are answered as expired, not as unknown.
    past: Vec<String>,
}

impl Tokens {
    /// The token and the milliseconds it has left; true when it is new.
    pub(crate) fn give(&mut self, config: &FakeConfig, chance: &mut Chance, now: Timestamp) -> (String, i64, bool) {
        if let Some((token, expires_at)) = &self.current
            && *expires_at > now
        {
            return (token.clone(), expires_at.ms_since(now), false);
        }
        self.expire();
        let token = format!("{}:int", chance.uuid());
        self.current = Some((token.clone(), now.plus_ms(config.token_ms)));
        (token, config.token_ms, true)
    }

    /// Ends the life of the present token.
    pub(crate) fn expire(&mut self) {
        self.past.extend(self.current.take().map(|(token, _)| token));
    }

    /// The present token is forgotten altogether.
    pub(crate) fn revoke(&mut self) {
        self.current = None;
    }

    pub(crate) fn check(&self, bearer: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
        let given = bearer.map(str::trim).filter(|token| !token.is_empty()).ok_or_else(|| Refusal::plain(600))?;
        match &self.current {
            Some((token, expires_at)) if token == given && *expires_at > now => Ok(()),
            Some((token, _)) if token == given => Err(Refusal::plain(602)),
            _ if self.past.iter().any(|token| token == given) => Err(Refusal::plain(602)),
            _ => Err(Refusal::plain(601)),
        }
    }
}
