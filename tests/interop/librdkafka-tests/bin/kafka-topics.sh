#!/usr/bin/env bash
# Where some of librdkafka's tests look for Apache Kafka's tool: $KAFKA_PATH/bin.
exec "$(dirname "$(realpath "$0")")/../../kafka/tool" org.apache.kafka.tools.TopicCommand "$@"
