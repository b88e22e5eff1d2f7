//! Every route of the table, as every persona, with an id of one's own, of a colleague, of the other authority, and of nobody. What is expected comes from
//! the policy; what is hidden must look exactly like what does not exist; and the log must have each of these looks exactly once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use futures_util::future::join_all;
use rbac_policy::Assignment;
use reqwest::{Method, RequestBuilder};
use testkit::Reply;
use uuid::Uuid;
use vocabulary::{Action, Entropy as _, SystemEntropy};
use web::route::{self, Kind, Route};
use web::routes;

use crate::api::bodies;
use crate::house::{House, PERSONAS, in_each_house};
use crate::log_book::{self, Line};
use crate::people::Someone;
use crate::records::Records;

/// Ends the session that the walk needs; `open_doors` tells its story.
const ELSEWHERE: &[&str] = &["/ui/sign-out"];

/// What differs between any two answers, or says when.
const OF_THE_MOMENT: &[&str] = &["date", "samlad-request", "samlad-log-entry"];

/// How often two answers that differ are asked for again, one straight after the other.
const ASKED_AGAIN: usize = 3;

/// An address with its ids filled in.
#[derive(Clone)]
struct Address {
    path: String,
    ids: Vec<String>,
}

/// An answer as a stranger could compare it with another: without the ids that the stranger sent.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

/// What the log must hold of one request.
struct Look {
    who: &'static str,
    what: String,
    request: Uuid,
    entry: Option<Uuid>,
    is_hidden: bool,
    is_page: bool,
    action: Action,
}

struct Walk<'h> {
    house: &'h House,
    who: Someone,
    own: &'h Records,
    other: &'h Records,
    faults: String,
    looks: Vec<Look>,
    /// How many addresses were tried under a conflict of interest.
    barred: usize,
}

