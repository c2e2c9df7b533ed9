//! Makes up a day of the hotline: 200 calls as a file of events, the same from the same seed, byte for byte.
//! `cargo run --example hotline-day > workflows/hotline/day.jsonl`
//!
//! How many calls go which way is in `DECK`; what goes wrong on the way is thrown with `Dice`. Nobody in it exists:
//! names are drawn, and no mobile number of China begins with 120.

#[path = "hotline-day/people.rs"]
mod people;
#[path = "hotline-day/topics.rs"]
mod topics;

use caseloop::{Value, Values};
use people::{FAMILY_NAMES, GIVEN_NAMES, REGIONS, STAFF};
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;
use topics::{DANGER, OUTAGE, TOPICS, Topic};

/// The seed of the committed day.
pub(crate) const SEED: u64 = 20_251_118;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(day(SEED).as_bytes())
}

/// The events of a day, one JSON object a line, sorted by time.
pub(crate) fn day(seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut arrivals: Vec<u64> = (0..200).map(|_| dice.arrival()).collect();
    arrivals.sort_unstable();
    let mut staff: Vec<(&str, u64)> = STAFF.iter().map(|name| (*name, 0)).collect();
    let mut lines: Vec<Line> = Vec::new();
    for (number, (arrival, plot)) in arrivals.iter().zip(plots(&mut dice, &arrivals)).enumerate() {
        lines.extend(Call::new(&mut dice, &mut staff, number + 1, *arrival).play(plot));
    }
    lines.sort_by_key(|line| line.second); // stable: a call keeps its order
    lines.iter().map(Line::json).collect()
}

/// Which way a call goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plot {
    OnTheSpot,
    HandedOver,
    WillCheck,
    ExplainedAgain,
    Dissatisfied,
    Transferred,
    TransferDeclined,
    ColleagueAway,
    Unverified,
    Unconfirmed,
    BrokenOff,
    HungUpRinging,
    RungOut,
    Emergency(&'static str),
}

/// How many calls go which way. Three more report the same outage, all after three o'clock.
const DECK: [(Plot, usize); 14] = [
    (Plot::OnTheSpot, 92),
    (Plot::HandedOver, 32),
    (Plot::WillCheck, 10),
    (Plot::ExplainedAgain, 8),
    (Plot::Dissatisfied, 6),
    (Plot::Transferred, 11),
    (Plot::TransferDeclined, 3),
    (Plot::ColleagueAway, 3),
    (Plot::Unverified, 5),
    (Plot::Unconfirmed, 2),
    (Plot::BrokenOff, 8),
    (Plot::HungUpRinging, 13),
    (Plot::RungOut, 3),
    (Plot::Emergency("safety_risk"), 1),
];

/// The plots of the day, in the order of the calls.
fn plots(dice: &mut Dice, arrivals: &[u64]) -> Vec<Plot> {
    let mut plots: Vec<Plot> = DECK.iter().flat_map(|(plot, count)| [*plot].repeat(*count)).collect();
    for last in (1..plots.len()).rev() {
        plots.swap(last, dice.below(last as u64 + 1) as usize);
    }
    let outage = arrivals.iter().filter(|second| **second < 15 * HOUR).count();
    for after in [0, 1, 3] {
        plots.insert(outage + after, Plot::Emergency("service_interruption"));
    }
    plots
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// One call as it is made up: the line's time moves on with each event.
struct Call<'d> {
    dice: &'d mut Dice,
    staff: &'d mut Vec<(&'static str, u64)>,
    case: Arc<str>,
    second: u64,
    lines: Vec<Line>,
}

