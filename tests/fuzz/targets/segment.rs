//! A segment's file as a crash or another program may have left it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kabuki_log::fuzz_open_segment(bytes));
