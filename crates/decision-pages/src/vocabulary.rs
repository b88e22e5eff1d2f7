//! The closed lists of values, read from `vocabulary.toml`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use toml::Spanned;

use crate::{
    authzen,
    hygiene::{self, Size},
    limits,
    load_error::{LoadError, did_you_mean, position, quoted},
};

pub(crate) const FILE: &str = "vocabulary.toml";
/// The columns of a policy line that are not attributes.
const RESERVED: [&str; 4] = ["id", "obl", "law", "eft"];

/// One attribute and every value it can take. The position of a value is its index in a request.
#[derive(Debug, Clone)]
pub struct Column {
    name: String,
    values: Vec<String>,
    index: HashMap<String, u16>,
    is_page: bool,
    is_ground: bool,
    place: Option<String>,
}

impl Column {
    /// The name, as in `vocabulary.toml`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values, in the order of their indices.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether requests are looked up by this column first (`page_by`).
    pub fn is_page(&self) -> bool {
        self.is_page
    }

    /// Whether an allow line must name its values here (`grounds`).
    pub fn is_ground(&self) -> bool {
        self.is_ground
    }

    /// The JSON pointer at which an AuthZEN request says the value (`[authzen]`); `None` for the usual places.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The index of a value.
    pub fn index(&self, value: &str) -> Option<u16> {
        self.index.get(value).copied()
    }
}

