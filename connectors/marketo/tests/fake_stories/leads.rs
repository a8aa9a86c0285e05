//! Reading leads: by id, by filter, in pages, with long queries in the body.

use intentd_sdk::http::{Body, Request};
use serde_json::json;

use crate::client::{Story, escaped};

#[tokio::test]
async fn one_lead_by_its_id() {
    let story = Story::empty().await;
    let id = story.person("anna.berg@firm.example");
    let seen = story.get(&format!("/rest/v1/lead/{id}.json")).await;
    let lead = &seen.result()[0];
    assert_eq!(lead["id"], id);
    assert_eq!(lead["email"], "anna.berg@firm.example");
    assert_eq!(lead["createdAt"], "2026-11-21T09:00:00Z");
    assert!(lead["lastName"].is_null() && lead.get("lastName").is_some());
    assert!(seen.body["requestId"].as_str().unwrap().contains('#'));
    assert_eq!(story.get("/rest/v1/lead/77777.json").await.code(), "1004");
    assert_eq!(story.get("/rest/v1/lead/x.json").await.code(), "1001");
    assert_eq!(story.get(&format!("/rest//v1/lead/{id}.json")).await.code(), "", "a double slash is understood");
    assert_eq!(story.get(&format!("/rest/v1/lead/{id}")).await.code(), "610", "all data calls end in .json");
}

#[tokio::test]
async fn a_missing_custom_value_is_simply_not_there() {
    let story = Story::empty().await;
    let id = story.person("anna.berg@firm.example");
    let fields = "email,title,productInterest,behaviorScore";
    let seen = story.get(&format!("/rest/v1/leads.json?filterType=id&filterValues={id}&fields={fields}")).await;
    assert_eq!(seen.result()[0], json!({"id": id, "email": "anna.berg@firm.example", "title": null}));
    let seen = story.get(&format!("/rest/v1/leads.json?filterType=id&filterValues={id}&fields=email,nonsense")).await;
    assert_eq!((seen.code(), seen.message()), ("1006", "Field 'nonsense' not found"));
}

#[tokio::test]
async fn filters_find_by_key_and_refuse_the_rest() {
    let story = Story::empty().await;
    let first = story.person("anna.berg@firm.example");
    let second = story.person("Anna.Berg@Firm.example");
    story.fake.edit(|account| account.set_lead(second, &[("productInterest", json!("Intranet"))], story.now));
    let find = async |filter: &str, values: &str| {
        story.get(&format!("/rest/v1/leads.json?filterType={filter}&filterValues={}", escaped(values))).await
    };
    assert_eq!(find("email", "ANNA.BERG@firm.example").await.ids(), [first, second]);
    assert_eq!(find("productInterest", "intranet").await.ids(), [second]);
    let nobody = find("email", "nobody@firm.example").await;
    assert!(nobody.result().is_empty() && nobody.body.get("moreResult").is_none());
    for (filter, values, code) in [
        ("updatedAt", "2026-11-21T09:00:00Z", "1011"),
        ("behaviorScore", "5", "1011"),
        ("nonsense", "5", "1011"),
        ("id", "five", "1001"),
        ("id", "", "1002"),
        ("", "5", "1002"),
        ("cookies", "nonsense", "1012"),
    ] {
        assert_eq!(find(filter, values).await.code(), code, "{filter}={values}");
    }
}

#[tokio::test]
async fn too_many_values_or_matches_are_refused() {
    let story = Story::empty().await;
    let ids: Vec<String> = (0..301).map(|id| id.to_string()).collect();
    let seen = story.get(&format!("/rest/v1/leads.json?filterType=id&filterValues={}", ids.join(","))).await;
    assert_eq!(seen.code(), "1003");
    story.fake.edit(|account| {
        for number in 0..1_001 {
            let email = format!("p{number}@firm.example");
            account.add_lead(&[("email", json!(email)), ("productInterest", json!("All"))], story.now);
        }
    });
    let seen = story.get("/rest/v1/leads.json?filterType=productInterest&filterValues=All").await;
    assert_eq!((seen.code(), seen.message()), ("1003", "Too many results match the filter"));
}

#[tokio::test]
async fn pages_go_on_by_token() {
    let story = Story::empty().await;
    let ids: Vec<u64> = (0..7).map(|number| story.person(&format!("p{number}@firm.example"))).collect();
    let values: Vec<String> = ids.iter().map(u64::to_string).collect();
    let path = format!("/rest/v1/leads.json?filterType=id&filterValues={}&batchSize=3", values.join(","));
    let (mut seen, mut all) = (story.get(&path).await, Vec::new());
    loop {
        all.extend(seen.ids());
        if seen.body["moreResult"] != true {
            assert!(seen.body.get("nextPageToken").is_none());
            break;
        }
        seen = story.get(&format!("{path}&nextPageToken={}", escaped(&seen.token()))).await;
    }
    assert_eq!(all, ids);
    assert_eq!(story.get(&format!("{path}&nextPageToken=nonsense")).await.code(), "1003");
}

#[tokio::test]
async fn a_long_query_goes_into_the_body() {
    let story = Story::empty().await;
    let id = story.person("last@firm.example");
    let mut emails: Vec<String> =
        (0..299).map(|number| format!("somebody-with-a-long-name.{number}@firm.example")).collect();
    emails.push("last@firm.example".into());
    let query = format!("filterType=email&filterValues={}", escaped(&emails.join(",")));
    assert_eq!(story.get(&format!("/rest/v1/leads.json?{query}")).await.status, 414);
    let body = Body::Form(query.into());
    let seen = story.send(Request::with_body(http::Method::POST, "/rest/v1/leads.json?_method=GET", body)).await;
    assert_eq!(seen.ids(), [id]);
}

#[tokio::test]
async fn a_lead_shows_the_values_of_its_company() {
    let story = Story::seeded().await;
    let (id, external) = story.fake.read(|account| {
        let linked = account.leads.all().values().find(|lead| lead.company.is_some()).unwrap();
        (linked.id, linked.text("externalCompanyId").unwrap().to_owned())
    });
    let fields = "company,website,externalCompanyId,isAnonymous";
    let seen = story.get(&format!("/rest/v1/lead/{id}.json?fields={fields}")).await;
    let lead = &seen.result()[0];
    let company =
        story.get(&format!("/rest/v1/companies.json?filterType=externalCompanyId&filterValues={external}")).await;
    assert_eq!(lead["company"], company.result()[0]["company"]);
    assert!(lead["website"].as_str().unwrap().contains(".example"));
    assert_eq!(lead["isAnonymous"], false);
}

#[tokio::test]
async fn visitors_without_a_name_have_what_was_inferred() {
    let story = Story::seeded().await;
    let id = story.fake.read(|account| account.leads.all().values().find(|lead| lead.anonymous).unwrap().id);
    let fields = "email,isAnonymous,inferredCountry,anonymousIP,cookies";
    let lead = &story.get(&format!("/rest/v1/lead/{id}.json?fields={fields}")).await.result()[0].clone();
    assert_eq!(lead["isAnonymous"], true);
    assert!(lead["email"].is_null());
    assert!(lead["inferredCountry"].is_string() && lead["anonymousIP"].is_string());
    let cookie = lead["cookies"].as_str().unwrap();
    let path = format!("/rest/v1/leads.json?filterType=cookies&filterValues={}", escaped(cookie));
    assert_eq!(story.get(&path).await.ids(), [id]);
}
