//! Seeds deals and the six types of engagements.

use intentd_sdk::Timestamp;

use super::{DAY_MS, MINUTE_MS, Seeding};
use crate::fake::kind::Kind;
use crate::fake::schema::STAGES;

pub(super) fn deals(seeding: &mut Seeding<'_>) {
    for number in 0..seeding.config.scale.deals {
        if seeding.companies.is_empty() {
            return;
        }
        let index = seeding.chance.skewed(seeding.companies.len());
        let company = seeding.companies[index];
        let created_at = seeding.recently(300);
        let stage = seeding.chance.pick(STAGES).0;
        let amount = (10 + seeding.chance.below(490)) * 1_000;
        let account = &seeding.account;
        let name = account.table(Kind::Company).get(company).and_then(|record| record.stored("name")).unwrap_or("Deal");
        let name = format!("{name} {}", 2_026 * 1_000 + number);
        let close_at = created_at.plus_ms((20 + seeding.chance.below(90) as i64) * DAY_MS).to_string();
        let values = [
            ("dealname", name.as_str()),
            ("dealstage", stage),
            ("pipeline", "default"),
            ("amount", &amount.to_string()),
            ("closedate", &close_at),
            ("dealtype", if seeding.chance.percent(70) { "newbusiness" } else { "existingbusiness" }),
        ];
        let deal = seeding.account.add(Kind::Deal, &values, created_at);
        seeding.account.associate((Kind::Deal, deal), (Kind::Company, company));
        let people: Vec<u64> = seeding
            .account
            .links
            .of(Kind::Company, company, Kind::Contact)
            .into_iter()
            .flat_map(|ends| ends.keys().take(3).copied())
            .collect();
        for contact in people {
            seeding.account.associate((Kind::Deal, deal), (Kind::Contact, contact));
        }
        let moved_at = created_at.plus_ms(seeding.chance.below(10 * DAY_MS as u64) as i64);
        let latest = seeding.config.now.plus_ms(-15 * MINUTE_MS);
        seeding.account.touch(Kind::Deal, [deal], moved_at.min(latest));
    }
}

pub(super) fn engagements(seeding: &mut Seeding<'_>) {
    const KINDS: [Kind; 6] = [Kind::Call, Kind::Email, Kind::Meeting, Kind::Note, Kind::Task, Kind::Communication];
    for number in 0..seeding.config.scale.engagements as usize {
        let Some(contact) = seeding.some_contact() else { return };
        let kind = KINDS[number % KINDS.len()];
        let at = seeding.recently(120);
        let values = values(seeding, kind, at);
        let borrowed: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let id = seeding.account.add(kind, &borrowed, at);
        seeding.account.associate((kind, id), (Kind::Contact, contact));
        if let Some(company) = seeding.account.links.primary(Kind::Contact, contact, Kind::Company) {
            seeding.account.associate((kind, id), (Kind::Company, company));
        }
    }
}

fn values(seeding: &mut Seeding<'_>, kind: Kind, at: Timestamp) -> Vec<(&'static str, String)> {
    let chance = &mut seeding.chance;
    let mut values =
        vec![("hs_timestamp", at.to_string()), ("hubspot_owner_id", (41_629_779 + chance.below(3)).to_string())];
    let topic = *chance.pick(&["Intranet", "Pricing", "Follow-up", "Onboarding", "Renewal"]);
    values.extend(match kind {
        Kind::Call => vec![
            ("hs_call_title", format!("Call about {topic}")),
            ("hs_call_duration", (chance.below(1_800) * 1_000).to_string()),
            ("hs_call_direction", (*chance.pick(&["INBOUND", "OUTBOUND"])).to_owned()),
            ("hs_call_status", (*chance.pick(&["COMPLETED", "NO_ANSWER", "BUSY"])).to_owned()),
        ],
        Kind::Email => vec![
            ("hs_email_subject", format!("{topic}: next step")),
            ("hs_email_direction", (*chance.pick(&["EMAIL", "INCOMING_EMAIL"])).to_owned()),
            ("hs_email_status", "SENT".to_owned()),
            ("hs_email_text", format!("Hello, here is what we said about {topic}.")),
        ],
        Kind::Meeting => vec![
            ("hs_meeting_title", format!("Meeting: {topic}")),
            ("hs_meeting_start_time", at.to_string()),
            ("hs_meeting_end_time", at.plus_ms(30 * MINUTE_MS).to_string()),
            ("hs_meeting_outcome", (*chance.pick(&["SCHEDULED", "COMPLETED", "NO_SHOW", "CANCELED"])).to_owned()),
        ],
        Kind::Note => vec![("hs_note_body", format!("They asked about {topic}."))],
        Kind::Task => vec![
            ("hs_task_subject", format!("Prepare {topic}")),
            ("hs_task_status", (*chance.pick(&["NOT_STARTED", "IN_PROGRESS", "COMPLETED"])).to_owned()),
            ("hs_task_type", (*chance.pick(&["EMAIL", "CALL", "TODO"])).to_owned()),
        ],
        _ => vec![
            ("hs_communication_channel_type", (*chance.pick(&["LINKEDIN_MESSAGE", "SMS"])).to_owned()),
            ("hs_communication_logged_from", "CRM".to_owned()),
            ("hs_communication_body", format!("Short message about {topic}.")),
        ],
    });
    values
}
