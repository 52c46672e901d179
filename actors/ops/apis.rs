//! The traffic of the APIs that were asked at least once.

use std::sync::atomic::Ordering::Relaxed;

use kabuki_wire::ApiKey;

use crate::traffic::{API_KEYS, ApiTraffic, Traffic};

/// The figures of one API at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiFigures {
    /// Kafka's name of it.
    pub(super) name: String,
    pub(super) requests: u64,
    pub(super) responses: u64,
    /// Error codes in responses, one for each partition or resource that has one.
    pub(super) errors: u64,
    /// Nanoseconds from request to response, summed.
    pub(super) nanos: u64,
}

/// The figures of the APIs that were asked, in the order of their keys.
pub(super) fn asked(traffic: &Traffic) -> Vec<ApiFigures> {
    let keys = (0..API_KEYS as i16).filter_map(ApiKey::from_number);
    let figures = keys.filter_map(|key| Some(figures_of(key, traffic.api(key as i16)?)));
    figures.filter(|api| api.requests > 0).collect()
}

fn figures_of(key: ApiKey, api: &ApiTraffic) -> ApiFigures {
    ApiFigures {
        name: format!("{key:?}"),
        requests: api.requests.load(Relaxed),
        responses: api.responses.load(Relaxed),
        errors: api.errors.load(Relaxed),
        nanos: api.nanos.load(Relaxed),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn apis_show_by_kafkas_name_once_they_were_asked() {
        let traffic = Traffic::default();
        assert_eq!(asked(&traffic), []);
        for key in [18, 0, 0, 95, i16::MAX, -1] {
            traffic.count_request(key);
        }
        traffic.count_response(0, Duration::from_micros(7));
        traffic.count_errors(0, 2);
        let [produce, api_versions] = &asked(&traffic)[..] else { panic!("{:?}", asked(&traffic)) };
        assert_eq!(
            (
                produce.name.as_str(),
                produce.requests,
                produce.responses,
                produce.errors,
                produce.nanos
            ),
            ("Produce", 2, 1, 2, 7_000)
        );
        assert_eq!((api_versions.name.as_str(), api_versions.requests), ("ApiVersions", 1));
    }
}
