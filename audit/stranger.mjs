// Verifies an exported access log with nothing but Node's own crypto, from FORMAT.md alone.
// node audit/stranger.mjs DIRECTORY VERIFIER_KEY          prints "whole <size> <root>", or "part <first> <end> of <size> <root>", or the first fault, and exits 1
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [directory, verifierKey] = process.argv.slice(2);
const fail = (why) => { console.log(why); process.exit(1); };
const must = (condition, why) => { if (!condition) fail(why); };
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const file = (path) => { const at = join(directory, path); must(existsSync(at), `${path} is missing`); return readFileSync(at); };

// Section 1
const leafHash = (leaf) => sha256(Buffer.of(0), leaf);
const treeHash = (hashes) => {
  if (hashes.length === 0) return sha256("");
  if (hashes.length === 1) return hashes[0];
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return sha256(Buffer.of(1), treeHash(hashes.slice(0, k)), treeHash(hashes.slice(k)));
};

// Section 3
const [, keyName, keyId, keyBlob] = verifierKey.trim().match(/^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/) ?? fail("not a verifier key");
const blob = Buffer.from(keyBlob, "base64");
must(blob.length === 33 && blob[0] === 1, "not a log key");
must(sha256(keyName, "\n", blob).subarray(0, 4).toString("hex") === keyId, "the key id is not that of the key");
const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: blob.subarray(1).toString("base64url") }, format: "jwk" });
const note = file("checkpoint").toString("utf8");
const split = note.lastIndexOf("\n\n");
const text = note.slice(0, split + 1);
const own = note.slice(split + 2).split("\n").filter(Boolean)
  .map((line) => line.match(/^\u2014 (\S+) (\S+)$/) ?? fail("a signature line is malformed"))
  .map(([, name, signature]) => ({ name, bytes: Buffer.from(signature, "base64") }))
  .filter(({ name, bytes }) => name === keyName && bytes.subarray(0, 4).toString("hex") === keyId);
must(own.length > 0 && own.every(({ bytes }) => verify(null, Buffer.from(text), publicKey, bytes.subarray(4))), "the checkpoint is not signed with the log's key");
const [origin, sizeText, rootText] = text.split("\n");
must(origin === keyName, "the checkpoint is of another log");
const size = Number(sizeText);

// Section 4a
const part = existsSync(join(directory, "part")) ? JSON.parse(file("part")) : { end: size, first: 0, pruned: 0 };
const isPage = (n) => Number.isSafeInteger(n) && n >= 0 && n % 256 === 0;
must(isPage(part.first) && isPage(part.pruned) && part.pruned <= part.first && part.first <= part.end && part.end <= size && (isPage(part.end) || part.end === size), "there can be no such part");

