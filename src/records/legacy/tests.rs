use proptest::prelude::*;

use super::*;
use crate::java_vectors::{self as java, bytes};

const LIMIT: usize = 1 << 20;

type Read = (i64, i64, Option<String>, Option<String>);

fn records(bytes: &[u8]) -> Result<Vec<Read>, LegacyError> {
    let text = |bytes: Option<&[u8]>| bytes.map(|b| String::from_utf8_lossy(b).into_owned());
    let mut out = Vec::new();
    for message in LegacyMessages::new(bytes) {
        message?.visit_records(LIMIT, |record| {
            out.push((record.offset, record.timestamp, text(record.key), text(record.value)));
        })?;
    }
    Ok(out)
}

fn expected(timestamps: [i64; 3]) -> Vec<Read> {
    let some = |text: &str| Some(text.to_owned());
    vec![
        (100, timestamps[0], some("key-1"), some("value-1")),
        (101, timestamps[1], None, some("value-2 value-2 value-2 value-2")),
        (102, timestamps[2], some("key-3"), None),
    ]
}

#[test]
fn reads_what_the_java_client_wrote() {
    for digits in [java::LEGACY_V0_NONE, java::LEGACY_V0_GZIP, java::LEGACY_V0_LZ4] {
        assert_eq!(records(&bytes(digits)), Ok(expected([-1; 3])));
    }
    let at = 1_700_000_000_000;
    for digits in [java::LEGACY_V1_NONE, java::LEGACY_V1_GZIP, java::LEGACY_V1_LZ4] {
        assert_eq!(records(&bytes(digits)), Ok(expected([at, at + 5, at + 2])));
    }
    let append_time = records(&bytes(java::LEGACY_V1_GZIP_APPEND));
    assert_eq!(append_time, Ok(expected([at + 123; 3])));
}

#[test]
fn notices_any_changed_byte_by_the_crc() {
    let good = bytes(java::LEGACY_V1_GZIP);
    let intact = |bytes: &[u8]| {
        LegacyMessages::new(bytes).all(|message| message.is_ok_and(|m| m.is_intact()))
    };
    assert!(intact(&good));
    for at in CRC_OFFSET..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        assert!(!intact(&changed), "{at}");
    }
}

#[test]
fn a_torn_message_ends_the_row() {
    let row = bytes(java::LEGACY_V1_NONE);
    for end in 0..row.len() {
        let whole = records(&row[..end]).expect("no error");
        assert!(whole.len() < 3);
    }
}

#[test]
fn lengths_and_formats_are_checked() {
    let mut short = bytes(java::LEGACY_V0_NONE);
    short[8..12].copy_from_slice(&13i32.to_be_bytes());
    assert_eq!(records(&short), Err(LegacyError::InvalidLength));
    let mut new = bytes(java::LEGACY_V0_NONE);
    new[MAGIC_OFFSET] = 2;
    assert_eq!(records(&new), Err(LegacyError::UnexpectedMagic(2)));
    let mut long_key = bytes(java::LEGACY_V0_NONE);
    long_key[18] = 1;
    assert_eq!(records(&long_key), Err(LegacyError::InvalidLength));
}

#[test]
fn wrappers_hold_messages_of_their_own_format() {
    let mut wrapper = bytes(java::LEGACY_V0_GZIP);
    wrapper[MAGIC_OFFSET + 1] = Codec::Zstd.id() as u8;
    assert_eq!(records(&wrapper), Err(LegacyError::InvalidWrapper));
    wrapper[MAGIC_OFFSET + 1] = 7;
    assert_eq!(records(&wrapper), Err(CodecError::UnknownCodec(7).into()));
    let mut offset_too_low = bytes(java::LEGACY_V1_GZIP);
    offset_too_low[7] = 1;
    assert_eq!(records(&offset_too_low), Err(LegacyError::InvalidWrapper));
}

#[test]
fn a_wrapper_at_offset_0_keeps_its_inner_offsets() {
    let mut wrapper = bytes(java::LEGACY_V1_GZIP);
    wrapper[7] = 0;
    let offsets: Vec<_> = records(&wrapper).expect("reads").iter().map(|r| r.0).collect();
    assert_eq!(offsets, [0, 1, 2]);
}

proptest! {
    #[test]
    fn garbled_messages_never_panic(
        digits in prop::sample::select(vec![
            java::LEGACY_V0_NONE,
            java::LEGACY_V0_LZ4,
            java::LEGACY_V1_GZIP,
            java::LEGACY_V1_LZ4,
        ]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut row = bytes(digits);
        for (at, value) in changes {
            let at = at.index(row.len());
            row[at] = value;
        }
        let _ = records(&row);
    }

    #[test]
    fn noise_never_panics(noise: Vec<u8>) {
        let _ = records(&noise);
    }
}
