//! The Kafka wire protocol: frames, versions, safe decoding, the fetch-response plan.
