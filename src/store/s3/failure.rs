//! From the SDK's errors to the store's: what the caller may do, and which bucket or permission the message is about.

use std::error::Error;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::store::error::{Doing, StoreError, StoreErrorKind, causes};

/// The status of the answer, if there was one.
pub(super) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

impl Doing<'_> {
    /// The store's error.
    pub(super) fn of_s3<E>(self, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let (status, code) = (status(&error), error.code().unwrap_or_default().to_owned());
        let (kind, why) = match (status, code.as_str()) {
            (_, "NoSuchBucket") => {
                (StoreErrorKind::Other, format!("there is no bucket `{}`, or not here", self.place))
            }
            (_, "RequestTimeTooSkewed") => {
                let why = "the clock of this machine is wrong: the store refuses requests of another time";
                (StoreErrorKind::Other, why.to_owned())
            }
            (_, "ExpiredToken" | "InvalidToken" | "InvalidAccessKeyId" | "SignatureDoesNotMatch") => (
                StoreErrorKind::Unauthenticated,
                format!("the credentials are refused: {}", said(&code, &error)),
            ),
            (Some(412 | 304), _) => (StoreErrorKind::Exists, "it exists already".to_owned()),
            (Some(404), _) => (StoreErrorKind::NotFound, "there is no such object".to_owned()),
            (Some(401 | 403), _) => (StoreErrorKind::Denied, self.denied_by_s3(&error)),
            (Some(409), _) => (StoreErrorKind::Conflict, said(&code, &error)),
            (Some(507), _) => (StoreErrorKind::Full, said(&code, &error)),
            (Some(408 | 429 | 500..=599), _) => (StoreErrorKind::Unavailable, said(&code, &error)),
            (Some(301 | 307), _) => (
                StoreErrorKind::Other,
                format!("the bucket `{}` is in another region: set AWS_REGION to that", self.place),
            ),
            (Some(_), _) => (StoreErrorKind::Other, said(&code, &error)),
            (None, _) => self.without_answer(&error),
        };
        self.because(kind, why)
    }

    fn denied_by_s3<E: ProvideErrorMetadata>(self, error: &SdkError<E, HttpResponse>) -> String {
        let said = error.message().unwrap_or("access denied");
        format!("it takes the permission {} on the bucket `{}` ({said})", self.permission, self.place)
    }

    fn without_answer<E: Error + Send + Sync + 'static>(
        self,
        error: &SdkError<E, HttpResponse>,
    ) -> (StoreErrorKind, String) {
        let why = causes(error);
        match error {
            SdkError::TimeoutError(_) => (StoreErrorKind::Unavailable, format!("no answer in time ({why})")),
            SdkError::DispatchFailure(failure) if failure.is_other() && why.contains("credentials") => {
                let hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role";
                (StoreErrorKind::Unauthenticated, format!("there are no credentials: {hint} ({why})"))
            }
            SdkError::DispatchFailure(failure)
                if failure.is_other() && why.contains("region must be set") =>
            {
                let hint = "set AWS_REGION to the bucket's, or `region` in the profile";
                (StoreErrorKind::Other, format!("no region is set: {hint}"))
            }
            SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => (StoreErrorKind::Unavailable, why),
            _ => (StoreErrorKind::Other, why),
        }
    }
}

fn said<E: ProvideErrorMetadata>(code: &str, error: &SdkError<E, HttpResponse>) -> String {
    let status = status(error).map_or_else(String::new, |status| format!(" (HTTP {status})"));
    match (code, error.message()) {
        ("", None) => format!("the store refused without a reason{status}"),
        ("", Some(message)) => format!("{message}{status}"),
        (code, None) => format!("{code}{status}"),
        (code, Some(message)) => format!("{code}: {message}{status}"),
    }
}
