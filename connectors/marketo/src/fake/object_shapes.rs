//! What the five objects look like: their keys, their fields, and what can be searched by (documentation: the describe
//! calls of "Companies", "Named Accounts", "Opportunities", "Opportunity Roles" and "Sales Persons").

use intentd_sdk::Timestamp;
use serde_json::{Value, json};

use super::instants;
use super::objects::ObjectKind;

/// What an object looks like: its keys and fields.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) display: &'static str,
    pub(crate) plural: &'static str,
    /// `id` is a number that the service gives, `marketoGUID` a text.
    pub(crate) id_field: &'static str,
    pub(crate) dedupe: &'static [&'static str],
    pub(crate) searchable: &'static [&'static [&'static str]],
    /// Name, display name, data type, updateable.
    pub(crate) fields: &'static [(&'static str, &'static str, &'static str, bool)],
    /// What is given when no fields are asked for, besides the keys.
    pub(crate) defaults: &'static [&'static str],
    /// Fields that must not be empty in a new record.
    pub(crate) required: &'static [&'static str],
    /// A native CRM sync makes it read-only.
    pub(crate) from_crm: bool,
}

const COMPANY: Shape = Shape {
    name: "company",
    display: "Company",
    plural: "Companies",
    id_field: "id",
    dedupe: &["externalCompanyId"],
    searchable: &[&["externalCompanyId"], &["id"], &["company"]],
    fields: &[
        ("externalCompanyId", "External Company Id", "string", true),
        ("id", "Id", "integer", false),
        ("company", "Company Name", "string", true),
        ("site", "Site", "string", true),
        ("website", "Website", "url", true),
        ("mainPhone", "Main Phone", "phone", true),
        ("industry", "Industry", "string", true),
        ("numberOfEmployees", "Num Employees", "integer", true),
        ("annualRevenue", "Annual Revenue", "currency", true),
        ("sicCode", "SIC Code", "string", true),
        ("billingCity", "Billing City", "string", true),
        ("billingCountry", "Billing Country", "string", true),
        ("externalSalesPersonId", "External Sales Person Id", "string", true),
    ],
    defaults: &["company"],
    required: &[],
    from_crm: true,
};

const NAMED_ACCOUNT: Shape = Shape {
    name: "namedAccount",
    display: "Named Account",
    plural: "Named Accounts",
    id_field: "marketoGUID",
    dedupe: &["name"],
    searchable: &[
        &["marketoGUID"],
        &["name"],
        &["domainName"],
        &["industry"],
        &["crmGuid"],
        &["accountOwnerId"],
        &["membershipCount"],
        &["opptyCount"],
        &["opptyAmount"],
        &["score1"],
        &["score2"],
        &["score3"],
        &["score4"],
        &["score5"],
    ],
    fields: &[
        ("name", "Name", "string", true),
        ("domainName", "Domain Name", "string", true),
        ("industry", "Industry", "string", true),
        ("annualRevenue", "Annual Revenue", "currency", true),
        ("city", "City", "string", true),
        ("country", "Country", "string", true),
        ("numberOfEmployees", "Number of Employees", "integer", true),
        ("sicCode", "SIC Code", "string", true),
        ("accountOwnerId", "Account Owner Id", "integer", true),
        ("crmGuid", "CRM Guid", "string", false),
        ("membershipCount", "Membership Count", "integer", false),
        ("opptyCount", "Opportunity Count", "integer", false),
        ("opptyAmount", "Opportunity Amount", "currency", false),
        ("score1", "Account Score 1", "integer", true),
        ("score2", "Account Score 2", "integer", true),
        ("score3", "Account Score 3", "integer", true),
        ("score4", "Account Score 4", "integer", true),
        ("score5", "Account Score 5", "integer", true),
    ],
    defaults: &["name"],
    required: &["name"],
    from_crm: false,
};

