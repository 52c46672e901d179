//! Levels in words: those of `metadata.version` have names.

use crate::error::CliError;

const METADATA_VERSION: &str = "metadata.version";
/// The level of the first name.
const FIRST_NAMED: i16 = 7;
/// Kafka's names of its levels, up to 4.3.
const NAMES: [&str; 24] = [
    "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2",
    "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0",
    "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0",
];

/// A feature's level as it is shown: a name, where it has one.
pub(super) fn shown(feature: &str, level: i16) -> String {
    let named = || NAMES.get(usize::try_from(level.checked_sub(FIRST_NAMED)?).ok()?);
    match (feature, named()) {
        (METADATA_VERSION, Some(name)) => (*name).to_owned(),
        _ => level.to_string(),
    }
}

/// Reads `NAME=LEVEL`.
pub(super) fn parse(text: &str) -> Result<(String, i16), CliError> {
    let invalid = || CliError::Usage(format!("'{text}' is no level: expected FEATURE=LEVEL"));
    let (feature, level) = text.split_once('=').ok_or_else(invalid)?;
    let (feature, level) = (feature.trim(), level.trim());
    let by_name = || {
        let place = NAMES.iter().position(|name| feature == METADATA_VERSION && *name == level)?;
        Some(FIRST_NAMED + i16::try_from(place).ok()?)
    };
    let level = level.parse().ok().or_else(by_name).ok_or_else(invalid)?;
    Ok((feature.to_owned(), level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_metadata_have_names_both_ways() {
        for (level, name) in [(7, "3.3-IV3"), (22, "4.0-IV0"), (30, "4.3-IV0")] {
            assert_eq!(shown(METADATA_VERSION, level), name);
            let text = format!("metadata.version={name}");
            assert_eq!(parse(&text).ok(), Some((METADATA_VERSION.to_owned(), level)));
        }
        assert_eq!(shown(METADATA_VERSION, 31), "31");
        assert_eq!(shown(METADATA_VERSION, i16::MIN + 7), "-32761");
        assert_eq!(shown("group.version", 7), "7");
    }

    #[test]
    fn what_is_no_level_is_refused() {
        assert_eq!(parse("group.version=1").ok(), Some(("group.version".to_owned(), 1)));
        for wrong in ["group.version", "group.version=", "group.version=4.3-IV0", "x=99999"] {
            assert!(matches!(parse(wrong), Err(CliError::Usage(_))), "{wrong}");
        }
    }
}
