//! The deal properties of a new account that the program and its tests meet.

use super::{Choices, NONE, Rights, Row, ValueType, YES_NO};

pub(in crate::fake) const STAGES: Choices = &[
    ("appointmentscheduled", "Appointment Scheduled"),
    ("qualifiedtobuy", "Qualified To Buy"),
    ("presentationscheduled", "Presentation Scheduled"),
    ("decisionmakerboughtin", "Decision Maker Bought-In"),
    ("contractsent", "Contract Sent"),
    ("closedwon", "Closed Won"),
    ("closedlost", "Closed Lost"),
];

const PIPELINES: Choices = &[("default", "Sales Pipeline")];

const INFO: &str = "dealinformation";

pub(super) const ROWS: &[Row] = &[
    Row("dealname", "Deal Name", ValueType::String, "text", INFO, Rights::Write, NONE),
    Row("dealstage", "Deal Stage", ValueType::Enumeration, "radio", INFO, Rights::Write, STAGES),
    Row("pipeline", "Pipeline", ValueType::Enumeration, "select", INFO, Rights::Write, PIPELINES),
    Row("amount", "Amount", ValueType::Number, "number", INFO, Rights::Write, NONE),
    Row(
        "amount_in_home_currency",
        "Amount in company currency",
        ValueType::Number,
        "number",
        INFO,
        Rights::Calculated,
        NONE,
    ),
    Row("closedate", "Close Date", ValueType::Datetime, "date", INFO, Rights::Write, NONE),
    Row("createdate", "Create Date", ValueType::Datetime, "date", INFO, Rights::Write, NONE),
    Row(
        "dealtype",
        "Deal Type",
        ValueType::Enumeration,
        "radio",
        INFO,
        Rights::Write,
        &[("newbusiness", "New Business"), ("existingbusiness", "Existing Business")],
    ),
    Row("hs_is_closed", "Is Deal Closed?", ValueType::Bool, "booleancheckbox", INFO, Rights::Calculated, YES_NO),
    Row("hs_is_closed_won", "Is Closed Won", ValueType::Bool, "booleancheckbox", INFO, Rights::Calculated, YES_NO),
    Row(
        "num_associated_contacts",
        "Number of Associated Contacts",
        ValueType::Number,
        "number",
        INFO,
        Rights::Calculated,
        NONE,
    ),
];
