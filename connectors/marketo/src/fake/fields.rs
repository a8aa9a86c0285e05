//! The lead schema: standard fields, fields of the company that show on its leads, and custom fields (documentation:
//! "Lead Fields", "Field Types"). Custom fields can be made and hidden, never deleted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::Refusal;
use super::instants;

/// Where a field's value lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Home {
    /// On the lead; writing it moves `updatedAt`.
    Lead,
    /// On the lead's company; Sync Leads refuses it with 1021.
    Company,
    /// Made by the service; not writable.
    System,
    /// On the lead, added by an admin or through the API; writing it does not move `updatedAt`.
    Custom,
}

/// A field of a lead.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Field {
    pub id: u64,
    /// REST API name; empty when the REST API cannot use the field.
    pub name: String,
    pub display: String,
    pub data_type: String,
    pub length: Option<u32>,
    pub home: Home,
    pub searchable: bool,
    #[serde(default)]
    pub hidden: bool,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub api_created: bool,
}

impl Field {
    pub(crate) fn is_custom(&self) -> bool {
        self.home == Home::Custom
    }

    pub(crate) fn is_writable(&self) -> bool {
        matches!(self.home, Home::Lead | Home::Custom)
    }

    /// The value as it is stored; `null` and empty text both clear.
    pub(crate) fn coerce(&self, value: &Value) -> Result<Value, Refusal> {
        let text = match value {
            Value::Null => return Ok(Value::Null),
            Value::String(text) if text.is_empty() => return Ok(Value::Null),
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => return Err(Refusal::mistyped(&value.to_string(), &self.data_type)),
        };
        let wrong = || Refusal::mistyped(&text, &self.data_type);
        Ok(match self.data_type.as_str() {
            "integer" | "score" | "percent" | "reference" => match text.parse::<i64>() {
                Ok(number) if i32::try_from(number).is_ok() => number.into(),
                _ => return Err(wrong()),
            },
            "float" | "currency" => {
                let number = text.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(wrong)?;
                serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number)
            }
            "boolean" => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => true.into(),
                "false" | "0" | "no" => false.into(),
                _ => return Err(wrong()),
            },
            "date" => instants::parse_date(&text).map(|_| Value::from(text.clone())).ok_or_else(wrong)?,
            "datetime" => instants::parse(&text).map(|at| instants::zulu(at).into()).ok_or_else(wrong)?,
            "email" => {
                let sound = text.is_ascii()
                    && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
                    && !text.contains([' ', ',']);
                if !sound {
                    return Err(Refusal::invalid(format!("Invalid email address '{text}'")));
                }
                text.into()
            }
            "text" if text.len() > 30_000 => return Err(wrong()),
            "text" => text.into(),
            _ if self.length.is_some_and(|length| text.chars().count() > length as usize) => return Err(wrong()),
            _ => text.into(),
        })
    }

    /// For describe.json: `rest` is absent for fields that the REST API cannot use.
    pub(crate) fn described(&self) -> Value {
        let read_only = !self.is_writable() && self.home != Home::Company;
        let soap: String = self.display.split(' ').collect();
        let mut shown = json!({
            "id": self.id, "displayName": self.display, "dataType": self.data_type,
            "soap": {"name": soap, "readOnly": read_only},
        });
        if let Some(length) = self.length {
            shown["length"] = length.into();
        }
        if !self.name.is_empty() {
            shown["rest"] = json!({"name": self.name, "readOnly": read_only});
        }
        shown
    }

    /// For describe2.json.
    pub(crate) fn described2(&self) -> Value {
        let mut shown = json!({
            "name": self.name, "displayName": self.display, "dataType": self.data_type,
            "updateable": self.is_writable(), "crmManaged": false,
        });
        if let Some(length) = self.length {
            shown["length"] = length.into();
        }
        shown
    }

    /// For the schema endpoints.
    pub(crate) fn schema(&self) -> Value {
        let mut shown = json!({
            "displayName": self.display, "name": self.name, "description": self.description,
            "dataType": self.data_type, "isHidden": self.hidden, "isHtmlEncodingInEmail": true,
            "isSensitive": false, "isCustom": self.is_custom(), "isApiCreated": self.api_created,
        });
        if let Some(length) = self.length {
            shown["length"] = length.into();
        }
        shown
    }
}

