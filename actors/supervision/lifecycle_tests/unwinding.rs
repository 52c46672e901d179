//! Everything here rests on panics that unwind.

use std::panic::catch_unwind;
use std::path::Path;

const MANIFEST: &str = "../Cargo.toml";

#[test]
fn panics_unwind_in_this_build() {
    assert!(catch_unwind(|| panic!("on purpose: to be caught")).is_err());
}

/// The settings of each `[profile.name]` of the workspace, by name.
fn profiles(manifest: &str) -> Vec<(&str, Vec<&str>)> {
    let mut profiles = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            let name = header.strip_prefix("profile.").unwrap_or_default().trim_end_matches(']');
            profiles.push((name, Vec::new()));
        } else if let Some((_, settings)) = profiles.last_mut() {
            settings.push(line);
        }
    }
    profiles.retain(|(name, _)| !name.is_empty());
    profiles
}

#[test]
fn every_profile_of_the_workspace_says_that_panics_unwind() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(MANIFEST);
    let manifest = std::fs::read_to_string(path).expect("the workspace has a manifest");
    let profiles = profiles(&manifest);
    for required in ["dev", "release"] {
        assert!(
            profiles.iter().any(|(name, _)| *name == required),
            "{required} is not written out"
        );
    }
    for (name, settings) in profiles {
        let panics: Vec<_> = settings.iter().filter(|line| line.starts_with("panic")).collect();
        assert_eq!(panics, [&"panic = \"unwind\""], "profile.{name}");
    }
}
