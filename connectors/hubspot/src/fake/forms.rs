//! Forms and what was submitted through them (documentation: "Forms", "Get form submissions").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

/// A form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Form {
    pub id: String,
    pub name: String,
    /// `hubspot`, `captured`, `flow` or `blog_comment`.
    pub form_type: String,
    pub created_at: Timestamp,
    pub fields: Vec<String>,
    /// In the order of time.
    pub submissions: BTreeMap<(Timestamp, String), Submission>,
}

/// One submission; it names no contact, only an address among its values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submission {
    pub conversion_id: String,
    pub submitted_at: Timestamp,
    pub page_url: String,
    pub values: Vec<(String, String)>,
}

impl Submission {
    fn is_of(&self, address: &str) -> bool {
        self.values.iter().any(|(name, value)| name == "email" && value.eq_ignore_ascii_case(address))
    }
}

/// All forms, by id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<StoredForm>", into = "Vec<StoredForm>")]
pub struct Forms {
    pub all: BTreeMap<String, Form>,
}

/// The stored shape: JSON objects cannot have pairs as keys.
#[derive(Clone, Serialize, Deserialize)]
struct StoredForm {
    id: String,
    name: String,
    form_type: String,
    created_at: Timestamp,
    fields: Vec<String>,
    submissions: Vec<Submission>,
}

impl From<Vec<StoredForm>> for Forms {
    fn from(stored: Vec<StoredForm>) -> Forms {
        let mut forms = Forms::default();
        for form in stored {
            let keyed = form.submissions.into_iter().map(|one| ((one.submitted_at, one.conversion_id.clone()), one));
            forms.all.insert(
                form.id.clone(),
                Form {
                    id: form.id,
                    name: form.name,
                    form_type: form.form_type,
                    created_at: form.created_at,
                    fields: form.fields,
                    submissions: keyed.collect(),
                },
            );
        }
        forms
    }
}

impl From<Forms> for Vec<StoredForm> {
    fn from(forms: Forms) -> Vec<StoredForm> {
        let stored = forms.all.into_values().map(|form| StoredForm {
            id: form.id,
            name: form.name,
            form_type: form.form_type,
            created_at: form.created_at,
            fields: form.fields,
            submissions: form.submissions.into_values().collect(),
        });
        stored.collect()
    }
}

impl Forms {
    /// Adds an empty form.
    pub fn add(&mut self, id: &str, name: &str, form_type: &str, created_at: Timestamp) {
        self.all.insert(
            id.into(),
            Form {
                id: id.into(),
                name: name.into(),
                form_type: form_type.into(),
                created_at,
                fields: vec!["email".into(), "firstname".into(), "lastname".into(), "company".into()],
                submissions: BTreeMap::new(),
            },
        );
    }

    /// Adds a submission. False when there is no such form.
    pub fn submit(&mut self, form: &str, submission: Submission) -> bool {
        let Some(form) = self.all.get_mut(form) else { return false };
        form.submissions.insert((submission.submitted_at, submission.conversion_id.clone()), submission);
        true
    }

    pub(crate) fn forget(&mut self, address: &str) {
        for form in self.all.values_mut() {
            form.submissions.retain(|_, submission| !submission.is_of(address));
        }
    }
}
