//! One partition of a fetch, and what becomes of the request's limits over all of them.

use kabuki_replication::Told;
use kabuki_wire::ResponseError;

use crate::network::errors;
use crate::network::fetch_session::Wanted;
use crate::partition::ReadData;

/// One partition of a fetch.
pub(super) struct Item {
    /// What it is called where news is told: by the session, or by its number in the request.
    pub(super) place: u64,
    pub(super) wanted: Wanted,
    pub(super) outcome: Outcome,
    /// There was nothing to read, and the partition says when there is.
    pub(super) awaits_news: bool,
}

/// What came of a partition.
pub(super) enum Outcome {
    /// There is no such partition.
    Unknown(i16),
    /// Nothing could be read.
    Failed(i16),
    /// Read, perhaps nothing.
    Read(ReadData),
}

impl Item {
    pub(super) fn new(place: u64, wanted: Wanted) -> Self {
        Self { place, wanted, outcome: Outcome::Failed(errors::NONE), awaits_news: false }
    }

    /// Takes what the partition has answered.
    pub(super) fn take(&mut self, outcome: Outcome) {
        self.awaits_news = match &outcome {
            Outcome::Read(data) => data.slice.is_none() && data.diverging.is_none(),
            Outcome::Unknown(_) | Outcome::Failed(_) => false,
        };
        self.outcome = outcome;
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.outcome, Outcome::Unknown(_))
    }

    /// Its place in the response: behind the partitions that are read come those that there are not, for consumers first
    /// those of unknown topic ids.
    pub(super) fn rank(&self, is_follower: bool) -> u8 {
        match self.outcome {
            Outcome::Read(_) | Outcome::Failed(_) => 0,
            Outcome::Unknown(code) if code == ResponseError::UnknownTopicId.code() => 1,
            Outcome::Unknown(_) => {
                if is_follower {
                    1
                } else {
                    2
                }
            }
        }
    }

    /// Says KAFKA_STORAGE_ERROR with a word that older clients understand: look for the leader, and ask again.
    pub(super) fn hide_storage_error(&mut self) {
        if let Outcome::Failed(code) = &mut self.outcome
            && *code == ResponseError::KafkaStorageError.code()
        {
            *code = ResponseError::NotLeaderOrFollower.code();
        }
    }

    /// Something that the client should hear of at once.
    pub(super) fn is_urgent(&self) -> bool {
        match &self.outcome {
            Outcome::Unknown(_) => false,
            Outcome::Failed(_) => true,
            Outcome::Read(data) => data.diverging.is_some(),
        }
    }

    /// Bytes of records that go out.
    pub(super) fn bytes(&self) -> usize {
        match &self.outcome {
            Outcome::Read(data) => data.slice.as_ref().map_or(0, |slice| slice.length),
            Outcome::Unknown(_) | Outcome::Failed(_) => 0,
        }
    }

    /// What a session has to know of it.
    pub(super) fn told(&self) -> Told {
        match &self.outcome {
            Outcome::Read(data) => Told {
                high_watermark: data.up_to.high_watermark,
                log_start_offset: data.log_start_offset,
                has_records: data.slice.is_some(),
                is_urgent: data.diverging.is_some(),
                is_error: false,
                awaits_news: self.awaits_news,
            },
            Outcome::Unknown(_) | Outcome::Failed(_) => Told {
                high_watermark: -1,
                log_start_offset: -1,
                has_records: false,
                is_urgent: false,
                is_error: true,
                awaits_news: false,
            },
        }
    }
}

/// Gives each partition what is left of the request's limit, in order, and sums up what goes out. The first batch of the
/// first partition that has any comes whole, even when it is too large; a later batch that does not fit is left out
/// (KIP-74). A limit below zero is an error where there is something to read: one of the request only of the first such
/// partition, since for the next one nothing counts as what is left.
pub(super) fn trim(items: &mut [Item], bytes_max: i32) -> usize {
    let mut left = i64::from(bytes_max);
    let mut owes_one_batch = true;
    for item in items.iter_mut() {
        let Outcome::Read(data) = &mut item.outcome else { continue };
        let Some(slice) = &mut data.slice else { continue };
        let Ok(allowed) = usize::try_from(left.min(item.wanted.bytes_max.into())) else {
            item.outcome = Outcome::Failed(errors::UNKNOWN_SERVER_ERROR);
            left = left.max(0);
            continue;
        };
        slice.length = trimmed(slice.length, data.first_batch_bytes, allowed, owes_one_batch);
        left = (left - slice.length as i64).max(0);
        owes_one_batch &= slice.length == 0;
        if slice.length == 0 {
            data.slice = None;
        }
    }
    items.iter().map(Item::bytes).sum()
}

fn trimmed(length: usize, first_batch: usize, allowed: usize, owes_one_batch: bool) -> usize {
    if allowed >= first_batch {
        length.min(allowed)
    } else if owes_one_batch {
        first_batch.min(length)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_whole_or_not_there_but_for_the_first() {
        assert_eq!(trimmed(1000, 100, 5000, true), 1000);
        assert_eq!(trimmed(1000, 100, 250, false), 250);
        assert_eq!(trimmed(1000, 100, 99, true), 100);
        assert_eq!(trimmed(1000, 100, 99, false), 0);
        assert_eq!(trimmed(0, 0, 10, true), 0);
    }
}
