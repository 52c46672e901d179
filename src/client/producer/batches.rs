//! Which records go into which batch, and batches as bytes.

use std::collections::BTreeMap;

use bytes::Bytes;
use kabuki_records::builder::BatchBuilder;
use kabuki_records::record::Header;

use super::{Placed, ProducerOptions};
use crate::cluster::Topic;
use crate::error::ClientError;
use crate::partitioner::Partitioner;
use crate::record::NewRecord;

/// Bytes of all batches that are sent at once: far below any broker's `socket.request.max.bytes` (100 MiB).
const ROUND_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Records of one partition that are written together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) partition: i32,
    /// Their places among the records to be sent.
    pub(super) records: Vec<usize>,
    /// Bytes before compression, about.
    bytes: usize,
}

impl Batch {
    fn new(partition: i32) -> Self {
        Self { partition, records: vec![], bytes: 0 }
    }

    /// Notes where its records were written; a negative base offset stands for "unknown".
    pub(super) fn place(&self, base_offset: i64, placed: &mut [Placed]) {
        for (offset, &place) in (base_offset..).zip(&self.records) {
            let offset = if base_offset < 0 { -1 } else { offset };
            placed[place] = Placed { partition: self.partition, offset };
        }
    }
}

/// Places every record and gathers batches of up to `bytes_max`; those of a partition stand in the order of its records.
pub(super) fn into_batches(
    records: &[NewRecord],
    topic: &Topic,
    bytes_max: usize,
    partitioner: &mut Partitioner,
) -> Result<Vec<Batch>, ClientError> {
    let mut full = vec![];
    let mut open: BTreeMap<i32, Batch> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        let bytes = record.size();
        let mut partition = partitioner.place(record, topic)?;
        let is_full = |batch: &Batch| batch.bytes + bytes > bytes_max;
        while open.get(&partition).is_some_and(is_full) {
            full.extend(open.remove(&partition));
            if record.key.is_none() && record.partition.is_none() {
                partitioner.next_batch();
                partition = partitioner.place(record, topic)?;
            }
        }
        let batch = open.entry(partition).or_insert_with(|| Batch::new(partition));
        batch.records.push(place);
        batch.bytes += bytes;
    }
    partitioner.next_batch();
    full.extend(open.into_values());
    Ok(full)
}

/// Takes what can be sent at once: one batch of each partition, up to [`ROUND_BYTES_MAX`] but at least one.
pub(super) fn next_round(batches: Vec<Batch>) -> (Vec<Batch>, Vec<Batch>) {
    let mut bytes = 0;
    let (mut round, mut later): (Vec<Batch>, Vec<Batch>) = (vec![], vec![]);
    for batch in batches {
        let waits =
            |others: &[Batch]| others.iter().any(|other| other.partition == batch.partition);
        let fits = round.is_empty() || bytes + batch.bytes <= ROUND_BYTES_MAX;
        if fits && !waits(&round) && !waits(&later) {
            bytes += batch.bytes;
            round.push(batch);
        } else {
            later.push(batch);
        }
    }
    (round, later)
}

/// The bytes of a batch; `identity` is producer id, epoch and first sequence number.
pub(super) fn encode<'r>(
    records: impl Iterator<Item = &'r NewRecord>,
    options: &ProducerOptions,
    identity: Option<(i64, i16, i32)>,
    now_ms: i64,
) -> Result<Bytes, ClientError> {
    let mut builder = BatchBuilder::new().codec(options.codec, options.level);
    if let Some((id, epoch, sequence)) = identity {
        builder = builder.producer(id, epoch, sequence);
    }
    for record in records {
        let header = |header: &'r crate::record::RecordHeader| Header {
            key: &header.key,
            value: header.value.as_deref(),
        };
        let headers: Vec<Header<'r>> = record.headers.iter().map(header).collect();
        let timestamp = record.timestamp.unwrap_or(now_ms);
        builder.push(timestamp, record.key.as_deref(), record.value.as_deref(), &headers);
    }
    Ok(builder.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::topic_of;
    use proptest::prelude::*;

    fn record(partition: Option<i32>, bytes: usize) -> NewRecord {
        NewRecord { partition, ..NewRecord::of_value(vec![b'x'; bytes]) }
    }

    proptest! {
        // Nothing is written beside the sources: every folder in `src` is a crate.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn every_record_is_sent_once_and_in_the_order_of_its_partition(
            choices in prop::collection::vec((prop::option::of(0..3), 0..300_usize), 0..60),
        ) {
            let records: Vec<_> = choices.iter().map(|&(chosen, bytes)| record(chosen, bytes)).collect();
            let mut partitioner = Partitioner::new();
            let mut batches = into_batches(&records, &topic_of(3), 500, &mut partitioner).expect("partitions exist");
            let mut sent: Vec<Vec<usize>> = vec![vec![]; 3];
            while !batches.is_empty() {
                let (round, later) = next_round(batches);
                batches = later;
                prop_assert!(!round.is_empty());
                for batch in round {
                    prop_assert!(batch.records.len() == 1 || batch.bytes <= 500);
                    sent[batch.partition as usize].extend(batch.records);
                }
            }
            for (partition, places) in sent.iter().enumerate() {
                prop_assert!(places.is_sorted());
                let belongs = |&place: &usize| choices[place].0.is_none_or(|chosen| chosen == partition as i32);
                prop_assert!(places.iter().all(belongs));
            }
            let mut all = sent.concat();
            all.sort();
            prop_assert_eq!(all, (0..records.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_estimate_of_a_record_is_never_below_what_it_takes() {
        let header = crate::RecordHeader { key: "h".into(), value: Some("v".into()) };
        let record = NewRecord { headers: vec![header], ..NewRecord::of_key_value("k", "v") };
        let record = NewRecord { timestamp: Some(i64::MAX), ..record };
        let first = NewRecord { timestamp: Some(i64::MIN), ..NewRecord::default() };
        let batch = encode([&first, &record].into_iter(), &ProducerOptions::default(), None, 0);
        let head = kabuki_records::batch::HEAD;
        assert!(batch.expect("two records").len() - head <= first.size() + record.size());
    }
}
