//! Summaries by a language model, as an admin asks for them: from facts alone, once for the same facts, told apart from the
//! template's, and with a reason when there is none.

use std::process::Output;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::account::Site;
use crate::scoring_cli::{GROUP, Story, story};

const KEY: &str = "sk-a-key-of-this-test-4711";
const SOUND: &str = "The account has 2 roles with members. **Decision Maker 1** is the most engaged.";

/// What the endpoint does to a call that it does not refuse.
#[derive(Clone, Debug)]
enum Mood {
    Says(&'static str),
    CutsOff,
    Limited,
    Fails,
    Redirects,
    SpeaksHtml,
    IsSilent,
}

/// The mood, and the bodies that came.
type Shared = Arc<Mutex<(Mood, Vec<Value>)>>;

/// An endpoint that refuses what real ones refuse: a wrong key, an unknown model, an unknown path, a body that is none, and
/// `max_tokens` for a newer model.
#[derive(Clone)]
struct Endpoint {
    state: Shared,
    base: String,
    _runtime: Arc<Runtime>,
}

struct Runtime(Option<tokio::runtime::Runtime>);

impl Drop for Runtime {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(tokio::runtime::Runtime::shutdown_background);
    }
}

impl Endpoint {
    fn start() -> Endpoint {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let state = Arc::new(Mutex::new((Mood::Says(SOUND), Vec::new())));
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(Arc::clone(&state));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Endpoint { state, base, _runtime: Arc::new(Runtime(Some(runtime))) }
    }

    fn lock(&self) -> MutexGuard<'_, (Mood, Vec<Value>)> {
        self.state.lock().unwrap()
    }

    fn mood(&self, mood: Mood) {
        self.lock().0 = mood;
    }

    /// The bodies that came since the last look.
    fn bodies(&self) -> Vec<Value> {
        std::mem::take(&mut self.lock().1)
    }
}

fn refusal(status: StatusCode, param: Option<&str>, code: &str) -> Response {
    let message = format!("Incorrect API key provided: {KEY}; ann@testbolaget.se");
    (status, Json(json!({"error": {"message": message, "param": param, "code": code}}))).into_response()
}

