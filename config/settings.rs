//! All keys with their values, as read; the typed configurations are made from it.

use std::collections::BTreeMap;

use crate::error::{Problem, ProblemKind, Warning};
use crate::key::{self, Key};
use crate::layers::Entries;
use crate::origin::Origin;
use crate::value::Value;

/// One key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The key's entry in the table; `None` for a key that nobody knows.
    pub key: Option<&'static Key>,
    /// The text as it was set, or the default's.
    pub text: String,
    /// The value; text for a key that nobody knows.
    pub value: Value,
    /// Where it was set.
    pub origin: Origin,
}

impl Setting {
    /// The text, unless it must not be shown: passwords, and keys of which nobody knows what they hold.
    pub fn shown_text(&self) -> Option<String> {
        let is_shown = self.key.is_some_and(|key| !key.is_sensitive());
        is_shown.then(|| self.text.clone())
    }

    /// Does it say something else than the default?
    pub fn differs_from_default(&self) -> bool {
        let default = self.key.and_then(Key::default_text);
        let default = self.key.zip(default).and_then(|(key, text)| Value::parse(key, text).ok());
        self.origin != Origin::Default && default.as_ref() != Some(&self.value)
    }
}

/// The broker's configuration, key by key: every key that is set, and every other that has a default.
/// Values have the types of their keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    by_name: BTreeMap<String, Setting>,
}

impl Settings {
    /// The setting of a key; `None` when it is neither set nor has a default.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.by_name.get(name)
    }

    /// The setting of a key that somebody set.
    pub fn get_set(&self, name: &str) -> Option<&Setting> {
        self.get(name).filter(|setting| setting.origin != Origin::Default)
    }

    /// All settings, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.by_name.iter().map(|(name, setting)| (name.as_str(), setting))
    }

    /// The settings that somebody made, sorted by key.
    pub fn iter_set(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.iter().filter(|(_, setting)| setting.origin != Origin::Default)
    }

    /// What was set at run time replaces all that was said under names which mean the same.
    pub(crate) fn forget_family(&mut self, name: &str) {
        let family = key::broker_key(name).map(|key| key.synonyms).unwrap_or_default();
        for key in family.iter().filter_map(|(name, _)| key::broker_key(name)) {
            match default_setting(key) {
                Some(setting) => self.insert(key.name, setting),
                None => {
                    self.by_name.remove(key.name);
                }
            }
        }
    }

    pub(crate) fn boolean(&self, name: &str) -> bool {
        match self.get(name).map(|setting| &setting.value) {
            Some(Value::Boolean(value)) => *value,
            other => unreachable!("{name} is a boolean with a default, not {other:?}"),
        }
    }

    pub(crate) fn integer(&self, name: &str) -> i64 {
        self.integer_opt(name).expect("the key has a default")
    }

    pub(crate) fn integer_opt(&self, name: &str) -> Option<i64> {
        match self.get(name).map(|setting| &setting.value) {
            Some(Value::Integer(value)) => Some(*value),
            None => None,
            other => unreachable!("{name} is an integer, not {other:?}"),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name).map(|setting| &setting.value) {
            Some(Value::Text(value)) => Some(value),
            None => None,
            other => unreachable!("{name} is text, not {other:?}"),
        }
    }

    pub(crate) fn list(&self, name: &str) -> Option<&[String]> {
        match self.get(name).map(|setting| &setting.value) {
            Some(Value::List(value)) => Some(value),
            None => None,
            other => unreachable!("{name} is a list, not {other:?}"),
        }
    }

    /// A number that its key's rule keeps at 0 or above, or that counts as 0 below.
    pub(crate) fn unsigned(&self, name: &str) -> u64 {
        u64::try_from(self.integer(name)).unwrap_or(0)
    }

    /// A number of an `Int` key that its rule keeps at 0 or above, or that counts as 0 below.
    pub(crate) fn unsigned32(&self, name: &str) -> u32 {
        u32::try_from(self.unsigned(name)).unwrap_or(u32::MAX)
    }

    /// A number of which a negative one means none.
    pub(crate) fn unsigned_opt(&self, name: &str) -> Option<u64> {
        u64::try_from(self.integer(name)).ok()
    }

    pub(crate) fn insert(&mut self, name: &str, setting: Setting) {
        self.by_name.insert(name.to_owned(), setting);
    }

    /// A problem with a key, with its value and where it was set.
    pub(crate) fn problem(
        &self,
        kind: ProblemKind,
        name: &str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        let setting = self.get(name);
        Problem {
            kind,
            key: name.to_owned(),
            value: setting.and_then(Setting::shown_text),
            origin: setting.map(|setting| setting.origin.clone()),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    pub(crate) fn warning(&self, name: &str, message: impl Into<String>) -> Warning {
        let setting = self.get(name);
        Warning {
            key: name.to_owned(),
            value: setting.and_then(Setting::shown_text),
            origin: setting.map(|setting| setting.origin.clone()),
            message: message.into(),
        }
    }
}

/// Kabuki runs as one node that is broker and controller: what a file need not say, although Kafka wants it.
const SINGLE_NODE_DEFAULTS: [(&str, &str); 2] =
    [("process.roles", "broker,controller"), ("controller.listener.names", "CONTROLLER")];

/// Gives every key its value by type and rule. A value that is refused is a problem, and the default stands for it,
/// so that the checks which follow find the other problems too.
pub(crate) fn typed(entries: &Entries) -> (Settings, Vec<Problem>) {
    let mut settings = defaults();
    let mut problems = Vec::new();
    for (name, entry) in entries {
        let key = known_key(name);
        let value = match key {
            Some(key) => Value::parse(key, &entry.value),
            None => Ok(Value::Text(entry.value.clone())),
        };
        let (text, origin) = (entry.value.clone(), entry.origin.clone());
        match value {
            Ok(value) => settings.insert(name, Setting { key, text, value, origin }),
            Err(allowed) => problems.push(Problem {
                kind: ProblemKind::Value,
                key: name.clone(),
                value: key.is_some_and(|key| !key.is_sensitive()).then_some(text),
                origin: Some(origin),
                problem: format!("must be {allowed}"),
                remedy: default_remedy(key),
            }),
        }
    }
    (settings, problems)
}

/// The key with this name, for the whole broker or for one listener.
pub(crate) fn known_key(name: &str) -> Option<&'static Key> {
    key::broker_key(name).or_else(|| listener_key(name))
}

