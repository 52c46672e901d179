//! Times and durations as arguments.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const MS_PER_SECOND: i128 = 1000;

/// Reads milliseconds since 1970, or a time as in ISO 8601; one without a zone is in UTC.
pub(crate) fn timestamp(text: &str) -> Result<i64, String> {
    if let Ok(milliseconds) = text.parse::<i64>() {
        return if milliseconds >= 0 {
            Ok(milliseconds)
        } else {
            Err("must not be negative".to_owned())
        };
    }
    let zoned = with_zone(text);
    let time = OffsetDateTime::parse(&zoned, &Rfc3339).map_err(|_| {
        "must be milliseconds since 1970, or a time like 2026-01-31T08:00:00Z".to_owned()
    })?;
    // Rounded up: a record of the millisecond before is earlier than the time that was asked for.
    let milliseconds = time.unix_timestamp_nanos().div_euclid(1_000_000)
        + i128::from(time.nanosecond() % 1_000_000 > 0);
    i64::try_from(milliseconds)
        .ok()
        .filter(|time| *time >= 0)
        .ok_or_else(|| "must be after 1970".to_owned())
}

fn with_zone(text: &str) -> String {
    match text.split_once('T') {
        Some((_, time)) if !time.contains(['Z', 'z', '+', '-']) => format!("{text}Z"),
        _ => text.to_owned(),
    }
}

/// Reads a duration of ISO 8601 in days, hours, minutes and seconds (`P1DT2H3M4.5S`), as milliseconds.
pub(crate) fn duration(text: &str) -> Result<i64, String> {
    let invalid = || "must be a duration like P7D, PT36H or P1DT2H30M10S".to_owned();
    parse_duration(&text.to_ascii_uppercase()).ok_or_else(invalid)
}

fn parse_duration(text: &str) -> Option<i64> {
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let text = text.strip_prefix('P')?;
    let (days, time) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (text, ""),
    };
    if days.is_empty() && time.is_empty() {
        return None;
    }
    let total = parts(days, &[('D', 86_400)])?
        .checked_add(parts(time, &[('H', 3600), ('M', 60), ('S', 1)])?)?;
    i64::try_from(if is_negative { -total } else { total }).ok()
}

/// The sum of numbers, each with one of these letters behind and in their order, in milliseconds.
fn parts(mut text: &str, units: &[(char, i128)]) -> Option<i128> {
    let mut total: i128 = 0;
    for &(letter, seconds) in units {
        if let Some((number, rest)) = text.split_once(letter) {
            total = total.checked_add(milliseconds(number, letter == 'S')? * seconds)?;
            text = rest;
        }
    }
    text.is_empty().then_some(total)
}

/// A number of seconds in milliseconds; only that of the unit of seconds may have a fraction.
fn milliseconds(number: &str, may_have_fraction: bool) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = fraction.bytes().all(|digit| digit.is_ascii_digit());
    if !is_digits || (number.contains('.') && !may_have_fraction) {
        return None;
    }
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    let thousandths: i128 = thousandths.parse().ok()?;
    let is_negative = whole.starts_with('-');
    let whole = i128::from(whole.parse::<i64>().ok()?) * MS_PER_SECOND;
    Some(if is_negative { whole - thousandths } else { whole + thousandths })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_milliseconds_or_written_out() {
        assert_eq!(timestamp("1700000000000"), Ok(1_700_000_000_000));
        assert_eq!(timestamp("2023-11-14T22:13:20Z"), Ok(1_700_000_000_000));
        assert_eq!(timestamp("2023-11-14T22:13:20.000"), Ok(1_700_000_000_000));
        assert_eq!(timestamp("2023-11-14T23:13:20.0001+01:00"), Ok(1_700_000_000_001));
        assert!(timestamp("yesterday").is_err());
        assert!(timestamp("-1").is_err());
        assert!(timestamp("1960-01-01T00:00:00Z").is_err());
    }

    #[test]
    fn durations_are_those_of_java() {
        assert_eq!(duration("P1DT2H3M4.5S"), Ok(93_784_500));
        assert_eq!(duration("PT36H"), Ok(129_600_000));
        assert_eq!(duration("p2d"), Ok(172_800_000));
        assert_eq!(duration("-PT1M"), Ok(-60_000));
        assert_eq!(duration("PT-1.25S"), Ok(-1250));
        for wrong in [
            "",
            "P",
            "PT",
            "P1DT",
            "1D",
            "P1H",
            "PT1D",
            "PT1.5H",
            "PT1S2M",
            "PTS",
            "P1.D",
            "PT9999999999999999999S",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
