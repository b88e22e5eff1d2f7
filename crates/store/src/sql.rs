//! Every SQL constant of this crate, registered so that a test can prepare each on both databases.

/// One registered constant.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// Module and name, for the test's messages.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
}

/// Declares SQL constants of one module and registers them in `SQL`, which stands in [`sql::ALL`](crate::sql::ALL).
///
/// One text for both databases: `$1` placeholders, `CAST(SUM(x) AS BIGINT)`, no `ILIKE`, `now()`, `FOR UPDATE`, `ANY($1)`; and no bare
/// placeholder in the select list of an `INSERT .. SELECT` (PostgreSQL takes it for text).
#[macro_export]
macro_rules! sql {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $text:expr;)+) => {
        $($(#[$meta])* $vis const $name: &str = $text;)+
        /// The SQL of this module.
        pub(crate) const SQL: &[$crate::sql::Sql] = &[
            $($crate::sql::Sql { name: ::core::concat!(::core::module_path!(), "::", ::core::stringify!($name)), text: $name }),+
        ];
    };
}

/// The SQL of every module: a module that declares `sql!` adds its line here (a test looks for forgotten ones).
pub const ALL: &[&[Sql]] = &[
    crate::case::SQL,
    crate::access_request::SQL,
    crate::form_draft::SQL,
    crate::release_draft::SQL,
    crate::release::SQL,
    crate::received::SQL,
    crate::concern_step::SQL,
    crate::consent::SQL,
    crate::delegation::SQL,
    crate::abstention::SQL,
    crate::directory::SQL,
    crate::assessment::SQL,
    crate::info_request::SQL,
    crate::joint_action::SQL,
    crate::joint_entry::SQL,
    crate::joint_file::SQL,
    crate::figures::SQL,
    crate::idempotency::SQL,
    crate::keys::SQL,
    crate::ledger_sql::SQL,
    crate::log::SQL,
    crate::measure::SQL,
    crate::note::SQL,
    crate::parcel::SQL,
    crate::person::SQL,
    crate::policy::SQL,
    crate::retention::SQL,
    crate::sign_in::SQL,
];
