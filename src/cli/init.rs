//! `intentd init`: a commented configuration, the default mappings and rules, and nothing that is there already is touched.

use std::path::PathBuf;

use super::{Failure, Global, Outcome, output};

#[derive(clap::Args)]
pub(crate) struct InitArgs {
    /// The folder to write into.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Whose mappings and connection to write.
    #[arg(long, value_enum, default_value_t = Vendor::Hubspot)]
    vendor: Vendor,
    /// The connection's address: of a Marketo instance, or when it is not the vendor's own.
    #[arg(long, value_name = "URL")]
    base_url: Option<url::Url>,
}

/// The vendors that a configuration can begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Vendor {
    Hubspot,
    Marketo,
}

impl Vendor {
    /// The word in the configuration, and the name for people.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Vendor::Hubspot => ("hubspot", "HubSpot token"),
            Vendor::Marketo => ("marketo", "Marketo client secret"),
        }
    }
}

/// What stands in the template for HubSpot and is otherwise for Marketo.
const HUBSPOT: &str = "  hubspot:
    vendor: hubspot
    auth:
      # A private app's or service key's token ...
      token: {file: hubspot-token}
      # ... or an OAuth app, authorized once with `intentd auth hubspot`:
      # oauth:
      #   client_id: 00000000-0000-0000-0000-000000000000
      #   client_secret: {file: hubspot-client-secret}
    # Another address, for tests: https only, or this machine itself.
    # base_url: http://127.0.0.1:4010
";
const MARKETO: &str = "  marketo:
    vendor: marketo
    # The instance's own address: Admin > Web Services > REST API, without `/rest`.
    base_url: https://000-AAA-000.mktorest.com
    auth:
      # A custom service for an API-only user: Admin > LaunchPoint > New Service, View Details.
      client:
        client_id: 00000000-0000-0000-0000-000000000000
        client_secret: {file: marketo-client-secret}
";

pub(crate) fn run(global: &Global, args: &InitArgs) -> Outcome {
    if let Some(url) = &args.base_url {
        intentd_sdk::http::check_base_url(url).map_err(|error| Failure::Input(format!("--base-url {url}: {error}")))?;
    }
    let mut files: Vec<(PathBuf, String)> = vec![(args.folder.join("intentd.yaml"), config_text(args))];
    let (vendor, secret) = args.vendor.words();
    for (path, text) in crate::rules::shipped(&[vendor]) {
        files.push((args.folder.join("mappings").join(path), text));
    }
    let existing: Vec<String> =
        files.iter().filter(|(path, _)| path.exists()).map(|(path, _)| path.display().to_string()).collect();
    if !existing.is_empty() {
        return Err(Failure::Input(format!("not overwritten: {}; choose another folder", existing.join(", "))));
    }
    let mut written = Vec::new();
    for (path, text) in files {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, text)?;
        written.push(path.display().to_string());
    }
    if global.json {
        output::json(&serde_json::json!({ "written": written }));
        return Ok(0);
    }
    for path in &written {
        output::line(&format!("wrote {path}"));
    }
    output::line("");
    output::line(&format!("Next: put the {secret} where intentd.yaml says, then"));
    output::line(&format!("  intentd check --online --config {}", args.folder.join("intentd.yaml").display()));
    Ok(0)
}

fn config_text(args: &InitArgs) -> String {
    let text = crate::config::template().replace("# mappings: ./mappings", "mappings: ./mappings");
    match (args.vendor, &args.base_url) {
        (Vendor::Hubspot, None) => text,
        (Vendor::Hubspot, Some(url)) => text.replace("# base_url: http://127.0.0.1:4010", &format!("base_url: {url}")),
        (Vendor::Marketo, url) => {
            let words = [
                (HUBSPOT, MARKETO),
                ("`hubspot/`", "`marketo/`"),
                ("hubspot-token", "marketo-client-secret"),
                ("HUBSPOT_TOKEN", "MARKETO_CLIENT_SECRET"),
            ];
            let text = words.into_iter().fold(text, |text, (hubspot, marketo)| text.replace(hubspot, marketo));
            match url {
                None => text,
                Some(url) => text.replace("https://000-AAA-000.mktorest.com", url.as_str().trim_end_matches('/')),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_for_marketo_names_nobody_else() {
        let base_url = Some(url::Url::parse("https://284-RPR-133.mktorest.com").unwrap());
        let text = config_text(&InitArgs { folder: PathBuf::from("."), vendor: Vendor::Marketo, base_url });
        assert!(text.contains("vendor: marketo") && text.contains("base_url: https://284-rpr-133.mktorest.com"));
        let lines: Vec<&str> = text.lines().filter(|line| line.to_lowercase().contains("hubspot")).collect();
        assert_eq!(lines, [] as [&str; 0]);
    }
}
