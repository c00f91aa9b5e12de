//! Fetching over HTTPS: bounded in bytes and in time, and never away from HTTPS. Proxies are not used.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use url::Url;

use crate::store::Meter;

/// How long one source may take, redirects and repetitions included.
const LIMIT: Duration = Duration::from_secs(300);
/// How long a server may say nothing.
const SILENCE: Duration = Duration::from_secs(30);
/// How often a request is sent before its failure is believed.
const ATTEMPTS: u32 = 4;
/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// Why nothing was fetched.
#[derive(Debug, PartialEq, Eq)]
pub enum Failed {
    /// The server has no such thing, or refuses: why, as a sentence without its subject.
    Refused(String),
    /// It wants to know who asks.
    Forbidden(String),
    /// Nobody vouches for it.
    Untrusted(String),
    /// It did not answer as it should, again and again.
    Unavailable(String),
    /// It sends more than may come.
    TooLarge,
}

type Https = Client<HttpsConnector<HttpConnector>, String>;

/// Fetches a URL of at most `most` bytes; what comes passes the meter, where the server says how much it will be.
///
/// # Errors
/// See [`Failed`].
pub async fn get(url: &str, most: u64, meter: &Arc<Meter>) -> Result<Vec<u8>, Failed> {
    let client = client()?;
    let fetched = tokio::time::timeout(LIMIT, async {
        let mut wait = Duration::from_millis(300);
        for attempt in 1.. {
            match follow(&client, url, most, meter).await {
                Err(Failed::Unavailable(why)) if attempt == ATTEMPTS => return Err(Failed::Unavailable(why)),
                Err(Failed::Unavailable(_)) => {}
                done => return done,
            }
            tokio::time::sleep(wait).await;
            wait *= 3;
        }
        Err(Failed::Unavailable("no answer".to_owned()))
    });
    fetched
        .await
        .unwrap_or_else(|_| Err(Failed::Unavailable(format!("took more than {} seconds", LIMIT.as_secs()))))
}

fn client() -> Result<Https, Failed> {
    let roots = HttpsConnectorBuilder::new().with_native_roots();
    let roots = roots.map_err(|error| {
        Failed::Untrusted(format!("cannot be reached: there are no root certificates here ({error})"))
    })?;
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_connect_timeout(Some(Duration::from_secs(10)));
    let connector = roots.https_only().enable_http1().wrap_connector(connector);
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

/// One attempt, along its redirects.
async fn follow(client: &Https, url: &str, most: u64, meter: &Arc<Meter>) -> Result<Vec<u8>, Failed> {
    let invalid = || Failed::Refused("is no URL".to_owned());
    let mut url = Url::parse(url).map_err(|_| invalid())?;
    for _ in 0..=REDIRECTS {
        let request = http::Request::get(url.as_str())
            .header("user-agent", concat!("aegis/", env!("CARGO_PKG_VERSION")))
            .header("accept-encoding", "identity")
            .body(String::new())
            .map_err(|_| invalid())?;
        let answer = in_time(client.request(request)).await?;
        let answer = answer.map_err(|error| unreached(&causes(&error)))?;
        let status = answer.status();
        match status.as_u16() {
            200 => {
                if let Some(coding) = answer.headers().get("content-encoding").filter(|it| *it != "identity")
                {
                    let coding = coding.to_str().unwrap_or("?");
                    let why = format!("answers in the encoding `{coding}`, which it was not asked for");
                    return Err(Failed::Refused(why));
                }
                return body(answer.into_body(), most, meter).await;
            }
            301 | 302 | 303 | 307 | 308 => {
                let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
                let next = location.and_then(|location| url.join(location).ok());
                let next = next.ok_or_else(|| Failed::Refused("redirects to nowhere".to_owned()))?;
                if !next.username().is_empty() || next.password().is_some() {
                    return Err(Failed::Refused("redirects to a URL with a user or a secret".to_owned()));
                }
                if next.scheme() != "https" {
                    return Err(Failed::Refused(format!(
                        "redirects away from HTTPS, to `{}:`",
                        next.scheme()
                    )));
                }
                url = next;
            }
            401 | 403 => return Err(Failed::Forbidden(format!("answers {status}"))),
            408 | 429 | 500..=599 => return Err(Failed::Unavailable(format!("answers {status}"))),
            _ => return Err(Failed::Refused(format!("answers {status}"))),
        }
    }
    Err(Failed::Refused(format!("redirects more than {REDIRECTS} times")))
}

/// Why no answer came. A certificate that is not trusted will not be at the next attempt either.
fn unreached(why: &str) -> Failed {
    match why.split_once("invalid peer certificate: ") {
        Some((_, what)) => Failed::Untrusted(format!("has a certificate that is not trusted: {what}")),
        None => Failed::Unavailable(format!("cannot be reached: {why}")),
    }
}

/// The content; one that is cut off is an error, and so is one that says less of itself than comes.
async fn body(mut body: hyper::body::Incoming, most: u64, meter: &Arc<Meter>) -> Result<Vec<u8>, Failed> {
    let mut bytes = Vec::new();
    // What it says of its length is enough to refuse it.
    let size = hyper::body::Body::size_hint(&body);
    if size.lower() > most {
        return Err(Failed::TooLarge);
    }
    let mut count = size.exact().map(|size| meter.begin(size));
    while let Some(frame) = in_time(body.frame()).await? {
        let frame = frame.map_err(|error| Failed::Unavailable(format!("breaks off: {}", causes(&error))))?;
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
            count.iter_mut().for_each(|count| count.add(data.len() as u64));
        }
        if bytes.len() as u64 > most {
            return Err(Failed::TooLarge);
        }
    }
    Ok(bytes)
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Failed> {
    let late = |_| Failed::Unavailable(format!("said nothing for {} seconds", SILENCE.as_secs()));
    tokio::time::timeout(SILENCE, work).await.map_err(late)
}

fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::block_on;
    use std::io::{Read as _, Write as _};
    use std::time::Instant;

    #[test]
    fn what_has_come_passes_the_meter() {
        let (listener, meter) =
            (std::net::TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(Meter::default()));
        let (port, seen) = (listener.local_addr().unwrap().port(), Arc::clone(&meter));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345").unwrap();
            // The rest comes when the first half was seen.
            let start = Instant::now();
            while seen.passing() != Some((5, 10)) && start.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(5));
            }
            let passing = seen.passing();
            stream.write_all(b"67890").unwrap();
            passing
        });
        let fetched = block_on(async {
            let client = Client::builder(TokioExecutor::new()).build_http::<String>();
            let url = format!("http://127.0.0.1:{port}/").parse().unwrap();
            body(client.get(url).await.unwrap().into_body(), 10, &meter).await
        });
        assert_eq!(fetched.unwrap().unwrap(), b"1234567890");
        assert_eq!((server.join().unwrap(), meter.passing()), (Some((5, 10)), None));
    }
}
