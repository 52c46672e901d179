//! Loads the configuration: reads all layers, lays them over each other, checks everything, and says everything
//! that is wrong at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::broker::BrokerConfig;
use crate::environment::{self, Environment};
use crate::error::{ConfigErrors, Problem, ProblemKind, Warning};
use crate::layers::{self, Entries, Entry};
use crate::listeners::Listeners;
use crate::origin::Origin;
use crate::parse_listeners;
use crate::properties::{self, PropertiesFile, Property};
use crate::settings::{self, Settings};
use crate::{class_names, cluster, cross_checks, effective, protection, zookeeper_era};

/// The profile that stands in a file's place.
const EMBEDDED_PROFILE: &str = include_str!("embedded.properties");

/// Where to load from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadRequest {
    /// The properties file; without one the embedded profile stands in its place.
    pub file: Option<PathBuf>,
    /// The variables of the environment.
    pub env: Vec<(String, String)>,
    /// `key=value`, of the command line; of two that name the same key the later counts.
    pub overrides: Vec<String>,
}

impl LoadRequest {
    /// A request with the environment of this process; variables that are not UTF-8 are left out.
    pub fn of_process(file: Option<PathBuf>, overrides: Vec<String>) -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self { file, env: std::env::vars_os().filter_map(text).collect(), overrides }
    }
}

/// A configuration that can be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// Key by key.
    pub settings: Settings,
    /// The same as typed fields.
    pub broker: BrokerConfig,
    /// What the operator should know.
    pub warnings: Vec<Warning>,
}

impl Settings {
    /// Loads the configuration of a broker.
    ///
    /// # Errors
    /// Everything that keeps the broker from starting: its `Display` is for a terminal, the exit code is 2.
    pub fn load(request: LoadRequest) -> Result<Loaded, ConfigErrors> {
        let mut loader = Loader::default();
        let entries = loader.merge(request);
        let (settings, problems) = settings::typed(&entries);
        loader.problems.extend(problems);
        loader.check(settings)
    }
}

#[derive(Default)]
struct Loader {
    environment: Environment,
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
}

impl Loader {
    fn merge(&mut self, request: LoadRequest) -> Entries {
        let (file, text) = match request.file {
            Some(path) => (PropertiesFile::Path(path.clone()), self.read(&path)),
            None => (PropertiesFile::Profile, EMBEDDED_PROFILE.to_owned()),
        };
        self.environment = environment::read(request.env);
        self.warnings.append(&mut self.environment.warnings);
        let environment = std::mem::take(&mut self.environment.entries);
        let overrides = self.overrides(&request.overrides);
        let file = self.is_readable(&file, &text).then_some((file, text.as_str()));
        let merged = layers::merge(file, vec![environment, overrides]);
        let mut entries = merged.expect("texts that were read before are plain values");
        self.warnings.extend(zookeeper_era::translate(&mut entries));
        entries
    }

    fn read(&mut self, path: &Path) -> String {
        match std::fs::read(path) {
            Ok(bytes) => properties::decode(&bytes),
            Err(error) => {
                self.source_problem(
                    path.display().to_string(),
                    None,
                    format!("cannot be read: {error}"),
                );
                String::new()
            }
        }
    }

    /// Is the text in properties syntax? Warns of keys that are set twice besides.
    fn is_readable(&mut self, file: &PropertiesFile, text: &str) -> bool {
        match properties::parse(text.as_bytes()) {
            Ok(properties) => {
                self.warn_of_duplicates(file, &properties);
                true
            }
            Err(error) => {
                let name = match file {
                    PropertiesFile::Profile => "embedded profile".to_owned(),
                    PropertiesFile::Path(path) => path.display().to_string(),
                };
                self.source_problem(name, None, error.to_string());
                false
            }
        }
    }