// Section 4
const numbered = (n, width) => {
  const groups = [String(n % 1000).padStart(3, "0")];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  return groups.join("/") + (width < 256 ? `.p/${width}` : "");
};
const leaves = [];
for (let n = part.first / 256; n * 256 < part.end; n += 1) {
  const path = `tile/entries/${numbered(n, Math.min(256, size - n * 256))}`;
  const bytes = file(path);
  let count = 0;
  for (let at = 0; at < bytes.length; count += 1) {
    must(at + 2 <= bytes.length && at + 2 + bytes.readUInt16BE(at) <= bytes.length, `${path} is not a bundle`);
    const length = bytes.readUInt16BE(at);
    leaves.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  must(count === Math.min(256, size - n * 256), `${path} has ${count} entries`);
}
// The hashes of level 1, and those of the leaves in the last, partial page: computed where the entries are there, read where they are not.
const tilePath = (level, n, count) => `tile/${level}/${numbered(n, Math.min(256, count - n * 256))}`;
const hashesOf = (tile) => Array.from({ length: tile.length / 32 }, (_, i) => tile.subarray(i * 32, i * 32 + 32));
const pages = Math.floor(size / 256);
let hashes = [];
let last = [];
for (let n = 0; n * 256 < size; n += 1) {
  const width = Math.min(256, size - n * 256);
  const here = part.first <= n * 256 && n * 256 < part.end;
  let own;
  if (here) {
    own = leaves.slice(n * 256 - part.first, n * 256 - part.first + width).map(leafHash);
    const path = tilePath(0, n, size);
    must(file(path).equals(Buffer.concat(own)), `${path} is not the tile of these leaves`);
  } else if (width < 256) own = hashesOf(file(tilePath(0, n, size)));
  if (width < 256) last = own;
  else hashes.push(here ? treeHash(own) : hashesOf(file(tilePath(1, Math.floor(n / 256), pages)))[n % 256]);
}
must(hashes.every((hash) => hash?.length === 32) && last.length === size % 256, "a tile is too short");
// Complete subtrees one after another; what is left of each level lies further right than all above it.
const joined = (parts) => (parts.length === 0 ? sha256("") : parts.reduceRight((right, left) => sha256(Buffer.of(1), left, right)));
const perfect = (all) => {
  const roots = [];
  for (let at = 0; at < all.length;) {
    let k = 1;
    while (k * 2 <= all.length - at) k *= 2;
    roots.push(treeHash(all.slice(at, at + k)));
    at += k;
  }
  return roots;
};
let rightmost = perfect(last);
for (let level = 1; hashes.length > 0; level += 1) {
  const above = [];
  for (let n = 0; n * 256 < hashes.length; n += 1) {
    const tile = hashes.slice(n * 256, n * 256 + 256);
    const path = tilePath(level, n, hashes.length);
    must(file(path).equals(Buffer.concat(tile)), `${path} is not the tile of these leaves`);
    if (tile.length === 256) above.push(treeHash(tile));
  }
  rightmost = [...perfect(hashes.slice(above.length * 256)), ...rightmost];
  hashes = above;
}
const root = joined(rightmost).toString("base64");
must(root === rootText, "the root is not the signed one");

// Section 5: RFC 8785 for JSON whose strings need no escape
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  must(value !== null && (typeof value !== "number" || Number.isSafeInteger(value)), "a value that leaves do not have");
  return JSON.stringify(value);
};
const read = (bytes, what) => {
  let value;
  try { value = JSON.parse(bytes.toString("utf8")); } catch { fail(`${what} is not JSON`); }
  must(canonical(value) === bytes.toString("utf8"), `${what} is not canonical`);
  return value;
};
const members = "act basis case cat chg dec fold id inst just low ph prev purpose recv req res seq subj t term v void who".split(" ");
const required = "act cat dec id inst ph purpose req res seq t v who".split(" ");
const categories = "collect alter consult disclose combine erase login policy admin".split(" ");
const entries = leaves.map((bytes, index) => {
  must(bytes.length <= 4096, `entry ${index} is too long`);
  const entry = read(bytes, `entry ${index}`);
  must(Object.keys(entry).every((key) => members.includes(key)) && required.every((key) => key in entry), `entry ${index} breaks the schema`);
  must(entry.v === 1 && categories.includes(entry.cat) && ["allow", "deny", "error"].includes(entry.dec.out), `entry ${index} breaks the schema`);
  must(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(entry.t), `entry ${index} has no instant`);
  must(!("recv" in entry) || entry.cat === "disclose", `entry ${index} has a recipient`);
  must("recv" in entry || entry.cat !== "disclose" || entry.dec.out !== "allow", `entry ${index} has no recipient`);
  must(("void" in entry) === (entry.act === "log.void") && (!("prev" in entry) || entry.act === "service.start"), `entry ${index} breaks the schema`);
  return entry;
});
must(new Set(entries.map((entry) => entry.who.authority)).size <= 1, "entries of another log");
must(new Set(entries.map((entry) => entry.id)).size === entries.length, "an id is repeated");

