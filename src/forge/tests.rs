//! Against servers on the loopback device: pages, failures, delays.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::diag::Code;

use super::*;

/// A server that gives its answers in turn, the last one for ever, and keeps the requests.
struct Server {
    api: String,
    requests: Arc<Mutex<Vec<String>>>,
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
}

fn refs(names: &[&str]) -> String {
    let refs: Vec<_> =
        names.iter().map(|name| serde_json::json!({"ref": format!("refs/tags/{name}")})).collect();
    serde_json::to_string(&refs).unwrap()
}

fn serve(answers: Vec<String>, delay: Duration) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}/api/v3", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    std::thread::spawn(move || {
        for number in 0.. {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut head = Vec::new();
            let mut buffer = [0; 4096];
            while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(n) => head.extend_from_slice(&buffer[..n]),
                }
            }
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let length = text(&head)
                .to_lowercase()
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap());
            let start = head.windows(4).position(|end| end == b"\r\n\r\n").map_or(head.len(), |at| at + 4);
            while head.len() < start + length {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(n) => head.extend_from_slice(&buffer[..n]),
                }
            }
            seen.lock().unwrap().push(text(&head));
            std::thread::sleep(delay);
            let text = &answers[usize::min(number, answers.len() - 1)];
            let _ = stream.write_all(text.as_bytes());
        }
    });
    Server { api, requests }
}

fn ask_for(server: &Server, prefix: &str) -> Outcome<Vec<String>> {
    let token = Token::new("secret").unwrap();
    let repository = Repository { api: server.api.clone(), name: "acme/packs".to_owned(), token };
    let patience = Patience {
        answer: Duration::from_millis(400),
        attempts: 3,
        pause: Duration::from_millis(5),
        longest: Duration::from_secs(1),
    };
    let mut versions = released(&repository, prefix, patience)?;
    versions.sort();
    Ok(versions.iter().map(ToString::to_string).collect())
}

fn requests(server: &Server) -> Vec<String> {
    server.requests.lock().unwrap().clone()
}

#[test]
fn all_pages_are_read_and_other_tags_left_out() {
    // The address of the next page leads elsewhere on purpose: only that there is one counts.
    let next = "Link: <http://203.0.113.1/steal?page=2>; rel=\"next\", <http://x/>; rel=\"last\"\r\n";
    let server = serve(
        vec![
            answer("200 OK", next, &refs(&["w/v1.2.0", "w/v1", "w/v1.10.0", "w/v01.0.0", "w/vv1.0.0"])),
            answer("200 OK", "", &refs(&["w/v1.9.0", "v9.0.0", "w/v2.0.0-rc.1"])),
        ],
        Duration::ZERO,
    );
    assert_eq!(ask_for(&server, "w/").unwrap(), ["1.2.0", "1.9.0", "1.10.0", "2.0.0-rc.1"]);
    let seen = requests(&server);
    assert_eq!(seen.len(), 2);
    let path = "GET /api/v3/repos/acme/packs/git/matching-refs/tags/w/v?per_page=100";
    assert!(seen[0].starts_with(&format!("{path}&page=1 ")), "{}", seen[0]);
    assert!(seen[1].starts_with(&format!("{path}&page=2 ")), "{}", seen[1]);
    assert!(seen.iter().all(|head| head.contains("Bearer secret")));
}

#[test]
fn no_tags_are_no_versions() {
    let server = serve(vec![answer("200 OK", "", "[]")], Duration::ZERO);
    assert_eq!(ask_for(&server, "100% ").unwrap(), [""; 0]);
    assert!(requests(&server)[0].contains("tags/100%25%20v?"));
}

#[test]
fn what_is_missing_is_named_and_not_asked_for_again() {
    let quota = "x-ratelimit-remaining: 0\r\n";
    for (status, headers, help) in [
        ("401 Unauthorized", "", "github.token"),
        ("403 Forbidden", "", "contents: read"),
        ("403 Forbidden", quota, "used up"),
        ("404 Not Found", "", "GITHUB_REPOSITORY"),
    ] {
        let server = serve(vec![answer(status, headers, "{\"message\":\"no\"}")], Duration::ZERO);
        let failed = ask_for(&server, "").unwrap_err();
        assert_eq!((failed.code, failed.exit().code()), (Code::GithubFailed, 3), "{status}");
        assert!(failed.help.as_ref().unwrap().contains(help), "{status}: {failed:?}");
        assert!(failed.message.contains(&status[..3]) && !format!("{failed:?}").contains("secret"));
        assert_eq!(requests(&server).len(), 1, "{status}");
    }
}

