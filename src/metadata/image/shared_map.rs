//! A sorted map whose copies share what did not change.
//!
//! Every committed group makes a new image while others still hold the old one. In a plain map each change would copy
//! all entries; here it copies one chunk and the list of chunks, some microseconds at 10,000 topics.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// Entries of a chunk at most: about the square root of the largest maps, where chunk and list cost the same.
const CHUNK_ENTRIES_MAX: usize = 128;

type Chunk<K, V> = Arc<Vec<(K, V)>>;

/// A sorted map in chunks. No chunk is empty; keys rise within chunks and from chunk to chunk.
#[derive(Clone)]
pub(crate) struct SharedMap<K, V> {
    chunks: Arc<Vec<Chunk<K, V>>>,
    len: usize,
}

impl<K, V> Default for SharedMap<K, V> {
    fn default() -> Self {
        Self { chunks: Arc::default(), len: 0 }
    }
}

impl<K, V> SharedMap<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).map(|(key, value)| (key, value))
    }
}

impl<K: Clone + Ord, V: Clone> SharedMap<K, V> {
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let chunk = &self.chunks.get(self.chunk_of(key))?;
        let at = find(chunk, key).ok()?;
        Some(&chunk[at].1)
    }

    /// The value, for change: what other copies of the map share is copied first.
    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let number = self.chunk_of(key);
        let at = find(self.chunks.get(number)?, key).ok()?;
        let chunk = Arc::make_mut(&mut Arc::make_mut(&mut self.chunks)[number]);
        Some(&mut chunk[at].1)
    }

    /// The entries whose keys are `key` or come after it.
    pub(crate) fn iter_from<Q: Ord + ?Sized>(&self, key: &Q) -> impl Iterator<Item = (&K, &V)>
    where
        K: Borrow<Q>,
    {
        let number = self.chunk_of(key);
        let at =
            self.chunks.get(number).map_or(0, |chunk| find(chunk, key).unwrap_or_else(|at| at));
        let entries = self.chunks.iter().skip(number).flat_map(|chunk| chunk.iter());
        entries.skip(at).map(|(key, value)| (key, value))
    }

    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let number = self.chunk_of(&key);
        let chunks = Arc::make_mut(&mut self.chunks);
        if chunks.is_empty() {
            chunks.push(Arc::default());
        }
        let chunk = Arc::make_mut(&mut chunks[number]);
        match find(chunk, &key) {
            Ok(at) => return Some(std::mem::replace(&mut chunk[at].1, value)),
            Err(at) => chunk.insert(at, (key, value)),
        }
        self.len += 1;
        if chunk.len() > CHUNK_ENTRIES_MAX {
            let upper = chunk.split_off(CHUNK_ENTRIES_MAX / 2);
            chunks.insert(number + 1, Arc::new(upper));
        }
        None
    }

    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let number = self.chunk_of(key);
        let at = find(self.chunks.get(number)?, key).ok()?;
        let chunks = Arc::make_mut(&mut self.chunks);
        let chunk = Arc::make_mut(&mut chunks[number]);
        let (_, value) = chunk.remove(at);
        if chunk.is_empty() {
            chunks.remove(number);
        }
        self.len -= 1;
        Some(value)
    }

    /// The chunk that has the key if any has: the last one that does not begin behind it, or the first.
    fn chunk_of<Q: Ord + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        let begins_before =
            |chunk: &Chunk<K, V>| chunk.first().is_some_and(|it| it.0.borrow() <= key);
        self.chunks.partition_point(begins_before).saturating_sub(1)
    }
}

fn find<K: Borrow<Q>, V, Q: Ord + ?Sized>(chunk: &[(K, V)], key: &Q) -> Result<usize, usize> {
    chunk.binary_search_by(|(present, _)| present.borrow().cmp(key))
}

/// Where the chunks end depends on the order of changes and says nothing.
impl<K: PartialEq, V: PartialEq> PartialEq for SharedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for SharedMap<K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SharedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn check(map: &SharedMap<u16, u32>, model: &BTreeMap<u16, u32>) {
        assert!(map.iter().eq(model.iter()));
        assert_eq!(map.len(), model.len());
        assert!(map.chunks.iter().all(|it| (1..=CHUNK_ENTRIES_MAX).contains(&it.len())));
    }

    #[test]
    fn copies_share_the_chunks_that_did_not_change() {
        let mut map = SharedMap::default();
        (0..1000_u16).for_each(|key| assert_eq!(map.insert(key, 0_u32), None));
        let before = map.clone();
        *map.get_mut(&500).expect("inserted") = 1;
        let pairs = map.chunks.iter().zip(before.chunks.iter());
        assert_eq!(pairs.filter(|(new, old)| !Arc::ptr_eq(new, old)).count(), 1);
        assert_eq!((before.get(&500), map.get(&500)), (Some(&0), Some(&1)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_does_what_a_plain_map_does(
            operations in prop::collection::vec((any::<bool>(), 0_u16..600), 0..1500),
            removals in prop::collection::vec(0_u16..600, 0..800),
            from in 0_u16..700,
        ) {
            let (mut map, mut model) = (SharedMap::default(), BTreeMap::new());
            for (number, (inserts, key)) in (0_u32..).zip(operations) {
                match inserts {
                    true => prop_assert_eq!(map.insert(key, number), model.insert(key, number)),
                    false => prop_assert_eq!(map.get(&key), model.get(&key)),
                }
            }
            check(&map, &model);
            let copy = map.clone();
            let before = model.clone();
            for key in removals {
                prop_assert_eq!(map.remove(&key), model.remove(&key));
            }
            check(&map, &model);
            check(&copy, &before);
            prop_assert!(map.iter_from(&from).eq(model.range(from..)));
        }
    }
}
