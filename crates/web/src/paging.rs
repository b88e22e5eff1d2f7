//! Pages of a list, by the national REST profile (FNS.07-.09): `limit` (20, at most 100) with `offset` or `page`.

use axum::extract::FromRequestParts;
use case_registry::FieldError;
use http::request::Parts;
use utoipa::IntoParams;

use crate::failure::Failure;

/// How many rows a page holds where nothing is said.
pub const ORDINARY: u32 = 20;
/// How many rows a page holds at most.
pub const MOST: u32 = 100;

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Rows on a page, 1 to 100.
    #[param(required = false, default = 20, minimum = 1, maximum = 100)]
    pub limit: u32,
    /// Rows to skip. Instead of it `page` may be given, counted from 1.
    #[param(required = false, default = 0, minimum = 0)]
    pub offset: u32,
}

impl Paging {
    /// The first page.
    pub const FIRST: Self = Self { limit: ORDINARY, offset: 0 };

    /// This page of a list that is read whole: the notes of a case, the actions of a file. Fewer than `limit` are the last page.
    #[must_use]
    pub fn of<T>(self, all: Vec<T>) -> Vec<T> {
        let (offset, limit) = (usize::try_from(self.offset), usize::try_from(self.limit));
        all.into_iter().skip(offset.unwrap_or(usize::MAX)).take(limit.unwrap_or(usize::MAX)).collect()
    }

    /// The number of this page, from 1.
    #[must_use]
    pub const fn page(self) -> u32 {
        self.offset / self.limit + 1
    }

    /// Reads a query string. Other parameters are left alone.
    ///
    /// # Errors
    /// [`Failure::Invalid`] with every wrong parameter.
    pub fn parse(query: &str) -> Result<Self, Failure> {
        let mut errors = Vec::new();
        let mut number = |name: &'static str, from: u32, to: u32| {
            let (_, text) = form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name)?;
            match text.parse::<u32>() {
                Ok(number) if (from..=to).contains(&number) => Some(number),
                _ => {
                    errors.push(FieldError {
                        field: name.to_owned(),
                        code: "out-of-range",
                        limit: Some(i64::from(to)),
                    });
                    None
                }
            }
        };
        let limit = number("limit", 1, MOST).unwrap_or(ORDINARY);
        let offset = number("offset", 0, 10_000_000);
        let page = number("page", 1, 100_000);
        if offset.is_some() && page.is_some() {
            errors.push(FieldError { field: "page".to_owned(), code: "excludes-offset", limit: None });
        }
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        Ok(Self { limit, offset: offset.or(page.map(|page| (page - 1) * limit)).unwrap_or(0) })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_and_an_offset_mean_the_same_rows() {
        assert_eq!(Paging::parse("").unwrap(), Paging::FIRST);
        assert_eq!(Paging::parse("limit=50&page=3").unwrap(), Paging::parse("offset=100&limit=50").unwrap());
        assert_eq!(Paging::parse("page=3&status=open").unwrap().page(), 3);
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        let Err(Failure::Invalid(errors)) = Paging::parse("limit=101&page=0") else { panic!("accepted") };
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["limit", "page"]);
        assert!(Paging::parse("limit=-1").is_err());
        assert!(Paging::parse("offset=1&page=1").is_err());
    }
}
