//! What the script sends, read strictly: unknown keys, odd ids and addresses with anything beyond a page are refused, so that
//! nothing gets in that the visitor did not agree to.

use hmac::{Hmac, KeyInit, Mac};
use intentd_sdk::record::Actor;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use url::Url;

use super::refusal::Refused;
use crate::domain::visit::{Page, is_minted_id};

/// The longest e-mail address (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// The body of a visit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    id: String,
    url: String,
    #[serde(default)]
    consent: Option<bool>,
    #[serde(default)]
    visitor: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    signature: Option<String>,
}

/// A visit as the script tells it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Drawn by the script for this visit: sending it again counts once.
    pub(super) id: String,
    pub(super) page: Page,
    /// Scheme, host and port of the page, as browsers write an origin.
    pub(super) page_origin: String,
    pub(super) agreed: Option<bool>,
    pub(super) visitor: Option<String>,
    /// Lower case, with its signature in hexadecimal digits.
    pub(super) email: Option<(String, String)>,
}

impl Hit {
    /// Reads a body.
    pub(super) fn read(bytes: &[u8]) -> Result<Hit, Refused> {
        let body: Body = serde_json::from_slice(bytes).map_err(|_| Refused::Body)?;
        let page = Page::read(&body.url).ok_or(Refused::Body)?;
        let page_origin = Url::parse(&body.url).map_err(|_| Refused::Body)?.origin().ascii_serialization();
        if !is_minted_id(&body.id) || body.visitor.as_deref().is_some_and(|visitor| !is_minted_id(visitor)) {
            return Err(Refused::Body);
        }
        let email = match body.email {
            None => None,
            Some(email) => {
                let email = email.trim().to_lowercase();
                if !is_address(&email) {
                    return Err(Refused::Body);
                }
                Some((email, body.signature.unwrap_or_default()))
            }
        };
        Ok(Hit { id: body.id, page, page_origin, agreed: body.consent, visitor: body.visitor, email })
    }

    /// Who it is, if anybody says so: a person whose address the web site has signed, else the id of the script.
    pub(super) fn actor(&self, secret: Option<&SecretString>) -> Result<Option<Actor>, Refused> {
        if let Some((email, signature)) = &self.email {
            let secret = secret.ok_or(Refused::Signature)?;
            return match is_signed(secret, email, signature) {
                true => Ok(Some(Actor::Email(email.clone()))),
                false => Err(Refused::Signature),
            };
        }
        Ok(self.visitor.clone().map(Actor::Visitor))
    }
}

fn is_address(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control();
    text.len() <= LONGEST_EMAIL
        && text.chars().all(plain)
        && text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
}

/// HMAC-SHA-256 of the address in lower case, in hexadecimal digits; compared without telling where it differs.
fn is_signed(secret: &SecretString, email: &str, signature: &str) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { return false };
    mac.update(email.as_bytes());
    let digits = signature.as_bytes();
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    digits.len() == 64 && bytes.is_some_and(|bytes| mac.verify_slice(&bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    /// The signature of an address, as a web site makes it.
    fn sign(secret: &str, email: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(email.to_lowercase().as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn read(rest: &str) -> Result<Hit, Refused> {
        Hit::read(format!(r#"{{"id":"{ID}","url":"https://www.example.com/a/?q=1"{rest}}}"#).as_bytes())
    }

    #[test]
    fn a_visit_is_read_and_anything_else_is_refused() {
        let hit = read(&format!(r#","consent":true,"visitor":"{ID}""#)).unwrap();
        assert_eq!((hit.page.host.as_str(), hit.page.path.as_str()), ("example.com", "/a"));
        assert_eq!((hit.page_origin.as_str(), hit.agreed), ("https://www.example.com", Some(true)));
        assert_eq!(hit.actor(None).unwrap(), Some(Actor::Visitor(ID.into())));
        for rest in [
            r#","name":"Ada""#,
            r#","visitor":"ada@example.org""#,
            r#","consent":"yes""#,
            r#","email":"ada""#,
            r#","email":"ada@example.org\u0000""#,
            r#","id":"x""#,
            "}",
        ] {
            assert_eq!(read(rest), Err(Refused::Body), "{rest}");
        }
        assert_eq!(Hit::read(b"[]"), Err(Refused::Body));
        let other = format!(r#"{{"id":"{ID}","url":"javascript:1"}}"#);
        assert_eq!(Hit::read(other.as_bytes()), Err(Refused::Body));
    }

    #[test]
    fn a_person_is_believed_only_with_the_web_sites_signature() {
        let secret = SecretString::from("a secret of this test");
        let good = sign("a secret of this test", "Ada@Example.org");
        let hit = |signature: &str| read(&format!(r#","email":" Ada@example.org","signature":"{signature}""#)).unwrap();
        assert_eq!(hit(&good).actor(Some(&secret)), Ok(Some(Actor::Email("ada@example.org".into()))));
        for signature in ["", "00", &sign("another", "ada@example.org"), &good[..62], &good.replace(&good[..1], "g")] {
            assert_eq!(hit(signature).actor(Some(&secret)), Err(Refused::Signature), "{signature}");
        }
        assert_eq!(hit(&good).actor(None), Err(Refused::Signature), "nobody is identified without a secret");
        // RFC 4231, test case 2: another implementation signs the same.
        assert_eq!(
            sign("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
