//! Checks of the records inside a batch, one at a time and without allocating for good ones.

use super::ValidationRules;
use super::{InvalidBatch, InvalidKind, RECORD_ERRORS_MAX, RecordError, TimestampType};
use crate::batch::{BatchHead, NO_TIMESTAMP};
use crate::reader::{LatestTimestamp, timestamp_of};
use crate::record::Record;

/// Records that are named in the message of a refusal, as in Kafka.
const MESSAGE_NAMES_MAX: usize = 3;

/// What is wrong with one record.
enum Fault {
    NoKey,
    TimestampOutOfRange(i64),
    LogAppendTimeByProducer,
}

/// Sees every record of a batch, in order.
pub(super) struct Inspector<'r> {
    head: &'r BatchHead,
    rules: &'r ValidationRules,
    now_ms: i64,
    seen: i32,
    /// Offset deltas were 0, 1, 2 … so far.
    pub(super) in_sequence: bool,
    /// Over the records without a fault.
    pub(super) latest: LatestTimestamp,
    errors: Vec<RecordError>,
    error_count: u64,
    has_timestamp_error: bool,
}

impl<'r> Inspector<'r> {
    pub(super) fn new(head: &'r BatchHead, rules: &'r ValidationRules, now_ms: i64) -> Self {
        Self {
            head,
            rules,
            now_ms,
            seen: 0,
            in_sequence: true,
            latest: LatestTimestamp::NONE,
            errors: Vec::new(),
            error_count: 0,
            has_timestamp_error: false,
        }
    }

    #[inline]
    pub(super) fn see(&mut self, record: &Record<'_>) {
        let timestamp = timestamp_of(self.head, record);
        self.in_sequence &= record.offset_delta == self.seen;
        match self.fault(record, timestamp) {
            None => self.latest.see(timestamp, self.seen),
            Some(fault) => self.note(fault),
        }
        self.seen = self.seen.wrapping_add(1);
    }

    /// The refusal if any record had a fault.
    pub(super) fn verdict(&mut self) -> Result<(), InvalidBatch> {
        if self.error_count == 0 {
            return Ok(());
        }
        let kind = match self.has_timestamp_error {
            true => InvalidKind::InvalidTimestamp,
            false => InvalidKind::InvalidRecord,
        };
        let (count, named) = (self.error_count, self.names());
        let message = format!("{count} records were rejected, for example {named}");
        Err(InvalidBatch { kind, message, record_errors: std::mem::take(&mut self.errors) })
    }

    #[inline]
    fn fault(&self, record: &Record<'_>, timestamp: i64) -> Option<Fault> {
        if self.rules.compacted && record.key.is_none() {
            return Some(Fault::NoKey);
        }
        let create_time = self.rules.timestamp_type == TimestampType::CreateTime;
        if create_time && timestamp != NO_TIMESTAMP {
            return self.out_of_range(timestamp).then_some(Fault::TimestampOutOfRange(timestamp));
        }
        self.head.is_log_append_time().then_some(Fault::LogAppendTimeByProducer)
    }

    /// Differences wrap, as in Java.
    #[inline]
    fn out_of_range(&self, timestamp: i64) -> bool {
        let behind = self.now_ms.wrapping_sub(timestamp);
        behind > self.rules.timestamp_before_max_ms
            || behind.wrapping_neg() > self.rules.timestamp_after_max_ms
    }

    #[cold]
    fn note(&mut self, fault: Fault) {
        self.error_count += 1;
        self.has_timestamp_error |= !matches!(fault, Fault::NoKey);
        if self.errors.len() < RECORD_ERRORS_MAX {
            let message = self.describe(fault);
            self.errors.push(RecordError { batch_index: self.seen, message });
        }
    }

    fn describe(&self, fault: Fault) -> String {
        let rules = self.rules;
        match fault {
            Fault::NoKey => "a compacted topic does not accept records without a key".to_owned(),
            Fault::LogAppendTimeByProducer => {
                "producers may not set the timestamp type to LogAppendTime".to_owned()
            }
            Fault::TimestampOutOfRange(timestamp) => format!(
                "timestamp {timestamp} is out of the range from {} to {}",
                self.now_ms.wrapping_sub(rules.timestamp_before_max_ms),
                self.now_ms.wrapping_add(rules.timestamp_after_max_ms),
            ),
        }
    }

    fn names(&self) -> String {
        let name = |error: &RecordError| format!("record {}: {}", error.batch_index, error.message);
        let names: Vec<_> = self.errors.iter().take(MESSAGE_NAMES_MAX).map(name).collect();
        names.join("; ")
    }
}