// Section 6
const instances = new Map();
entries.forEach((entry, index) => {
  must((entry.act === "service.start") === (entry.seq === 1), `instance ${entry.inst} is not introduced`);
  must(!entry.prev || part.first > 0 || instances.get(entry.prev.inst)?.seen.has(entry.prev.seq), `entry ${index} names an entry that is not there`);
  const known = instances.get(entry.inst) ?? instances.set(entry.inst, { seen: new Map(), voided: [], low: 1 }).get(entry.inst);
  must(!known.seen.has(entry.seq), `number ${entry.seq} is repeated`);
  known.seen.set(entry.seq, entry.t);
  known.voided.push(...(entry.void ?? []));
  known.low = Math.max(known.low, entry.low ?? entry.seq);
});
for (const [id, { seen, voided, low }] of instances) {
  // The lowest number that is there, where the beginning of the instance is not.
  const from = part.first > 0 && !seen.has(1) ? [...seen.keys()].reduce((a, b) => Math.min(a, b)) : 1;
  for (let number = from; number < low; number += 1) {
    must(seen.has(number) || voided.some(([from, to]) => from <= number && number <= to), `entry ${number} of instance ${id} is lost`);
  }
  const times = [...seen].filter(([number]) => !voided.some(([from, to]) => from <= number && number <= to)).sort(([a], [b]) => a - b).map(([, t]) => t);
  must(times.every((t, at) => at === 0 || times[at - 1] <= t), `time ran backwards in instance ${id}`);
}

// Section 7
const uuid = (id) => Buffer.from(id.replaceAll("-", ""), "hex");
const place = (i) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64BE(BigInt(i)); return bytes; };
const lines = (path) => (existsSync(join(directory, path)) ? file(path).toString("utf8").split("\n").filter(Boolean) : undefined);
const openings = new Map((lines("openings.jsonl") ?? []).map((line) => read(Buffer.from(line), "an opening")).map((line) => [line.id, line]));
entries.forEach((entry, index) => {
  const opening = openings.get(entry.id)?.opening;
  if (!opening) return;
  const seed = Buffer.from(opening.seed, "base64");
  const commit = (label, i, value) => sha256("samlad/audit/v1/commitment\0", sha256("samlad/audit/v1/salt\0", seed, `${label}\0`, place(i)), value);
  const list = (label, ids) => ids && { n: ids.length, root: treeHash(ids.map((id, i) => leafHash(commit(label, i, uuid(id))))).toString("base64") };
  const one = (label, value) => value && commit(label, 0, value).toString("base64");
  const hash = (value) => value && Buffer.from(value, "base64");
  const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  must(
    same(list("subject", opening.subjects), entry.subj) && same(list("listed", opening.listed), entry.res.list)
      && same(one("justification", opening.justification), entry.just)
      && same(one("before", hash(opening.before)), entry.chg?.before) && same(one("after", hash(opening.after)), entry.chg?.after),
    `the opening of entry ${index} does not fit`,
  );
});

// Section 8
const micros = (t) => Date.parse(`${t.slice(0, 19)}Z`) * 1000 + Number(t.slice(20, 26));
const index = lines("index.jsonl");
must(!index || index.length === entries.length, "the index does not have one row per entry");
(index ?? []).forEach((line, at) => {
  const { subjects = [], ...row } = read(Buffer.from(line), `index row ${at}`);
  const entry = entries[at];
  const opening = openings.get(entry.id);
  const expected = {
    action: entry.act, at: micros(entry.t), basis: entry.basis, case: entry.case, category: entry.cat, id: entry.id, instance: entry.inst, outcome: entry.dec.out,
    purpose: entry.purpose.code, request: entry.req, resource: entry.res.id, resource_kind: entry.res.type, sequence: entry.seq, unit: entry.who.unit, user: entry.who.user,
  };
  must(canonical(JSON.parse(JSON.stringify(expected))) === canonical(row), `index row ${at} does not fit`);
  if (opening?.state === "opened") must([...subjects].sort().join() === [...(opening.opening.subjects ?? [])].sort().join(), `the subjects of index row ${at} do not fit`);
  else must(subjects.length === (entry.subj?.n ?? 0) || (subjects.length === 0 && opening?.state !== "withheld"), `the subjects of index row ${at} do not fit`);
});
console.log(part.first === 0 && part.end === size ? `whole ${size} ${root}` : `part ${part.first} ${part.end} of ${size} ${root}`);
