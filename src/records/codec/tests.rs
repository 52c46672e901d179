use proptest::prelude::*;

use super::*;
use crate::java_vectors::{self as java, bytes, text};

const LIMIT: usize = 1 << 20;

fn expect_corrupt(codec: Codec, input: &[u8]) {
    let result = decompress(codec, input, LIMIT);
    assert!(matches!(result, Err(CodecError::Corrupt { .. })), "{codec}: {result:?}");
}

#[test]
fn numbers_and_names_are_kafkas() {
    let names: Vec<_> = Codec::ALL.iter().map(|codec| (codec.id(), codec.name())).collect();
    assert_eq!(names, [(0, "none"), (1, "gzip"), (2, "snappy"), (3, "lz4"), (4, "zstd")]);
    assert!(Codec::ALL.iter().all(|&codec| Codec::from_id(codec.id()) == Ok(codec)));
    assert!(Codec::ALL.iter().all(|&codec| Codec::from_name(codec.name()) == Some(codec)));
    assert_eq!(Codec::from_id(5), Err(CodecError::UnknownCodec(5)));
    assert_eq!(Codec::from_name("GZIP"), None);
}

#[test]
fn reads_what_the_java_client_compressed() {
    let vectors = [
        (Codec::Gzip, java::EMPTY_GZIP, java::TEXT_GZIP),
        (Codec::Snappy, java::EMPTY_SNAPPY, java::TEXT_SNAPPY),
        (Codec::Lz4, java::EMPTY_LZ4, java::TEXT_LZ4),
        (Codec::Zstd, java::EMPTY_ZSTD, java::TEXT_ZSTD),
    ];
    for (codec, empty, full) in vectors {
        assert_eq!(decompress(codec, &bytes(empty), LIMIT), Ok(Vec::new()), "{codec}");
        assert_eq!(decompress(codec, &bytes(full), LIMIT), Ok(text(300)), "{codec}");
    }
}

#[test]
fn frames_nothing_as_the_java_client_does() {
    assert_eq!(compress(Codec::Snappy, None, &[]), Ok(bytes(java::EMPTY_SNAPPY)));
    assert_eq!(compress(Codec::Lz4, None, &[]), Ok(bytes(java::EMPTY_LZ4)));
}

#[test]
fn every_level_is_read_again() {
    let content = text(5_000);
    for codec in Codec::ALL {
        let Some(levels) = codec.levels() else { continue };
        for level in [levels.min, levels.max, levels.default, i32::MIN, i32::MAX] {
            let block = compress(codec, Some(level), &content).expect("any level is clamped");
            assert_eq!(decompress(codec, &block, LIMIT).as_ref(), Ok(&content), "{codec} {level}");
        }
    }
}

#[test]
fn reads_several_streams_behind_each_other() {
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Zstd] {
        let mut block = compress(codec, None, b"first ").expect("compresses");
        block.extend(compress(codec, None, b"").expect("compresses"));
        block.extend(compress(codec, None, b"second").expect("compresses"));
        assert_eq!(decompress(codec, &block, LIMIT), Ok(b"first second".to_vec()), "{codec}");
    }
}

/// So that records can be looked at before the checksum behind them, as Kafka does.
#[test]
fn what_comes_before_an_error_of_gzip_is_given_first() {
    let mut block = compress(Codec::Gzip, None, b"content").expect("compresses");
    let checksum = block.len() - 8;
    block[checksum] ^= 1;
    let mut source = Decompressor::new(Codec::Gzip, &block, LIMIT).expect("a source");
    let mut out = Output::default();
    assert_eq!(source.append_next(&mut out), Ok(true));
    assert_eq!(*out, *b"content");
    assert!(source.append_next(&mut out).is_err());
}

#[test]
fn no_bytes_are_no_zstd_frames() {
    assert_eq!(decompress(Codec::Zstd, &[], LIMIT), Ok(Vec::new()));
}

