//! Reads a leaf in one pass. Whatever is not exactly what the writer would have written is refused.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use uuid::Uuid;
use vocabulary::Timestamp;

use super::{Fold, Leaf, LeafError, LoggedRecipient, MAX_LEAF, Previous, Stamp, VERSION, is_code};
use crate::canonical::{Json, MAX_INTEGER};
use crate::commitment::{Commitments, CommittedList};
use crate::{Hash, SearchTerm};

/// Reads the bytes of an entry.
///
/// # Errors
/// When they are not canonical, or not an entry of this version, or longer than 4 KiB.
pub fn read(bytes: &[u8]) -> Result<Leaf<'_>, LeafError> {
    if bytes.len() > MAX_LEAF {
        return Err(LeafError::Schema("longer than 4096 bytes"));
    }
    match leaf(bytes) {
        Ok(leaf) => leaf.check().map(|()| leaf),
        // Name the graver fault: bytes that are not even canonical are not "an entry with a wrong field".
        Err(place) => Err(Json::parse(bytes).err().map_or(LeafError::Schema(place), LeafError::Canonical)),
    }
}

type Read<T> = Result<T, &'static str>;

#[expect(clippy::too_many_lines, reason = "one member after another, in the order of FORMAT.md")]
fn leaf(bytes: &[u8]) -> Read<Leaf<'_>> {
    let text = core::str::from_utf8(bytes).map_err(|_| "utf-8")?;
    let mut o = Object::open(Cursor { rest: text }, "entry")?;
    let action = o.must("act", Cursor::code)?;
    let basis = o.may("basis", Cursor::code)?;
    let case = o.may("case", Cursor::id)?;
    let category = o.must("cat", Cursor::code)?.parse().map_err(|_| "cat")?;
    let (after, before) = o
        .may("chg", |cursor| {
            let mut o = Object::open(cursor, "chg")?;
            let after = o.may("after", Cursor::hash)?;
            let before = o.may("before", Cursor::hash)?;
            if after.is_none() && before.is_none() {
                return Err("chg");
            }
            Ok(((after, before), o.close()?))
        })?
        .unwrap_or_default();
    let (lines, outcome, policy) = o.must("dec", |cursor| {
        let mut o = Object::open(cursor, "dec")?;
        let lines = o.must("lines", |cursor| cursor.list(Cursor::code))?;
        let outcome = o.must("out", Cursor::code)?.parse().map_err(|_| "dec.out")?;
        let policy = o.may("policy", Cursor::hash)?;
        Ok(((lines, outcome, policy), o.close()?))
    })?;
    let fold = o.may("fold", |cursor| {
        let mut o = Object::open(cursor, "fold")?;
        let count = o.must("n", Cursor::count)?;
        let since = o.must("since", Cursor::instant)?;
        Ok((Fold { count, since }, o.close()?))
    })?;
    let id = o.must("id", Cursor::id)?;
    let instance = o.must("inst", Cursor::id)?;
    let justification = o.may("just", Cursor::hash)?;
    let low = o.may("low", Cursor::integer)?;
    let phase = o.must("ph", Cursor::code)?.parse().map_err(|_| "ph")?;
    let previous = o.may("prev", |cursor| {
        let mut o = Object::open(cursor, "prev")?;
        let instance = o.must("inst", Cursor::id)?;
        let sequence = o.must("seq", Cursor::integer)?;
        Ok((Previous { instance, sequence }, o.close()?))
    })?;
    let (purpose, purpose_stated) = o.must("purpose", |cursor| {
        let mut o = Object::open(cursor, "purpose")?;
        let code = o.must("code", Cursor::code)?;
        let stated = o.must("stated", Cursor::flag)?;
        Ok(((code, stated), o.close()?))
    })?;
    let recipient = o.may("recv", |cursor| {
        let mut o = Object::open(cursor, "recv")?;
        let authority = o.must("authority", Cursor::id)?;
        let label = o.must("label", Cursor::code)?;
        Ok((LoggedRecipient { authority, label }, o.close()?))
    })?;
    let request = o.must("req", Cursor::id)?;
    let (resource, listed, kind, version) = o.must("res", |cursor| {
        let mut o = Object::open(cursor, "res")?;
        let id = o.may("id", Cursor::id)?;
        let listed = o.may("list", Cursor::committed)?;
        let kind = o.must("type", Cursor::code)?;
        let version = o.may("version", Cursor::integer)?;
        Ok(((id, listed, kind, version), o.close()?))
    })?;
    let sequence = o.must("seq", Cursor::integer)?;
    let subjects = o.may("subj", Cursor::committed)?;
    let at = o.must("t", Cursor::instant)?;
    let term = o.may("term", |cursor| {
        let mut o = Object::open(cursor, "term")?;
        let digest = o.must("digest", Cursor::bytes)?;
        let length = u32::try_from(o.must("length", Cursor::integer)?).map_err(|_| "term.length")?;
        Ok((SearchTerm { digest, length }, o.close()?))
    })?;
    if o.must("v", Cursor::integer)? != VERSION {
        return Err("v");
    }
    let void = o.may("void", |cursor| cursor.list(Cursor::range))?.unwrap_or_default();
    if void.windows(2).any(|pair| matches!(pair, [(_, end), (start, _)] if start <= end)) {
        return Err("void");
    }
    let (strength, authority, on_behalf_of, role, unit, user) = o.must("who", |cursor| {
        let mut o = Object::open(cursor, "who")?;
        let strength = o.must("auth", Cursor::code)?;
        let authority = o.must("authority", Cursor::id)?;
        let behalf = o.may("behalf", Cursor::id)?;
        let role = o.may("role", Cursor::code)?;
        let unit = o.must("unit", Cursor::id)?;
        let user = o.must("user", Cursor::id)?;
        Ok(((strength, authority, behalf, role, unit, user), o.close()?))
    })?;
    if !o.close()?.rest.is_empty() || low.is_some_and(|low| low >= sequence) {
        return Err("entry");
    }
    let commitments = Commitments { subjects, listed, justification, before, after };
    let stamp = Stamp { at, instance, sequence, low: low.unwrap_or(sequence) };
    Ok(Leaf {
        id,
        stamp,
        action,
        category,
        basis,
        case,
        commitments,
        lines,
        outcome,
        policy,
        fold,
        phase,
        previous,
        purpose,
        purpose_stated,
        recipient,
        request,
        kind,
        resource,
        version,
        term,
        void,
        strength,
        authority,
        on_behalf_of,
        role,
        unit,
        user,
    })
}

