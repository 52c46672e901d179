//! The door for fuzzing: whatever stands in a segment's files, opening and reading it ends without a panic.

use std::sync::Arc;

use kabuki_records::batch::{BatchHead, MAGIC_V2};

use crate::dir::{Dir, Open};
use crate::sim::SimDisk;
use crate::types::{LogOptions, Now, OffsetQuery, Recovery, Trust};
use crate::{Log, names};

/// Opens a partition whose first segment is made of `bytes`, and reads all of it.
///
/// The first byte chooses how much is believed; three lengths of two bytes follow, of the offset index, the
/// time index and a producer snapshot; then come these and, for the rest, the batches.
pub fn fuzz_open_segment(bytes: &[u8]) {
    let mut input = Input { rest: bytes };
    let trust = match input.take(1).first().unwrap_or(&0) % 3 {
        0 => Trust::RecoveryPoint,
        1 => Trust::CleanShutdown,
        _ => Trust::LastIndexEntry,
    };
    let [index, time_index, snapshot] = [(); 3].map(|()| input.length());
    let disk = SimDisk::new(0);
    let dir = disk.root();
    put(&dir, names::INDEX_SUFFIX, 0, input.take(index));
    put(&dir, names::TIME_INDEX_SUFFIX, 0, input.take(time_index));
    put(&dir, names::SNAPSHOT_SUFFIX, 1, input.take(snapshot));
    put(&dir, names::LOG_SUFFIX, 0, input.rest);
    for trust in [trust, Trust::RecoveryPoint] {
        open_and_read(&dir, trust);
    }
}

fn open_and_read(dir: &Arc<dyn Dir>, trust: Trust) {
    let recovery = Recovery { trust, ..Recovery::default() };
    let opened =
        Log::open(dir.clone(), "fuzz-0", LogOptions::default(), recovery, Now::at(1_000_000));
    let Ok((mut log, _)) = opened else { return };
    for query in [OffsetQuery::MaxTimestamp, OffsetQuery::At(0), OffsetQuery::At(i64::MAX)] {
        // Records that do not decompress are an error, and one that a reader lives with.
        let _ = log.offset_for(query);
    }
    let mut offset = log.log_start_offset();
    while let Ok(Some(slice)) = log.read(offset, 1, true, i64::MAX) {
        let mut bytes = vec![0; slice.length];
        if slice.file.read_exact_at(&mut bytes, slice.position).is_err() {
            break;
        }
        let Some(head) = BatchHead::read(&bytes).filter(|it| it.magic == MAGIC_V2) else { break };
        assert!(head.next_offset() > offset, "reading goes on");
        offset = head.next_offset();
    }
    // Closing may fail on such files, but it ends.
    let _ = log.close();
}

fn put(dir: &Arc<dyn Dir>, suffix: &str, offset: i64, bytes: &[u8]) {
    let file = dir.open(&names::segment_file(offset, suffix), Open::Truncated);
    file.and_then(|it| it.write_all_at(bytes, 0)).expect("a simulated disk without faults");
}

struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn length(&mut self) -> usize {
        self.take(2).iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use kabuki_records::builder::BatchBuilder;

    use super::*;
    use crate::sim::Random;

    /// Inputs of a run; a fuzzer tries more.
    const SEEDS: u64 = 2_000;

    /// Whole batches with some bytes changed, behind a head that takes some of them for indexes.
    fn run(seed: u64) {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let mut bytes = vec![random.any() as u8, 0, 0, 0, 0, 0, 0];
        if random.below(2) == 0 {
            [2, 4, 6].into_iter().for_each(|at| bytes[at] = random.below(60) as u8);
        }
        for number in 0..1 + random.below(4) as i64 {
            let mut builder = BatchBuilder::new().base_offset(number * 2).leader_epoch(1);
            if random.below(2) == 0 {
                builder = builder.producer(random.below(3) as i64, 0, number as i32 * 2);
            }
            builder.push(number, None, Some(b"value"), &[]);
            builder.push(number + 1, None, None, &[]);
            bytes.extend(builder.build().expect("small"));
        }
        for _ in 0..random.below(5) {
            let at = random.below(bytes.len() as u64) as usize;
            bytes[at] = random.any() as u8;
        }
        fuzz_open_segment(&bytes);
    }

    #[test]
    fn any_bytes_are_opened_without_a_panic() {
        fuzz_open_segment(&[]);
        (0..SEEDS).for_each(run);
    }

    #[test]
    fn one_seed() {
        run(1);
    }
}