/// The key behind `listener.name.<listener>.<key>`, which sets it for one listener only.
pub(crate) fn listener_key(name: &str) -> Option<&'static Key> {
    let base = listener_part(name)?;
    let of_mechanism = OF_MECHANISM.iter().find(|key| base.ends_with(**key));
    key::broker_key(of_mechanism.unwrap_or(&base))
}

/// What stands behind `listener.name.<listener>.`.
pub(crate) fn listener_part(name: &str) -> Option<&str> {
    name.strip_prefix("listener.name.")?.split_once('.').map(|(_, base)| base)
}

/// Keys that are set for one SASL mechanism of a listener: `listener.name.<listener>.<mechanism>.<key>`.
const OF_MECHANISM: [&str; 5] = [
    "connections.max.reauth.ms",
    "sasl.jaas.config",
    "sasl.login.callback.handler.class",
    "sasl.login.class",
    "sasl.server.callback.handler.class",
];

fn default_remedy(key: Option<&Key>) -> String {
    match key.and_then(Key::default_text) {
        Some("") | None => String::new(),
        Some(text) => format!("the default is {text}"),
    }
}

fn defaults() -> Settings {
    let mut settings = Settings::default();
    for (key, setting) in key::broker_keys().filter_map(|key| Some((key, default_setting(key)?))) {
        settings.insert(key.name, setting);
    }
    for (name, text) in SINGLE_NODE_DEFAULTS {
        let key = key::broker_key(name).expect("these keys are in the table");
        settings.insert(name, setting_of(key, text));
    }
    settings
}

fn default_setting(key: &'static Key) -> Option<Setting> {
    key.default_text().map(|text| setting_of(key, text))
}

/// A setting that nobody made.
fn setting_of(key: &'static Key, text: &str) -> Setting {
    let value = Value::parse(key, text).expect("a test shows that defaults satisfy their rules");
    Setting { key: Some(key), text: text.to_owned(), value, origin: Origin::Default }
}
