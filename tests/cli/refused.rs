//! What a store's refusals are told as: each with what is wrong, and what to do about it.

#![cfg(feature = "s3")]

use std::io::{Read as _, Write as _};

use crate::run::{Ran, Sandbox, aegis};

/// A server of S3's protocol that refuses everybody with this status and this code.
fn refusing(status: u16, code: &'static str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 8192]);
            let body = format!("<Error><Code>{code}</Code><Message>why it is</Message></Error>");
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status} No\r\ncontent-type: application/xml\r\ncontent-length: {length}");
            let _ = stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n{body}").as_bytes());
        }
    });
    address
}

fn list(endpoint: Option<&str>, env: &[(&str, &str)]) -> Ran {
    let sandbox = Sandbox::new();
    let mut run = aegis(sandbox.path());
    run.args(["list", "s3://bucket", "--pack", "1.0"]).env("AWS_REGION", "us-east-1");
    run.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", sandbox.path()).envs(env.iter().copied());
    if let Some(endpoint) = endpoint {
        run.env("AWS_ENDPOINT_URL", endpoint);
    }
    sandbox.finish(run)
}

#[test]
fn refusals_say_whether_right_login_clock_or_bucket_is_wrong() {
    let login = [("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key")];
    for (status, code, why, help) in [
        (
            403,
            "AccessDenied",
            "the permission s3:ListBucket on the bucket `bucket`",
            "the permission that it lacks",
        ),
        (403, "InvalidAccessKeyId", "the credentials are refused", "check the credentials"),
        (403, "SignatureDoesNotMatch", "the credentials are refused", "check the credentials"),
        (400, "ExpiredToken", "the credentials are refused: ExpiredToken: why it is", "or get new ones"),
        (403, "RequestTimeTooSkewed", "the clock of this machine is wrong", "mend what the message names"),
        (404, "NoSuchBucket", "there is no bucket `bucket`", "mend what the message names"),
    ] {
        let ran = list(Some(&refusing(status, code)), &login);
        assert_eq!(ran.exit, 3, "{code}: {}", ran.stderr);
        assert!(ran.stderr.contains(why) && ran.stderr.contains(help), "{code}: {}", ran.stderr);
    }
}

#[test]
fn that_there_are_no_credentials_is_said() {
    let ran = list(None, &[]);
    assert_eq!(ran.exit, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("there are no credentials: set AWS_ACCESS_KEY_ID"), "{}", ran.stderr);
    assert!(ran.stderr.contains("check the credentials that aegis runs with"), "{}", ran.stderr);
}