/// All fields of a lead, by REST name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Fields {
    by_name: BTreeMap<String, Field>,
    /// Fields that only the SOAP API knew.
    unnamed: Vec<Field>,
}

/// The data types that the create call accepts (documentation: "Create Lead Fields").
pub(crate) const CREATABLE: &[&str] = &[
    "boolean", "currency", "date", "datetime", "email", "float", "integer", "percent", "phone", "score", "string",
    "url",
];

impl Fields {
    /// The fields of a new instance.
    pub fn standard() -> Fields {
        let mut fields = Fields::default();
        for (place, (name, display, data_type, home)) in STANDARD.iter().enumerate() {
            let length = matches!(*data_type, "string" | "email" | "phone" | "url").then_some(255);
            let field = Field {
                id: 2 + place as u64 * 3,
                name: (*name).into(),
                display: (*display).into(),
                data_type: (*data_type).into(),
                length,
                home: *home,
                searchable: SEARCHABLE.contains(name),
                hidden: false,
                description: String::new(),
                api_created: false,
            };
            if name.is_empty() {
                fields.unnamed.push(field);
            } else {
                fields.by_name.insert(field.name.clone(), field);
            }
        }
        for (name, display, data_type) in CUSTOM {
            fields.add_custom(name, display, data_type);
        }
        fields
    }

    /// Adds a custom field as an admin would.
    pub fn add_custom(&mut self, name: &str, display: &str, data_type: &str) {
        let id = 1_000 + self.all().map(|field| field.id).filter(|id| *id >= 1_000).count() as u64;
        let field = Field {
            id,
            name: name.into(),
            display: display.into(),
            data_type: data_type.into(),
            length: matches!(data_type, "string" | "email" | "phone" | "url").then_some(255),
            home: Home::Custom,
            searchable: matches!(data_type, "string" | "email" | "integer"),
            hidden: false,
            description: String::new(),
            api_created: false,
        };
        self.by_name.insert(name.into(), field);
    }

    /// The field of this REST name, which is case-sensitive.
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.by_name.get_mut(name)
    }

    /// Fields with a REST name, in the order of the names.
    pub fn named(&self) -> impl Iterator<Item = &Field> {
        self.by_name.values()
    }

    /// All fields.
    pub fn all(&self) -> impl Iterator<Item = &Field> {
        self.by_name.values().chain(&self.unnamed)
    }

    pub(crate) fn require<'a>(&'a self, name: &str) -> Result<&'a Field, Refusal> {
        self.get(name).ok_or_else(|| Refusal::no_field(name))
    }
}

/// What Get Leads gives when it is asked for nothing in particular.
pub(crate) const DEFAULT: &[&str] = &["id", "email", "updatedAt", "createdAt", "lastName", "firstName"];

const SEARCHABLE: &[&str] = &[
    "email",
    "id",
    "cookies",
    "marketoGUID",
    "leadPartitionId",
    "facebookId",
    "linkedInId",
    "twitterId",
    "sfdcAccountId",
    "sfdcContactId",
    "sfdcLeadId",
    "sfdcLeadOwnerId",
    "sfdcOpptyId",
];