#[test]
fn what_follows_gzip_and_is_no_member_is_ignored() {
    let block = compress(Codec::Gzip, None, b"content").expect("compresses");
    for surplus in [&[0x1f][..], &block[..18], &[7; 100]] {
        let with_surplus = [&block[..], surplus].concat();
        assert_eq!(decompress(Codec::Gzip, &with_surplus, LIMIT), Ok(b"content".to_vec()));
    }
    expect_corrupt(Codec::Gzip, &[&block[..], &block[..19]].concat());
}

#[test]
fn reads_a_bare_snappy_block() {
    let content = text(100_000);
    let block = snap::raw::Encoder::new().compress_vec(&content).expect("compresses");
    assert_eq!(decompress(Codec::Snappy, &block, LIMIT), Ok(content));
}

#[test]
fn refuses_what_snappy_framing_forbids() {
    let framed = compress(Codec::Snappy, None, b"content").expect("compresses");
    let mut negative_length = framed.clone();
    negative_length[16] = 0xff;
    expect_corrupt(Codec::Snappy, &negative_length);
    let mut too_old = framed.clone();
    too_old[11] = 0;
    expect_corrupt(Codec::Snappy, &too_old);
    expect_corrupt(Codec::Snappy, &framed[..framed.len() - 1]);
}

/// An LZ4 frame of one stored block with these flags, whatever they ask for being there.
fn lz4_frame(flags: u8, block_descriptor: u8, content: &[u8]) -> Vec<u8> {
    let mut descriptor = vec![flags, block_descriptor];
    if flags & 0x08 != 0 {
        descriptor.extend_from_slice(&(content.len() as u64).to_le_bytes());
    }
    let mut frame = 0x184d_2204u32.to_le_bytes().to_vec();
    frame.extend_from_slice(&descriptor);
    frame.push(xxhash::xxh32(&descriptor).to_le_bytes()[1]);
    frame.extend_from_slice(&(content.len() as u32 | 1 << 31).to_le_bytes());
    frame.extend_from_slice(content);
    if flags & 0x10 != 0 {
        frame.extend_from_slice(&xxhash::xxh32(content).to_le_bytes());
    }
    frame.extend_from_slice(&0u32.to_le_bytes());
    if flags & 0x04 != 0 {
        frame.extend_from_slice(&xxhash::xxh32(content).to_le_bytes());
    }
    frame
}

#[test]
fn reads_lz4_frames_of_other_clients() {
    // Content size and checksums in every combination, blocks of 64 KiB to 4 MiB.
    for extras in [0x00, 0x04, 0x08, 0x0c, 0x10, 0x1c] {
        for block_size in 4..=7 {
            let frame = lz4_frame(0x60 | extras, block_size << 4, b"stored");
            assert_eq!(
                decompress(Codec::Lz4, &frame, LIMIT),
                Ok(b"stored".to_vec()),
                "{extras:#x}"
            );
        }
    }
}

#[test]
fn ignores_what_follows_an_lz4_frame() {
    let mut frame = lz4_frame(0x60, 0x40, b"stored");
    frame.extend_from_slice(b"surplus");
    assert_eq!(decompress(Codec::Lz4, &frame, LIMIT), Ok(b"stored".to_vec()));
}

#[test]
fn refuses_lz4_frames_that_java_refuses() {
    expect_corrupt(Codec::Lz4, &lz4_frame(0x40, 0x40, b"dependent blocks"));
    expect_corrupt(Codec::Lz4, &lz4_frame(0x20, 0x40, b"version 0"));
    expect_corrupt(Codec::Lz4, &lz4_frame(0x61, 0x40, b"reserved flag"));
    expect_corrupt(Codec::Lz4, &lz4_frame(0x60, 0x30, b"block size 3"));
    expect_corrupt(Codec::Lz4, &lz4_frame(0x60, 0xc0, b"reserved bit"));
    let mut wrong_block_checksum = lz4_frame(0x70, 0x40, b"content");
    let last_of_checksum = wrong_block_checksum.len() - 5;
    wrong_block_checksum[last_of_checksum] ^= 1;
    expect_corrupt(Codec::Lz4, &wrong_block_checksum);
    let mut wrong_descriptor_checksum = lz4_frame(0x60, 0x40, b"content");
    wrong_descriptor_checksum[6] ^= 1;
    expect_corrupt(Codec::Lz4, &wrong_descriptor_checksum);
}

