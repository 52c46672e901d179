//! A configuration file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kabuki_config::fuzz_properties(bytes));
