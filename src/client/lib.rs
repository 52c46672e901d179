//! A small asynchronous Kafka client.
