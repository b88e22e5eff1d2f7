//! Who may do what, told as the field tells it.

#[cfg(test)]
mod stories {
    mod auditor;
    pub(crate) mod callers;
    mod emergency;
    mod lists;
    mod police;
    mod records_of_decisions;
    mod release;
    mod several_roles;
    mod social_services;
}
