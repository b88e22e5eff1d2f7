//! The strict reader of `policy.csv`.

use std::collections::HashMap;

use crate::{
    bits::Bits,
    hygiene::{self, Size},
    limits,
    line::{Cell, Effect, PolicyLine},
    load_error::{LoadError, did_you_mean, quoted},
    vocabulary::{Vocabulary, is_name},
};

pub(crate) const FILE: &str = "policy.csv";

/// Whether style is judged too. A mutated policy is read without: it must be measured by its user's tests, not stopped by the loader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    Full,
    Mutant,
}

/// Reads every line, or reports every refusal.
pub(crate) fn read(
    policy: &str,
    vocabulary: &Vocabulary,
    strictness: Strictness,
) -> Result<Vec<PolicyLine>, Vec<LoadError>> {
    hygiene::check(FILE, policy, Size { bytes: limits::POLICY_BYTES, lines: limits::POLICY_LINES })
        .map_err(|error| vec![error])?;
    let reader = LineReader { vocabulary, strictness };
    let (mut lines, mut refusals) = (Vec::new(), Vec::new());
    for (index, text) in policy.lines().enumerate() {
        let data = text.trim_ascii();
        if data.is_empty() || data.starts_with('#') {
            continue;
        }
        match reader.read(index + 1, text) {
            Ok(line) => lines.push(line),
            Err(refusal) => refusals.push(refusal),
        }
        if refusals.len() >= limits::REFUSALS {
            return Err(refusals);
        }
    }
    refusals.extend(duplicates(&lines));
    if lines.is_empty() && refusals.is_empty() && strictness == Strictness::Full {
        let what = "the policy has no lines; casbin would match the request against empty strings";
        refusals.push(LoadError::whole(FILE, what, "write at least one line"));
    }
    refusals.sort_by_key(|refusal| (refusal.line, refusal.column));
    refusals.truncate(limits::REFUSALS);
    if refusals.is_empty() { Ok(lines) } else { Err(refusals) }
}

/// The same id twice, or the same rule under two ids.
fn duplicates(lines: &[PolicyLine]) -> Vec<LoadError> {
    let mut refusals = Vec::new();
    let mut ids: HashMap<&str, usize> = HashMap::new();
    let mut rules: HashMap<Vec<Vec<usize>>, &PolicyLine> = HashMap::new();
    for line in lines {
        if let Some(first) = ids.insert(&line.id, line.number) {
            let what = format!("id {} stands on line {first} already", quoted(&line.id));
            refusals.push(LoadError::at(FILE, (line.number, 1), what, "give every line an id of its own"));
            continue;
        }
        let mut rule: Vec<Vec<usize>> = line.cells.iter().map(|cell| cell.values.iter().collect()).collect();
        rule.push(line.obligations.iter().collect());
        rule.push(vec![usize::from(line.effect == Effect::Allow)]);
        if let Some(first) = rules.insert(rule, line) {
            let what =
                format!("line {} says the same as {}, line {}", quoted(&line.id), quoted(&first.id), first.number);
            refusals.push(LoadError::at(FILE, (line.number, 1), what, "delete one of the two"));
        }
    }
    refusals
}

/// A cell of the file and the column, from 1, where its text begins.
#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    column: usize,
}

struct LineReader<'v> {
    vocabulary: &'v Vocabulary,
    strictness: Strictness,
}

