//! Why a promise is due when it is, and what was used up of it: told from the journal of a case, which is run again.

use crate::chronicle::Moment;
use crate::{Case, Chronicle, Divergence, Engine, Entry, News, Workflow};
use caseloop_core::{Counted, Instant, PromiseId};
use caseloop_sla::{Calendar, Clock, Counting, Explanation, HorizonError, Language, NewLevel, Policy, Reopen, Spell};
use serde::Serialize;
use std::fmt::Write;
use std::sync::Arc;

/// One measurement of a promise, from its beginning to its end or as far as the journal goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Account {
    /// Of which promise.
    pub promise: Arc<str>,
    /// Which measurement of it in the case, from 1.
    pub number: i64,
    /// From when it is measured.
    pub since: Instant,
    /// The limit in milliseconds of what is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// What the limit counts.
    pub counted: Counted,
    /// The date that was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Instant>,
    /// When it is due as it stands; `None` while it rests and no date was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// When it was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Instant>,
    /// When and how it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<(Instant, News)>,
    /// What was used up, stretch by stretch; the parts add up to it exactly.
    pub used: Explanation,
    /// What is left until it is due, if nothing changes; the parts of both add up to the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_come: Option<Explanation>,
    /// The workflow's name, version and the first 12 digits of its content hash: the policy that it was measured by.
    pub policy: String,
}

/// Why nothing can be told.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// The workflow makes no promise of that name.
    #[error("the workflow makes no promise `{0}`")]
    UnknownPromise(String),
    /// The journal is not that of a case of this workflow.
    #[error(transparent)]
    Divergence(#[from] Box<Divergence>),
    /// A calendar is not known for the time that is asked of it.
    #[error("{0}")]
    Calendar(String),
}

impl From<caseloop_sla::HorizonError> for ExplainError {
    fn from(error: caseloop_sla::HorizonError) -> Self {
        Self::Calendar(error.to_string())
    }
}