type Standard = (&'static str, &'static str, &'static str, Home);

const STANDARD: &[Standard] = &[
    ("company", "Company Name", "string", Home::Company),
    ("site", "Site", "string", Home::Company),
    ("website", "Website", "url", Home::Company),
    ("mainPhone", "Main Phone", "phone", Home::Company),
    ("industry", "Industry", "string", Home::Company),
    ("numberOfEmployees", "Num Employees", "integer", Home::Company),
    ("annualRevenue", "Annual Revenue", "currency", Home::Company),
    ("sicCode", "SIC Code", "string", Home::Company),
    ("billingCity", "Billing City", "string", Home::Company),
    ("billingCountry", "Billing Country", "string", Home::Company),
    ("externalCompanyId", "External Company Id", "string", Home::Lead),
    ("externalSalesPersonId", "External Sales Person Id", "string", Home::Lead),
    ("firstName", "First Name", "string", Home::Lead),
    ("middleName", "Middle Name", "string", Home::Lead),
    ("lastName", "Last Name", "string", Home::Lead),
    ("salutation", "Salutation", "string", Home::Lead),
    ("email", "Email Address", "email", Home::Lead),
    ("phone", "Phone Number", "phone", Home::Lead),
    ("mobilePhone", "Mobile Phone Number", "phone", Home::Lead),
    ("fax", "Fax Number", "phone", Home::Lead),
    ("title", "Job Title", "string", Home::Lead),
    ("department", "Department", "string", Home::Lead),
    ("address", "Address", "text", Home::Lead),
    ("city", "City", "string", Home::Lead),
    ("state", "State", "string", Home::Lead),
    ("country", "Country", "string", Home::Lead),
    ("postalCode", "Postal Code", "string", Home::Lead),
    ("dateOfBirth", "Date of Birth", "date", Home::Lead),
    ("leadSource", "Person Source", "string", Home::Lead),
    ("leadStatus", "Person Status", "string", Home::Lead),
    ("leadRole", "Role", "string", Home::Lead),
    ("rating", "Person Rating", "string", Home::Lead),
    ("leadScore", "Person Score", "score", Home::Lead),
    ("priority", "Priority", "integer", Home::System),
    ("relativeScore", "Relative Score", "integer", Home::System),
    ("urgency", "Urgency", "float", Home::System),
    ("unsubscribed", "Unsubscribed", "boolean", Home::Lead),
    ("unsubscribedReason", "Unsubscribed Reason", "text", Home::Lead),
    ("emailInvalid", "Email Invalid", "boolean", Home::Lead),
    ("emailInvalidCause", "Email Invalid Cause", "text", Home::Lead),
    ("doNotCall", "Do Not Call", "boolean", Home::Lead),
    ("marketingSuspended", "Marketing Suspended", "boolean", Home::Lead),
    ("id", "Id", "integer", Home::System),
    ("marketoGUID", "Marketo GUID", "string", Home::System),
    ("createdAt", "Created At", "datetime", Home::System),
    ("updatedAt", "Updated At", "datetime", Home::System),
    ("isAnonymous", "Is Anonymous", "boolean", Home::System),
    ("isLead", "Is Lead", "boolean", Home::System),
    ("leadPartitionId", "Lead Partition Id", "reference", Home::System),
    ("cookies", "Cookies", "string", Home::System),
    ("anonymousIP", "Anonymous IP", "string", Home::System),
    ("inferredCompany", "Inferred Company", "string", Home::System),
    ("inferredCountry", "Inferred Country", "string", Home::System),
    ("inferredCity", "Inferred City", "string", Home::System),
    ("inferredStateRegion", "Inferred State Region", "string", Home::System),
    ("inferredPostalCode", "Inferred Postal Code", "string", Home::System),
    ("inferredMetropolitanArea", "Inferred Metropolitan Area", "string", Home::System),
    ("inferredPhoneAreaCode", "Inferred Phone Area Code", "string", Home::System),
    ("originalReferrer", "Original Referrer", "string", Home::System),
    ("originalSourceType", "Original Source Type", "string", Home::System),
    ("registrationSourceType", "Registration Source Type", "string", Home::System),
    ("facebookId", "Facebook Id", "string", Home::System),
    ("linkedInId", "LinkedIn Id", "string", Home::System),
    ("twitterId", "Twitter Id", "string", Home::System),
    ("sfdcAccountId", "SFDC Account Id", "string", Home::System),
    ("sfdcContactId", "SFDC Contact Id", "string", Home::System),
    ("sfdcLeadId", "SFDC Lead Id", "string", Home::System),
    ("sfdcLeadOwnerId", "SFDC Lead Owner Id", "string", Home::System),
    ("sfdcOpptyId", "SFDC Oppty Id", "string", Home::System),
    ("", "Lead Owner Job Title", "string", Home::System),
    ("", "Acquisition Program Id", "integer", Home::System),
];

const CUSTOM: &[(&str, &str, &str)] = &[
    ("secondaryEmail", "Secondary Email", "email"),
    ("behaviorScore", "Behavior Score", "score"),
    ("demographicScore", "Demographic Score", "score"),
    ("productInterest", "Product Interest", "string"),
    ("personLanguage", "Person Language", "string"),
    ("customerNumber", "Customer Number", "integer"),
    ("fitPercent", "Fit Percent", "percent"),
];