/// What is still to be read. Each reading gives the value and the cursor after it.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn eat(self, expected: &str) -> Option<Self> {
        self.rest.strip_prefix(expected).map(|rest| Self { rest })
    }

    /// A string of a known length, without its quotation marks.
    fn fixed(self, length: usize) -> Read<(&'a [u8], Self)> {
        let bytes = self.rest.as_bytes();
        let text = bytes.get(1..=length).ok_or("text")?;
        if bytes.first() != Some(&b'"') || bytes.get(length + 1) != Some(&b'"') {
            return Err("text");
        }
        let rest = self.rest.get(length + 2..).ok_or("text")?;
        Ok((text, Self { rest }))
    }

    fn code(self) -> Read<(&'a str, Self)> {
        let inner = self.eat("\"").ok_or("code")?.rest;
        let end = inner.bytes().take(65).position(|byte| byte == b'"').ok_or("code")?;
        let (text, rest) = inner.split_at_checked(end).ok_or("code")?;
        let rest = rest.get(1..).ok_or("code")?;
        if is_code(text) { Ok((text, Self { rest })) } else { Err("code") }
    }

    fn integer(self) -> Read<(i64, Self)> {
        let end = self.rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        if digits.len() > 1 && digits.starts_with('0') {
            return Err("integer");
        }
        let value = digits.parse().map_err(|_| "integer")?;
        if value > MAX_INTEGER { Err("integer") } else { Ok((value, Self { rest })) }
    }

    fn count(self) -> Read<(u64, Self)> {
        let (value, after) = self.integer()?;
        match u64::try_from(value) {
            Ok(count) if count > 0 => Ok((count, after)),
            _ => Err("n"),
        }
    }

    fn flag(self) -> Read<(bool, Self)> {
        self.eat("true")
            .map(|after| (true, after))
            .or_else(|| self.eat("false").map(|after| (false, after)))
            .ok_or("flag")
    }

    fn id(self) -> Read<(Uuid, Self)> {
        let (text, after) = self.fixed(36)?;
        match Uuid::try_parse_ascii(text) {
            Ok(id) if !text.iter().any(u8::is_ascii_uppercase) => Ok((id, after)),
            _ => Err("id"),
        }
    }

    fn bytes<const N: usize>(self) -> Read<([u8; N], Self)> {
        let (text, after) = self.fixed(N.div_ceil(3) * 4)?;
        // The decoder wants room for the padding too; nothing here is longer than a hash.
        let mut room = [0; 48];
        let length = STANDARD.decode_slice(text, &mut room).map_err(|_| "base64")?;
        let bytes = room.get(..length).and_then(|bytes| bytes.try_into().ok()).ok_or("base64")?;
        Ok((bytes, after))
    }

    fn hash(self) -> Read<(Hash, Self)> {
        self.bytes().map(|(bytes, after)| (Hash(bytes), after))
    }

    fn instant(self) -> Read<(Timestamp, Self)> {
        let (text, after) = self.fixed(27)?;
        instant(text).map(|at| (at, after)).ok_or("instant")
    }

    fn list<T>(self, item: impl Fn(Self) -> Read<(T, Self)>) -> Read<(Vec<T>, Self)> {
        let mut items = Vec::new();
        let mut cursor = self.eat("[").ok_or("list")?;
        if let Some(after) = cursor.eat("]") {
            return Ok((items, after));
        }
        loop {
            let (value, after) = item(cursor)?;
            items.push(value);
            if let Some(end) = after.eat("]") {
                return Ok((items, end));
            }
            cursor = after.eat(",").ok_or("list")?;
        }
    }

    fn range(self) -> Read<((i64, i64), Self)> {
        match self.list(Self::integer)? {
            (pair, after) if pair.len() == 2 => match pair.as_slice() {
                &[from, to] if (1..=to).contains(&from) => Ok(((from, to), after)),
                _ => Err("void"),
            },
            _ => Err("void"),
        }
    }

    fn committed(self) -> Read<(CommittedList, Self)> {
        let mut o = Object::open(self, "list")?;
        let count = o.must("n", Self::count)?;
        let root = o.must("root", Self::hash)?;
        Ok((CommittedList { count, root }, o.close()?))
    }
}

