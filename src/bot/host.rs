//! Which addresses a bot may call: `https`, a host that is written out and in the allow-list, no credentials. Addresses are
//! read as the WHATWG URL standard reads them, as the script's host does.

use url::Url;

/// Why an address is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It is no URL.
    Invalid(String),
    /// Its scheme is another one.
    NotHttps(String),
    /// It holds a user or a password.
    Credentials,
    /// What takes a place in it decides about its host.
    NotLiteral,
    /// Its host is not in the allow-list.
    NotAllowed(String),
}

impl Refused {
    /// What is wrong, and what to do.
    pub fn words(&self) -> (String, String) {
        match self {
            Self::Invalid(why) => (
                format!("this is no URL: {why}"),
                "write an absolute URL such as https://api.example.com/menu".to_owned(),
            ),
            Self::NotHttps(scheme) => (
                format!("the address is `{scheme}`, and bots call `https` only"),
                "write https://".to_owned(),
            ),
            Self::Credentials => (
                "the address holds a user or a password".to_owned(),
                "take out what stands before the `@`: a spec is published".to_owned(),
            ),
            Self::NotLiteral => (
                "the host is put together from what people write".to_owned(),
                "write the host out; substitutions may stand behind it, in path and query".to_owned(),
            ),
            Self::NotAllowed(host) => (
                format!("the host `{host}` is not in `security.outboundAllowList`"),
                "add the host there if the bot is to talk to it, or correct the address".to_owned(),
            ),
        }
    }
}

/// The host of an address that is known whole.
///
/// # Errors
/// Why it may not be called.
pub fn host<'l>(address: &str, allowed: impl IntoIterator<Item = &'l str>) -> Result<String, Refused> {
    let url = Url::parse(address).map_err(|error| Refused::Invalid(error.to_string()))?;
    if url.scheme() != "https" {
        return Err(Refused::NotHttps(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Credentials);
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    let is_allowed = allowed.into_iter().any(|entry| normal(entry).as_deref() == Some(&*host));
    if is_allowed { Ok(host) } else { Err(Refused::NotAllowed(host)) }
}

/// The same for an address in which something will take the place of each `{{…}}`: nothing that does may change who is
/// called. `fill` puts a text in all those places.
///
/// # Errors
/// Why it may not be called.
pub fn template_host<'l>(
    fill: impl Fn(&str) -> String,
    allowed: impl IntoIterator<Item = &'l str>,
) -> Result<String, Refused> {
    // Values are percent-encoded, so letters, digits and nothing are what can meet the host.
    let parsed = ["", "a", "b", "9"].map(|value| Url::parse(&fill(value)));
    let origins: Vec<_> = parsed
        .iter()
        .map(|url| url.as_ref().ok().map(|url| (url.scheme(), url.username(), url.host_str(), url.port())))
        .collect();
    if origins.iter().any(|origin| *origin != origins[0]) {
        return Err(Refused::NotLiteral);
    }
    host(&fill("a"), allowed)
}

/// A host of an allow-list as a URL would give it.
fn normal(entry: &str) -> Option<String> {
    let url = Url::parse(&format!("https://{entry}/")).ok()?;
    let is_host = url.port().is_none() && url.path() == "/" && url.username().is_empty();
    is_host.then(|| url.host_str().map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(address: &str) -> Result<String, Refused> {
        let fill = |value: &str| address.replace("{}", value);
        template_host(fill, ["api.example.com", "Bücher.example", "[2001:db8::1]", "10.0.0.1"])
    }

    #[test]
    fn addresses_are_read_as_the_url_standard_reads_them() {
        for address in [
            "https://api.example.com",
            "https://api.example.com/{}?q={}#{}",
            "https://api.example.com?{}",
            "HTTPS://API.EXAMPLE.COM:443/",
            "https://api.example.com:8443/x",
            "https:api.example.com/x",
            "https:\\\\api.example.com\\x",
            "  https://api.example.com/  ",
            "https://api.exa\tmple.com/",
            "https://api.example.com/@evil.example/",
            "https://b%C3%BCcher.example/",
            "https://xn--bcher-kva.example/",
            "https://[2001:db8:0::1]/",
            "https://0x0a000001/",
        ] {
            assert!(judge(address).is_ok(), "{address}: {:?}", judge(address));
        }
        for (address, refused) in [
            ("http://api.example.com/", Refused::NotHttps("http".into())),
            ("javascript:alert(1)", Refused::NotHttps("javascript".into())),
            ("https://evil.example/api.example.com", Refused::NotAllowed("evil.example".into())),
            (
                "https://api.example.com.evil.example/",
                Refused::NotAllowed("api.example.com.evil.example".into()),
            ),
            ("https://api.example.com./", Refused::NotAllowed("api.example.com.".into())),
            ("https://evil.example\\@api.example.com/", Refused::NotAllowed("evil.example".into())),
            ("https://evil.example#@api.example.com/", Refused::NotAllowed("evil.example".into())),
            ("https://api.example.com@evil.example/", Refused::Credentials),
            ("https://u:p@api.example.com/", Refused::Credentials),
            ("https://:p@api.example.com/", Refused::Credentials),
            ("https://{}/", Refused::NotLiteral),
            ("https://{}api.example.com/", Refused::NotLiteral),
            ("https://api.example.com{}/", Refused::NotLiteral),
            ("https://api.example.com:{}/", Refused::NotLiteral),
            ("https://{}@api.example.com/", Refused::NotLiteral),
            ("{}://api.example.com/", Refused::NotLiteral),
            ("https{}://api.example.com/", Refused::NotLiteral),
        ] {
            assert_eq!(judge(address), Err(refused), "{address}");
        }
        assert!(matches!(judge("/menu"), Err(Refused::Invalid(_))));
        assert!(matches!(judge("https://"), Err(Refused::Invalid(_))));
        assert!(matches!(judge("https://a b/"), Err(Refused::Invalid(_))));
    }
}
