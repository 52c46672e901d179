//! What an API key says beside its number: versions, header versions, who answers.

use crate::ApiKey;
use crate::shape::Versions;

impl ApiKey {
    /// The versions of the API in Apache Kafka 4.3.1, those still in development included. A broker advertises its own
    /// choice of them.
    pub fn versions(self) -> Versions {
        self.shape().request.versions
    }

    /// The newest version that is not in development.
    pub fn stable_version_max(self) -> i16 {
        self.shape().stable_version_max
    }

    /// Whether brokers answer this API to clients.
    pub fn is_on_broker(self) -> bool {
        self.shape().on_broker
    }

    /// Whether controllers answer this API.
    pub fn is_on_controller(self) -> bool {
        self.shape().on_controller
    }

    /// Whether the request of this version uses the flexible encoding: compact lengths and tagged fields. Versions that
    /// do not exist yet count as flexible where newer ones are.
    pub fn is_flexible(self, version: i16) -> bool {
        self.shape().request.is_flexible(version)
    }

    /// The version of the header before a request: 2 for flexible versions, else 1.
    pub fn request_header_version(self, version: i16) -> i16 {
        if self.is_flexible(version) { 2 } else { 1 }
    }

    /// The version of the header before a response: 1 for flexible versions, else 0. That of ApiVersions is always 0, so
    /// that a client can read it before it knows what the broker speaks (KIP-511).
    pub fn response_header_version(self, version: i16) -> i16 {
        let flexible = self.shape().response.is_flexible(version);
        if flexible && self != Self::ApiVersions { 1 } else { 0 }
    }
}

impl TryFrom<i16> for ApiKey {
    type Error = crate::WireError;

    fn try_from(number: i16) -> Result<Self, Self::Error> {
        Self::from_number(number).ok_or(crate::WireError::UnknownApi(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_by_its_number_and_has_its_own_shape() {
        for api in ApiKey::ALL {
            assert_eq!(ApiKey::from_number(api as i16), Some(api));
            assert_eq!(api.shape().key, api);
            assert_eq!(api.versions(), api.shape().response.versions);
        }
        assert_eq!(ApiKey::from_number(-1), None);
        assert_eq!(ApiKey::from_number(i16::MAX), None);
    }

    #[test]
    fn header_versions_are_kafkas() {
        assert_eq!(ApiKey::Produce.request_header_version(8), 1);
        assert_eq!(ApiKey::Produce.request_header_version(9), 2);
        assert_eq!(ApiKey::Produce.response_header_version(9), 1);
        assert_eq!(ApiKey::ApiVersions.request_header_version(3), 2);
        assert_eq!(ApiKey::ApiVersions.response_header_version(3), 0);
        assert_eq!(ApiKey::SaslHandshake.request_header_version(99), 1);
        assert_eq!(ApiKey::OffsetDelete.response_header_version(99), 0);
    }

    #[test]
    fn a_version_in_development_is_not_stable() {
        assert_eq!(ApiKey::InitProducerId.versions().high, 6);
        assert_eq!(ApiKey::InitProducerId.stable_version_max(), 5);
    }
}
