//! Every page with a free text keeps drafts of it: walked by links as every persona, with what was written found again in the form.

use std::collections::{BTreeSet, VecDeque};

use reqwest::Method;
use testkit::Reply;

use crate::house::{House, PERSONAS, in_each_house};

/// Pages of one kind that are looked at for each persona.
const OF_A_KIND: usize = 2;
const CANARY: &str = "Kanariefågel i utkastet: å ä ö & < >";

/// One form of a page.
struct Form<'p> {
    html: &'p str,
}

impl<'p> Form<'p> {
    /// The forms of a page, each with what stands up to its end.
    fn all(page: &'p str) -> Vec<Self> {
        let rest = page.split("<form").skip(1);
        rest.map(|rest| Self { html: rest.split("</form>").next().unwrap() }).collect()
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let tag = self.html.split('>').next().unwrap();
        attribute(tag, name)
    }

    /// The free texts in it. What begins with a low line is the site's own: the reason for one access is said for that access alone.
    fn texts(&self) -> Vec<String> {
        let tags = self.html.split("<textarea").skip(1).map(|rest| rest.split('>').next().unwrap());
        tags.filter_map(|tag| attribute(tag, "name")).filter(|name| !name.starts_with('_')).collect()
    }

    fn hidden(&self) -> Vec<(String, String)> {
        let tags = self.html.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap());
        let hidden = tags.filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
        hidden.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&"))
}

/// An address without what differs between records of a kind.
fn kind_of(address: &str) -> String {
    let path = address.split('?').next().unwrap();
    let step = |step: &str| if step.len() == 36 && step.contains('-') { "{}".to_owned() } else { step.to_owned() };
    path.split('/').map(step).collect::<Vec<_>>().join("/")
}

async fn open(house: &House, key: &str, address: &str) -> Reply {
    house.send(house.browse(key, Method::GET, address)).await
}

#[test]
fn every_page_with_a_free_text_keeps_a_draft_of_it_and_gives_it_back() {
    in_each_house(async |house| {
        let mut tried = BTreeSet::new();
        let mut faults = Vec::new();
        for key in PERSONAS {
            let mut seen = BTreeSet::new();
            let mut kinds: Vec<String> = Vec::new();
            let mut waiting = VecDeque::from(["/ui".to_owned()]);
            while let Some(address) = waiting.pop_front() {
                let kind = kind_of(&address);
                if !seen.insert(address.clone()) || kinds.iter().filter(|known| **known == kind).count() >= OF_A_KIND {
                    continue;
                }
                kinds.push(kind);
                let reply = open(house, key, &address).await;
                let page = reply.text();
                for href in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                    let href = href.replace("&#38;", "&").replace("&amp;", "&");
                    if href.starts_with("/ui") && !href.contains("lang=") && !href.contains('#') {
                        waiting.push_back(href);
                    }
                }
                let outside: String = page.split("<form").map(|part| part.split("</form>").last().unwrap()).collect();
                if outside.contains("<textarea") {
                    faults.push(format!("{key} {address}: a text outside any form"));
                }
                for form in Form::all(&page).into_iter().filter(|form| !form.texts().is_empty()) {
                    let action = form.attribute("action").unwrap();
                    if form.attribute("data-draft").as_deref() != Some("/ui/form-drafts") {
                        faults.push(format!("{key} {address}: the form for {action} keeps no draft"));
                    } else if tried.insert((key, kind_of(&action)))
                        && let Err(fault) = there_and_back(house, key, &address, &action, &form.texts()[0]).await
                    {
                        faults.push(format!("{key} {address} ({action}): {fault}"));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
        // The walk came to the forms that matter most; a walk that finds none proves nothing.
        let kinds: BTreeSet<&str> = tried.iter().map(|(_, kind)| kind.as_str()).collect();
        for kind in [
            "/ui/cases/{}/notes/new",
            "/ui/cases/{}/measures/new",
            "/ui/cases/{}/consents/new",
            "/ui/measures/{}/change",
            "/ui/joint-files/{}/entries/new",
            "/ui/joint-actions/{}/decline",
        ] {
            assert!(kinds.contains(kind), "{kind} was not found among {kinds:?}");
        }
    });
}

/// Keeps a text as the script would, opens the page anew, takes the draft up, throws it away.
async fn there_and_back(house: &House, key: &'static str, page: &str, action: &str, text: &str) -> Result<(), String> {
    let kept = house.form(key, "/ui/form-drafts", &[("_form", action), ("_continued", ""), (text, CANARY)]);
    let kept = house.send(kept).await;
    if kept.status != 200 || kept.log_entry().is_none() {
        return Err(format!("it cannot be kept: {}", kept.status));
    }
    let id = kept.json().unwrap()["id"].as_str().unwrap().to_owned();
    let anew = open(house, key, page).await.text();
    let offer = Form::all(&anew)
        .into_iter()
        .find(|form| form.attribute("action").as_deref() == Some(action) && form.html.contains(&id))
        .ok_or("it is not offered when the page is opened anew")?;
    let mut carried = offer.hidden();
    carried.retain(|(name, _)| name != "_csrf");
    let send = async |button: &str| {
        let mut fields: Vec<(&str, &str)> =
            carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push((button, &id));
        house.send(house.form(key, action, &fields)).await
    };
    let again = send("_draft-use").await;
    let shown = again.text();
    let stands = Form::all(&shown).iter().any(|form| {
        form.texts().iter().any(|name| name == text) && form.html.contains("Kanariefågel") && form.html.contains(&id)
    });
    if again.status != 200 || !stands || again.log_entry().is_none() {
        return Err(format!("it does not come back into the form: {}", again.status));
    }
    let rid = send("_draft-discard").await;
    if rid.status != 200 || rid.text().contains(&id) {
        return Err(format!("it cannot be thrown away: {}", rid.status));
    }
    Ok(())
}
