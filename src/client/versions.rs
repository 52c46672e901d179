//! What a broker speaks.

use std::collections::BTreeMap;

use kabuki_wire::messages::ApiVersionsResponse;
use kabuki_wire::shape::Versions;
use kabuki_wire::versions::codec_version;
use kabuki_wire::{ApiKey, Request};

/// The APIs of a broker and their versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BrokerVersions {
    /// By the API's number, so that APIs unknown here do no harm: lowest and highest version.
    ranges: BTreeMap<i16, (i16, i16)>,
}

impl BrokerVersions {
    pub(crate) fn of(response: &ApiVersionsResponse) -> Self {
        let range = |api: &kabuki_wire::messages::api_versions_response::ApiVersion| {
            (api.api_key, (api.min_version, api.max_version))
        };
        Self { ranges: response.api_keys.iter().map(range).collect() }
    }

    /// The lowest and highest version of an API; `None` when the broker does not serve it.
    pub fn range(&self, api: ApiKey) -> Option<(i16, i16)> {
        self.ranges.get(&(api as i16)).copied()
    }

    /// The highest version up to `version_max` that the broker serves and that can be written and read here; versions
    /// that Kafka still develops are left out.
    pub fn highest<R: Request>(&self, version_max: i16) -> Option<i16> {
        let api = ApiKey::from_number(R::KEY)?;
        let (low, high) = self.range(api)?;
        let Versions { low: own_low, .. } = api.versions();
        let high = high.min(api.stable_version_max()).min(version_max);
        (low.max(own_low)..=high).rev().find(|&version| has_codec::<R>(api, version))
    }
}

/// Whether both the request and the response of this version can be written and read.
pub(crate) fn has_codec<R: Request>(api: ApiKey, version: i16) -> bool {
    let codec = codec_version(api, version);
    (R::VERSIONS.min..=R::VERSIONS.max).contains(&codec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kabuki_wire::messages::{FetchRequest, ListOffsetsRequest};

    fn broker(api: ApiKey, low: i16, high: i16) -> BrokerVersions {
        BrokerVersions { ranges: BTreeMap::from([(api as i16, (low, high))]) }
    }

    #[test]
    fn the_highest_version_that_both_know_is_taken() {
        let fetch = |low, high, max| broker(ApiKey::Fetch, low, high).highest::<FetchRequest>(max);
        assert_eq!(fetch(0, 10, i16::MAX), Some(10));
        assert_eq!(fetch(0, 99, i16::MAX), Some(18));
        assert_eq!(fetch(0, 99, 12), Some(12));
        assert_eq!(fetch(0, 3, i16::MAX), None, "too old");
        assert_eq!(fetch(90, 99, i16::MAX), None, "too new");
        assert_eq!(fetch(0, 10, i16::MAX), Some(10));
        assert_eq!(fetch(0, 99, 2), None);
    }

    #[test]
    fn an_api_that_the_broker_lacks_has_no_version() {
        assert_eq!(broker(ApiKey::Fetch, 0, 10).highest::<ListOffsetsRequest>(i16::MAX), None);
    }
}