impl LineReader<'_> {
    fn read(&self, number: usize, text: &str) -> Result<PolicyLine, LoadError> {
        let refuse =
            |column: usize, what: String, instead: String| LoadError::at(FILE, (number, column), what, instead);
        if text.len() > limits::LINE_BYTES {
            let what = format!("the line is {} bytes long", text.len());
            return Err(refuse(1, what, format!("keep it at {} or less", limits::LINE_BYTES)));
        }
        if let Some(at) = text.find('#') {
            let what =
                "a comment after the line; casbin would read it as part of the effect and drop the line".to_owned();
            return Err(refuse(at + 1, what, "put the comment on a line of its own".to_owned()));
        }
        if let Some(at) = text.find('"') {
            return Err(refuse(
                at + 1,
                "a quotation mark".to_owned(),
                "write cells without quotation marks and commas".to_owned(),
            ));
        }
        let words = words(text);
        let kind = words.first().copied().unwrap_or(Word { text: "", column: 1 });
        if kind.text != "p" {
            let what = format!(
                "unknown line type {}; casbin would drop the line, or take it for another set",
                quoted(kind.text)
            );
            return Err(refuse(kind.column, what, "begin the line with `p`".to_owned()));
        }
        let columns = self.vocabulary.columns();
        let wanted = columns.len() + 5;
        let [_, id, cells @ .., obligations, law, effect] = words.as_slice() else {
            return Err(self.wrong_count(number, words.len(), wanted));
        };
        if words.len() != wanted {
            return Err(self.wrong_count(number, words.len(), wanted));
        }
        if !is_name(id.text) {
            let what = format!("id {}", quoted(id.text));
            return Err(refuse(id.column, what, "write letters, digits and `_ . : / -`".to_owned()));
        }
        let effect = read_effect(number, *effect)?;
        let cells: Vec<Cell> = cells
            .iter()
            .enumerate()
            .map(|(column, word)| self.cell(number, column, *word, effect))
            .collect::<Result<_, _>>()?;
        let members = self.obligations(number, *obligations, effect)?;
        if law.text.is_empty() || law.text == "-" {
            return Err(refuse(
                law.column,
                "no legal reference".to_owned(),
                "cite the rule that the line rests on".to_owned(),
            ));
        }
        let names = self.vocabulary.obligations().iter().enumerate();
        Ok(PolicyLine {
            id: id.text.to_owned(),
            number,
            cells,
            obligations_text: obligations.text.to_owned(),
            obligation_names: names
                .filter(|(index, _)| members.contains(*index))
                .map(|(_, name)| name.clone())
                .collect(),
            obligations: members,
            law: law.text.to_owned(),
            effect,
        })
    }

    fn wrong_count(&self, number: usize, found: usize, wanted: usize) -> LoadError {
        let names: Vec<&str> = self.vocabulary.columns().iter().map(crate::Column::name).collect();
        let instead = format!("write p, id, {}, obl, law, eft", names.join(", "));
        LoadError::at(FILE, (number, 1), format!("{found} cells where {wanted} belong"), instead)
    }

    fn cell(&self, number: usize, column: usize, word: Word<'_>, effect: Effect) -> Result<Cell, LoadError> {
        let Some(declared) = self.vocabulary.columns().get(column) else {
            return Err(LoadError::at(FILE, (number, word.column), "a cell without a column", "delete it"));
        };
        let (name, known) = (declared.name(), declared.values());
        let refuse = |at: usize, what: String, instead: String| Err(LoadError::at(FILE, (number, at), what, instead));
        if word.text.is_empty() {
            let what = format!("{name} is empty; casbin would never match the line");
            return refuse(word.column, what, format!("name the values of {name}, or write `*`"));
        }
        if word.text == "*" {
            if declared.is_ground() && effect == Effect::Allow && self.strictness == Strictness::Full {
                let what = format!("an allow line without {name}");
                return refuse(
                    word.column,
                    what,
                    format!("name the values of {name} for which it holds; `*` names none"),
                );
            }
            return Ok(Cell { text: "*".to_owned(), values: Bits::all(known.len()) });
        }
        let mut values = Bits::none(known.len());
        let mut at = word.column;
        for part in word.text.split('|') {
            match declared.index(part) {
                Some(index) if values.insert(usize::from(index)) => {}
                Some(_) => {
                    return refuse(
                        at,
                        format!("{name} {} stands twice in the cell", quoted(part)),
                        "write it once".to_owned(),
                    );
                }
                None => {
                    let instead = did_you_mean(part, known.iter().map(String::as_str));
                    return refuse(at, format!("unknown {name} {}", quoted(part)), instead);
                }
            }
            at += part.len() + 1;
        }
        Ok(Cell { text: word.text.to_owned(), values })
    }

    fn obligations(&self, number: usize, word: Word<'_>, effect: Effect) -> Result<Bits, LoadError> {
        let known = self.vocabulary.obligations();
        let mut members = Bits::none(known.len());
        if word.text.is_empty() || word.text == "-" {
            return Ok(members);
        }
        if effect == Effect::Deny && self.strictness == Strictness::Full {
            let what = "obligations on a deny line, where nothing would ever see to them";
            return Err(LoadError::at(FILE, (number, word.column), what, "write `-`"));
        }
        let mut at = word.column;
        for part in word.text.split('|') {
            match known.iter().position(|name| name == part) {
                Some(index) if members.insert(index) => {}
                Some(_) => {
                    return Err(LoadError::at(
                        FILE,
                        (number, at),
                        format!("obligation {} stands twice", quoted(part)),
                        "write it once",
                    ));
                }
                None => {
                    let instead = did_you_mean(part, known.iter().map(String::as_str));
                    return Err(LoadError::at(
                        FILE,
                        (number, at),
                        format!("unknown obligation {}", quoted(part)),
                        instead,
                    ));
                }
            }
            at += part.len() + 1;
        }
        Ok(members)
    }
}

fn read_effect(number: usize, word: Word<'_>) -> Result<Effect, LoadError> {
    match word.text {
        "allow" => Ok(Effect::Allow),
        "deny" => Ok(Effect::Deny),
        other => {
            let what = format!("effect {}; casbin would let the line count for nothing", quoted(other));
            Err(LoadError::at(FILE, (number, word.column), what, did_you_mean(other, ["allow", "deny"].into_iter())))
        }
    }
}

/// The cells of a line, with blanks around them trimmed as casbin does.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut start = 0;
    text.split(',')
        .map(|raw| {
            let blanks = raw.len() - raw.trim_ascii_start().len();
            let word = Word { text: raw.trim_ascii(), column: start + blanks + 1 };
            start += raw.len() + 1;
            word
        })
        .collect()
}
