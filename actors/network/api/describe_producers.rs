//! DescribeProducers: the producers that a partition remembers (KIP-664).

use kabuki_metadata::controller::check_topic_name;
use kabuki_metadata::image::TopicImage;
use kabuki_wire::StrBytes;
use kabuki_wire::messages::describe_producers_response::{
    PartitionResponse, ProducerState, TopicResponse,
};
use kabuki_wire::messages::{
    DescribeProducersRequest, DescribeProducersResponse, ProducerId, TopicName,
};
use uuid::Uuid;

use super::distinct::distinct;
use super::gather::Gather;
use super::{Env, Envelope, Refusal, Request, Step, lookup};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::{ActiveProducer, ListProducers};
use crate::view::View;

/// Stands for "no transaction is open" where its first offset would be.
const NO_TRANSACTION: i64 = -1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let request: DescribeProducersRequest = request.decode()?;
    let view = env.context.view.load_full();
    let asked = request.topics.into_iter().map(|topic| {
        let indexes = topic.partition_indexes.into_iter();
        (topic.name, indexes.map(|index| (index, ())))
    });
    let mut gather = Gather::new();
    // Each partition once: Kafka answers repetitions one by one, but then a small request would make a response of any
    // size.
    for (name, partitions) in distinct(asked, |_, _| {}) {
        let found = topic(&view, &name);
        let mut topic = TopicResponse::default();
        for (index, ()) in partitions {
            let mut response = PartitionResponse::default().with_partition_index(index);
            match &found {
                Err((error, message)) => {
                    response.error_code = *error;
                    response.error_message = Some(message.clone());
                }
                Ok(image) => match lookup::partition(&view, image, index) {
                    Err(error) => response.error_code = error.code(),
                    Ok(partition) => {
                        let reply = env.token(gather.expect(topic.partitions.len()));
                        partition.handle.tell(ListProducers { reply });
                    }
                },
            }
            topic.partitions.push(response);
        }
        gather.push(topic.with_name(name));
    }
    let response = |topics| DescribeProducersResponse::default().with_topics(topics);
    Ok(gather.respond(envelope, put, response, env))
}

/// The topic; or the code and the sentence that all its partitions answer with.
fn topic<'v>(view: &'v View, name: &TopicName) -> Result<&'v TopicImage, (i16, StrBytes)> {
    check_topic_name(name).map_err(|error| (error.code(), error.message.into()))?;
    lookup::by_id_or_name(view, false, Uuid::nil(), name)
        .map_err(|error| (error.code(), StrBytes::from_static_str("there is no such topic")))
}

fn described(producer: ActiveProducer) -> ProducerState {
    ProducerState::default()
        .with_producer_id(ProducerId(producer.id))
        .with_producer_epoch(producer.epoch.into())
        .with_last_sequence(producer.last_sequence)
        .with_last_timestamp(producer.last_timestamp)
        .with_coordinator_epoch(producer.coordinator_epoch)
        .with_current_txn_start_offset(producer.transaction_start.unwrap_or(NO_TRANSACTION))
}

/// What a partition said becomes its part of the response.
fn put(topic: &mut TopicResponse, partition: usize, answer: Answer, envelope: Envelope) {
    let response = &mut topic.partitions[partition];
    match answer {
        Answer::Producers(Ok(producers)) => {
            response.active_producers = producers.into_iter().map(described).collect();
        }
        Answer::Producers(Err(refusal)) => response.error_code = errors::of_refusal(&refusal),
        other => response.error_code = errors::of_no_answer(envelope.api, &other),
    }
}
