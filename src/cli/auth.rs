//! `intentd auth`: authorizes an OAuth app by the code flow with PKCE. The vendor's page sends the browser back to a listener on
//! this machine's loopback address; the code is exchanged, and the refresh token is kept sealed in the database.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use intentd_sdk::permit::Permits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::{Failure, Global, Outcome, context, output};

#[derive(clap::Args)]
pub(crate) struct AuthArgs {
    /// The vendor, or the name of one of its connections.
    #[arg(default_value = "hubspot")]
    connection: String,
    /// The loopback port to listen on; the redirect URL http://localhost:PORT/callback must be registered in the app.
    #[arg(long, default_value_t = 4180)]
    port: u16,
    /// The vendor's authorization page, when it is not the vendor's own.
    #[arg(long, value_name = "URL")]
    authorize_url: Option<Url>,
    /// Give up after this many seconds.
    #[arg(long, default_value_t = 300)]
    timeout: u64,
}

pub(crate) async fn run(global: &Global, args: &AuthArgs) -> Outcome {
    let config = context::load_config(global)?;
    let store = context::open_store(&config).await?;
    let _lock = context::lock_store(&store).await?;
    context::migrate_safely(&store).await?;
    let clock = context::clock();
    let (kind, settings) = context::oauth_settings(&config, &args.connection, &store, &clock)?;
    let listener = TcpListener::bind(("127.0.0.1", args.port)).await.map_err(|error| {
        Failure::Input(format!("cannot listen on port {}: {error}; choose another with --port", args.port))
    })?;
    let port = listener.local_addr()?.port();
    let redirect_url =
        Url::parse(&format!("http://localhost:{port}/callback")).map_err(|error| Failure::Failed(error.into()))?;
    let (challenge, verifier, state) = intentd_sdk::auth::pkce_and_state();
    let page = kind
        .authorization_page(&settings, &redirect_url, &state, &challenge, args.authorize_url.as_ref())
        .map_err(|error| Failure::Input(error.to_string()))?;
    super::complain("Open this page in a browser and allow access:");
    if global.json {
        super::complain(page.as_str());
    } else {
        output::line(page.as_str());
    }

    let callback = tokio::select! {
        callback = wait_for_callback(&listener, &state) => callback?,
        () = clock.sleep(Duration::from_secs(args.timeout)) => {
            return Err(Failure::Failed(anyhow::anyhow!("nobody allowed access within {} s", args.timeout)));
        }
    };
    let code = callback.map_err(|reason| Failure::Failed(anyhow::anyhow!("the vendor refused: {reason}")))?;
    let limiter = context::limiter_for(kind, &settings)?;
    let permits: &dyn Permits = &limiter;
    kind.authorize(&settings, permits, code, &redirect_url, verifier)
        .await
        .map_err(|error| Failure::Failed(error.into()))?;
    if global.json {
        output::json(&serde_json::json!({ "connection": settings.name, "authorized": true }));
    } else {
        output::line(&format!("{} is authorized; the refresh token is sealed in the database.", settings.name));
    }
    Ok(0)
}

/// Answers requests until one is the callback. Side by side, because browsers open connections that they never use.
async fn wait_for_callback(listener: &TcpListener, state: &str) -> std::io::Result<Result<String, String>> {
    let mut running = FuturesUnordered::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => running.push(serve(accepted?.0, state)),
            Some(served) = running.next() => {
                // A connection that broke off is the browser's affair; it can come again.
                if let Ok(Some(callback)) = served {
                    return Ok(callback);
                }
            }
        }
    }
}

/// Answers one request of the browser. `None`: it was not the callback. The inner error is the vendor's refusal.
async fn serve(mut stream: TcpStream, state: &str) -> std::io::Result<Option<Result<String, String>>> {
    let mut head = Vec::new();
    let mut chunk = [0; 1024];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") && head.len() < 16 * 1024 {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            break;
        }
        head.extend_from_slice(&chunk[..read]);
    }
    let head = String::from_utf8_lossy(&head);
    let target = head.lines().next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let answer = callback(target, state);
    let (status, text) = match &answer {
        None => ("404 Not Found", "Not here."),
        Some(Ok(_)) => ("200 OK", "intentd is authorized. You can close this window."),
        Some(Err(_)) => ("400 Bad Request", "Access was not given. You can close this window."),
    };
    let reply = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(answer)
}

/// What the redirect says. A redirect with another state was not asked for by us and is ignored.
fn callback(target: &str, state: &str) -> Option<Result<String, String>> {
    let url = Url::parse("http://localhost").ok()?.join(target).ok()?;
    if url.path() != "/callback" {
        return None;
    }
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if value("state").as_deref() != Some(state) {
        return None;
    }
    match (value("code"), value("error")) {
        (Some(code), None) => Some(Ok(code)),
        (_, error) => Some(Err(error.unwrap_or_else(|| "no code came back".into()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_redirect_that_was_asked_for_counts() {
        assert_eq!(callback("/callback?code=abc&state=s1", "s1"), Some(Ok("abc".into())));
        assert_eq!(callback("/callback?code=abc&state=other", "s1"), None);
        assert_eq!(callback("/callback?code=abc", "s1"), None);
        assert_eq!(callback("/favicon.ico", "s1"), None);
        let refused = callback("/callback?error=access_denied&state=s1", "s1");
        assert_eq!(refused, Some(Err("access_denied".into())));
    }
}
