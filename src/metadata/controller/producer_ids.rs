//! Handing out blocks of producer ids.

use crate::error::{AdminError, ErrorKind};
use crate::generated::ProducerIdsRecord;
use crate::image::ClusterImage;

use super::Decision;

/// Ids in one block, as in Kafka.
pub const PRODUCER_IDS_PER_BLOCK: i64 = 1000;

/// Producer ids that belong to one broker alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerIdBlock {
    /// The first id.
    pub first: i64,
    /// How many there are.
    pub count: i64,
}

/// Gives a broker the next block. The ids may be used once the record is committed; those that a broker had not used
/// when it stopped are lost, which matters to nobody.
///
/// Refused: a broker that is not registered (BROKER_ID_NOT_REGISTERED) or has registered anew since
/// (STALE_BROKER_EPOCH), and the end of all ids (UNKNOWN_SERVER_ERROR).
pub fn allocate_producer_ids(
    image: &ClusterImage,
    broker_id: i32,
    broker_epoch: i64,
) -> Result<Decision<ProducerIdBlock>, AdminError> {
    super::brokers::check_epoch(image, broker_id, broker_epoch)?;
    let first = image.producer_ids().next;
    let next_producer_id = first.checked_add(PRODUCER_IDS_PER_BLOCK).ok_or_else(|| {
        AdminError::new(ErrorKind::UnknownServerError, "all producer ids are handed out")
    })?;
    let record =
        ProducerIdsRecord { broker_id, broker_epoch, next_producer_id, unknown_tags: Vec::new() };
    let block = ProducerIdBlock { first, count: PRODUCER_IDS_PER_BLOCK };
    Ok(Decision { results: vec![block], records: vec![record.into()] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::test_cluster;

    #[test]
    fn blocks_follow_one_another_and_never_overlap() {
        let mut image = test_cluster::of_brokers(&[1]);
        let epoch = image.brokers()[&1].epoch;
        for first in [0, 1000, 2000] {
            let decision = allocate_producer_ids(&image, 1, epoch).expect("registered");
            assert_eq!(decision.results, [ProducerIdBlock { first, count: 1000 }]);
            image = test_cluster::after(&image, &decision.records);
        }
    }

    #[test]
    fn only_the_present_incarnation_is_given_ids() {
        let image = test_cluster::of_brokers(&[1]);
        let kind = |id, epoch| allocate_producer_ids(&image, id, epoch).map_err(|error| error.kind);
        assert_eq!(kind(2, 0), Err(ErrorKind::BrokerIdNotRegistered));
        assert_eq!(kind(1, image.brokers()[&1].epoch - 1), Err(ErrorKind::StaleBrokerEpoch));
    }
}
