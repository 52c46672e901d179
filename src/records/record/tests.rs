use proptest::prelude::*;

use super::*;

/// Attributes, timestamp delta 1, offset delta 2, key "k", value null, one header "h" with value "v".
const BODY: [u8; 12] = [0, 2, 4, 2, b'k', 1, 2, 2, b'h', 2, b'v', 0];

fn record(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    varint::write_i32(&mut out, body.len() as i32);
    out.extend_from_slice(body);
    out
}

#[test]
fn reads_every_field() {
    let bytes = record(&BODY[..11]);
    let (read, size) = Record::read(&bytes).expect("a record");
    assert_eq!(size, bytes.len());
    assert_eq!((read.attributes, read.timestamp_delta, read.offset_delta), (0, 1, 2));
    assert_eq!((read.key, read.value), (Some(&b"k"[..]), None));
    let headers: Vec<_> = read.headers.iter().collect();
    assert_eq!(headers, [Header { key: b"h", value: Some(b"v") }]);
    assert_eq!((read.headers.len(), read.headers.is_empty()), (1, false));
}

#[test]
fn any_negative_length_of_key_and_value_is_null() {
    let bytes = record(&[0, 0, 0, 9, 7, 0]);
    let (read, _) = Record::read(&bytes).expect("a record");
    assert_eq!((read.key, read.value), (None, None));
}

#[test]
fn refuses_impossible_fields() {
    let error = |body: &[u8]| Record::read(&record(body)).map(|_| ());
    assert_eq!(error(&BODY), Err(RecordFormatError::SurplusInRecord(1)));
    assert_eq!(error(&[0, 0, 0, 1, 1, 1]), Err(RecordFormatError::HeaderCount(-1)));
    assert_eq!(error(&[0, 0, 0, 1, 1, 4, 0]), Err(RecordFormatError::HeaderCount(2)));
    assert_eq!(error(&[0, 0, 0, 1, 1, 2, 1]), Err(RecordFormatError::NegativeHeaderKey(-1)));
    assert_eq!(error(&[0, 0, 0, 4, b'k']), Err(RecordFormatError::Truncated));
    assert_eq!(error(&[0, 0xff, 0xff]), Err(RecordFormatError::Truncated));
    assert_eq!(Record::read(&[1]), Err(RecordFormatError::NegativeLength(-1)));
    assert_eq!(Record::read(&[0x80; 5]), Err(RecordFormatError::LengthTooLong));
}

#[test]
fn truncated_records_are_errors() {
    let bytes = record(&BODY[..11]);
    assert!((0..bytes.len()).all(|end| Record::read(&bytes[..end]).is_err()));
}

#[test]
fn iterates_over_as_many_as_announced() {
    let bytes = record(&BODY[..11]).repeat(3);
    assert_eq!(Records::new(&bytes, 3).filter(Result::is_ok).count(), 3);
    assert_eq!(Records::new(&bytes, 0).count(), 0);
    assert_eq!(Records::new(&bytes, -1).count(), 0);
}

#[test]
fn surplus_takes_the_place_of_the_last_record() {
    let bytes = record(&BODY[..11]).repeat(3);
    let read: Vec<_> = Records::new(&bytes, 2).collect();
    assert!(read[0].is_ok());
    assert_eq!(read[1..], [Err(RecordFormatError::SurplusAfterRecords)]);
}

#[test]
fn an_error_ends_the_iteration() {
    let bytes = record(&BODY[..11]).repeat(2);
    let read: Vec<_> = Records::new(&bytes, i32::MAX).collect();
    assert_eq!(read.len(), 3);
    assert_eq!(read[2], Err(RecordFormatError::Truncated));
}

proptest! {
    #[test]
    fn noise_never_panics(bytes: Vec<u8>, count: i32) {
        for record in Records::new(&bytes, count).flatten() {
            prop_assert_eq!(record.headers.iter().count(), record.headers.len());
        }
    }

    #[test]
    fn garbled_records_never_panic(at in 0usize..24, value: u8) {
        let mut bytes = record(&BODY[..11]).repeat(2);
        bytes[at] = value;
        for record in Records::new(&bytes, 2).flatten() {
            prop_assert_eq!(record.headers.iter().count(), record.headers.len());
        }
    }
}