    fn warn_of_duplicates(&mut self, file: &PropertiesFile, properties: &[Property]) {
        let mut later = BTreeSet::new();
        for property in properties.iter().rev() {
            if !later.insert(&property.key) {
                self.warnings.push(Warning {
                    key: property.key.clone(),
                    value: None,
                    origin: Some(file.origin(property.line)),
                    message: "ignored: the same file sets it again further down".to_owned(),
                });
            }
        }
    }

    fn overrides(&mut self, overrides: &[String]) -> Vec<Entry> {
        let mut entries = Vec::new();
        for text in overrides {
            match text.split_once('=') {
                Some((key, value)) if !key.trim().is_empty() => entries.push(Entry {
                    key: key.trim().to_owned(),
                    value: value.to_owned(),
                    origin: Origin::Override,
                }),
                _ => self.source_problem(
                    text.clone(),
                    Some(Origin::Override),
                    "is not key=value".to_owned(),
                ),
            }
        }
        entries
    }

    fn source_problem(&mut self, key: String, origin: Option<Origin>, problem: String) {
        let (kind, value, remedy) = (ProblemKind::Source, None, String::new());
        self.problems.push(Problem { kind, key, value, origin, problem, remedy });
    }

    fn check(mut self, settings: Settings) -> Result<Loaded, ConfigErrors> {
        let is_file_missing =
            self.problems.iter().any(|problem| problem.kind == ProblemKind::Source);
        if is_file_missing {
            return Err(ConfigErrors(self.problems));
        }
        self.problems.extend(cross_checks::conflicts(&settings));
        let mut unmet = protection::unmet(&settings);
        let listeners = self.listeners(&settings, &mut unmet);
        let host_name = self.environment.host_name.as_deref();
        let asked_for = cluster::asked_for(&settings, listeners.as_ref(), host_name);
        self.problems.extend(asked_for);
        self.judge_protection(&settings, unmet);
        self.warnings.extend(effective::warnings(&settings));
        self.warnings.extend(class_names::unknown_classes(&settings));
        self.build(settings, listeners)
    }

    fn listeners(&mut self, settings: &Settings, unmet: &mut Vec<Problem>) -> Option<Listeners> {
        match parse_listeners::parse(settings) {
            Ok(listeners) => {
                unmet.extend(protection::unmet_by_listeners(settings, &listeners));
                self.warn_of_listeners(settings, &listeners);
                Some(listeners)
            }
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn warn_of_listeners(&mut self, settings: &Settings, listeners: &Listeners) {
        for listener in &listeners.controller {
            let message = format!("{listener} is not bound: this node is its own controller");
            self.warnings.push(Warning { value: None, ..settings.warning("listeners", message) });
        }
        for listener in listeners.broker.iter().filter(|listener| listener.is_advertised) {
            let told = listener.advertised.as_ref().map_or(&listener.host, |told| &told.host);
            if told == "::" {
                let message =
                    format!("clients of {} are told [::], which only works here", listener.name);
                self.warnings.push(settings.warning("listeners", message));
            }
        }
    }

    fn judge_protection(&mut self, settings: &Settings, unmet: Vec<Problem>) {
        if !settings.boolean("kabuki.ignore.security") {
            self.problems.extend(unmet);
            return;
        }
        self.warnings.extend(unmet.into_iter().map(|problem| Warning {
            key: problem.key,
            value: problem.value,
            origin: problem.origin,
            message: format!(
                "{}; started all the same: kabuki.ignore.security=true",
                problem.problem
            ),
        }));
    }

    fn build(
        mut self,
        settings: Settings,
        listeners: Option<Listeners>,
    ) -> Result<Loaded, ConfigErrors> {
        match listeners.filter(|_| self.problems.is_empty()) {
            Some(listeners) => {
                let cluster_id = self.environment.cluster_id.take();
                let broker = BrokerConfig::new(&settings, listeners, cluster_id);
                Ok(Loaded { settings, broker, warnings: self.warnings })
            }
            None => Err(ConfigErrors(self.problems)),
        }
    }
}