impl<'d> Call<'d> {
    fn new(dice: &'d mut Dice, staff: &'d mut Vec<(&'static str, u64)>, number: usize, second: u64) -> Self {
        let case = format!("20251118{number:03}").into();
        Self {
            dice,
            staff,
            case,
            second,
            lines: Vec::new(),
        }
    }

    fn play(mut self, plot: Plot) -> Vec<Line> {
        let record_no = [("record_no", Value::text(&self.case))];
        self.push(Line {
            start: Some(values(record_no)),
            ..Line::default()
        });
        match plot {
            Plot::HungUpRinging => self.hang_up_ringing(),
            Plot::RungOut => self.ring_out(),
            _ => self.talk(plot),
        }
        self.lines
    }

    fn hang_up_ringing(&mut self) {
        let rings = self.dice.between(1, 8);
        self.ring(rings);
        self.event("telephone", "hung_up", []);
    }

    fn ring_out(&mut self) {
        self.ring(9);
        self.wait(90, 240);
        self.push(Line {
            tick: Some(true),
            ..Line::default()
        });
    }

    /// The telephone rings every five seconds, and reports what is beyond the third time.
    fn ring(&mut self, rings: u64) {
        let began = self.second;
        for ring in (4..=rings).step_by(2) {
            self.second = began + 5 * ring;
            self.event("telephone", "rang", [("ring", int(ring))]);
        }
        self.second = began + 5 * rings + self.dice.below(5);
    }

    fn talk(&mut self, plot: Plot) {
        let ring = if self.dice.one_in(14) {
            self.dice.between(4, 8)
        } else {
            self.dice.between(1, 3)
        };
        self.ring(ring);
        self.staff.sort_by_key(|(_, free)| *free); // stable: whoever has waited longest comes first
        let handler = self.staff.first().map_or("", |(name, _)| name);
        self.event("agent", "answered", [("ring", int(ring)), ("handler", text(handler))]);
        let topic = self.topic(plot);
        match plot {
            Plot::BrokenOff => self.break_off(topic),
            Plot::Unverified => self.fail_identity(topic),
            _ => self.serve(plot, topic),
        }
        let free = self.second;
        if let Some(first) = self.staff.first_mut() {
            first.1 = free;
        }
    }

    fn topic(&mut self, plot: Plot) -> &'static Topic {
        let kinds: &[&str] = match plot {
            Plot::HandedOver | Plot::TransferDeclined | Plot::ColleagueAway => &["complaint", "complaint", "business"],
            Plot::Dissatisfied | Plot::ExplainedAgain => &["complaint", "enquiry"],
            Plot::Transferred => &["enquiry", "business", "complaint"],
            Plot::Unverified => &["business"],
            Plot::Emergency("service_interruption") => return &OUTAGE,
            Plot::Emergency(_) => return &DANGER,
            _ => &["enquiry", "enquiry", "enquiry", "enquiry", "business", "suggestion"],
        };
        let kind = self.dice.pick(kinds);
        let fitting: Vec<&Topic> = TOPICS.iter().filter(|topic| topic.kind == kind).collect();
        self.dice.pick(&fitting)
    }

    /// The customer is gone in the middle of it.
    fn break_off(&mut self, topic: &Topic) {
        match self.dice.below(4) {
            0 => {}
            1 => self.judge(topic),
            2 => {
                self.judge(topic);
                self.identity(topic);
            }
            _ => {
                self.judge(topic);
                self.identity(topic);
                self.record(topic);
            }
        }
        self.wait(5, 60);
        self.event("telephone", "hung_up", []);
    }

    fn fail_identity(&mut self, topic: &Topic) {
        self.judge(topic);
        for _ in 0..2 {
            self.wait(15, 40);
            self.event("agent", "identity_checked", [("correct", Value::Bool(false))]);
        }
        self.say_goodbye();
    }

    fn serve(&mut self, plot: Plot, topic: &Topic) {
        self.judge(topic);
        self.identity(topic);
        if let Plot::Emergency(kind) = plot {
            self.report(kind);
        }
        if plot == Plot::Transferred && self.dice.one_in(3) {
            return self.transfer(topic, Some("confirmed"));
        }
        self.record(topic);
        if plot == Plot::Unconfirmed {
            return self.disagree(topic);
        }
        self.read_back(topic);
        match plot {
            Plot::OnTheSpot => self.answer(topic, &[]),
            Plot::ExplainedAgain => self.answer(topic, &[1, 2]),
            Plot::Dissatisfied => self.answer_in_vain(topic),
            Plot::WillCheck => self.promise_answer(),
            Plot::Transferred => self.transfer(topic, Some("confirmed")),
            Plot::TransferDeclined => {
                self.transfer(topic, Some("declined"));
                self.hand_over(topic);
            }
            Plot::ColleagueAway => {
                self.transfer_in_vain(topic);
                self.hand_over(topic);
            }
            _ => self.hand_over(topic),
        }
    }

    fn judge(&mut self, topic: &Topic) {
        let judged = [
            ("kind", text(topic.kind)),
            ("about_account", Value::Bool(topic.account)),
        ];
        self.wait(12, 45);
        if self.dice.one_in(30) {
            self.event("customer", "judged", judged.clone()); // refused: a caller judges nothing
            self.wait(1, 4);
        }
        self.event("agent", "judged", judged);
        if topic.kind == "complaint" && self.dice.one_in(3) {
            self.wait(4, 15);
            self.event("agent", "upset", []);
        }
    }

