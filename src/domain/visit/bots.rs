//! Robots, told by how they name themselves. A robot that lies is not found here; limits and consent meet it instead.

/// Parts of the names of crawlers, monitors, previews, libraries and headless browsers, in lower case.
const TOKENS: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "slurp",
    "archiver",
    "scrape",
    "fetcher",
    "scanner",
    "monitor",
    "uptime",
    "pingdom",
    "lighthouse",
    "pagespeed",
    "gtmetrix",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "webdriver",
    "preview",
    "facebookexternalhit",
    "embedly",
    "mediapartners",
    "feed",
    "rss",
    "validator",
    "checker",
    "python-",
    "python/",
    "aiohttp",
    "httpx/",
    "curl/",
    "wget/",
    "libwww",
    "lwp-",
    "java/",
    "okhttp",
    "go-http-client",
    "ruby",
    "perl",
    "php/",
    "guzzle",
    "axios",
    "node-fetch",
    "undici",
    "postman",
    "insomnia",
    "httpclient",
    "http_request",
    "zgrab",
    "nmap",
    "masscan",
    "nikto",
    "sqlmap",
    "expanse",
    "censys",
    "ahrefs",
    "semrush",
    "dataprovider",
    "gptbot",
    "chatgpt",
    "claude",
    "perplexity",
    "bytedance",
    "bytespider",
    "externalagent",
    "inspectiontool",
    "read-aloud",
    "google-extended",
    "apis-google",
    "yandex.com/",
    "baidu.com/",
    "bingpreview",
    "whatsapp",
    "telegram",
    "skypeuri",
    "virustotal",
    "proofpoint",
    "barracuda",
    "mimecast",
    "safelinks",
    "urldefense",
];

/// The longest name that a browser is believed to have.
const LONGEST_AGENT: usize = 1024;

/// Recognises robots.
#[derive(Clone, Debug, Default)]
pub struct Bots {
    more: Vec<String>,
}

impl Bots {
    /// With more parts of names beside the built-in ones, in any case.
    pub fn new<'a>(more: impl IntoIterator<Item = &'a str>) -> Bots {
        let more = more.into_iter().map(|token| token.trim().to_lowercase()).filter(|token| !token.is_empty());
        Bots { more: more.collect() }
    }

    /// Whether this user agent is a robot's. One that says nothing, or far too much, is.
    pub fn is_bot(&self, agent: &str) -> bool {
        let agent = agent.trim();
        if agent.len() < 8 || agent.len() > LONGEST_AGENT {
            return true;
        }
        let agent = agent.to_lowercase();
        // "Cubot" makes telephones.
        let agent = agent.replace("cubot", "");
        TOKENS.iter().any(|token| agent.contains(token)) || self.more.iter().any(|token| agent.contains(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_people_and_what_calls_itself_a_robot_is_one() {
        let bots = Bots::new(["AcmeProbe", " "]);
        for person in [
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
        ] {
            assert!(!bots.is_bot(person), "{person}");
        }
        for robot in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
            "curl/8.14.1",
            "python-requests/2.32",
            "AcmeProbe 1.0 (inside)",
            "-",
            "",
        ] {
            assert!(bots.is_bot(robot), "{robot}");
        }
        assert!(bots.is_bot(&"a".repeat(2000)));
    }
}
