//! Writes a leaf: keys in the order of RFC 8785, values that need no escape.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use uuid::Uuid;

use super::{Leaf, VERSION};
use crate::Hash;
use crate::commitment::CommittedList;

/// One object under construction. Members must come in ascending order of their keys.
struct Object<'o> {
    out: &'o mut Vec<u8>,
    last: &'static str,
}

impl<'o> Object<'o> {
    fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, last: "" }
    }

    fn close(self) {
        self.out.push(b'}');
    }

    fn key(&mut self, key: &'static str) -> &mut Vec<u8> {
        debug_assert!(self.last < key, "{key} after {}", self.last);
        if !self.last.is_empty() {
            self.out.push(b',');
        }
        self.last = key;
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    fn text(&mut self, key: &'static str, value: &str) {
        quoted(self.key(key), value);
    }

    fn integer(&mut self, key: &'static str, value: impl Into<i128>) {
        integer(self.key(key), value);
    }

    fn id(&mut self, key: &'static str, value: Uuid) {
        let mut buffer = Uuid::encode_buffer();
        self.text(key, value.hyphenated().encode_lower(&mut buffer));
    }

    fn hash(&mut self, key: &'static str, value: Hash) {
        self.text(key, &STANDARD.encode(value.0));
    }

    fn object(&mut self, key: &'static str, fill: impl FnOnce(&mut Object<'_>)) {
        let mut inner = Object::open(self.key(key));
        fill(&mut inner);
        inner.close();
    }

    fn committed(&mut self, key: &'static str, list: CommittedList) {
        self.object(key, |o| {
            o.integer("n", list.count);
            o.hash("root", list.root);
        });
    }
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

fn integer(out: &mut Vec<u8>, value: impl Into<i128>) {
    out.extend_from_slice(value.into().to_string().as_bytes());
}

#[expect(clippy::too_many_lines, reason = "one member after another, in the order of FORMAT.md")]
pub(super) fn write(leaf: &Leaf<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(896);
    let mut o = Object::open(&mut out);
    o.text("act", leaf.action);
    if let Some(basis) = leaf.basis {
        o.text("basis", basis);
    }
    if let Some(case) = leaf.case {
        o.id("case", case);
    }
    o.text("cat", leaf.category.code());
    let (before, after) = (leaf.commitments.before, leaf.commitments.after);
    if before.is_some() || after.is_some() {
        o.object("chg", |o| {
            if let Some(after) = after {
                o.hash("after", after);
            }
            if let Some(before) = before {
                o.hash("before", before);
            }
        });
    }
    o.object("dec", |o| {
        let out = o.key("lines");
        out.push(b'[');
        for (place, line) in leaf.lines.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            quoted(out, line);
        }
        out.push(b']');
        o.text("out", leaf.outcome.code());
        if let Some(policy) = leaf.policy {
            o.hash("policy", policy);
        }
    });
    if let Some(fold) = leaf.fold {
        o.object("fold", |o| {
            o.integer("n", fold.count);
            o.text("since", &fold.since.rfc3339());
        });
    }
    o.id("id", leaf.id);
    o.id("inst", leaf.stamp.instance);
    if let Some(justification) = leaf.commitments.justification {
        o.hash("just", justification);
    }
    if leaf.stamp.low < leaf.stamp.sequence {
        o.integer("low", leaf.stamp.low);
    }
    o.text("ph", leaf.phase.code());
    if let Some(previous) = leaf.previous {
        o.object("prev", |o| {
            o.id("inst", previous.instance);
            o.integer("seq", previous.sequence);
        });
    }
    o.object("purpose", |o| {
        o.text("code", leaf.purpose);
        o.key("stated").extend_from_slice(if leaf.purpose_stated { b"true" } else { b"false" });
    });
    if let Some(recipient) = leaf.recipient {
        o.object("recv", |o| {
            o.id("authority", recipient.authority);
            o.text("label", recipient.label);
        });
    }
    o.id("req", leaf.request);
    o.object("res", |o| {
        if let Some(id) = leaf.resource {
            o.id("id", id);
        }
        if let Some(listed) = leaf.commitments.listed {
            o.committed("list", listed);
        }
        o.text("type", leaf.kind);
        if let Some(version) = leaf.version {
            o.integer("version", version);
        }
    });
    o.integer("seq", leaf.stamp.sequence);
    if let Some(subjects) = leaf.commitments.subjects {
        o.committed("subj", subjects);
    }
    o.text("t", &leaf.stamp.at.rfc3339());
    if let Some(term) = leaf.term {
        o.object("term", |o| {
            o.text("digest", &STANDARD.encode(term.digest));
            o.integer("length", term.length);
        });
    }
    o.integer("v", VERSION);
    if !leaf.void.is_empty() {
        let out = o.key("void");
        out.push(b'[');
        for (place, (from, to)) in leaf.void.iter().enumerate() {
            out.extend_from_slice(if place > 0 { b",[" } else { b"[" });
            integer(out, *from);
            out.push(b',');
            integer(out, *to);
            out.push(b']');
        }
        out.push(b']');
    }
    o.object("who", |o| {
        o.text("auth", leaf.strength);
        o.id("authority", leaf.authority);
        if let Some(behalf) = leaf.on_behalf_of {
            o.id("behalf", behalf);
        }
        if let Some(role) = leaf.role {
            o.text("role", role);
        }
        o.id("unit", leaf.unit);
        o.id("user", leaf.user);
    });
    o.close();
    out
}
