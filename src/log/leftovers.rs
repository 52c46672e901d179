//! What interrupted deletions, compactions and rewrites leave in a partition's directory.

use std::io;

use crate::dir::{Dir, Entry, EntryKind, remove_if_exists};
use crate::names::*;
use crate::scan::{SCAN_CHUNK, Scanner};

/// Suffix of the temporary files of [`crate::dir::replace_small`].
const TEMPORARY_SUFFIX: &str = ".tmp";
/// Snapshots of the metadata log have their own life.
const METADATA_SNAPSHOT_DELETED: &str = ".checkpoint.deleted";

/// Settles leftovers as Kafka does: `.deleted` and `.cleaned` files go; `.swap` files take the place of the
/// segments they were made from, unless a rewrite into several segments was not complete. Says whether there were any.
pub(crate) fn settle(dir: &dyn Dir, entries: &[Entry]) -> io::Result<bool> {
    let suffixes = [DELETED_SUFFIX, CLEANED_SUFFIX, SWAP_SUFFIX, TEMPORARY_SUFFIX];
    let is_leftover = |name: &str| suffixes.iter().any(|it| name.ends_with(it));
    let files = entries.iter().filter(|it| matches!(it.kind, EntryKind::File(_)));
    let names: Vec<&str> = files.map(|it| it.name.as_str()).collect();
    if !names.iter().any(|it| is_leftover(it)) {
        return Ok(false);
    }
    let with = |suffix: &'static str| names.iter().copied().filter(move |it| it.ends_with(suffix));
    let unfinished = with(CLEANED_SUFFIX).filter_map(offset_of).min();
    let is_unfinished =
        |name: &str| offset_of(name).zip(unfinished).is_some_and(|(it, from)| it >= from);
    let deleted = with(DELETED_SUFFIX).filter(|it| !it.ends_with(METADATA_SNAPSHOT_DELETED));
    let half_swapped = with(SWAP_SUFFIX).filter(|it| is_unfinished(it));
    for name in
        deleted.chain(half_swapped).chain(with(CLEANED_SUFFIX)).chain(with(TEMPORARY_SUFFIX))
    {
        remove_if_exists(dir, name)?;
    }
    let swaps: Vec<&str> = with(SWAP_SUFFIX).filter(|it| !is_unfinished(it)).collect();
    finish_swaps(dir, &names, &swaps)?;
    Ok(true)
}

fn finish_swaps(dir: &dyn Dir, names: &[&str], swaps: &[&str]) -> io::Result<()> {
    let Some((from, to)) = replaced_offsets(dir, swaps)? else {
        return swaps.iter().try_for_each(|name| finish_swap(dir, name));
    };
    for name in names.iter().filter(|it| !it.ends_with(SWAP_SUFFIX)) {
        if offset_of(name).is_some_and(|it| from <= it && it < to) {
            remove_if_exists(dir, name)?;
        }
    }
    swaps.iter().try_for_each(|name| finish_swap(dir, name))
}

fn finish_swap(dir: &dyn Dir, name: &str) -> io::Result<()> {
    dir.rename(name, name.strip_suffix(SWAP_SUFFIX).unwrap_or(name))
}

/// The offsets that the swapped-in segments cover.
fn replaced_offsets(dir: &dyn Dir, swaps: &[&str]) -> io::Result<Option<(i64, i64)>> {
    let mut range: Option<(i64, i64)> = None;
    for name in swaps.iter().filter(|it| it.ends_with(".log.swap")) {
        let Some(base_offset) = offset_of(name) else { continue };
        let next_offset = next_offset(dir, name, base_offset)?;
        let (from, to) = range.unwrap_or((base_offset, next_offset));
        range = Some((from.min(base_offset), to.max(next_offset)));
    }
    Ok(range)
}

fn next_offset(dir: &dyn Dir, name: &str, base_offset: i64) -> io::Result<i64> {
    let file = dir.open(name, crate::dir::Open::Existing)?;
    let mut scanner = Scanner::new(file.as_ref(), 0, file.len()?, SCAN_CHUNK);
    let mut next_offset = base_offset;
    while let Ok(Some(batch)) = scanner.next() {
        next_offset = batch.head.next_offset();
    }
    Ok(next_offset)
}
