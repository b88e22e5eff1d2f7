//! How long an answer takes tells no more than what it says.

use std::time::{Duration, Instant};

use vocabulary::{Entropy as _, SystemEntropy};

use crate::house::in_each_house;
use crate::people::Someone;
use crate::records::Records;

/// Requests of each kind in one try.
const OF_EACH: usize = 60;
/// A machine under load is given this many tries.
const TRIES: usize = 5;
/// Medians within this factor are of one class: reading one row more costs less than the durable entry that both wait for.
const FACTOR: f64 = 2.0;

#[test]
fn a_case_that_is_hidden_answers_as_fast_as_one_that_does_not_exist() {
    in_each_house(async |house| {
        let who = Someone::of(house, "social-worker").await;
        let (_, hidden) = Records::of(house.social()).await.samples(&who, "cases");
        let (other, others) = Records::of(house.police()).await.samples(&who, "cases");
        let hidden = hidden.expect("the demo has cases that the social worker does not").id;
        let other = other.map(|(record, _)| record).or(others).expect("the police have cases").id;
        let client = house.api("social-worker");
        let mut found = Vec::new();
        for _ in 0..TRIES {
            let mut times = [Vec::new(), Vec::new(), Vec::new()];
            for _ in 0..OF_EACH {
                let missing = SystemEntropy.id();
                // Taken in turns, so that what else the machine does meets all of them.
                for (id, times) in [missing, hidden, other].into_iter().zip(&mut times) {
                    let started = Instant::now();
                    let reply = client.get(&format!("/api/v1/cases/{id}")).await.unwrap();
                    times.push(started.elapsed());
                    assert_eq!(reply.status, 404);
                }
            }
            let [missing, hidden, other] = times.map(median);
            found.push((missing, hidden, other));
            let ratio = |a: Duration, b: Duration| a.max(b).as_secs_f64() / a.min(b).as_secs_f64();
            if ratio(missing, hidden) < FACTOR && ratio(missing, other) < FACTOR {
                return;
            }
        }
        panic!("medians of what is missing, hidden, another authority's: {found:?}");
    });
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
