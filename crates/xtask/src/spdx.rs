//! Licence expressions: `MIT OR (Apache-2.0 AND ISC)`, with the old `MIT/Apache-2.0` as an *or*.

/// Whether the expression can be satisfied with allowed licences alone; one that cannot be read is not.
pub(crate) fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let words = words(expression);
    let mut reader = Reader { words: &words, allowed };
    reader.either() == Some(true) && reader.words.is_empty()
}

fn words(expression: &str) -> Vec<String> {
    expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ")
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

struct Reader<'e> {
    words: &'e [String],
    allowed: &'e [String],
}

impl Reader<'_> {
    fn next(&mut self) -> Option<&str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first().is_some_and(|next| next == word);
        if found {
            self.next();
        }
        found
    }

    fn either(&mut self) -> Option<bool> {
        let mut good = self.both()?;
        while self.take("OR") {
            good |= self.both()?;
        }
        Some(good)
    }

    fn both(&mut self) -> Option<bool> {
        let mut good = self.licence()?;
        while self.take("AND") {
            good &= self.licence()?;
        }
        Some(good)
    }

    fn licence(&mut self) -> Option<bool> {
        if self.take("(") {
            let good = self.either()?;
            return self.take(")").then_some(good);
        }
        // `MPL-2.0+` is "2.0 or any later version": 2.0 may be chosen.
        let mut name = self.next()?.trim_end_matches('+').to_owned();
        if self.take("WITH") {
            let exception = self.next()?;
            name = format!("{name} WITH {exception}");
        }
        Some(self.allowed.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(expression: &str) -> bool {
        let allowed = ["MIT", "Apache-2.0", "ISC", "Apache-2.0 WITH LLVM-exception"];
        is_allowed(expression, &allowed.map(str::to_owned))
    }

    #[test]
    fn one_allowed_choice_is_enough() {
        assert!(judged("MIT OR GPL-3.0-only"));
        assert!(judged("GPL-3.0-only/MIT"));
        assert!(judged("MIT"));
        assert!(judged("ISC+"));
    }

    #[test]
    fn every_part_of_an_and_must_be_allowed() {
        assert!(judged("ISC AND (MIT OR OpenSSL)"));
        assert!(!judged("ISC AND OpenSSL"));
        assert!(!judged("MIT OR ISC AND"));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert!(judged("Apache-2.0 WITH LLVM-exception"));
        assert!(!judged("MIT WITH LLVM-exception"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for expression in ["", "()", "(MIT", "MIT)", "MIT ISC", "WITH"] {
            assert!(!judged(expression), "{expression:?}");
        }
    }
}
