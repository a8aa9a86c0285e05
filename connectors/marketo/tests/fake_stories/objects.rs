//! Companies, named accounts, opportunities and roles: found by known keys, written with `seq`, read-only with a CRM.

use intentd_marketo::fake::{FakeConfig, FakeMarketo};
use intentd_sdk::http::Request;
use serde_json::json;

use crate::client::Story;

#[tokio::test]
async fn companies_are_found_by_keys_only() {
    let story = Story::seeded().await;
    let described = story.get("/rest/v1/companies/describe.json").await;
    let shape = &described.result()[0];
    assert_eq!((shape["idField"].as_str(), &shape["dedupeFields"]), (Some("id"), &json!(["externalCompanyId"])));
    let path = "/rest/v1/companies.json?filterType=externalCompanyId&filterValues=EXT-100000,ext-100007,EXT-9";
    let seen = story.get(path).await;
    assert_eq!(seen.result().len(), 2);
    let company = &seen.result()[1];
    assert_eq!((company["seq"].as_u64(), company["externalCompanyId"].as_str()), (Some(1), Some("EXT-100007")));
    assert!(company["company"].is_string() && company["id"].is_u64() && company.get("industry").is_none());
    let more = story.get(&format!("{path}&fields=industry,numberOfEmployees")).await;
    assert!(more.result()[0]["industry"].is_string() && more.result()[0]["numberOfEmployees"].is_u64());
    for (query, code) in [
        ("filterType=industry&filterValues=Retail", "1011"),
        ("filterValues=EXT-100000", "1002"),
        ("filterType=id", "1002"),
        ("filterType=id&filterValues=1&fields=nonsense", "1006"),
    ] {
        assert_eq!(story.get(&format!("/rest/v1/companies.json?{query}")).await.code(), code, "{query}");
    }
}

#[tokio::test]
async fn companies_are_synced_and_their_leads_follow() {
    let story = Story::empty().await;
    let sync = async |body| story.post("/rest/v1/companies.json", body).await;
    let input = json!([
        {"externalCompanyId": "X1", "company": "Firm AB"},
        {"externalCompanyId": "x1", "company": "Firm again"},
        {"company": "No key"},
        {"externalCompanyId": "X2", "nonsense": 1},
        {"externalCompanyId": "X3", "numberOfEmployees": "many"}
    ]);
    let seen = sync(json!({"input": input})).await;
    assert_eq!(seen.outcomes(), ["created", "1036", "1002", "1006", "1001"]);
    assert_eq!(seen.result()[4]["seq"], 4);
    let link = json!({"input": [{"email": "anna@firm.example", "externalCompanyId": "X1"}]});
    let lead = story.post("/rest/v1/leads.json", link).await.ids()[0];
    let again = json!({"action": "updateOnly", "input": [{"externalCompanyId": "X1", "company": "Firm Group AB"}]});
    assert_eq!(sync(again).await.outcomes(), ["updated"]);
    let read = story.get(&format!("/rest/v1/lead/{lead}.json?fields=company")).await;
    assert_eq!(read.result()[0]["company"], "Firm Group AB");
    for (body, code) in [
        (json!({"action": "createOnly", "input": [{"externalCompanyId": "X1"}]}), "1017"),
        (json!({"action": "updateOnly", "input": [{"externalCompanyId": "X9"}]}), "1013"),
    ] {
        assert_eq!(sync(body).await.outcomes(), [code]);
    }
    assert_eq!(sync(json!({"dedupeBy": "idField", "input": [{"id": 1}]})).await.code(), "1003");
    let delete = json!({"input": [{"externalCompanyId": "X1"}, {"externalCompanyId": "X9"}]});
    assert_eq!(story.post("/rest/v1/companies/delete.json", delete).await.outcomes(), ["1022", "1013"]);
}

#[tokio::test]
async fn with_a_crm_they_are_read_only() {
    let story = Story::with(FakeConfig { crm_sync: true, ..FakeConfig::for_tests() }, FakeMarketo::empty).await;
    let body = json!({"input": [{"externalCompanyId": "X1"}]});
    assert_eq!(story.post("/rest/v1/companies.json", body).await.code(), "1018");
    let body = json!({"input": [{"externalOpportunityId": "O1", "name": "O"}]});
    assert_eq!(story.post("/rest/v1/opportunities.json", body).await.code(), "1018");
    let body = json!({"input": [{"name": "Firm AB", "score1": 80}]});
    assert_eq!(story.post("/rest/v1/namedaccounts.json", body).await.outcomes(), ["created"]);
}

#[tokio::test]
async fn named_accounts_have_slots_for_scores() {
    let story = Story::empty().await;
    let write = async |input| story.post("/rest/v1/namedaccounts.json", json!({"input": input})).await;
    let made = write(json!([{"name": "Firm AB", "domainName": "firm.example", "score1": 80}])).await;
    let guid = made.result()[0]["marketoGUID"].as_str().unwrap().to_owned();
    assert!(made.result()[0].get("id").is_none());
    assert_eq!(write(json!([{"name": "Firm AB", "opptyCount": 3}])).await.outcomes(), ["1003"], "calculated");
    let seen =
        story.get("/rest/v1/namedaccounts.json?filterType=domainName&filterValues=FIRM.example&fields=score1").await;
    assert_eq!(
        (seen.result()[0]["marketoGUID"].as_str(), seen.result()[0]["score1"].as_u64()),
        (Some(guid.as_str()), Some(80))
    );
}

#[tokio::test]
async fn opportunities_and_roles_with_their_compound_key() {
    let story = Story::empty().await;
    let lead = story.person("anna@firm.example");
    let opportunity = json!({"input": [{"externalOpportunityId": "O1", "name": "Platform", "amount": "1604.47"},
                                       {"externalOpportunityId": "O2"}]});
    assert_eq!(story.post("/rest/v1/opportunities.json", opportunity).await.outcomes(), ["created", "1003"]);
    let found =
        story.get("/rest/v1/opportunities.json?filterType=externalOpportunityId&filterValues=O1&fields=amount").await;
    assert_eq!(found.result()[0]["amount"], "1604.47", "this number is a text");
    let token = story.since(story.now).await;
    let role = |id: u64| json!({"externalOpportunityId": "O1", "leadId": id, "role": "Champion"});
    let roles = json!({"input": [role(lead), role(999_999), {"externalOpportunityId": "O1", "leadId": lead}]});
    assert_eq!(story.post("/rest/v1/opportunities/roles.json", roles).await.outcomes(), ["created", "1004", "1002"]);
    assert_eq!(story.follow("34", token).await.0.len(), 1);
    let query = "/rest/v1/opportunities/roles.json?filterType=leadId&filterValues=";
    assert_eq!(story.get(&format!("{query}{lead}")).await.result()[0]["role"], "Champion");
    let compound = json!({"filterType": "dedupeFields", "fields": ["role", "isPrimary"], "input": [role(lead)]});
    let path = "/rest/v1/opportunities/roles.json?_method=GET";
    let seen = story.send(Request::json(http::Method::POST, path, &compound)).await;
    assert_eq!(seen.result().len(), 1);
    let folded = story.get("/rest/v1/opportunities/roles.json?filterType=dedupeFields&filterValues=O1").await;
    assert_eq!(folded.code(), "1003", "a compound key does not fit into a query");
}
