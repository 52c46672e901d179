//! Messages that mean harm: counts of the largest size, truncations, mutations.

use bytes::Bytes;

use super::allocations::allocated_by;
use super::filler::{
    Random, count_positions, message_with_largest_count, random_message, small_message,
};
use super::shapes::{every_case, every_shape};
use crate::dispatch::{fuzz_request, fuzz_response};
use crate::error::ShapeFault;
use crate::walker::walk;
use crate::{ApiKey, WireError};

/// At least so many counts and lengths stand in all messages together; fewer mean that the test misses some.
const POSITIONS_MIN: usize = 3500;

/// Mutated messages of each API, version and direction.
const MUTATIONS_EACH: u64 = 100;

#[test]
fn the_largest_count_is_refused_at_every_position_and_takes_no_memory() {
    let mut refused = 0;
    for (api, version, is_request, shape) in every_shape() {
        for position in 0..count_positions(shape, version) {
            let message = message_with_largest_count(shape, version, position);
            let (walked, allocated) = allocated_by(|| walk(shape, version, &message));
            let fault = walked.expect_err(api.name()).fault;
            let expected =
                matches!(fault, ShapeFault::TooMany { .. } | ShapeFault::StringTooLong(_));
            assert!(expected, "{} {version} {is_request} at {position}: {fault}", api.name());
            assert_eq!(allocated, 0);
            refused += 1;
        }
    }
    assert!(refused > POSITIONS_MIN, "{refused} positions");
}

#[test]
fn the_largest_count_does_not_reach_the_decoder() {
    for case in every_case() {
        for position in 0..count_positions(case.shape, case.version) {
            let body = Bytes::from(message_with_largest_count(case.shape, case.version, position));
            let (decoded, allocated) = allocated_by(|| case.decode(body));
            assert!(matches!(decoded, Err(WireError::Malformed { .. })), "{case} at {position}");
            assert_eq!(allocated, 0, "{case} at {position}");
        }
    }
}

#[test]
fn a_count_of_tagged_fields_must_fit_what_is_left() {
    let message = [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f];
    let walked = walk(&ApiKey::Metadata.shape().request, 9, &message);
    let fault = walked.expect_err("too many").fault;
    assert_eq!(fault, ShapeFault::TooMany { announced: u32::MAX, left: 0 });
}

#[test]
fn every_truncation_is_refused() {
    for (api, version, _, shape) in every_shape() {
        let message = small_message(shape, version);
        assert_eq!(walk(shape, version, &message).map(|walk| walk.used_bytes), Ok(message.len()));
        for length in 0..message.len() {
            let truncated = walk(shape, version, &message[..length]);
            assert!(truncated.is_err(), "{} {version} cut at {length}", api.name());
        }
    }
}

#[test]
fn mutated_messages_are_decoded_or_refused() {
    for case in every_case() {
        for number in 0..MUTATIONS_EACH {
            let seed = case.seed(number);
            let (mut message, _) = random_message(case.shape, case.version, seed % 8);
            mutate(&mut message, &mut Random::new(seed));
            let body = Bytes::from(message);
            let estimate = walk(case.shape, case.version, &body).map(|walk| walk.decoded_bytes);
            let (decoded, allocated) = allocated_by(|| case.decode(body));
            if decoded.is_ok() {
                // Sharing the body takes a few bytes beside what is decoded.
                assert!(allocated <= estimate.expect("it was decoded") + 64, "{case}, {number}");
            }
        }
    }
}

fn mutate(message: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let position = random.below(message.len() + 1);
        let value = [0, 1, 0x7f, 0x80, 0xfe, 0xff, random.next() as u8][random.below(7)];
        match random.below(3) {
            0 if position < message.len() => message[position] = value,
            1 if position < message.len() => drop(message.remove(position)),
            _ => message.insert(position, value),
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(20_000))]

    #[test]
    fn any_bytes_pass_through_the_fuzzers_doors(bytes: [u8; 64], length in 0..64_usize) {
        fuzz_request(&bytes[..length]);
        fuzz_response(&bytes[..length]);
    }
}

/// What Kafka accepts and what it refuses, tried with its own parser.
mod leniency {
    use super::*;
    use crate::shape::MessageShape;

    fn request(api: ApiKey, version: i16, body: &[u8]) -> Result<usize, ShapeFault> {
        let shape: &MessageShape = &api.shape().request;
        walk(shape, version, body).map(|walk| walk.used_bytes).map_err(|error| error.fault)
    }

    #[test]
    fn bytes_after_the_message_are_ignored() {
        assert_eq!(request(ApiKey::Metadata, 9, &[1, 1, 0, 0, 0, 0xff, 0xff]), Ok(5));
    }

    #[test]
    fn overlong_varints_and_bits_above_the_32nd_are_accepted() {
        assert_eq!(request(ApiKey::Metadata, 9, &[0x81, 0, 1, 0, 0, 0]), Ok(6));
        assert_eq!(
            request(ApiKey::Metadata, 9, &[0x81, 0x80, 0x80, 0x80, 0x10, 1, 0, 0, 0]),
            Ok(9)
        );
    }

    #[test]
    fn a_varint_of_six_bytes_is_refused() {
        let body = [0x81, 0x80, 0x80, 0x80, 0x80, 0, 1, 0, 0, 0];
        assert_eq!(request(ApiKey::Metadata, 9, &body), Err(ShapeFault::MalformedVarint));
    }

    #[test]
    fn unknown_tagged_fields_come_in_any_order_and_more_than_once() {
        let body = [1, 1, 0, 0, 3, 5, 1, 0xaa, 3, 1, 0xbb, 5, 1, 0xcc];
        assert_eq!(request(ApiKey::Metadata, 9, &body), Ok(body.len()));
    }

    #[test]
    fn a_tagged_field_of_a_later_version_is_refused() {
        let mut body = vec![0xff; 4];
        body.extend([0; 21]);
        body.extend([1, 1, 1, 1, 1, 1, 0]);
        let refused = Err(ShapeFault::TagNotInVersion { tag: 1, version: 12 });
        assert_eq!(request(ApiKey::Fetch, 12, &body), refused);
    }

    #[test]
    fn null_is_refused_where_the_version_has_no_null() {
        assert_eq!(
            request(ApiKey::FindCoordinator, 0, &[0xff, 0xff]),
            Err(ShapeFault::NullNotAllowed)
        );
        assert_eq!(request(ApiKey::Metadata, 0, &[0xff; 4]), Err(ShapeFault::NullNotAllowed));
        assert_eq!(request(ApiKey::Metadata, 1, &[0xff; 4]), Ok(4));
    }

    #[test]
    fn strings_over_32767_bytes_are_refused_in_compact_form_too() {
        let mut body = vec![0x81, 0x80, 0x02];
        body.extend(vec![b'a'; 32768]);
        body.extend([0, 0]);
        let refused = Err(ShapeFault::StringTooLong(32768));
        assert_eq!(request(ApiKey::FindCoordinator, 3, &body), refused);
    }
}
