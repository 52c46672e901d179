use super::*;

const EVICTION_MS: i64 = 100;

fn cache(places: usize) -> SessionCache<&'static str> {
    SessionCache::new(places, usize::MAX, EVICTION_MS)
}

fn add(cache: &mut SessionCache<&'static str>, now: i64, id: i32, partitions: usize) -> bool {
    cache.add(now, Candidate { id, privileged: false, partitions }, || "consumer")
}

fn add_follower(
    cache: &mut SessionCache<&'static str>,
    now: i64,
    id: i32,
    partitions: usize,
) -> bool {
    cache.add(now, Candidate { id, privileged: true, partitions }, || "follower")
}

fn ids(cache: &SessionCache<&'static str>) -> Vec<i32> {
    cache.sessions.keys().copied().collect()
}

#[test]
fn without_places_there_are_no_sessions() {
    assert!(!add(&mut cache(0), 0, 1, 1));
}

#[test]
fn young_sessions_in_use_keep_their_places() {
    let mut cache = cache(2);
    assert!(add(&mut cache, 0, 1, 1) && add(&mut cache, 0, 2, 2));
    assert!(!add(&mut cache, EVICTION_MS, 3, 1000), "nobody is old");
    assert!(!add(&mut cache, 0, 2, 1), "the id is taken");
    cache.remove(1);
    assert!(add(&mut cache, EVICTION_MS, 3, 1));
    assert_eq!((ids(&cache), cache.partitions), (vec![2, 3], 3));
}

#[test]
fn the_longest_unused_goes_first() {
    let mut cache = cache(2);
    add(&mut cache, 0, 1, 50);
    add(&mut cache, 1, 2, 1);
    cache.touch(1, 50, 2);
    assert!(add(&mut cache, 2 + EVICTION_MS, 3, 1), "2 has not been used for longer");
    assert_eq!(ids(&cache), [1, 3]);
}

#[test]
fn old_sessions_give_way_to_larger_ones() {
    let mut cache = cache(2);
    add(&mut cache, 0, 1, 5);
    add(&mut cache, 0, 2, 9);
    let later = EVICTION_MS + 1;
    cache.touch(1, 5, later);
    cache.touch(2, 9, later);
    assert!(!add(&mut cache, later, 3, 5), "an equal one of a lower id stays");
    assert!(!add(&mut cache, later, 3, 4));
    assert!(add(&mut cache, later, 3, 6));
    assert_eq!(ids(&cache), [2, 3]);
    assert!(!add(&mut cache, later, 4, 8), "2 is larger, 3 is young");
}

#[test]
fn followers_take_the_places_of_consumers() {
    let mut cache = cache(2);
    add(&mut cache, 0, 1, 100);
    add(&mut cache, 0, 2, 50);
    assert!(add_follower(&mut cache, 1, 3, 1));
    assert!(add_follower(&mut cache, 1, 4, 1));
    assert_eq!(ids(&cache), [3, 4]);
    assert!(!add_follower(&mut cache, 1, 5, 100), "followers are young too");
    assert!(!add(&mut cache, 1, 5, 100));
    let later = EVICTION_MS + 2;
    cache.touch(3, 7, later);
    cache.touch(4, 7, later);
    assert!(!add(&mut cache, later, 5, 1000), "a consumer's never takes a follower's place");
    assert!(add_follower(&mut cache, later, 5, 8));
    assert_eq!(ids(&cache), [4, 5]);
}

#[test]
fn a_session_that_grows_is_worth_more() {
    let mut cache = cache(2);
    add(&mut cache, 0, 1, 1);
    add(&mut cache, 0, 2, 2);
    let later = EVICTION_MS + 1;
    cache.touch(2, 2, later);
    cache.touch(1, 10, later);
    assert!(add(&mut cache, later, 3, 3));
    assert_eq!((ids(&cache), cache.partitions), (vec![1, 3], 13));
    cache.retain(|session| *session != "consumer");
    assert!(cache.is_empty() && cache.partitions == 0 && cache.by_use.is_empty());
    assert!(cache.evictable_by_all.is_empty() && cache.evictable_by_followers.is_empty());
}

#[test]
fn the_largest_session_makes_room_for_smaller_ones() {
    let mut cache = SessionCache::new(4, 100, EVICTION_MS);
    assert!(add(&mut cache, 0, 1, 40) && add(&mut cache, 0, 2, 60));
    assert!(!add(&mut cache, 0, 3, 60), "it is as large");
    assert!(!add(&mut cache, 0, 3, 101), "more than there may be");
    assert!(add(&mut cache, 0, 3, 1), "2 goes, young and in use as it is");
    assert_eq!((ids(&cache), cache.partitions), (vec![1, 3], 41));
    assert!(add_follower(&mut cache, 0, 4, 59), "there is room");
    assert!(add(&mut cache, 0, 5, 2), "a follower's goes as any other");
    assert_eq!((ids(&cache), cache.partitions), (vec![1, 3, 5], 43));
}

#[test]
fn nobody_loses_a_place_to_a_session_without_room() {
    let mut cache = SessionCache::new(1, 100, EVICTION_MS);
    add(&mut cache, 0, 1, 50);
    assert!(!add(&mut cache, EVICTION_MS + 1, 2, 101));
    assert_eq!(ids(&cache), [1]);
}

#[test]
fn a_session_that_grows_takes_the_room_of_a_larger_one_or_goes() {
    let mut cache = SessionCache::new(3, 100, EVICTION_MS);
    add(&mut cache, 0, 1, 10);
    add(&mut cache, 0, 2, 30);
    add(&mut cache, 0, 3, 60);
    assert!(cache.touch(1, 50, 0), "3 was larger");
    assert_eq!((ids(&cache), cache.partitions), (vec![1, 2], 80));
    assert!(cache.touch(1, 50, 0) && cache.touch(1, 20, 0));
    assert!(!cache.touch(2, 81, 0));
    assert_eq!((ids(&cache), cache.partitions), (vec![1], 20));
    assert!(!cache.touch(2, 1, 0), "it is gone");
}

/// Whatever a client with many partitions does, one that wants its share gets a session.
#[test]
fn a_share_of_the_partitions_is_always_to_be_had() {
    const PLACES: usize = 8;
    const MAX: usize = 800;
    for greedy in 1..=PLACES {
        let mut cache = SessionCache::new(PLACES, MAX, EVICTION_MS);
        (1..=greedy).for_each(|id| _ = add(&mut cache, 0, id as i32, MAX / greedy));
        for modest in greedy + 1..=PLACES {
            assert!(add(&mut cache, 0, modest as i32, MAX / PLACES), "{modest} after {greedy}");
        }
    }
}
