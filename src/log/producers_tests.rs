use super::*;

fn head(producer_epoch: i16, base_sequence: i32, records: i32, base_offset: i64) -> BatchHead {
    BatchHead {
        base_offset,
        length: 100,
        partition_leader_epoch: 0,
        magic: 2,
        crc: 0,
        attributes: 0,
        last_offset_delta: records - 1,
        base_timestamp: 10,
        max_timestamp: 10,
        producer_id: 7,
        producer_epoch,
        base_sequence,
        record_count: records,
    }
}

/// Appends through the front door; the batch that is already there, or why it is refused.
fn send(producers: &mut Producers, head: &BatchHead) -> Result<Option<i64>, AppendError> {
    let mut changes = Changes::default();
    let sent = producers.check(&mut changes, head, None, Origin::Client)?;
    producers.apply(changes);
    Ok(sent.map(|it| it.first_offset()))
}

#[test]
fn sequences_go_on_without_gaps() {
    let mut producers = Producers::default();
    assert_eq!(send(&mut producers, &head(0, 0, 10, 0)), Ok(None));
    assert_eq!(send(&mut producers, &head(0, 10, 5, 10)), Ok(None));
    let gap = send(&mut producers, &head(0, 16, 1, 15));
    let expected =
        AppendError::OutOfOrderSequence { producer_id: 7, sequence: 16, last_sequence: 14 };
    assert_eq!(gap, Err(expected));
}

#[test]
fn the_last_five_batches_are_recognized_when_they_come_again() {
    let mut producers = Producers::default();
    for batch in 0..7 {
        let sent = send(&mut producers, &head(0, batch * 2, 2, 100 + i64::from(batch) * 2));
        assert_eq!(sent, Ok(None));
    }
    for batch in 2..7 {
        let again = send(&mut producers, &head(0, batch * 2, 2, 999));
        assert_eq!(again, Ok(Some(100 + i64::from(batch) * 2)));
    }
    assert!(send(&mut producers, &head(0, 2, 2, 999)).is_err());
    // The same first sequence with another last one is another batch.
    assert!(send(&mut producers, &head(0, 12, 1, 999)).is_err());
}

#[test]
fn sequences_wrap_to_zero() {
    let mut producers = Producers::default();
    assert_eq!(send(&mut producers, &head(0, i32::MAX - 1, 4, 0)), Ok(None));
    assert_eq!(send(&mut producers, &head(0, i32::MAX - 1, 4, 9)), Ok(Some(0)));
    assert_eq!(send(&mut producers, &head(0, 2, 1, 4)), Ok(None));
    let mut at_the_end = Producers::default();
    assert_eq!(send(&mut at_the_end, &head(0, i32::MAX, 1, 0)), Ok(None));
    assert_eq!(send(&mut at_the_end, &head(0, 0, 1, 1)), Ok(None));
}

#[test]
fn a_new_epoch_begins_at_zero_and_fences_the_old_one() {
    let mut producers = Producers::default();
    assert_eq!(send(&mut producers, &head(3, 50, 1, 0)), Ok(None), "unknown: any sequence");
    assert!(matches!(
        send(&mut producers, &head(4, 51, 1, 1)),
        Err(AppendError::OutOfOrderSequence { .. })
    ));
    assert_eq!(send(&mut producers, &head(4, 0, 1, 1)), Ok(None));
    let old = AppendError::InvalidProducerEpoch { producer_id: 7, epoch: 3, current: 4 };
    assert_eq!(send(&mut producers, &head(3, 51, 1, 2)), Err(old));
}

#[test]
fn changes_are_seen_by_the_next_batch_and_can_be_dropped() {
    let mut producers = Producers::default();
    let mut changes = Changes::default();
    let mut check = |head: &BatchHead| producers.check(&mut changes, head, None, Origin::Client);
    assert_eq!(check(&head(0, 0, 1, 0)), Ok(None));
    assert_eq!(check(&head(0, 1, 1, 1)), Ok(None));
    assert!(check(&head(0, 0, 1, 2)).is_ok_and(|it| it.is_some()));
    drop(changes);
    assert_eq!(producers.iter().len(), 0);
    assert_eq!(send(&mut producers, &head(0, 5, 1, 0)), Ok(None));
}

fn transactional(mut head: BatchHead) -> BatchHead {
    head.attributes |= 0x10;
    head
}

#[test]
fn a_transaction_is_unstable_until_its_marker_is_replicated() {
    let mut producers = Producers::default();
    assert_eq!(send(&mut producers, &transactional(head(0, 0, 5, 10))), Ok(None));
    assert_eq!(producers.first_unstable_offset(), Some(10));
    assert!(matches!(
        send(&mut producers, &head(0, 5, 1, 15)),
        Err(AppendError::InvalidTransactionState { producer_id: 7 })
    ));
    let mut end = transactional(head(0, -1, 1, 15));
    end.attributes |= 0x20;
    let marker = Some(Marker { aborted: true, coordinator_epoch: 2 });
    let mut changes = Changes::default();
    let sent = producers.check(&mut changes, &end, marker, Origin::Coordinator);
    assert_eq!(sent, Ok(None));
    let completed = producers.apply(changes);
    assert_eq!(completed.len(), 1);
    assert_eq!((completed[0].first_offset, completed[0].last_offset), (10, 15));
    assert_eq!(producers.last_stable_offset(&completed[0]), 16);
    producers.complete(&completed[0]);
    assert_eq!(producers.first_unstable_offset(), Some(10));
    producers.acknowledge(16);
    assert_eq!(producers.first_unstable_offset(), None);
}

#[test]
fn idle_producers_are_forgotten_unless_their_transaction_is_open() {
    let mut producers = Producers::default();
    assert_eq!(send(&mut producers, &head(0, 0, 1, 0)), Ok(None));
    let open = BatchHead { producer_id: 8, ..transactional(head(0, 0, 1, 1)) };
    assert_eq!(send(&mut producers, &open), Ok(None));
    assert_eq!(producers.expire(1_009, 1_000), 0);
    assert_eq!(producers.expire(1_010, 1_000), 1);
    assert_eq!(producers.iter().map(|it| it.0).collect::<Vec<_>>(), [8]);
}
