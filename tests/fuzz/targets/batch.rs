//! The records of a produce request: validated, and read back when they pass.
#![no_main]

use bytes::Bytes;
use kabuki_records::validate::{ValidationRules, validate};

/// Keeps one input from taking minutes.
const DECOMPRESSED_BYTES_MAX: usize = 1 << 20;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let rules = ValidationRules {
        decompressed_bytes_max: DECOMPRESSED_BYTES_MAX,
        timestamp_after_max_ms: i64::MAX,
        ..ValidationRules::default()
    };
    let _ = validate(&Bytes::copy_from_slice(bytes), &rules, 0);
});
