//! The properties of calls, e-mails, meetings, notes, tasks and communications (documentation: "Engagements").

use super::{Choices, NONE, Rights, Row, ValueType};
use crate::fake::kind::Kind;

const ABOUT: &str = "engagement";
const TIMESTAMP: Row = Row("hs_timestamp", "Activity date", ValueType::Datetime, "date", ABOUT, Rights::Write, NONE);
const CREATOR: Row =
    Row("hs_created_by_user_id", "Created by user ID", ValueType::Number, "number", ABOUT, Rights::Read, NONE);
const ATTACHMENTS: Row =
    Row("hs_attachment_ids", "Attached file IDs", ValueType::Enumeration, "checkbox", ABOUT, Rights::Write, NONE);

const fn text(name: &'static str, label: &'static str) -> Row {
    Row(name, label, ValueType::String, "text", ABOUT, Rights::Write, NONE)
}

const fn choice(name: &'static str, label: &'static str, options: Choices) -> Row {
    Row(name, label, ValueType::Enumeration, "select", ABOUT, Rights::Write, options)
}

const fn time(name: &'static str, label: &'static str) -> Row {
    Row(name, label, ValueType::Datetime, "date", ABOUT, Rights::Write, NONE)
}

const fn count(name: &'static str, label: &'static str) -> Row {
    Row(name, label, ValueType::Number, "number", ABOUT, Rights::Calculated, NONE)
}

const CALLS: &[Row] = &[
    TIMESTAMP,
    CREATOR,
    ATTACHMENTS,
    text("hs_call_title", "Call title"),
    text("hs_call_body", "Call notes"),
    Row("hs_call_duration", "Call duration", ValueType::Number, "number", ABOUT, Rights::Write, NONE),
    choice("hs_call_direction", "Call direction", &[("INBOUND", "Inbound"), ("OUTBOUND", "Outbound")]),
    text("hs_call_disposition", "Call outcome"),
    choice(
        "hs_call_status",
        "Call status",
        &[
            ("COMPLETED", "Completed"),
            ("NO_ANSWER", "No answer"),
            ("BUSY", "Busy"),
            ("FAILED", "Failed"),
            ("CANCELED", "Canceled"),
        ],
    ),
    text("hs_call_from_number", "From number"),
    text("hs_call_to_number", "To number"),
    text("hs_call_recording_url", "Recording URL"),
];

const EMAILS: &[Row] = &[
    TIMESTAMP,
    CREATOR,
    ATTACHMENTS,
    choice(
        "hs_email_direction",
        "Email direction",
        &[("EMAIL", "Outgoing"), ("INCOMING_EMAIL", "Incoming"), ("FORWARDED_EMAIL", "Forwarded")],
    ),
    choice(
        "hs_email_status",
        "Email send status",
        &[
            ("BOUNCED", "Bounced"),
            ("FAILED", "Failed"),
            ("SCHEDULED", "Scheduled"),
            ("SENDING", "Sending"),
            ("SENT", "Sent"),
        ],
    ),
    text("hs_email_subject", "Email subject"),
    text("hs_email_text", "Email body"),
    text("hs_email_html", "Email HTML"),
    text("hs_email_headers", "Email headers"),
    count("hs_email_open_count", "Number of email opens"),
    count("hs_email_click_count", "Number of email clicks"),
    count("hs_email_reply_count", "Number of email replies"),
];

const MEETINGS: &[Row] = &[
    TIMESTAMP,
    CREATOR,
    ATTACHMENTS,
    text("hs_meeting_title", "Meeting name"),
    text("hs_meeting_body", "Meeting description"),
    text("hs_internal_meeting_notes", "Internal notes"),
    time("hs_meeting_start_time", "Meeting start time"),
    time("hs_meeting_end_time", "Meeting end time"),
    choice(
        "hs_meeting_outcome",
        "Meeting outcome",
        &[
            ("SCHEDULED", "Scheduled"),
            ("COMPLETED", "Completed"),
            ("RESCHEDULED", "Rescheduled"),
            ("NO_SHOW", "No show"),
            ("CANCELED", "Canceled"),
        ],
    ),
    text("hs_meeting_location", "Meeting location"),
    text("hs_activity_type", "Call and meeting type"),
];

const NOTES: &[Row] = &[TIMESTAMP, CREATOR, ATTACHMENTS, text("hs_note_body", "Note body")];

const TASKS: &[Row] = &[
    TIMESTAMP,
    CREATOR,
    ATTACHMENTS,
    text("hs_task_subject", "Task title"),
    text("hs_task_body", "Task notes"),
    choice(
        "hs_task_status",
        "Task status",
        &[
            ("NOT_STARTED", "Not started"),
            ("IN_PROGRESS", "In progress"),
            ("WAITING", "Waiting"),
            ("COMPLETED", "Completed"),
            ("DEFERRED", "Deferred"),
        ],
    ),
    choice("hs_task_priority", "Priority", &[("LOW", "Low"), ("MEDIUM", "Medium"), ("HIGH", "High")]),
    choice("hs_task_type", "Task type", &[("EMAIL", "Email"), ("CALL", "Call"), ("TODO", "To-do")]),
];

const COMMUNICATIONS: &[Row] = &[
    TIMESTAMP,
    CREATOR,
    ATTACHMENTS,
    choice(
        "hs_communication_channel_type",
        "Channel type",
        &[("WHATS_APP", "WhatsApp"), ("LINKEDIN_MESSAGE", "LinkedIn message"), ("SMS", "SMS")],
    ),
    choice("hs_communication_logged_from", "Logged from", &[("CRM", "CRM")]),
    text("hs_communication_body", "Communication body"),
];

/// The rows of an engagement type; nothing for the other types.
pub(super) fn rows(kind: Kind) -> &'static [Row] {
    match kind {
        Kind::Call => CALLS,
        Kind::Email => EMAILS,
        Kind::Meeting => MEETINGS,
        Kind::Note => NOTES,
        Kind::Task => TASKS,
        Kind::Communication => COMMUNICATIONS,
        Kind::Contact | Kind::Company | Kind::Deal => &[],
    }
}
