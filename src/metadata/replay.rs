//! From committed batches to images: the one place that obeys the marks of metadata transactions (KIP-868).
//!
//! A change that is too large for one batch stands between a begin and an end mark, and counts only once the end is
//! there. What an aborted or unfinished transaction says never shows.

use thiserror::Error;

use crate::generated::MetadataRecord;
use crate::image::{ClusterImage, Delta, ImageError, LogPosition};

/// Builds the current image out of committed records.
#[derive(Debug, Clone)]
pub struct Replay {
    image: ClusterImage,
    /// Records since the begin mark of the open transaction.
    open: Option<Vec<MetadataRecord>>,
}

/// Why committed records cannot be replayed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReplayError {
    /// A record does not fit the image.
    #[error("{source} (metadata log, offset {} or before)", position.offset)]
    Image {
        /// What is wrong.
        source: ImageError,
        /// The end of the batch.
        position: LogPosition,
    },
    /// A transaction begins within another.
    #[error("a metadata transaction begins within another (offset {} or before)", .0.offset)]
    NestedBegin(LogPosition),
    /// A transaction ends or is aborted that never began.
    #[error("a metadata transaction ends that never began (offset {} or before)", .0.offset)]
    EndWithoutBegin(LogPosition),
}

impl Replay {
    /// Goes on from an image: the empty one, or that of a snapshot.
    pub fn new(image: ClusterImage) -> Self {
        Self { image, open: None }
    }

    /// The image after everything that is complete.
    pub fn image(&self) -> &ClusterImage {
        &self.image
    }

    /// A transaction has begun and not ended: the image's position lags behind the log.
    pub fn in_transaction(&self) -> bool {
        self.open.is_some()
    }

    /// Passes a batch that changes nothing (control records), whose last record stands at `position`.
    pub fn pass(&mut self, position: LogPosition) {
        if self.open.is_none() {
            self.image.pass(position);
        }
    }

    /// Takes one committed batch whose last record stands at `position`; returns what became visible. After an error
    /// the replay must not be used any further.
    pub fn push(
        &mut self,
        position: LogPosition,
        records: &[MetadataRecord],
    ) -> Result<Delta, ReplayError> {
        if self.open.is_none() && !records.iter().any(is_mark) {
            return self.apply(position, records);
        }
        let mut delta = Delta::default();
        for record in records {
            if let Some(change) = self.push_one(position, record)? {
                delta.merge(change);
            }
        }
        Ok(delta)
    }

    fn push_one(
        &mut self,
        position: LogPosition,
        record: &MetadataRecord,
    ) -> Result<Option<Delta>, ReplayError> {
        match (record, &mut self.open) {
            (MetadataRecord::BeginTransaction(_), open @ None) => *open = Some(Vec::new()),
            (MetadataRecord::BeginTransaction(_), Some(_)) => {
                return Err(ReplayError::NestedBegin(position));
            }
            (MetadataRecord::AbortTransaction(_), Some(_)) => {
                self.open = None;
                return self.apply(position, &[]).map(Some);
            }
            (MetadataRecord::EndTransaction(_), Some(_)) => {
                let records = self.open.take().unwrap_or_default();
                return self.apply(position, &records).map(Some);
            }
            (MetadataRecord::AbortTransaction(_) | MetadataRecord::EndTransaction(_), None) => {
                return Err(ReplayError::EndWithoutBegin(position));
            }
            (record, Some(open)) => open.push(record.clone()),
            (record, None) => return self.apply(position, std::slice::from_ref(record)).map(Some),
        }
        Ok(None)
    }

    fn apply(
        &mut self,
        position: LogPosition,
        records: &[MetadataRecord],
    ) -> Result<Delta, ReplayError> {
        self.image
            .apply_in_place(position, records)
            .map_err(|source| ReplayError::Image { source, position })
    }
}

fn is_mark(record: &MetadataRecord) -> bool {
    matches!(
        record,
        MetadataRecord::BeginTransaction(_)
            | MetadataRecord::EndTransaction(_)
            | MetadataRecord::AbortTransaction(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::{
        AbortTransactionRecord, BeginTransactionRecord, EndTransactionRecord, TopicRecord,
    };

    fn at(offset: i64) -> LogPosition {
        LogPosition { offset, epoch: 1 }
    }

    fn begin() -> MetadataRecord {
        BeginTransactionRecord::default().into()
    }

    fn end() -> MetadataRecord {
        EndTransactionRecord::default().into()
    }

    fn topic(name: &str) -> MetadataRecord {
        let topic_id = uuid::Uuid::from_u128(500 + u128::from(name.as_bytes()[0]));
        TopicRecord { name: name.to_owned(), topic_id, unknown_tags: vec![] }.into()
    }

    fn replay() -> Replay {
        Replay::new(ClusterImage::empty("test"))
    }

    #[test]
    fn a_transaction_shows_when_it_ends() {
        let mut replay = replay();
        let delta = replay.push(at(2), &[topic("a"), begin(), topic("b")]).expect("fits");
        assert_eq!(delta.topics_created.len(), 1);
        assert!(replay.in_transaction());
        assert!(replay.push(at(3), &[topic("c")]).expect("fits").is_empty());
        replay.pass(at(4));
        assert_eq!((replay.image().topics().len(), replay.image().position()), (1, at(2)));
        let delta = replay.push(at(6), &[end(), topic("d")]).expect("fits");
        assert_eq!(delta.topics_created.len(), 3);
        assert_eq!((replay.image().topics().len(), replay.image().position()), (4, at(6)));
    }

    #[test]
    fn an_aborted_transaction_never_shows() {
        let mut replay = replay();
        let abort = AbortTransactionRecord::default().into();
        let delta = replay.push(at(3), &[begin(), topic("a"), abort]).expect("fits");
        assert!(delta.is_empty() && !replay.in_transaction());
        assert_eq!((replay.image().topics().len(), replay.image().position()), (0, at(3)));
    }

    #[test]
    fn marks_out_of_order_are_refused() {
        let abort = || MetadataRecord::from(AbortTransactionRecord::default());
        let wrong =
            [vec![begin(), begin()], vec![end()], vec![abort()], vec![begin(), end(), end()]];
        for records in wrong {
            assert!(replay().push(at(0), &records).is_err(), "{records:?}");
        }
    }

    #[test]
    fn a_record_that_does_not_fit_is_named_with_its_place() {
        let error = replay().push(at(9), &[topic("a"), topic("a")]).expect_err("twice");
        assert!(error.to_string().contains("offset 9"), "{error}");
    }
}