#[test]
fn bombs_stop_at_the_limit() {
    let content = vec![0; 16 << 20];
    for codec in Codec::ALL.into_iter().skip(1) {
        let block = compress(codec, None, &content).expect("compresses");
        let mut source = Decompressor::new(codec, &block, LIMIT).expect("begins");
        let mut out = Output::default();
        let end = loop {
            match source.append_next(&mut out) {
                Ok(true) => {}
                end => break end,
            }
        };
        assert_eq!(end, Err(CodecError::TooLarge { limit_bytes: LIMIT }), "{codec}");
        // At most one piece over the limit was made.
        assert!(out.len() < 2 * LIMIT, "{codec}: {}", out.len());
    }
}

#[test]
fn a_claimed_size_is_not_believed() {
    // A bare Snappy block of a few bytes that claims 4 GiB − 1.
    let block = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, b'a'];
    let mut out = Output::default();
    let mut source = Decompressor::new(Codec::Snappy, &block, usize::MAX).expect("begins");
    assert!(source.append_next(&mut out).is_err());
    assert_eq!(out.room_bytes(), 0);
    // An LZ4 block of a few bytes in a frame of 4 MiB blocks.
    let mut frame = lz4_frame(0x60, 0x70, b"ab");
    frame[10] = 0;
    let mut source = Decompressor::new(Codec::Lz4, &frame, usize::MAX).expect("begins");
    let _ = source.append_next(&mut out);
    assert!(out.room_bytes() < 4096, "{}", out.room_bytes());
}

#[test]
fn truncated_blocks_are_errors_or_shorter() {
    for codec in Codec::ALL.into_iter().skip(1) {
        let content = text(3_000);
        let block = compress(codec, None, &content).expect("compresses");
        for end in 0..block.len() {
            if let Ok(out) = decompress(codec, &block[..end], LIMIT) {
                assert!(out.len() < content.len(), "{codec} {end}");
            }
        }
    }
}

/// Threads use contexts and memory again.
#[test]
fn a_stream_that_ends_midway_leaves_nothing_behind() {
    let content = text(200_000);
    for codec in Codec::ALL.into_iter().skip(1) {
        let block = compress(codec, None, &content).expect("compresses");
        let mut source = Decompressor::new(codec, &block, LIMIT).expect("begins");
        assert_eq!(source.append_next(&mut Output::default()), Ok(true), "{codec}");
        drop(source);
        assert_eq!(decompress(codec, &block, LIMIT).as_ref(), Ok(&content), "{codec} after a drop");
        expect_corrupt(codec, &block[..block.len() / 2]);
        assert_eq!(
            decompress(codec, &block, LIMIT).as_ref(),
            Ok(&content),
            "{codec} after an error"
        );
    }
}

fn any_codec() -> impl Strategy<Value = Codec> {
    prop::sample::select(Codec::ALL.to_vec())
}

/// Text that compresses, longer than a block of LZ4 and a chunk of Snappy at times, or noise.
fn any_content() -> impl Strategy<Value = Vec<u8>> {
    let text = (0usize..200_000).prop_map(text);
    prop_oneof![text, prop::collection::vec(any::<u8>(), 0..5_000)]
}

proptest! {
    #[test]
    fn every_content_comes_back(codec in any_codec(), content in any_content()) {
        let block = compress(codec, None, &content).expect("compresses");
        prop_assert_eq!(decompress(codec, &block, LIMIT), Ok(content));
    }

    #[test]
    fn noise_never_panics(codec in any_codec(), block: Vec<u8>) {
        let _ = decompress(codec, &block, LIMIT);
    }

    #[test]
    fn garbled_blocks_never_panic(
        codec in any_codec(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut block = compress(codec, None, &text(2_000)).expect("compresses");
        for (at, value) in changes {
            let at = at.index(block.len());
            block[at] = value;
        }
        let _ = decompress(codec, &block, LIMIT);
    }
}