    fn identity(&mut self, topic: &Topic) {
        if !topic.account {
            return;
        }
        if self.dice.one_in(9) {
            self.wait(15, 40);
            self.event("agent", "identity_checked", [("correct", Value::Bool(false))]);
        }
        self.wait(15, 40);
        self.event("agent", "identity_checked", [("correct", Value::Bool(true))]);
    }

    fn report(&mut self, kind: &'static str) {
        self.wait(3, 10);
        self.event("agent", "emergency", [("kind", text(kind))]);
        if self.dice.one_in(2) {
            self.wait(5, 30);
            self.event("agent", "emergency", [("kind", text(kind))]); // refused: it is reported
        }
    }

    fn record(&mut self, topic: &Topic) {
        self.wait(30, 110);
        if self.dice.one_in(40) {
            self.event("agent", "call_ended", []); // refused: the call is not finished
            self.wait(2, 6);
        }
        let contact = format!("120{:08}", self.dice.below(100_000_000));
        let key = format!("crm:{}", self.dice.between(10_000, 99_999));
        let name = self.dice.name();
        let region = text(self.dice.pick(REGIONS));
        let mut recorded = vec![
            ("name", text(&name)),
            ("contact", text(&contact)),
            ("contact_ref", text(&key)),
            ("problem", text(topic.problem)),
            ("region", region),
            ("product", text(topic.product)),
        ];
        if !topic.claim.is_empty() {
            recorded.push(("claim", text(topic.claim)));
        }
        if self.dice.one_in(4) {
            let order = format!("order:{}", self.dice.between(1_000_000, 9_999_999));
            recorded.push(("evidence", text(&order)));
        }
        self.event("agent", "recorded", recorded);
        if self.dice.one_in(25)
            && let Some(last) = self.lines.last().cloned()
        {
            self.lines.push(last); // sent again by a host that was not sure
        }
    }

    fn read_back(&mut self, topic: &Topic) {
        if self.dice.one_in(18) {
            self.wait(3, 9);
            self.event("agent", "answer", [("result", text(topic.answer))]); // refused: not read back yet
        }
        if self.dice.one_in(9) {
            self.confirm(false);
            self.record(topic);
        }
        self.confirm(true);
    }

    fn confirm(&mut self, confirmed: bool) {
        self.wait(8, 25);
        self.event("agent", "read_back", [("confirmed", Value::Bool(confirmed))]);
    }

    fn disagree(&mut self, topic: &Topic) {
        self.confirm(false);
        for _ in 0..2 {
            self.record(topic);
            self.confirm(false);
        }
        self.say_goodbye();
    }

    /// Answers, again after each of the low scores, and asks for a last score.
    fn answer(&mut self, topic: &Topic, low: &[u64]) {
        self.explain(topic);
        if !low.is_empty() {
            let score = self.dice.pick(low);
            self.rate(score);
            self.explain(topic);
        }
        match self.dice.below(24) {
            0..=3 => self.stay_silent(),
            4 => {
                self.wait(3, 20);
                self.event("telephone", "hung_up", []); // the answer was given: no rating
            }
            _ => {
                let score = self.dice.pick(&[5, 5, 5, 5, 5, 4, 4, 4, 4, 3]);
                self.rate(score);
                self.say_goodbye();
            }
        }
    }

    fn answer_in_vain(&mut self, topic: &Topic) {
        for _ in 0..2 {
            self.explain(topic);
            let score = self.dice.between(1, 2);
            self.rate(score);
        }
        self.say_goodbye();
    }

    fn explain(&mut self, topic: &Topic) {
        self.wait(30, 150);
        self.event("agent", "answer", [("result", text(topic.answer))]);
    }

    fn rate(&mut self, score: u64) {
        self.wait(4, 25);
        self.event("customer", "rated", [("score", int(score))]);
    }

    fn stay_silent(&mut self) {
        self.wait(32, 45);
        if self.dice.one_in(3) {
            self.event("customer", "rated", [("score", int(5))]); // too late: nothing waits for it
        }
        self.say_goodbye();
    }

    fn promise_answer(&mut self) {
        self.wait(20, 60);
        let hours = self.dice.between(1, 4);
        let by = text(&local((self.second / HOUR + 1 + hours) * HOUR));
        self.event("agent", "will_check", [("answer_by", by)]);
        self.say_goodbye();
    }