#[test]
fn every_route_gives_every_role_what_the_policy_says_and_hides_the_rest_as_if_it_were_not_there() {
    in_each_house(async |house| {
        let from = house.social().1.clock.now();
        let social = Records::of(house.social()).await;
        let police = Records::of(house.police()).await;
        let walks = join_all(PERSONAS.iter().map(async |key| {
            let who = Someone::of(house, key).await;
            let (own, other) = if who.authority == house.social().0 { (&social, &police) } else { (&police, &social) };
            let mut walk = Walk { house, who, own, other, faults: String::new(), looks: Vec::new(), barred: 0 };
            for route in routes::all().filter(|route| route.kind != Kind::Public && !ELSEWHERE.contains(&route.path)) {
                walk.visit(route).await;
            }
            walk
        }))
        .await;
        let barred: usize = walks.iter().map(|walk| walk.barred).sum();
        assert!(barred > 10, "{barred}: hardly anybody in the demo world has declared a conflict of interest");
        let mut faults = String::new();
        for walk in &walks {
            faults += &walk.faults;
        }
        let books = [log_book::since(house.social(), from).await, log_book::since(house.police(), from).await];
        for look in walks.iter().flat_map(|walk| &walk.looks) {
            let lines: Vec<_> = books.iter().filter_map(|book| book.get(&look.request)).flatten().collect();
            // A document is one look. A page may put several together; each is in the log, and none of them twice.
            let shown = |line: &&&Line| line.outcome == "allow" && Some(line.id) == look.entry;
            let twice = (1..lines.len()).any(|at| lines[..at].iter().any(|line| line.is_like(lines[at])));
            let fits = match lines.as_slice() {
                [line] if look.is_hidden => line.outcome == "deny" && line.action == look.action.code(),
                lines if look.is_hidden => lines.is_empty() && look.is_page,
                [line] => shown(&line),
                lines => look.is_page && lines.iter().any(|line| shown(&line)) && !twice,
            };
            if !fits {
                let _ = writeln!(faults, "{} {}: the log has {lines:?}", look.who, look.what);
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{faults}", faults.lines().count());
        for (authority, registry) in [house.social(), house.police()] {
            crate::backends::logs::assert_sound(authority, registry).await;
        }
    });
}

impl Walk<'_> {
    async fn visit(&mut self, route: &'static Route) {
        let Some(pattern) = Pattern::of(route.path) else { return self.without_id(route).await };
        let unknown = self.ask(route, &pattern.at_random()).await;
        let missing = seen(&unknown, &pattern.at_random().ids);
        self.judge_hidden(route, "nobody's id", &unknown);

        // A record of the other authority.
        let (closest, any) = self.other.samples(&self.who, pattern.noun);
        for record in closest.map(|(record, _)| record).into_iter().chain(any) {
            let address = pattern.at(record.id, pattern.part.and_then(|noun| self.other.part_of(noun, &record)));
            let reply = self.compare(route, "the other authority's id", &pattern, &address, &missing).await;
            self.judge_hidden(route, "the other authority's id", &reply);
        }
        let (own, unassigned) = self.own.samples(&self.who, pattern.noun);

        // A record of the own authority with which the persona has nothing to do. Colleagues are nobody's records: who sees one sees all.
        if let Some(record) = unassigned
            && pattern.noun != "users"
            && !self.may(route, Assignment::None)
        {
            let address = pattern.at(record.id, pattern.part.and_then(|noun| self.own.part_of(noun, &record)));
            let reply = self.compare(route, "a colleague's id", &pattern, &address, &missing).await;
            self.judge_hidden(route, "a colleague's id", &reply);
        }
        // One's own or anybody's, about a person with whom the persona has declared a conflict of interest (FL 16-18).
        if let Some(record) = self.own.barred(&self.who, pattern.noun) {
            let address = pattern.at(record.id, pattern.part.and_then(|noun| self.own.part_of(noun, &record)));
            let reply = self.compare(route, "an id under a conflict of interest", &pattern, &address, &missing).await;
            self.judge_hidden(route, "an id under a conflict of interest", &reply);
            self.barred += 1;
        }
        // One's own. What changes it belongs to other stories.
        if let Some((record, assigned)) = own
            && route.method == route::Method::Get
        {
            let is_allowed = self.may(route, assigned);
            let address = pattern.at(record.id, pattern.part.and_then(|noun| self.own.part_of(noun, &record)));
            let reply = self.ask(route, &address).await;
            let fits = match reply.status {
                200 | 303 => is_allowed || is_form(route),
                // A reason is asked for, or the record is in a state in which it does not open.
                409 | 422 => is_allowed,
                404 => !is_allowed || is_form(route),
                // A form about one part of a record, asked for without naming the part.
                400 => is_form(route),
                _ => false,
            };
            self.expect(fits, route, &format!("own id as {assigned}"), &reply);
            self.remember(route, &address.path, &reply);
        }
    }

    /// Whether the policy could allow what the route does on a record to which the persona stands so.
    fn may(&self, route: &Route, assigned: Assignment) -> bool {
        let policy = &self.house.social().1.policy;
        route.action.is_none_or(|action| self.who.may_ever(policy, action, assigned))
    }

    /// Lists, homes, searches, forms: nothing that names a record.
    async fn without_id(&mut self, route: &'static Route) {
        let (social, police) = (self.house.social().0, self.house.police().0);
        let peer = if self.who.authority == social { police } else { social };
        let path = route.path.replace("{code}", "OSL_12_2").replace("{id}", &peer.to_string());
        let address = Address { path, ids: Vec::new() };
        let reply = self.ask(route, &address).await;
        let rules = &self.house.social().1.policy;
        let is_allowed = route.action.is_none_or(|action| self.who.may_at_all(rules, action));
        let fits = match (route.method, reply.status) {
            // Without what they were asked about, some pages have nothing to show.
            (_, 404) => !is_allowed || is_form(route),
            (route::Method::Get, 200 | 303) => is_allowed || is_form(route),
            (_, 200..=399) => is_allowed,
            // An empty body is wrong before anything is looked up, and says nothing of any record.
            (_, 400..=499) => true,
            _ => false,
        };
        self.expect(fits, route, "no id", &reply);
        if route.method == route::Method::Get {
            self.remember(route, &address.path, &reply);
        }
    }

    fn judge_hidden(&mut self, route: &'static Route, which: &str, reply: &Reply) {
        let has_body = bodies::valid(route).is_some();
        let fits = match (route.method, reply.status) {
            (_, 404) => true,
            (route::Method::Get, 400) => is_form(route),
            // An empty form that asks nobody shows nobody anything.
            (route::Method::Get, 200) => is_form(route) && reply.log_entry().is_none(),
            (route::Method::Get, _) => false,
            (_, 400..=499) => !has_body,
            _ => false,
        };
        self.expect(fits, route, which, reply);
        if route.method == route::Method::Get {
            self.remember(route, which, reply);
        }
    }

    /// Asks for a hidden record and holds the answer against that for nobody's id. Ten people walk at once and make records while they do: an answer
    /// that differs only because a list grew in between is the same when both are asked again; one that gives something away differs every time.
    async fn compare(
        &mut self,
        route: &'static Route,
        which: &str,
        pattern: &Pattern,
        hidden: &Address,
        missing: &Seen,
    ) -> Reply {
        let mut reply = self.ask(route, hidden).await;
        let (mut missing, mut found) = (missing.clone(), seen(&reply, &hidden.ids));
        for _ in 0..ASKED_AGAIN {
            if missing == found {
                return reply;
            }
            let nobodys = pattern.at_random();
            missing = seen(&self.ask(route, &nobodys).await, &nobodys.ids);
            reply = self.ask(route, hidden).await;
            found = seen(&reply, &hidden.ids);
        }
        if missing != found {
            let _ = writeln!(
                self.faults,
                "{} {} {}: {which} can be told from nobody's: {} and {}, {} and {} characters",
                self.who.key,
                route.method.as_str(),
                route.path,
                missing.status,
                found.status,
                missing.body.len(),
                found.body.len()
            );
        }
        reply
    }

    fn expect(&mut self, fits: bool, route: &Route, which: &str, reply: &Reply) {
        if !fits {
            let _ = writeln!(
                self.faults,
                "{} {} {} with {which}: {}",
                self.who.key,
                route.method.as_str(),
                route.path,
                reply.status
            );
        }
    }

    /// What the log must hold: one entry for what was shown, one refusal for what was hidden, nothing for what asked nobody.
    fn remember(&mut self, route: &Route, which: &str, reply: &Reply) {
        let Some(action) = route.action else { return };
        let entry = reply.log_entry().map(|entry| entry.parse().unwrap());
        let is_hidden = reply.status == 404;
        // Forms ask with the action of what they show; the refusal then names that one.
        if entry.is_some() || (is_hidden && route.kind == Kind::Api) {
            self.looks.push(Look {
                who: self.who.key,
                what: format!("{} {} ({which})", route.method.as_str(), route.path),
                request: log_book::request_of(reply),
                entry,
                is_hidden,
                is_page: route.kind == Kind::Page,
                action,
            });
        }
    }

    async fn ask(&mut self, route: &Route, address: &Address) -> Reply {
        let reply = self.house.send(self.request(route, &address.path)).await;
        // Whatever went wrong is told in the house's own words, as a page to people and as a problem to programs.
        let kind = if route.kind == Kind::Api { "application/problem+json" } else { "text/html; charset=utf-8" };
        let is_told = reply.status < 400
            || (reply.header("content-type") == kind && !reply.header("content-language").is_empty());
        self.expect(is_told, route, "an answer in other words", &reply);
        // Every page says why it is shown: the decision, its rule and law, its place in the log; or that nothing was decided because nothing is shown.
        if route.kind == Kind::Page && route.method == route::Method::Get && reply.status == 200 {
            let page = reply.text();
            let panel = page.split("<details class=\"why\">").nth(1).and_then(|rest| rest.split("</details>").next());
            let says = panel.is_some_and(|panel| match reply.log_entry() {
                Some(entry) => panel.contains(entry) && panel.contains("<cite>") && panel.contains("<code>"),
                None => true,
            });
            self.expect(says, route, "a page that does not say why it is shown", &reply);
        }
        reply
    }

    fn request(&self, route: &Route, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(route.method.as_str().as_bytes()).unwrap();
        match route.kind {
            Kind::Page if route.method == route::Method::Post => self.house.form(self.who.key, path, &[]),
            Kind::Page | Kind::Public => self.house.browse(self.who.key, method, path),
            Kind::Api => {
                let request = self.house.api(self.who.key).request(method, path);
                if route.method == route::Method::Get {
                    return request;
                }
                // A version that is the newest of many records, so that it is not what gives a stranger's try away.
                let body = bodies::valid(route).unwrap_or_else(|| serde_json::json!({}));
                request.header("if-match", "\"1-1\"").json(&body)
            }
        }
    }
}

/// Whether the address is that of a form: what is sent there stands under the same path.
fn is_form(route: &Route) -> bool {
    route.kind == Kind::Page
        && routes::all().any(|other| other.method == route::Method::Post && other.path == route.path)
}

/// An answer without what the asker sent and without what changes with every answer.
fn seen(reply: &Reply, ids: &[String]) -> Seen {
    let blank = |text: &str| ids.iter().fold(text.to_owned(), |text, id| text.replace(id, "(id)"));
    let headers = reply.headers.iter().filter(|(name, _)| !OF_THE_MOMENT.contains(&name.as_str()));
    Seen {
        status: reply.status,
        headers: headers
            .map(|(name, value)| (name.to_string(), blank(&String::from_utf8_lossy(value.as_bytes()))))
            .collect(),
        body: without_entries(&blank(&reply.text())),
    }
}

/// A page without the ids of its log entries, which differ between any two answers.
fn without_entries(page: &str) -> String {
    let mut parts = page.split("<code>");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| {
        let rest = part.get(..36).filter(|id| id.parse::<Uuid>().is_ok()).and_then(|_| part.get(36..));
        page + "<code>" + rest.unwrap_or(part)
    })
}

