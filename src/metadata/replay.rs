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

    /// Forgets an unfinished transaction: a new epoch's controller does so before its first record.
    pub fn drop_open_transaction(&mut self) {
        self.open = None;
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
