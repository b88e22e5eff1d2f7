//! The demo world as a chronological script: who does what and when, each event one real use case with its historical clock.
//!
//! What it is: data (`crates/samlad/demo/*.toml`, one file per story) and its strict loader. Times are relative to the demo's start, so that
//! the clocks of the law bite on whatever day it is started. What it is not: it writes nothing; the runner performs the events one by one through the registry,
//! as the persona, at the event's instant.
//!
//! The loader refuses unknown fields, absolute times, labels that are used before they are made or from the wrong authority, and events after the start.

pub mod case_work;
pub mod crossing;
pub mod joint_work;
pub mod label;
mod order;
pub mod reading;
mod routine;
mod what;
mod when;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;
use time::Date;
use vocabulary::Timestamp;

use self::label::PersonLabel;
use self::order::Order;
pub use self::order::OrderError;
pub use self::what::What;
use self::when::Calendar;
pub use self::when::WhenError;
use super::people::{Authority, AuthorityKey, PersonError, PersonSpec, Persona, PersonaKey, YoungPerson};

/// The pages of the built-in script.
const PAGES: &[(&str, &str)] = &[
    ("world.toml", include_str!("../../demo/world.toml")),
    ("elias.toml", include_str!("../../demo/elias.toml")),
    ("amina.toml", include_str!("../../demo/amina.toml")),
    ("leo.toml", include_str!("../../demo/leo.toml")),
    ("omar.toml", include_str!("../../demo/omar.toml")),
    ("mirela.toml", include_str!("../../demo/mirela.toml")),
    ("viktor.toml", include_str!("../../demo/viktor.toml")),
    ("noah.toml", include_str!("../../demo/noah.toml")),
    ("yasmin.toml", include_str!("../../demo/yasmin.toml")),
    ("others.toml", include_str!("../../demo/others.toml")),
    ("everyday.toml", include_str!("../../demo/everyday.toml")),
];

/// The world of one demo.
pub struct Script {
    /// When the demo starts; nothing has happened after it.
    pub start: Timestamp,
    /// The directory of authorities.
    pub authorities: Vec<Authority>,
    /// Who acts.
    pub personas: Vec<Persona>,
    /// The young people.
    pub people: Vec<YoungPerson>,
    /// What has happened, in order of time.
    pub events: Vec<Event>,
}

/// One use case at its instant.
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who; none: the service itself ([`What::RunClocks`] only).
    pub who: Option<PersonaKey>,
    /// How it ends.
    pub expect: Expect,
    /// What.
    pub what: What,
}

vocabulary::closed_list! {
    /// How an event ends.
    pub enum Expect {
        /// It succeeds.
        Done = "done",
        /// The policy refuses: the caller gets *not found*, the log an entry.
        Hidden = "hidden",
        /// A test of the legal basis refuses.
        Refused = "refused",
    }
}

/// Why the script cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The page is no TOML, or holds something unknown.
    #[error("{page}: {source}")]
    Page {
        /// File name.
        page: &'static str,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// An event that is not understood.
    #[error("{page}, event {event}: {source}")]
    Event {
        /// File name.
        page: &'static str,
        /// Time and use case.
        event: String,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// A time that is not understood.
    #[error("{page}: {source}")]
    When {
        /// File name.
        page: &'static str,
        /// What is wrong.
        source: WhenError,
    },
    /// A person who cannot be.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// An event after the demo's start.
    #[error("event at {0} lies after the start")]
    Future(Timestamp),
    /// A persona, authority or unit that is missing.
    #[error("{0} is missing from world.toml")]
    Missing(String),
    /// An event that refers to something that is not there.
    #[error("event at {at}: {source}")]
    Order {
        /// When.
        at: Timestamp,
        /// What is wrong.
        source: OrderError,
    },
}

/// One file of the script.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Page {
    authority: Vec<Authority>,
    persona: Vec<Persona>,
    person: Vec<PersonSpec>,
    event: Vec<toml::Table>,
    routine: Vec<toml::Table>,
}

/// What every event has beside its use case.
#[derive(Deserialize)]
struct Head {
    who: String,
    #[serde(default = "done")]
    expect: Expect,
}

const fn done() -> Expect {
    Expect::Done
}

impl Script {
    /// The built-in world, for a demo that starts at this instant.
    ///
    /// # Errors
    /// [`ScriptError`] names the page and event. For the built-in script that is a defect; the tests load it for many start days.
    pub fn builtin(start: Timestamp) -> Result<Self, ScriptError> {
        Self::load(PAGES, start)
    }