const OPPORTUNITY: Shape = Shape {
    name: "opportunity",
    display: "Opportunity",
    plural: "Opportunities",
    id_field: "marketoGUID",
    dedupe: &["externalOpportunityId"],
    searchable: &[&["externalOpportunityId"], &["marketoGUID"], &["externalCompanyId"], &["externalSalesPersonId"]],
    fields: &[
        ("externalOpportunityId", "External Opportunity Id", "string", true),
        ("name", "Name", "string", true),
        ("description", "Description", "string", true),
        ("amount", "Amount", "currency", true),
        ("stage", "Stage", "string", true),
        ("type", "Type", "string", true),
        ("probability", "Probability", "integer", true),
        ("isClosed", "Is Closed", "boolean", true),
        ("isWon", "Is Won", "boolean", true),
        ("closeDate", "Close Date", "date", true),
        ("quantity", "Quantity", "float", true),
        ("externalCompanyId", "External Company Id", "string", true),
        ("externalSalesPersonId", "External Sales Person Id", "string", true),
        ("externalCreatedDate", "External Created Date", "datetime", true),
    ],
    defaults: &["name"],
    required: &["name"],
    from_crm: true,
};

const ROLE: Shape = Shape {
    name: "opportunityRole",
    display: "Opportunity Role",
    plural: "Opportunity Roles",
    id_field: "marketoGUID",
    dedupe: &["externalOpportunityId", "leadId", "role"],
    searchable: &[
        &["externalOpportunityId", "leadId", "role"],
        &["marketoGUID"],
        &["leadId"],
        &["externalOpportunityId"],
    ],
    fields: &[
        ("externalOpportunityId", "External Opportunity Id", "string", true),
        ("leadId", "Lead Id", "integer", true),
        ("role", "Role", "string", true),
        ("isPrimary", "Is Primary", "boolean", true),
        ("externalCreatedDate", "External Created Date", "datetime", true),
    ],
    defaults: &[],
    required: &[],
    from_crm: true,
};

const SALES_PERSON: Shape = Shape {
    name: "salesPerson",
    display: "Sales Person",
    plural: "Sales Persons",
    id_field: "id",
    dedupe: &["externalSalesPersonId"],
    searchable: &[&["externalSalesPersonId"], &["id"], &["email"]],
    fields: &[
        ("externalSalesPersonId", "External Sales Person Id", "string", true),
        ("id", "Id", "integer", false),
        ("email", "Email", "email", true),
        ("firstName", "First Name", "string", true),
        ("lastName", "Last Name", "string", true),
        ("title", "Title", "string", true),
        ("phone", "Phone", "phone", true),
    ],
    defaults: &["email"],
    required: &[],
    from_crm: true,
};

impl ObjectKind {
    pub(crate) fn shape(self) -> &'static Shape {
        match self {
            ObjectKind::Company => &COMPANY,
            ObjectKind::NamedAccount => &NAMED_ACCOUNT,
            ObjectKind::Opportunity => &OPPORTUNITY,
            ObjectKind::Role => &ROLE,
            ObjectKind::SalesPerson => &SALES_PERSON,
        }
    }
}

impl Shape {
    pub(crate) fn field(&self, name: &str) -> Option<&(&'static str, &'static str, &'static str, bool)> {
        self.fields.iter().find(|(known, ..)| *known == name)
    }

    /// Whether a read may ask for this field.
    pub(crate) fn can_show(&self, name: &str) -> bool {
        matches!(name, "id" | "marketoGUID" | "createdAt" | "updatedAt") || self.field(name).is_some()
    }

    /// For describe.json.
    pub(crate) fn described(&self, made_at: Timestamp) -> Value {
        let fields: Vec<Value> = self
            .fields
            .iter()
            .map(|(name, display, data_type, updateable)| {
                let mut field = json!({"name": name, "displayName": display, "dataType": data_type,
                                       "updateable": updateable, "crmManaged": false});
                if matches!(*data_type, "string" | "email" | "url" | "phone") {
                    field["length"] = 255.into();
                }
                field
            })
            .collect();
        json!({
            "name": self.name, "apiName": self.name, "displayName": self.display, "pluralName": self.plural,
            "description": format!("{} object", self.display), "createdAt": instants::zulu(made_at),
            "updatedAt": instants::zulu(made_at), "idField": self.id_field, "dedupeFields": self.dedupe,
            "searchableFields": self.searchable, "relationships": [], "fields": fields,
        })
    }
}