impl Engine {
    /// Every measurement of a promise in the case whose journal this is, in the order of their beginnings: as it was,
    /// by all that the journal knows. As it was known at a moment it is told by the entries up to that moment; the two
    /// differ where an event was [heard of late](Self::send_late).
    ///
    /// ```
    /// use caseloop::{Engine, Event, compile_text};
    /// let workflow = compile_text("
    /// workflow: complaint
    /// version: 1
    /// calendars: {office: {zone: Asia/Shanghai, weekly: {mon-fri: [\"09:00-18:00\"]}}}
    /// calendar: office
    /// events: {solved: {}}
    /// promises: {whole: {within: 2 working hours, from: start, until: solved}}
    /// start: open
    /// states: {open: {when: {solved: {go: closed}}}, closed: {final: true}}
    /// ")?;
    /// let engine = Engine::new([workflow.clone()]);
    /// let begun = engine.start("complaint", "case-1", "2025-11-21T17:20:00+08:00".parse()?, [])?;
    /// let accounts = engine.explain(&workflow, &begun.journal, "whole")?;
    /// let coming: Vec<i64> = accounts[0].to_come.iter().flat_map(|told| &told.parts).map(|part| part.counted / 60_000).collect();
    /// assert_eq!(coming, [40, 0, 80]); // Friday evening, the weekend, Monday morning
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ExplainError`].
    pub fn explain(&self, workflow: &Workflow, journal: &[Entry], promise: &str) -> Result<Vec<Account>, ExplainError> {
        let promises = &workflow.definition().promises;
        let position = promises.iter().position(|known| *known.name == *promise);
        let position = position.ok_or_else(|| ExplainError::UnknownPromise(promise.to_owned()))?;
        let promise = PromiseId::at(position);
        let Some(policy) = workflow.promises.policy(promise) else {
            return Ok(Vec::new());
        };
        let mut chronicle: Option<Chronicle> = None;
        // By act, since every entry is one.
        let mut resting = Vec::new();
        for entry in journal {
            let after = self.replay_entry(workflow, chronicle, entry).map_err(Box::new)?;
            resting.push(states_of_rest(workflow, promise, after.case()));
            chronicle = Some(after);
        }
        let mut told = Telling {
            name: workflow.promise(promise).name.clone(),
            policy,
            resting,
            rests: None,
            accounts: Vec::new(),
        };
        let now = journal.last().map_or(Instant::default(), |entry| entry.at);
        if let Some(chronicle) = chronicle {
            chronicle.fold(promise, policy, now, &mut |moment| told.hear(&moment))?;
        }
        told.accounts
            .into_iter()
            .map(|running| running.account(workflow, now))
            .collect()
    }
}

/// The active states in which a promise rests.
fn states_of_rest(workflow: &Workflow, promise: PromiseId, case: &Case) -> Option<Arc<str>> {
    let paused = &workflow.promise(promise).paused_in;
    let active = paused.iter().filter(|state| case.snapshot.is_in(workflow, **state));
    let names: Vec<&str> = active.map(|state| &*workflow.state(*state).name).collect();
    (!names.is_empty()).then(|| names.join(", ").into())
}

/// The measurements of a journal as they grow.
struct Telling<'w> {
    name: Arc<str>,
    policy: &'w Policy,
    /// In which states it rests after each act, and after the last moment.
    resting: Vec<Option<Arc<str>>>,
    rests: Option<Arc<str>>,
    accounts: Vec<Running<'w>>,
}

/// A measurement with the spells that are over, and the clock as the last entry left it.
struct Running<'w> {
    promise: Arc<str>,
    clock: Clock,
    policy: &'w Policy,
    spells: Vec<Spell>,
    /// From when the clock has been as it is, and why it rests if it does.
    from: Instant,
    rests: Option<Arc<str>>,
    broken: Option<Instant>,
    ended: Option<(Instant, News)>,
}

impl<'w> Telling<'w> {
    fn hear(&mut self, moment: &Moment<'_>) -> Result<(), HorizonError> {
        let (clock, policy, at) = (*moment.clock, self.policy, moment.at);
        if let Some(act) = moment.act {
            self.rests = self.resting.get(act).cloned().flatten();
        }
        let resting = self.rests.clone();
        let news = &moment.news;
        if let Some(last) = self.accounts.last_mut() {
            if news.iter().any(|news| matches!(news, News::Breached { .. })) && last.ended.is_none() {
                last.broken = Some(at);
            }
            let another = clock.number() != last.clock.number();
            if clock != last.clock && last.ended.is_none() {
                last.close_spell(at);
                if another || !clock.is_open() {
                    let mut ends = news.iter().filter(|news| {
                        matches!(
                            news,
                            News::Kept { .. } | News::Late { .. } | News::Cancelled | News::Moved(_)
                        )
                    });
                    last.ended = Some((at, ends.next().copied().unwrap_or(News::Cancelled)));
                }
            } else if news.iter().any(|news| matches!(news, News::Reopened(_))) {
                last.go_on(at);
            }
            if !another {
                last.follow(clock, at, resting);
                return Ok(());
            }
        }
        if clock.number() == 0 {
            return Ok(());
        }
        let since = Instant(clock.since());
        let mut spells = Vec::new();
        let counting = counting(&clock, policy);
        if policy.new_level == Some(NewLevel::FromStart)
            && let Some(last) = self.accounts.last().filter(|last| last.clock.since() == clock.since())
        {
            // Measured anew from the same beginning: its rests stay rests.
            spells.extend(last.spells.iter().map(|spell| Spell {
                counting: counting.clone(),
                ..spell.clone()
            }));
        }
        if spells.is_empty() || used_up(&spells)? != clock.used() {
            spells = vec![Spell {
                from: since.0,
                to: at.0,
                counting,
                rests: None,
            }];
        }
        self.accounts.push(Running {
            promise: self.name.clone(),
            clock,
            policy,
            spells,
            from: at,
            rests: resting.filter(|_| clock.is_paused()),
            broken: None,
            // A new level and what makes it not apply can come together.
            ended: (!clock.is_open()).then_some((at, News::Cancelled)),
        });
        Ok(())
    }
}

/// What spells used up together.
fn used_up(spells: &[Spell]) -> Result<i64, HorizonError> {
    spells.iter().try_fold(0, |sum: i64, spell| Ok(sum + spell.used()?))
}

fn counting(clock: &Clock, policy: &Policy) -> Counting {
    match (clock.limit(), policy.calendars.get(clock.calendar())) {
        (Some((_, caseloop_sla::Counted::Working)), Some(calendar)) => Counting::Working(calendar.clone()),
        _ => Counting::Elapsed,
    }
}

impl Running<'_> {
    /// It goes on: what passed since its end counts, or it does not.
    fn go_on(&mut self, at: Instant) {
        let counts = self.policy.reopen == Reopen::Continue;
        self.spells.push(Spell {
            from: self.from.0,
            to: at.0,
            counting: counting(&self.clock, self.policy),
            rests: (!counts).then(|| Arc::from("")),
        });
        self.ended = None;
        self.from = at;
    }

    /// Takes up the clock after a moment.
    fn follow(&mut self, clock: Clock, at: Instant, resting: Option<Arc<str>>) {
        if clock.is_open() && self.clock.is_open() && clock.level() != self.clock.level() {
            let by = clock.used().saturating_sub(self.used(at));
            if by != 0 {
                self.spells.push(Spell {
                    from: at.0,
                    to: at.0,
                    counting: Counting::Changed(by),
                    rests: None,
                });
            }
        }
        if clock != self.clock && self.ended.is_none() {
            self.from = at;
            self.rests = resting.filter(|_| clock.is_paused());
        }
        self.clock = clock;
    }

    fn close_spell(&mut self, at: Instant) {
        self.spells.push(Spell {
            from: self.from.0,
            to: at.0,
            counting: counting(&self.clock, self.policy),
            rests: self.rests.clone(),
        });
        self.from = at;
    }

    /// What is used up at `at`, as the clock counts that is still in force.
    fn used(&self, at: Instant) -> i64 {
        let mut clock = self.clock;
        match clock.pause(at.0, self.policy) {
            Ok(_) => clock.used(),
            Err(_) => self.clock.used(),
        }
    }

    fn account(mut self, workflow: &Workflow, now: Instant) -> Result<Account, ExplainError> {
        let deadline = self.clock.deadline(self.policy)?;
        if self.ended.is_none() && self.from < now {
            self.close_spell(now);
        }
        let own = workflow.calendars().nth(self.clock.calendar());
        let always = Calendar::in_zone("UTC").always().build();
        let always = always.map_err(|error| ExplainError::Calendar(error.to_string()))?;
        let told_in = match own {
            Some((name, calendar)) => (Some(name), calendar),
            None => (None, &always),
        };
        let used = Explanation::of_spells(&self.spells, told_in)?;
        let coming = deadline
            .due
            .filter(|due| self.ended.is_none() && self.broken.is_none() && !self.clock.is_paused() && *due > now.0);
        let to_come = coming.map(|due| {
            let spell = Spell {
                from: now.0,
                to: due,
                counting: counting(&self.clock, self.policy),
                rests: None,
            };
            Explanation::of_spells(&[spell], told_in)
        });
        let identity = workflow.identity();
        let digits: String = identity.hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let limit = self.clock.limit();
        Ok(Account {
            promise: self.promise,
            number: self.clock.number(),
            since: Instant(self.clock.since()),
            limit: limit.map(|(limit, _)| limit),
            counted: match limit {
                Some((_, caseloop_sla::Counted::Working)) => Counted::Working,
                _ => Counted::Elapsed,
            },
            by: deadline.by.map(Instant),
            due: deadline.due.map(Instant).filter(|_| self.ended.is_none()),
            broken: self.broken,
            ended: self.ended,
            used,
            to_come: to_come.transpose()?,
            policy: format!("{} {} {digits}", identity.workflow, identity.version),
        })
    }
}

impl Account {
    /// As people read it, in local times of the calendar's zone (UTC where there is none).
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let chinese = language == Language::Chinese;
        let say = |english: &str, zh: &str| if chinese { zh.to_owned() } else { english.to_owned() };
        let mut text = format!("{} #{}", self.promise, self.number);
        let at = |at: Instant| self.used.local(at.0, language);
        if let Some(limit) = self.limit {
            let length = Explanation::length(limit, language);
            let of = match self.counted {
                Counted::Working => say(" of working time", "（工作时间）"),
                _ => String::new(),
            };
            let _ = write!(text, "{}{length}{of}", say(": within ", "：时限 "));
        }
        if let Some(by) = self.by {
            let _ = write!(text, "{}{}", say(", told for ", "，承诺 "), at(by));
        }
        let _ = writeln!(text, "{}{}", say(", from ", "，起算 "), at(self.since));
        for line in self.used.text(language).lines() {
            let _ = writeln!(text, "  {line}");
        }
        if let Some(to_come) = &self.to_come {
            let _ = writeln!(text, "{}", say("to come, if nothing changes:", "若无变化，还将："));
            // The stamp has been told.
            let lines: Vec<String> = to_come.text(language).lines().map(str::to_owned).collect();
            for line in lines.iter().take(lines.len().saturating_sub(1)) {
                let _ = writeln!(text, "  {line}");
            }
        }
        if let Some(due) = self.due {
            let _ = writeln!(text, "{}{}", say("due ", "到期 "), at(due));
        }
        if let Some(broken) = self.broken {
            let _ = writeln!(text, "{}{}", say("broken ", "超时 "), at(broken));
        }
        if let Some((ended, news)) = self.ended {
            let length = |ms| Explanation::length(ms, language);
            let how = match news {
                News::Kept { left, .. } => say(
                    &format!("kept, {} left", length(left)),
                    &format!("按时，余 {}", length(left)),
                ),
                News::Late { over, .. } => say(&format!("{} late", length(over)), &format!("迟 {}", length(over))),
                _ => say("ended without an answer", "未答复而结束"),
            };
            let _ = writeln!(text, "{} {how}", at(ended));
        }
        let _ = writeln!(text, "{} {}", say("policy", "规则"), self.policy);
        text
    }
}
