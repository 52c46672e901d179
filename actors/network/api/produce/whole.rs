//! What makes a produce request fail as a whole: every partition is told the same, and nothing is appended.

use std::collections::BTreeSet;

use kabuki_records::validate::{FirstBatch, InvalidKind, first_batch};
use kabuki_wire::ResponseError;
use kabuki_wire::messages::ProduceRequest;

use super::merging::AskedTopic;
use crate::network::errors;

/// An error of all partitions.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WholeError {
    pub(super) code: i16,
    /// For clients; Kafka sends none where the code says it all.
    pub(super) message: Option<String>,
}

/// Looks at the first batch of each partition, up to the first one of a transaction, which the request must name.
pub(super) fn check(request: &ProduceRequest) -> Result<(), WholeError> {
    let all = request.topic_data.iter().flat_map(|topic| &topic.partition_data);
    for records in all.filter_map(|partition| partition.records.as_ref()) {
        let first = first_batch(records).map_err(|invalid| match invalid.kind {
            InvalidKind::Unreadable => {
                WholeError { code: errors::UNKNOWN_SERVER_ERROR, message: None }
            }
            kind => WholeError { code: errors::of_invalid(kind), message: Some(invalid.message) },
        })?;
        if first.is_some_and(|batch| batch.is_transactional) {
            return check_transactional_id(request);
        }
    }
    Ok(())
}

fn check_transactional_id(request: &ProduceRequest) -> Result<(), WholeError> {
    match request.transactional_id {
        Some(_) => Ok(()),
        None => {
            let code = ResponseError::TransactionalIdAuthorizationFailed.code();
            Err(WholeError { code, message: None })
        }
    }
}

/// The records that are to be appended belong to the transaction of one producer at most.
pub(super) fn check_producers<T>(topics: &[AskedTopic<T>]) -> Result<(), WholeError> {
    let partitions = topics.iter().flat_map(|topic| &topic.partitions);
    let producers: BTreeSet<_> = partitions
        .filter_map(|partition| producer_in_transaction(partition.records.as_ref()?))
        .collect();
    if producers.len() <= 1 {
        return Ok(());
    }
    let message = "transactional records of more than one producer".to_owned();
    let code = ResponseError::InvalidProducerIdMapping.code();
    Err(WholeError { code, message: Some(message) })
}

/// Producer id and epoch, where the records belong to a transaction.
pub(super) fn producer_in_transaction(records: &[u8]) -> Option<(i64, i16)> {
    match first_batch(records) {
        Ok(Some(FirstBatch { is_transactional: true, producer })) => producer,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use kabuki_records::builder::BatchBuilder;
    use kabuki_wire::StrBytes;
    use kabuki_wire::messages::TransactionalId;
    use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};

    use super::super::merging::{AskedTopic, merge};
    use super::*;

    fn batch(producer: Option<(i64, i16)>, transactional: bool) -> Bytes {
        let mut builder = BatchBuilder::new();
        if let Some((id, epoch)) = producer {
            builder = builder.producer(id, epoch, 0);
        }
        if transactional {
            builder = builder.transactional();
        }
        builder.push(0, None, Some(b"value"), &[]);
        builder.build().expect("a small batch")
    }

    fn request(records: &[Bytes]) -> ProduceRequest {
        let partitions = records.iter().zip(0..).map(|(records, index)| {
            PartitionProduceData::default().with_index(index).with_records(Some(records.clone()))
        });
        let topic = TopicProduceData::default().with_partition_data(partitions.collect());
        ProduceRequest::default().with_topic_data(vec![topic])
    }

    fn in_transaction(request: ProduceRequest) -> ProduceRequest {
        let id = TransactionalId(StrBytes::from_static_str("t"));
        request.with_transactional_id(Some(id))
    }

    fn code(request: &ProduceRequest) -> Option<(i16, bool)> {
        check(request).err().map(|error| (error.code, error.message.is_some()))
    }

    #[test]
    fn what_cannot_be_a_batch_fails_the_whole_request() {
        let (good, mut bad) = (batch(None, false), batch(None, false).to_vec());
        bad[16] = 9;
        let corrupt = Some((ResponseError::CorruptMessage.code(), true));
        assert_eq!(code(&request(&[good.clone(), bad.clone().into()])), corrupt);
        bad[16] = 2;
        bad[8..12].copy_from_slice(&i32::MAX.to_be_bytes());
        assert_eq!(code(&request(&[bad.into()])), Some((errors::UNKNOWN_SERVER_ERROR, false)));
        assert_eq!(code(&request(&[good, Bytes::from_static(b"short")])), None);
    }

    #[test]
    fn a_transaction_must_be_named_and_ends_the_look() {
        let transactional = batch(Some((7, 0)), true);
        let unnamed = request(&[transactional.clone(), batch(None, false)]);
        let refused = Some((ResponseError::TransactionalIdAuthorizationFailed.code(), false));
        assert_eq!(code(&unnamed), refused);
        assert_eq!(code(&in_transaction(unnamed)), None);
        let mut behind = batch(None, false).to_vec();
        behind[16] = 9;
        assert_eq!(code(&in_transaction(request(&[transactional, behind.into()]))), None);
    }

    #[test]
    fn one_producer_a_request() {
        let asked = |records: &[Bytes]| -> Vec<AskedTopic<()>> {
            merge(request(records).topic_data, |_, _| (), |_, _, _| Ok(()))
        };
        let of = |id, epoch| batch(Some((id, epoch)), true);
        assert_eq!(check_producers(&asked(&[of(1, 0), of(1, 0), batch(None, true)])), Ok(()));
        assert_eq!(check_producers(&asked(&[of(1, 0), batch(Some((2, 0)), false)])), Ok(()));
        let two = check_producers(&asked(&[of(1, 0), of(1, 1)])).map_err(|error| error.code);
        assert_eq!(two, Err(ResponseError::InvalidProducerIdMapping.code()));
    }
}