async fn complete(State(state): State<Shared>, headers: HeaderMap, body: String) -> Response {
    let mood = {
        let mut state = state.lock().unwrap();
        state.1.push(serde_json::from_str(&body).unwrap_or(Value::Null));
        state.0.clone()
    };
    if headers.get(header::AUTHORIZATION).is_none_or(|value| value != &format!("Bearer {KEY}")) {
        return refusal(StatusCode::UNAUTHORIZED, None, "invalid_api_key");
    }
    let Ok(body) = serde_json::from_str::<Value>(&body) else {
        return refusal(StatusCode::BAD_REQUEST, None, "invalid_json");
    };
    match body["model"].as_str() {
        Some("small") => {}
        Some("newer") if body.get("max_tokens").is_some() => {
            return refusal(StatusCode::BAD_REQUEST, Some("max_tokens"), "unsupported_parameter");
        }
        Some("newer") => {}
        _ => return refusal(StatusCode::NOT_FOUND, Some("model"), "model_not_found"),
    }
    let completion = |text: &str, finish: &str| {
        let choice = json!({"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish});
        Json(json!({"object": "chat.completion", "model": body["model"], "choices": [choice]})).into_response()
    };
    match mood {
        Mood::Says(text) => completion(text, "stop"),
        Mood::CutsOff => completion("The account is", "length"),
        Mood::Limited => refusal(StatusCode::TOO_MANY_REQUESTS, None, "rate_limit_exceeded"),
        Mood::Fails => refusal(StatusCode::BAD_GATEWAY, None, "upstream"),
        Mood::Redirects => (StatusCode::FOUND, [(header::LOCATION, "/v1/elsewhere")]).into_response(),
        Mood::SpeaksHtml => (StatusCode::OK, "<html>Welcome</html>").into_response(),
        Mood::IsSilent => std::future::pending().await,
    }
}

/// The configuration without its last words about summaries, and with these.
fn configure(site: &Site, section: &str) {
    let text = std::fs::read_to_string(site.config_file()).unwrap();
    let before = text.split("summaries:").next().unwrap();
    std::fs::write(site.folder.path().join("summaries-key"), KEY).unwrap();
    std::fs::write(site.config_file(), format!("{before}{section}\n")).unwrap();
}

fn section(base: &str, more: &str) -> String {
    format!("summaries: {{base_url: '{base}', model: small, key: {{file: summaries-key}}{more}}}")
}

fn text(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn i12_a_model_writes_from_facts_without_a_person_and_once_for_the_same_facts() {
    let Story { site, .. } = story();
    let endpoint = Endpoint::start();
    let show = ["groups", "show", GROUP];
    let ask = ["groups", "show", GROUP, "--summary"];

    // Nobody is called before the admin says so.
    let template = site.json(&show)["summary"]["text"].clone();
    assert_eq!(template["origin"], "generated from facts");
    let told = site.json(&ask)["summary"]["text"].clone();
    assert_eq!(told["text"], template["text"]);
    assert!(told["note"].as_str().unwrap().contains("add `summaries:"), "{told}");
    assert_eq!(site.run(&["groups", "show", GROUP, "--summary-request"]).status.code(), Some(2));

    // Nor when a page is merely looked at, or the request is.
    configure(&site, &section(&endpoint.base, ""));
    assert_eq!(site.json(&show)["summary"]["text"], template);
    let shown = site.json(&["groups", "show", GROUP, "--summary-request"]);
    assert_eq!(endpoint.bodies().len(), 0);

    let written = site.json(&ask)["summary"]["text"].clone();
    assert_eq!(written["text"], "Testbolaget, Nord has 2 roles with members. Ann Test is the most engaged.");
    assert_eq!((&written["origin"], &written["note"]), (&"written by small from facts".into(), &Value::Null));
    let sent = endpoint.bodies();
    assert_eq!(sent, [shown], "what was shown is what is sent");
    let said = sent[0].to_string();
    for hidden in ["Ann", "Bo ", "Test\"", "testbolaget", "Testbolaget", "@", "Chief", "secret-prices", KEY] {
        assert!(!said.contains(hidden), "{hidden}: {said}");
    }
    for fact in ["Decision Maker 1", "Champion", "Analytics", "the account"] {
        assert!(said.contains(fact), "{fact}: {said}");
    }

    // The same facts cost nothing twice, and who only looks gets the text, too.
    for arguments in [&ask[..], &show] {
        assert_eq!(site.json(arguments)["summary"]["text"], written);
    }
    assert!(text(&site.run(&show)).contains("(written by small from facts)"));
    assert_eq!(endpoint.bodies().len(), 0);
    endpoint.mood(Mood::Says("Nothing is new."));
    let again = site.json(&["groups", "show", GROUP, "--again"]);
    assert_eq!((again["summary"]["text"]["text"].as_str(), endpoint.bodies().len()), (Some("Nothing is new."), 1));

    // Another model is asked anew, also a newer one that wants the limit in another word.
    configure(&site, &section(&endpoint.base, "").replace("model: small", "model: newer"));
    assert_eq!(site.json(&ask)["summary"]["text"]["origin"], "written by newer from facts");
    let sent = endpoint.bodies();
    assert_eq!((&sent[0]["max_tokens"], &sent[1]["max_completion_tokens"]), (&400.into(), &400.into()));

    // People are named when the admin wants it.
    configure(&site, &section(&endpoint.base, ", personal_data: true, language: Swedish"));
    endpoint.mood(Mood::Says("Ann Test leder."));
    assert_eq!(site.json(&ask)["summary"]["text"]["text"], "Ann Test leder.");
    let said = endpoint.bodies()[0].to_string();
    assert!(said.contains("Ann Test") && said.contains("Chief Tester") && said.contains("in Swedish"), "{said}");
    assert!(!said.contains('@'), "addresses are never sent: {said}");
}

#[test]
fn whatever_goes_wrong_the_template_stands_and_the_reason_beside_it() {
    let Story { site, .. } = story();
    let endpoint = Endpoint::start();
    let template = site.json(&["groups", "show", GROUP])["summary"]["text"]["text"].clone();
    let reason = |section: &str| {
        configure(&site, section);
        let output = site.run(&["groups", "show", GROUP, "--summary", "-vv", "--json"]);
        let said = text(&output) + &String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains(KEY), "{said}");
        let page: Value = serde_json::from_slice(&output.stdout).unwrap();
        let summary = &page["summary"]["text"];
        assert_eq!((&summary["text"], &summary["origin"]), (&template, &"generated from facts".into()), "{summary}");
        summary["note"].as_str().unwrap().to_owned()
    };
    let good = section(&endpoint.base, ", timeout: 1s");
    for (mood, told) in [
        (Mood::Limited, "(429)"),
        (Mood::Fails, "has failed (502)"),
        (Mood::Redirects, "sends elsewhere (302)"),
        (Mood::SpeaksHtml, "no answer of an OpenAI-compatible endpoint"),
        (Mood::IsSilent, "raise `summaries.timeout`"),
    ] {
        endpoint.mood(mood.clone());
        let why = reason(&good);
        assert!(why.contains(told), "{mood:?}: {why}");
        assert_eq!(endpoint.bodies().len(), 1, "{mood:?}: asked once, and not kept");
    }

    let keyless = good.replace(", key: {file: summaries-key}", "");
    assert!(reason(&keyless).contains("wants a key (401); say where it is kept"), "{keyless}");
    let wrong = good.replace("summaries-key", "token");
    assert!(reason(&wrong).contains("refuses the key (401)"), "{wrong}");
    let missing = good.replace("summaries-key", "no-such-key");
    assert!(reason(&missing).contains("the key cannot be had: there is no file"), "{missing}");
    assert!(reason(&good.replace("small", "smal")).contains("knows no model `smal`"));
    assert!(reason(&good.replace("/v1", "/v2")).contains("check `summaries.model` and `summaries.base_url`"));
    // A port that nobody listens at any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(reason(&section(&format!("http://{port}/v1"), "")).contains("cannot be reached at http://127.0.0.1"));
    endpoint.bodies();

    // What a model makes up is not shown, and asking again for the same facts would cost the same again.
    endpoint.mood(Mood::Says("The account will buy for 250 000 in 2031."));
    for calls in [1, 0] {
        assert_eq!(reason(&good), "the answer says `250 000`, which is not among the facts");
        assert_eq!(endpoint.bodies().len(), calls);
    }
    assert!(text(&site.run(&["groups", "show", GROUP])).contains("The model's summary is not shown: the answer says"));
    endpoint.mood(Mood::CutsOff);
    let page = site.json(&["groups", "show", GROUP, "--again"]);
    assert!(page["summary"]["text"]["note"].as_str().unwrap().contains("raise `summaries.max_tokens`"), "{page}");
}