    fn hand_over(&mut self, topic: &Topic) {
        self.wait(20, 60);
        let department = text(topic.department);
        if self.dice.one_in(10) {
            let over = text(&local(self.second - HOUR));
            let slip = [("department", department.clone()), ("contact_by", over)];
            self.event("agent", "needs_department", slip); // refused: that time is over
            self.wait(4, 9);
        }
        let hours = self.dice.pick(&[2, 4, 8, 20]);
        let by = text(&local((self.second / HOUR + 1 + hours) * HOUR));
        self.event(
            "agent",
            "needs_department",
            [("department", department), ("contact_by", by)],
        );
        self.say_goodbye();
    }

    /// The steps of S1.16 up to the customer's `word`, or to none.
    fn transfer(&mut self, topic: &Topic, word: Option<&'static str>) {
        self.wait(8, 20);
        self.event("agent", "transfer", [("department", text(topic.department))]);
        if self.dice.one_in(5) {
            self.wait(2, 4);
            self.event("agent", "put_through", []); // refused: nothing has been explained
        }
        self.wait(6, 15);
        self.event("agent", "reason_told", []);
        self.wait(5, 12);
        let (colleague, extension) = (self.dice.name(), format!("8{:03}", self.dice.below(1_000)));
        self.event(
            "agent",
            "target_told",
            [("colleague", text(&colleague)), ("extension", text(&extension))],
        );
        if word == Some("declined") && self.dice.one_in(2) {
            self.wait(3, 9);
            return self.event("customer", "declined", []);
        }
        self.wait(3, 9);
        self.event("agent", "put_through", []);
        if self.dice.one_in(5) {
            self.wait(1, 3);
            self.event("agent", "call_ended", []); // refused: never hang up straight after transferring
        }
        match word {
            Some(word) => {
                self.wait(6, 30);
                self.event("customer", word, []);
            }
            None => self.wait(47, 60),
        }
    }

    fn transfer_in_vain(&mut self, topic: &Topic) {
        self.transfer(topic, None);
        if self.dice.one_in(2) {
            self.transfer(topic, None);
            self.wait(5, 10);
            self.event("agent", "transfer", [("department", text(topic.department))]); // refused: twice is enough
        }
    }

    fn say_goodbye(&mut self) {
        self.wait(5, 20);
        if self.dice.one_in(4) {
            self.event("telephone", "hung_up", []);
        } else {
            self.event("agent", "call_ended", []);
        }
    }

    fn wait(&mut self, least: u64, most: u64) {
        self.second += self.dice.between(least, most);
    }

    fn event(&mut self, by: &'static str, event: &'static str, data: impl IntoIterator<Item = (&'static str, Value)>) {
        let data = values(data);
        self.push(Line {
            event: Some(event),
            by: Some(by),
            data: (!data.is_empty()).then_some(data),
            ..Line::default()
        });
    }

    fn push(&mut self, line: Line) {
        let id = format!("{}-{}", self.case, self.lines.len() + 1);
        self.lines.push(Line {
            second: self.second,
            at: local(self.second),
            case: self.case.clone(),
            id,
            ..line
        });
    }
}

/// A line of the file.
#[derive(Clone, Default, Serialize)]
struct Line {
    #[serde(skip)]
    second: u64,
    at: String,
    case: Arc<str>,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Values>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tick: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Values>,
}

impl Line {
    fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// A second of the day (or of the next) in Shanghai, RFC 3339.
fn local(second: u64) -> String {
    let (day, hour) = (18 + second / (24 * HOUR), second / HOUR % 24);
    format!(
        "2025-11-{day}T{hour:02}:{:02}:{:02}+08:00",
        second / MINUTE % 60,
        second % 60
    )
}

fn values(data: impl IntoIterator<Item = (&'static str, Value)>) -> Values {
    data.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

fn text(text: &str) -> Value {
    Value::text(text)
}

fn int(number: u64) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// SplitMix64: the same numbers from the same seed, everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From `least` to `most`, both in.
    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    #[cfg_attr(
        not(test),
        expect(
            clippy::indexing_slicing,
            reason = "the index is below the length; nothing is drawn from nothing"
        )
    )]
    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    fn name(&mut self) -> String {
        format!("{}{}", self.pick(FAMILY_NAMES), self.pick(GIVEN_NAMES))
    }

    /// The second at which a call comes in, from eight in the morning on; ten and three o'clock are the peaks.
    fn arrival(&mut self) -> u64 {
        const PER_HOUR: [u64; 12] = [6, 12, 20, 16, 8, 9, 18, 20, 16, 12, 7, 4];
        let mut drawn = self.below(PER_HOUR.iter().sum());
        let mut hour = 8;
        for calls in PER_HOUR {
            if drawn < calls {
                break;
            }
            drawn -= calls;
            hour += 1;
        }
        hour * HOUR + self.below(HOUR)
    }
}