/// One object being read: members are asked for in the order of RFC 8785, so an unknown, repeated or misplaced key is met as an unexpected one.
struct Object<'a> {
    cursor: Cursor<'a>,
    first: bool,
    name: &'static str,
}

impl<'a> Object<'a> {
    fn open(cursor: Cursor<'a>, name: &'static str) -> Read<Self> {
        Ok(Self { cursor: cursor.eat("{").ok_or(name)?, first: true, name })
    }

    fn may<T>(
        &mut self,
        key: &'static str,
        value: impl FnOnce(Cursor<'a>) -> Read<(T, Cursor<'a>)>,
    ) -> Read<Option<T>> {
        let at = if self.first { Some(self.cursor) } else { self.cursor.eat(",") };
        let Some(at) = at.and_then(|at| at.eat("\"")).and_then(|at| at.eat(key)).and_then(|at| at.eat("\":")) else {
            return Ok(None);
        };
        let (value, after) = value(at).map_err(|_| key)?;
        self.cursor = after;
        self.first = false;
        Ok(Some(value))
    }

    fn must<T>(&mut self, key: &'static str, value: impl FnOnce(Cursor<'a>) -> Read<(T, Cursor<'a>)>) -> Read<T> {
        self.may(key, value)?.ok_or(key)
    }

    fn close(self) -> Read<Cursor<'a>> {
        self.cursor.eat("}").ok_or(self.name)
    }
}

/// `YYYY-MM-DDTHH:MM:SS.ffffffZ`, nothing else.
fn instant(bytes: &[u8]) -> Option<Timestamp> {
    if bytes.len() != 27 {
        return None;
    }
    let digits = |from: usize, count: usize| -> Option<i64> {
        bytes
            .get(from..from + count)?
            .iter()
            .try_fold(0_i64, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
    };
    let fixed = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (26, b'Z')];
    if fixed.iter().any(|(place, byte)| bytes.get(*place) != Some(byte)) {
        return None;
    }
    let month = time::Month::try_from(u8::try_from(digits(5, 2)?).ok()?).ok()?;
    let date =
        time::Date::from_calendar_date(i32::try_from(digits(0, 4)?).ok()?, month, u8::try_from(digits(8, 2)?).ok()?)
            .ok()?;
    let (hour, minute, second) = (digits(11, 2)?, digits(14, 2)?, digits(17, 2)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = i64::from(date.to_julian_day()) - 2_440_588;
    Some(Timestamp::from_micros((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + digits(20, 6)?))
}