/// An address with an id in it.
struct Pattern {
    path: &'static str,
    noun: &'static str,
    part: Option<&'static str>,
    random: (String, String),
}

impl Pattern {
    /// None for an address without an id.
    fn of(path: &'static str) -> Option<Self> {
        let before = |at: usize| {
            let noun = path[..at].trim_end_matches('/');
            let last = noun.rsplit('/').next().unwrap();
            // The log's entries and those of a joint file share a word.
            if noun.ends_with("audit/entries") { "audit/entries" } else { last }
        };
        let mut holes = path.match_indices('{');
        let (first, _) = holes.next()?;
        let noun = before(first);
        let part = holes.next().map(|(at, _)| before(at));
        let id = || SystemEntropy.id().to_string();
        // Legal bases are law, and which authorities there are is in every directory: nothing to hide.
        (!matches!(noun, "legal-bases" | "authorities")).then(|| Self { path, noun, part, random: (id(), id()) })
    }

    fn fill(&self, id: &str, part: &str) -> Address {
        let mut path = self.path.to_owned();
        for value in [id, part] {
            if let (Some(from), Some(until)) = (path.find('{'), path.find('}')) {
                path.replace_range(from..=until, value);
            }
        }
        Address { path, ids: vec![id.to_owned(), part.to_owned()] }
    }

    fn at(&self, id: Uuid, part: Option<Uuid>) -> Address {
        self.fill(&id.to_string(), &part.map_or_else(|| self.random.1.clone(), |part| part.to_string()))
    }

    fn at_random(&self) -> Address {
        self.fill(&self.random.0, &self.random.1)
    }
}
