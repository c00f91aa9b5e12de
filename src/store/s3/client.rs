//! The SDK's client, from a store's settings and the SDK's own chain of credentials.

use std::time::Duration;

use aws_config::meta::region::RegionProviderChain;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::interceptors::InterceptorContext;
use aws_sdk_s3::config::retry::{ClassifyRetry, RetryAction, RetryPartition};
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};

use crate::store::settings::Settings;

/// How often one request is sent before its failure is believed: with the SDK's backoff and jitter about ten seconds.
const ATTEMPTS: u32 = 6;

/// Statuses that ask to come back later, by whatever word for it a compatible server has: the SDK knows Amazon's words.
#[derive(Debug)]
struct Later;

impl ClassifyRetry for Later {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|answer| answer.status().as_u16()) {
            Some(408 | 429) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "statuses that ask to come back later"
    }
}

/// What is larger takes longer on a slow line than an answer may, in bytes.
const LARGE: u64 = 256 << 10;

/// What holds for a request with so many bytes beside what the client has: it may take its time, as the SDK itself cuts one of
/// which nothing moves. Few kinds, as each has connections of its own.
pub(super) fn patience(size: u64) -> Option<aws_sdk_s3::config::Builder> {
    if size <= LARGE {
        return None;
    }
    // Or a whole object in one request, of at most 5 GiB.
    let attempt = Duration::from_secs(if size <= super::upload::PART { 300 } else { 86_400 });
    let timeouts = TimeoutConfig::builder()
        .read_timeout(attempt)
        .operation_attempt_timeout(attempt)
        .operation_timeout(attempt * ATTEMPTS)
        .build();
    Some(aws_sdk_s3::config::Config::builder().timeout_config(timeouts))
}

/// A client. It asks for credentials when it sends its first request.
pub(super) async fn connect(settings: &Settings) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .operation_attempt_timeout(Duration::from_secs(180))
        .operation_timeout(Duration::from_secs(600))
        .build();
    // A compatible server has no regions, but a signature needs one.
    let fallback = settings.endpoint.as_ref().map(|_| Region::new("us-east-1"));
    let region = RegionProviderChain::default_provider().or_else(fallback);
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts);
    if let Some(endpoint) = &settings.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    let shared = loader.load().await;
    let config = aws_sdk_s3::config::Builder::from(&shared)
        // Every write carries the SHA-256 that we know. The SDK's own checksums go into a trailer, which some servers
        // refuse.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenSupported)
        .retry_classifier(Later)
        // What the SDK keeps to hold back retries is shared by all clients of a region, unless each has its own: the trouble of one
        // store is none of another's.
        .retry_partition(RetryPartition::custom("store").build())
        .force_path_style(settings.path_style.unwrap_or(shared.endpoint_url().is_some()));
    Client::from_conf(config.build())
}
