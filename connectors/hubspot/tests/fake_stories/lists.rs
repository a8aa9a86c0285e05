//! Associations, lists and workflows.

use std::time::Duration;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind, Processing};
use serde_json::{Value, json};

use crate::client::Story;

const LISTS: &str = "/crm/lists/2026-09";

#[tokio::test]
async fn associations_are_read_in_pages_and_the_lonely_are_reported() {
    let config = FakeConfig { association_page: 2, ..FakeConfig::for_tests() };
    let story = Story::with(config, FakeHubSpot::empty).await;
    let (company, lonely) = story.fake.edit(|account| {
        let company = account.add(Kind::Company, &[("name", "Corp")], story.now);
        for number in 0..5 {
            let contact = account.add(Kind::Contact, &[("firstname", &number.to_string())], story.now);
            account.associate((Kind::Contact, contact), (Kind::Company, company));
        }
        (company, account.add(Kind::Company, &[("name", "Lonely")], story.now))
    });
    let path = "/crm/associations/2026-09/companies/contacts/batch/read";
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut input = json!({"id": company.to_string()});
        if after.is_string() {
            input["after"] = after.clone();
        }
        let seen = story.post(path, json!({"inputs": [input, {"id": lonely.to_string()}]})).await;
        assert_eq!(seen.status, 207);
        assert_eq!(seen.body["errors"][0]["subCategory"], "crm.associations.NO_ASSOCIATIONS_FOUND");
        assert_eq!(seen.body["errors"][0]["context"]["fromObjectId"][0], lonely.to_string());
        let result = &seen.body["results"][0];
        found.extend(result["to"].as_array().unwrap().iter().map(|end| end["toObjectId"].as_u64().unwrap()));
        after = result["paging"]["next"]["after"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(found, [101, 102, 103, 104, 105]);
    let inputs: Vec<Value> = (0..1_001).map(|id| json!({"id": id.to_string()})).collect();
    assert_eq!(story.post(path, json!({"inputs": inputs})).await.status, 400);
}

#[tokio::test]
async fn one_company_is_the_primary_one() {
    let config = FakeConfig { association_ids_as_text: true, ..FakeConfig::for_tests() };
    let story = Story::with(config, FakeHubSpot::empty).await;
    let (contact, first, second) = story.fake.edit(|account| {
        let contact = account.add(Kind::Contact, &[("firstname", "Ann")], story.now);
        let first = account.add(Kind::Company, &[("name", "First")], story.now);
        (contact, first, account.add(Kind::Company, &[("name", "Second")], story.now))
    });
    let primary = async || {
        let seen = story.get(&format!("/crm/v3/objects/contacts/{contact}?properties=associatedcompanyid")).await;
        seen.body["properties"]["associatedcompanyid"].clone()
    };
    for company in [first, second] {
        let path = format!("/crm/objects/2026-09/contact/{contact}/associations/default/company/{company}");
        assert_eq!(story.put(&path, json!({})).await.status, 200);
    }
    assert_eq!(primary().await, first.to_string());
    let path = format!("/crm/objects/2026-09/contacts/{contact}/associations/companies/{second}");
    let types = json!([{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]);
    assert_eq!(story.put(&path, types).await.status, 201);
    assert_eq!(primary().await, second.to_string());
    let list = story.get(&format!("/crm/v4/objects/contacts/{contact}/associations/companies")).await;
    let ends = list.body["results"].as_array().unwrap();
    assert_eq!(ends[0]["toObjectId"], first.to_string(), "as text");
    assert_eq!(ends[0]["associationTypes"], json!([{"category": "HUBSPOT_DEFINED", "typeId": 279, "label": null}]));
    assert_eq!(ends[1]["associationTypes"][0]["label"], "Primary");
    let body = json!({"inputs": [{"from": {"id": contact.to_string()}, "to": [{"id": second.to_string()}]}]});
    assert_eq!(story.post("/crm/v4/associations/contacts/companies/batch/archive", body).await.status, 204);
    assert!(primary().await.is_null());
    let wrong = json!([{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 4}]);
    assert_eq!(story.put(&path, wrong).await.status, 400);
}

#[tokio::test]
async fn membership_answers_tell_added_known_and_missing_apart() {
    let story = Story::empty().await;
    let company = story.fake.edit(|account| account.add(Kind::Company, &[("name", "Corp")], story.now));
    let new = json!({"name": "Intent: pricing page", "objectTypeId": "0-2", "processingType": "MANUAL"});
    let made = story.post(LISTS, new.clone()).await;
    let list = made.body["list"]["listId"].as_str().unwrap().to_owned();
    assert_eq!(story.post(LISTS, new).await.status, 400, "names are unique");
    let add = format!("{LISTS}/{list}/memberships/add");
    let seen = story.put(&add, json!([company.to_string(), "999999"])).await;
    assert_eq!(
        seen.body,
        json!({"recordsIdsAdded": [company.to_string()], "recordIdsRemoved": [],
                                 "recordIdsMissing": ["999999"]})
    );
    let again = story.put(&add, json!([company])).await;
    assert_eq!((again.status, &again.body["recordsIdsAdded"]), (200, &json!([])));
    assert_eq!(story.put(&add, json!([])).await.status, 400);
    let record = story.get(&format!("/crm/v3/objects/companies/{company}")).await;
    assert_eq!(record.body["updatedAt"], story.now.to_string(), "joining does not touch the record");
    assert_eq!(story.get(&format!("{LISTS}/{list}")).await.body["list"]["size"], 1);
    let left = story.put(&format!("{LISTS}/{list}/memberships/remove"), json!([company.to_string()])).await;
    assert_eq!(left.body["recordIdsRemoved"], json!([company.to_string()]));
    let missing = story.get(&format!("{LISTS}/4711")).await;
    assert_eq!((missing.status, missing.message()), (404, "List does not exist with ID 4711."));
    assert_eq!(story.get(&format!("{LISTS}/x")).await.message(), "Could not parse number from listId: x");
}

#[tokio::test]
async fn members_are_read_by_id_or_by_joining_newest_first() {
    let story = Story::empty().await;
    let list = story.fake.edit(|account| {
        let list = account.lists.add("Guests", Kind::Contact, Processing::Manual, story.now);
        for number in 0..5 {
            let contact = account.add(Kind::Contact, &[("firstname", &number.to_string())], story.now);
            account.lists.join(list, contact, story.now.plus_ms(-1_000 * i64::from(number)));
        }
        list
    });
    for (path, order) in
        [("memberships", [101, 102, 103, 104, 105]), ("memberships/join-order", [101, 102, 103, 104, 105])]
    {
        let (mut seen_ids, mut after) = (Vec::new(), Some(String::new()));
        while let Some(cursor) = after {
            let seen = story.get(&format!("{LISTS}/{list}/{path}?limit=2&after={cursor}")).await;
            let results = seen.body["results"].as_array().unwrap();
            seen_ids.extend(results.iter().map(|one| one["recordId"].as_str().unwrap().parse::<u64>().unwrap()));
            after = seen.after();
        }
        assert_eq!(seen_ids, order, "{path}");
    }
    story.clock.advance(Duration::from_secs(1));
    let late = story.fake.edit(|account| account.add(Kind::Contact, &[("firstname", "late")], story.now));
    story.put(&format!("{LISTS}/{list}/memberships/add"), json!([late])).await;
    let newest = story.get(&format!("{LISTS}/{list}/memberships/join-order?limit=1")).await;
    assert_eq!(newest.body["results"][0]["recordId"], late.to_string());
    let of_record = story.get(&format!("{LISTS}/records/0-1/{late}/memberships")).await;
    assert_eq!(of_record.body["results"][0]["listId"], list.to_string());
}

#[tokio::test]
async fn some_lists_cannot_be_written_or_deleted() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let search = async |query: &str| {
        let body = json!({"query": query, "additionalProperties": ["hs_list_size"]});
        story.post(&format!("{LISTS}/search"), body).await.body
    };
    let found = search("newsletter").await;
    assert_eq!(found["total"], 1);
    let dynamic = &found["lists"][0];
    assert_eq!(dynamic["processingType"], "DYNAMIC");
    assert!(dynamic["additionalProperties"]["hs_list_size"].is_string());
    let id = dynamic["listId"].as_str().unwrap();
    assert_eq!(story.put(&format!("{LISTS}/{id}/memberships/add"), json!(["101"])).await.status, 400);
    let referenced = search("intent: pricing").await["lists"][0]["listId"].as_str().unwrap().to_owned();
    let blocked = story.delete(&format!("{LISTS}/{referenced}")).await;
    assert_eq!(blocked.status, 400);
    assert!(blocked.message().contains("were blocked for list modification/deletion"));
    assert!(blocked.body["context"]["blockingListReferencesById"].is_array());
    assert_eq!(story.delete(&format!("{LISTS}/{id}")).await.status, 204);
    assert_eq!(story.get(&format!("{LISTS}/{id}")).await.status, 404);
    assert_eq!(story.put(&format!("{LISTS}/{id}/restore"), json!({})).await.status, 204);
    assert_eq!(story.get(&format!("{LISTS}/all?limit=100")).await.body["results"].as_array().unwrap().len(), 4);
    assert_eq!(story.get("/crm/lists/2026-03/all").await.status, 400, "only the newest version lists all");
}

#[tokio::test]
async fn an_accepted_enrollment_need_not_have_happened() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let flows = story.get("/automation/v4/flows").await;
    let flow = flows.body["results"][0]["id"].as_str().unwrap().to_owned();
    let mapping = json!({"inputs": [{"flowMigrationStatuses": flow, "type": "FLOW_ID"}]});
    let mapped = story.post("/automation/v4/workflow-id-mappings/batch/read", mapping).await;
    let classic = mapped.body["results"][0]["workflowId"].as_u64().unwrap();
    let flow: u64 = flow.parse().unwrap();
    let (wanted, suppressed) = story.fake.edit(|account| {
        let list = account.workflows.all[&flow].suppression_lists[0];
        let suppressed = account.add(Kind::Contact, &[("email", "no@corp.example")], story.now);
        account.lists.join(list, suppressed, story.now);
        (account.add(Kind::Contact, &[("email", "yes@corp.example")], story.now), suppressed)
    });
    let enroll = async |id: u64, address: &str| {
        let path = format!("/automation/v2/workflows/{id}/enrollments/contacts/{address}");
        story.post(&path, json!({})).await.status
    };
    for address in ["yes@corp.example", "no@corp.example", "yes%40corp.example"] {
        assert_eq!(enroll(classic, address).await, 204);
    }
    assert_eq!(enroll(flow, "yes@corp.example").await, 404, "the new id is not known to the old endpoint");
    assert_eq!(enroll(classic, "nobody@corp.example").await, 404);
    story.fake.read(|account| {
        let enrolled = &account.workflows.all[&flow].enrolled;
        assert_eq!(enrolled.get(&wanted).map(Vec::len), Some(1), "the second time was passed over");
        assert!(!enrolled.contains_key(&suppressed));
    });
    let customer = json!({"properties": {"lifecyclestage": "customer"}});
    story.patch(&format!("/crm/v3/objects/contacts/{wanted}"), customer).await;
    story.fake.read(|account| {
        let flow = &account.workflows.all[&flow];
        assert!(flow.met_goal.contains_key(&wanted) && flow.active.is_empty(), "who meets the goal leaves");
    });
}

#[tokio::test]
async fn joining_a_list_starts_the_workflow_of_a_company() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let (flow, list, company) = story.fake.edit(|account| {
        let flow = account.workflows.all.values().find(|flow| flow.kind == Kind::Company).unwrap();
        let (id, list) = (flow.flow_id, flow.list_trigger.unwrap());
        (id, list, account.add(Kind::Company, &[("name", "Corp")], story.now))
    });
    story.put(&format!("{LISTS}/{list}/memberships/add"), json!([company])).await;
    let enrolled = story.fake.read(|account| account.workflows.all[&flow].enrolled.contains_key(&company));
    assert!(enrolled);
}
