//! Tables written by `tests/interop/generator` from Apache Kafka's schemas.

mod api_key;
mod request_shapes;
mod response_shapes;
mod shapes;

pub use api_key::ApiKey;