/// Closed value lists, one per column, in column order; and the names of obligations.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    columns: Vec<Column>,
    page_by: Vec<usize>,
    obligations: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VocabularyFile {
    columns: ColumnsTable,
    values: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    #[serde(default)]
    obligations: ObligationsTable,
    #[serde(default)]
    authzen: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnsTable {
    order: Vec<Spanned<String>>,
    #[serde(default)]
    page_by: Vec<Spanned<String>>,
    #[serde(default)]
    grounds: Vec<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ObligationsTable {
    names: Vec<Spanned<String>>,
}

impl Vocabulary {
    /// Reads `vocabulary.toml`.
    ///
    /// # Errors
    /// The first thing that is wrong: unknown keys, names outside `[A-Za-z0-9_.:/-]`, duplicates, columns without values, values without a
    /// column, sizes beyond [`limits`].
    pub fn parse(toml: &str) -> Result<Self, LoadError> {
        hygiene::check(FILE, toml, Size { bytes: limits::VOCABULARY_BYTES, lines: limits::POLICY_LINES })?;
        let file: VocabularyFile = toml::from_str(toml).map_err(|error| {
            let at = error.span().map_or((1, 1), |span| position(toml, span.start));
            LoadError::at(FILE, at, error.message(), "see the format in the documentation of decision-pages")
        })?;
        Reader { toml }.read(&file)
    }

    /// The columns, in request order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Where a column stands in a request.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The index of a value of a column.
    pub fn index(&self, column: usize, value: &str) -> Option<u16> {
        self.columns.get(column)?.index(value)
    }

    /// The value at an index; the empty string, which no value can be, when there is none.
    pub fn value(&self, column: usize, index: u16) -> &str {
        self.columns.get(column).and_then(|column| column.values.get(usize::from(index))).map_or("", String::as_str)
    }

    /// The request for values given by name, one per column; `None` if one is not in its list or the number is not that of the columns.
    pub fn request(&self, values: &[&str]) -> Option<Vec<u16>> {
        if values.len() != self.columns.len() {
            return None;
        }
        self.columns.iter().zip(values).map(|(column, value)| column.index(value)).collect()
    }

    /// The values of a request by name.
    pub fn names(&self, request: &[u16]) -> Vec<&str> {
        request.iter().enumerate().map(|(column, index)| self.value(column, *index)).collect()
    }

    /// Names of obligations, in the order in which reasons list them.
    pub fn obligations(&self) -> &[String] {
        &self.obligations
    }

    /// The columns by which pages are looked up.
    pub(crate) fn page_by(&self) -> &[usize] {
        &self.page_by
    }
}

/// Reads the parsed file with an eye on where each word stands.
struct Reader<'t> {
    toml: &'t str,
}

impl Reader<'_> {
    fn read(&self, file: &VocabularyFile) -> Result<Vocabulary, LoadError> {
        let order = &file.columns.order;
        if order.is_empty() || order.len() > limits::COLUMNS {
            let what = format!("{} columns", order.len());
            return Err(LoadError::whole(FILE, what, format!("declare 1 to {} in `order`", limits::COLUMNS)));
        }
        self.unique("column", order)?;
        let names = || order.iter().map(|name| name.get_ref().as_str());
        for name in order {
            self.column_name(name)?;
        }
        let mentioned = file.values.keys().chain(&file.columns.page_by).chain(&file.columns.grounds);
        for name in mentioned.chain(file.authzen.keys()) {
            if !names().any(|column| column == name.get_ref()) {
                return Err(self.refuse(
                    name,
                    format!("{} is no column", quoted(name.get_ref())),
                    did_you_mean(name.get_ref(), names()),
                ));
            }
        }
        self.unique("column in `page_by`", &file.columns.page_by)?;
        self.unique("column in `grounds`", &file.columns.grounds)?;
        let listed = |list: &[Spanned<String>], name: &str| list.iter().any(|other| other.get_ref() == name);
        let mut columns = Vec::with_capacity(order.len());
        for name in order {
            let values = file
                .values
                .iter()
                .find(|(key, _)| key.get_ref() == name.get_ref())
                .map(|(_, values)| values.as_slice());
            let name_text = name.get_ref();
            columns.push(Column {
                values: self.values(name, values.unwrap_or_default())?,
                index: HashMap::new(),
                is_page: listed(&file.columns.page_by, name_text),
                is_ground: listed(&file.columns.grounds, name_text),
                place: self.place(name_text, &file.authzen)?,
                name: name_text.clone(),
            });
        }
        for column in &mut columns {
            column.index = column.values.iter().cloned().zip(0..).collect();
        }
        let page_by = columns.iter().enumerate().filter(|(_, column)| column.is_page).map(|(index, _)| index).collect();
        Ok(Vocabulary {
            page_by: Self::few_pages(&columns, page_by)?,
            columns,
            obligations: self.obligations(&file.obligations.names)?,
        })
    }

    /// The declared place of a column in AuthZEN requests.
    fn place(
        &self,
        column: &str,
        places: &BTreeMap<Spanned<String>, Spanned<String>>,
    ) -> Result<Option<String>, LoadError> {
        let Some((_, place)) = places.iter().find(|(name, _)| name.get_ref() == column) else { return Ok(None) };
        if authzen::is_pointer(place.get_ref()) {
            return Ok(Some(place.get_ref().clone()));
        }
        let what = format!("{} is no place in a request", quoted(place.get_ref()));
        Err(self.refuse(place, what, "write a JSON pointer such as `/subject/properties/role`"))
    }

    fn few_pages(columns: &[Column], page_by: Vec<usize>) -> Result<Vec<usize>, LoadError> {
        let sizes = columns.iter().filter(|column| column.is_page).map(|column| column.values.len());
        let pages = sizes.fold(1_usize, usize::saturating_mul);
        if pages > limits::PAGES {
            let what = format!("`page_by` makes {pages} pages");
            return Err(LoadError::whole(FILE, what, format!("choose columns that make at most {}", limits::PAGES)));
        }
        Ok(page_by)
    }

    fn values(&self, column: &Spanned<String>, values: &[Spanned<String>]) -> Result<Vec<String>, LoadError> {
        if values.is_empty() || values.len() > limits::VALUES {
            let what = format!("column {} has {} values", quoted(column.get_ref()), values.len());
            return Err(self.refuse(column, what, format!("list 1 to {} under [values]", limits::VALUES)));
        }
        self.unique(&format!("value of `{}`", column.get_ref()), values)?;
        values.iter().map(|value| self.name(value)).collect()
    }

    fn obligations(&self, names: &[Spanned<String>]) -> Result<Vec<String>, LoadError> {
        if names.len() > limits::OBLIGATIONS {
            let what = format!("{} obligations", names.len());
            return Err(LoadError::whole(FILE, what, format!("declare at most {}", limits::OBLIGATIONS)));
        }
        self.unique("obligation", names)?;
        names.iter().map(|name| self.name(name)).collect()
    }

    /// A column becomes part of casbin's variable names and of the matcher.
    fn column_name(&self, name: &Spanned<String>) -> Result<(), LoadError> {
        let text = name.get_ref();
        let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !letters || !text.starts_with(|first: char| first.is_ascii_lowercase()) || text.len() > limits::NAME_BYTES {
            let what = format!("column name {}", quoted(text));
            return Err(self.refuse(name, what, "write a lower-case letter, then lower-case letters, digits and `_`"));
        }
        if RESERVED.contains(&text.as_str()) {
            return Err(self.refuse(
                name,
                format!("column name {}", quoted(text)),
                "choose another: id, obl, law and eft are every line's own",
            ));
        }
        Ok(())
    }

    fn name(&self, name: &Spanned<String>) -> Result<String, LoadError> {
        let text = name.get_ref();
        if is_name(text) {
            return Ok(text.clone());
        }
        let instead =
            format!("write 1 to {} letters, digits and `_ . : / -`, not beginning with `-`", limits::NAME_BYTES);
        Err(self.refuse(name, format!("name {}", quoted(text)), instead))
    }

    fn unique(&self, noun: &str, names: &[Spanned<String>]) -> Result<(), LoadError> {
        let mut seen = BTreeSet::new();
        match names.iter().find(|name| !seen.insert(name.get_ref())) {
            Some(twice) => {
                Err(self.refuse(twice, format!("{noun} {} stands twice", quoted(twice.get_ref())), "delete one"))
            }
            None => Ok(()),
        }
    }

    fn refuse(&self, at: &Spanned<String>, what: String, instead: impl Into<String>) -> LoadError {
        LoadError::at(FILE, position(self.toml, at.span().start), what, instead)
    }
}

/// Whether a word can be a value, an obligation or a line id.
pub(crate) fn is_name(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:/-".contains(&byte));
    letters && !text.is_empty() && !text.starts_with('-') && text.len() <= limits::NAME_BYTES
}