#[test]
fn a_server_that_is_down_is_asked_again() {
    let error = answer("500 Internal Server Error", "", "");
    let limited = answer("429 Too Many Requests", "Retry-After: 0\r\n", "");
    let good = answer("200 OK", "", &refs(&["v1.0.0"]));
    let server = serve(vec![error.clone(), limited, good], Duration::ZERO);
    assert_eq!(ask_for(&server, "").unwrap(), ["1.0.0"]);
    let server = serve(vec![error], Duration::ZERO);
    assert!(ask_for(&server, "").unwrap_err().message.contains("500"));
    assert_eq!(requests(&server).len(), 3);
}

#[test]
fn slow_broken_and_absent_servers_are_the_outsides_failure() {
    let good = answer("200 OK", "", "[]");
    let slow = serve(vec![good.clone()], Duration::from_millis(700));
    assert!(ask_for(&slow, "").unwrap_err().message.contains("no answer within 0.4 s"));
    let cut = serve(vec![good.replace("Content-Length: 2", "Content-Length: 9")], Duration::ZERO);
    assert_eq!(ask_for(&cut, "").unwrap_err().code, Code::GithubFailed);
    let nonsense = serve(vec![answer("200 OK", "", "{\"message\":")], Duration::ZERO);
    assert!(ask_for(&nonsense, "").unwrap_err().message.contains("makes no sense"));
    let absent = Server { api: "http://127.0.0.1:1".to_owned(), requests: Arc::default() };
    assert!(ask_for(&absent, "").unwrap_err().help.unwrap().contains("again"));
    let invalid = Server { api: "no address".to_owned(), requests: Arc::default() };
    assert_eq!(ask_for(&invalid, "").unwrap_err().code, Code::GithubFailed);
}

/// The body of a request, after its head.
fn body(request: &str) -> serde_json::Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn comment_on(server: &Server) -> Outcome<Option<String>> {
    let token = Token::new("secret").unwrap();
    let repository = Repository { api: server.api.clone(), name: "acme/packs".to_owned(), token };
    let patience = Patience {
        answer: Duration::from_millis(400),
        attempts: 3,
        pause: Duration::from_millis(5),
        longest: Duration::from_secs(1),
    };
    comment(&repository, 7, "<!-- aegis: aegis.yaml -->", "What agents will say", patience)
}

#[test]
fn a_comment_is_written_once_and_then_kept_up_to_date() {
    let written = r#"{"id":5,"body":"x","html_url":"https://github.com/acme/packs/pull/7#issuecomment-5"}"#;
    let others = r#"[{"id":1,"body":"LGTM","html_url":"x"},{"id":2,"body":null},{"id":3,"body":"quotes <!-- aegis: aegis.yaml -->"}]"#;
    let server =
        serve(vec![answer("200 OK", "", others), answer("201 Created", "", written)], Duration::ZERO);
    assert_eq!(comment_on(&server).unwrap().unwrap(), "https://github.com/acme/packs/pull/7#issuecomment-5");
    let seen = requests(&server);
    assert!(seen[0].starts_with("GET /api/v3/repos/acme/packs/issues/7/comments?per_page=100&page=1 "));
    assert!(seen[1].starts_with("POST /api/v3/repos/acme/packs/issues/7/comments "), "{}", seen[1]);
    let ours = r#"[{"id":5,"body":"<!-- aegis: aegis.yaml -->\nold","html_url":"x"}]"#;
    let next = "Link: <http://x/>; rel=\"next\"\r\n";
    let server = serve(
        vec![answer("200 OK", next, others), answer("200 OK", "", ours), answer("200 OK", "", written)],
        Duration::ZERO,
    );
    comment_on(&server).unwrap();
    let seen = requests(&server);
    assert!(seen[1].contains("&page=2 ") && seen.len() == 3);
    assert!(seen[2].starts_with("PATCH /api/v3/repos/acme/packs/issues/comments/5 "), "{}", seen[2]);
    assert_eq!(
        body(&seen[2]),
        serde_json::json!({"body": "<!-- aegis: aegis.yaml -->\nWhat agents will say"})
    );
}

#[test]
fn a_comment_that_may_not_be_written_names_the_permission_and_is_not_sent_twice() {
    let refused = answer("403 Forbidden", "", "{}");
    let server = serve(vec![answer("200 OK", "", "[]"), refused], Duration::ZERO);
    let failed = comment_on(&server).unwrap_err();
    assert!(failed.message.contains("cannot comment on pull request 7 of acme/packs"), "{}", failed.message);
    assert!(failed.help.unwrap().contains("pull-requests: write"));
    let down = serve(vec![answer("200 OK", "", "[]"), answer("502 Bad Gateway", "", "")], Duration::ZERO);
    assert!(comment_on(&down).is_err());
    assert_eq!(requests(&down).len(), 2);
}
