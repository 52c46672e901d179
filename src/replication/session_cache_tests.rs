use super::*;

const EVICTION_MS: i64 = 100;

fn cache(places: usize) -> SessionCache<&'static str> {
    SessionCache::new(places, EVICTION_MS)
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
    assert_eq!((ids(&cache), cache.partitions()), (vec![2, 3], 3));
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
    assert_eq!((ids(&cache), cache.partitions()), (vec![1, 3], 13));
    cache.retain(|session| *session != "consumer");
    assert!(cache.is_empty() && cache.partitions() == 0 && cache.by_use.is_empty());
    assert!(cache.evictable_by_all.is_empty() && cache.evictable_by_followers.is_empty());
}
