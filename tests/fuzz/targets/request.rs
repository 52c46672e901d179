//! A frame whose first bytes choose API and version: checked, decoded, and as a response too.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    kabuki_wire::fuzz_request(bytes);
    kabuki_wire::fuzz_response(bytes);
});
