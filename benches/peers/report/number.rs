//! Numbers as people read them: three digits that count, thousands apart.

/// The number with three significant digits, more where it is larger than 999.
pub(super) fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    let whole = text.find('.').unwrap_or(text.len());
    let (whole, fraction) = text.split_at(whole);
    format!("{}{fraction}", thousands_apart(whole))
}

fn thousands_apart(digits: &str) -> String {
    let mut apart = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        let left = digits.len() - place;
        if place > 0 && left.is_multiple_of(3) && !apart.ends_with('-') {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        let cases = [
            (0.0, "0.000"),
            (0.01234, "0.012"),
            (0.9999, "1.00"),
            (1.239, "1.24"),
            (12.39, "12.4"),
            (99.97, "100"),
            (123.9, "124"),
            (1234.0, "1,234"),
            (1_234_567.0, "1,234,567"),
            (-123.0, "-123"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }
}