    /// Loads a script from its pages.
    fn load(pages: &[(&'static str, &str)], start: Timestamp) -> Result<Self, ScriptError> {
        let calendar = Calendar::starting(start);
        let mut script =
            Self { start, authorities: Vec::new(), personas: Vec::new(), people: Vec::new(), events: Vec::new() };
        for (page, text) in pages {
            script.take(page, text, &calendar)?;
        }
        script.events.sort_by_key(|event| event.at);
        script.check()?;
        Ok(script)
    }

    /// The young person with this label.
    #[must_use]
    pub fn person(&self, label: &PersonLabel) -> Option<&YoungPerson> {
        self.people.iter().find(|person| person.key == *label)
    }

    /// The persona with this key.
    #[must_use]
    pub fn persona(&self, key: PersonaKey) -> Option<&Persona> {
        self.personas.iter().find(|persona| persona.key == key)
    }

    /// The authority with this key.
    #[must_use]
    pub fn authority(&self, key: AuthorityKey) -> Option<&Authority> {
        self.authorities.iter().find(|authority| authority.key == key)
    }

    fn take(&mut self, name: &'static str, text: &str, calendar: &Calendar) -> Result<(), ScriptError> {
        let fault = |source| ScriptError::Page { page: name, source: Box::new(source) };
        let mut value = toml::Value::Table(toml::from_str(text).map_err(fault)?);
        calendar.resolve(&mut value).map_err(|source| ScriptError::When { page: name, source })?;
        let page: Page = value.try_into().map_err(fault)?;
        self.authorities.extend(page.authority);
        self.personas.extend(page.persona);
        for person in page.person {
            self.people.push(person.on(calendar.today())?);
        }
        for table in page.event {
            let at = table.get("at").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            let event = event(table, &["at"]).and_then(|(who, expect, what)| {
                let at = Timestamp::parse(&at).map_err(serde::de::Error::custom)?;
                Ok(Event { at, who, expect, what })
            });
            self.events.push(event.map_err(|source| ScriptError::Event {
                page: name,
                event: at,
                source: Box::new(source),
            })?);
        }
        for table in page.routine {
            let seed = table.iter().filter_map(|(_, value)| value.as_str()).collect::<String>();
            let fault = |source| ScriptError::Event { page: name, event: seed.clone(), source: Box::new(source) };
            let rhythm: routine::Rhythm = toml::Value::Table(table.clone()).try_into().map_err(fault)?;
            let (who, expect, what) = event(table, &routine::KEYS).map_err(fault)?;
            self.events.extend(rhythm.instants(calendar, &seed).into_iter().map(|at| Event {
                at,
                who,
                expect,
                what: what.clone(),
            }));
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ScriptError> {
        let missing = |what: &str| ScriptError::Missing(what.to_owned());
        for key in AuthorityKey::ALL {
            self.authority(*key).ok_or_else(|| missing(key.code()))?;
        }
        for key in PersonaKey::ALL {
            let persona = self.persona(*key).ok_or_else(|| missing(key.code()))?;
            let authority = self.authority(persona.authority).ok_or_else(|| missing(persona.authority.code()))?;
            authority.units.iter().find(|unit| unit.key == persona.unit).ok_or_else(|| missing(&persona.unit))?;
        }
        let mandates: BTreeMap<PersonaKey, AuthorityKey> =
            self.personas.iter().map(|persona| (persona.key, persona.authority)).collect();
        let mut order = Order::default();
        for event in &self.events {
            if event.at > self.start {
                return Err(ScriptError::Future(event.at));
            }
            if let What::RegisterPerson(it) = &event.what {
                self.person(&it.person).ok_or_else(|| missing(it.person.as_str()))?;
            }
            if let What::Search(it) = &event.what {
                self.person(&it.person).ok_or_else(|| missing(it.person.as_str()))?;
            }
            let own = event.who.and_then(|who| mandates.get(&who).copied());
            order
                .take(&event.what, own, event.expect != Expect::Done)
                .map_err(|source| ScriptError::Order { at: event.at, source })?;
        }
        Ok(())
    }

    /// The day on which the demo starts, in Stockholm.
    #[must_use]
    pub fn today(&self) -> Date {
        self.start.day()
    }
}

/// Reads an event or routine; `beside` are the keys that the caller has read already.
fn event(mut table: toml::Table, beside: &[&str]) -> Result<(Option<PersonaKey>, Expect, What), toml::de::Error> {
    let head: Head = toml::Value::Table(table.clone()).try_into()?;
    for key in beside.iter().chain(&["who", "expect"]) {
        table.remove(*key);
    }
    let what: What = toml::Value::Table(table).try_into()?;
    let who = match head.who.as_str() {
        "service" => None,
        key => Some(key.parse().map_err(serde::de::Error::custom)?),
    };
    if who.is_none() != matches!(what, What::RunClocks(_)) {
        return Err(serde::de::Error::custom("the service runs the clocks, and nobody else does"));
    }
    Ok((who, head.expect, what))
}
