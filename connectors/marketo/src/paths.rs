//! Where Marketo's resources live, and how a question becomes a request: an address of at most 8 KB, and beyond that the
//! same question as a form (Marketo: "Query parameters", `_method=GET`).

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use intentd_sdk::http::{Body, Request};

/// Longer questions are sent as a form: Marketo refuses addresses beyond 8 KB, and some servers in between sooner.
const LONGEST_ADDRESS: usize = 6_000;
/// Above what Marketo gives itself for most reads.
const PATIENCE: Duration = Duration::from_secs(100);

/// Where tokens come from.
pub(crate) const TOKEN: &str = "/identity/oauth/token";
/// Today's calls of all users.
pub(crate) const USAGE: &str = "/rest/v1/stats/usage.json";
/// Leads by a filter.
pub(crate) const LEADS: &str = "/rest/v1/leads.json";
/// Activities, their paging tokens, and the two special views of them.
pub(crate) const ACTIVITIES: &str = "/rest/v1/activities.json";
pub(crate) const ACTIVITY_TYPES: &str = "/rest/v1/activities/types.json";
pub(crate) const PAGING_TOKEN: &str = "/rest/v1/activities/pagingtoken.json";
pub(crate) const LEAD_CHANGES: &str = "/rest/v1/activities/leadchanges.json";
pub(crate) const DELETED_LEADS: &str = "/rest/v1/activities/deletedleads.json";
/// Static lists.
pub(crate) const LISTS: &str = "/rest/v1/lists.json";
/// Companies, named accounts, opportunities and their roles.
pub(crate) const COMPANIES: &str = "/rest/v1/companies.json";
pub(crate) const NAMED_ACCOUNTS: &str = "/rest/v1/namedaccounts.json";
pub(crate) const OPPORTUNITIES: &str = "/rest/v1/opportunities.json";
pub(crate) const OPPORTUNITY_ROLES: &str = "/rest/v1/opportunities/roles.json";
/// Assets.
pub(crate) const SMART_CAMPAIGNS: &str = "/rest/asset/v1/smartCampaigns.json";
pub(crate) const PROGRAMS: &str = "/rest/asset/v1/programs.json";
pub(crate) const EMAILS: &str = "/rest/asset/v1/emails.json";
pub(crate) const FORMS: &str = "/rest/asset/v1/forms.json";

/// The members of a static list.
pub(crate) fn list_members(id: &str) -> String {
    format!("/rest/v1/lists/{}/leads.json", encode(id))
}

/// The members of a program.
pub(crate) fn program_members(id: &str) -> String {
    format!("/rest/v1/leads/programs/{}.json", encode(id))
}

/// A read with its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    path: String,
    parameters: String,
    patience: Duration,
}

impl Query {
    /// Without parameters.
    pub(crate) fn new(path: impl Into<String>) -> Query {
        Query { path: path.into(), parameters: String::new(), patience: PATIENCE }
    }

    /// With one parameter more.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<str>) -> Query {
        if !self.parameters.is_empty() {
            self.parameters.push('&');
        }
        self.parameters.push_str(name);
        self.parameters.push('=');
        self.parameters.push_str(&encode(value.as_ref()));
        self
    }

    /// With one parameter more, when there is a value.
    pub(crate) fn with_some(self, name: &str, value: Option<impl AsRef<str>>) -> Query {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With more patience than usual.
    pub(crate) fn patience(self, patience: Duration) -> Query {
        Query { patience, ..self }
    }

    /// The request: a `GET` when the address is short enough.
    pub(crate) fn request(&self) -> Request {
        if self.path.len() + self.parameters.len() > LONGEST_ADDRESS {
            return self.as_form();
        }
        let path = match self.parameters.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, self.parameters),
        };
        Request::get(path).timeout(self.patience)
    }

    /// The same question as a form.
    pub(crate) fn as_form(&self) -> Request {
        let body = Body::Form(Bytes::from(self.parameters.clone()));
        Request::with_body(Method::POST, format!("{}?_method=GET", self.path), body).timeout(self.patience)
    }
}

/// A path segment or parameter, encoded.
pub(crate) fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_question_becomes_a_form() {
        let short = Query::new(LEADS).with("filterType", "id").with("filterValues", "1,2").request();
        assert_eq!(
            (short.method, short.path.as_str()),
            (Method::GET, "/rest/v1/leads.json?filterType=id&filterValues=1%2C2")
        );
        let values = vec!["12345678"; 900].join(",");
        let long = Query::new(LEADS).with("filterType", "id").with("filterValues", values).request();
        assert_eq!((long.method, long.path.as_str()), (Method::POST, "/rest/v1/leads.json?_method=GET"));
        let Some(Body::Form(body)) = long.body else { panic!("a form") };
        assert!(body.starts_with(b"filterType=id&filterValues=12345678%2C"));
    }

    #[test]
    fn an_id_cannot_smuggle_a_path() {
        assert_eq!(list_members("1/../x"), "/rest/v1/lists/1%2F..%2Fx/leads.json");
    }
}
