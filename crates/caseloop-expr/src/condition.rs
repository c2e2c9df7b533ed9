//! Conditions and formulas: an expression read, checked and compiled, and judged or computed. Not: the stages.

use crate::code::{Out, Probe, Test, within};
use crate::source::{Part, Source};
use crate::typed::{Kind, Root, Typed};
use crate::{ABSENT, Env, Heavy, Limits, Locate, NoFacts, Row, Scope, Type, Value, check, codes, lower, parse, work};
use caseloop_syntax::Report;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A checked condition. It always has an answer.
///
/// ```
/// use caseloop_expr::{condition, Env, EnumType, Limits, NoFacts, RecordType, Row, Scope, Type, Value};
/// use caseloop_syntax::{Report, Span};
/// let mut case = RecordType::default();
/// let level = Type::Enum(EnumType::new("level", &["normal", "complex"]).into());
/// case.push("level", level, false, false, Span::default());
/// let mut row = case.row();
/// row.set(case.get("level").unwrap().1, Value::text("complex"))?;
/// let scope = Scope { case: case.into(), ..Default::default() };
///
/// let mut report = Report::default();
/// let complex = condition("level == complex", &Span::default(), &scope, &Limits::default(), &mut report).unwrap();
/// let env = Env { case: row.as_row(), event: Row::default(), now: 0, facts: &NoFacts };
/// assert!(complex.holds(&env));
///
/// assert!(condition("level == complx", &Span::default(), &scope, &Limits::default(), &mut report).is_none());
/// let [error] = report.diagnostics() else { unreachable!() };
/// assert_eq!(error.message, "`complx` is no constant of `level`");
/// # Ok::<(), caseloop_expr::BadValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct Condition {
    quick: Quick,
    test: Box<Test>,
    tree: Arc<Typed>,
    text: Arc<str>,
}

/// The commonest guards, judged without a call.
#[derive(Clone, Debug)]
enum Quick {
    /// A word of the case lies within `lo ..= lo + span`, wrapping around.
    Case {
        slot: u16,
        lo: i64,
        span: u64,
    },
    Probes(Box<[Probe]>),
    InState(u16),
    /// Ask the test.
    No,
}

impl Quick {
    fn of(test: &Test) -> Self {
        match test {
            Test::Probe(probe) if probe.root == Root::Case && probe.mask == u64::MAX => Self::Case {
                slot: probe.slot,
                lo: probe.lo,
                span: probe.span,
            },
            Test::Probe(probe) => Self::Probes([*probe].into()),
            Test::Probes(probes) => Self::Probes(probes.clone()),
            Test::InState(state) => Self::InState(*state),
            _ => Self::No,
        }
    }
}

/// Reads, checks and compiles a condition; what is wrong with it goes to the report. `None` where there was an error.
///
/// `at` maps its bytes to the document: a [`Span`](caseloop_syntax::Span) that begins where the text begins will do.
pub fn condition(
    text: &str,
    at: &dyn Locate,
    scope: &Scope,
    limits: &Limits,
    report: &mut Report,
) -> Option<Condition> {
    let mut source = Source::new(text, at, limits, report);
    let tree = parse::parse(&mut source)?;
    let tree = check::condition(&mut source, scope, &tree)?;
    Condition::of(&mut source, tree)
}

fn affordable(source: &mut Source<'_>, tree: Typed) -> Option<Typed> {
    let steps = work::steps(&tree, source.limits);
    if steps > source.limits.fuel {
        let message = format!("this could take {steps} steps, {} are allowed", source.limits.fuel);
        let error = source.error(&codes::TOO_MUCH_WORK, Part::new(tree.part.0, tree.part.1), message);
        source.push(error.help("go through one list at a time, or have the host bring the answer as a field"));
    }
    source.is_sound().then_some(tree)
}

impl Condition {
    /// The condition of a checked tree, unless it costs too much.
    pub(crate) fn of(source: &mut Source<'_>, tree: Typed) -> Option<Self> {
        let tree = affordable(source, tree)?;
        Some(Self::compiled(tree, source.text.into()))
    }

    fn compiled(tree: Typed, text: Arc<str>) -> Self {
        let test = lower::test(&tree);
        Self {
            quick: Quick::of(&test),
            test: Box::new(test),
            tree: tree.into(),
            text,
        }
    }

    /// The condition that holds where all of these do, judged in their order.
    #[must_use]
    pub fn all<'c>(conditions: impl IntoIterator<Item = &'c Self>) -> Self {
        let (mut trees, mut texts) = (Vec::new(), Vec::new());
        for condition in conditions {
            trees.push(Typed::clone(&condition.tree));
            texts.push(&*condition.text);
        }
        let span = trees.first().map(|tree| tree.span).unwrap_or_default();
        let tree = Typed {
            kind: Kind::All(trees),
            ty: Type::Bool,
            span,
            part: (0, 0),
            optional: false,
        };
        Self::compiled(tree, texts.join(" and ").into())
    }

    /// The condition of another tree that is true or false, for whoever changes one: it keeps its text.
    #[must_use]
    pub fn with_tree(&self, tree: Typed) -> Self {
        Self::compiled(tree, Arc::clone(&self.text))
    }

    /// Whether it holds.
    #[inline]
    #[must_use]
    pub fn holds(&self, env: &Env<'_>) -> bool {
        match &self.quick {
            Quick::Case { slot, lo, span } => {
                let word = env.case.words.get(usize::from(*slot)).copied();
                within(word.unwrap_or(ABSENT), *lo, *span)
            }
            Quick::Probes(probes) => probes.iter().all(|probe| probe.holds(env)),
            Quick::InState(state) => env.facts.in_state(*state),
            Quick::No => self.test.holds(env, None),
        }
    }

    /// Whether it holds, where looking at words is enough to tell; `None` asks for [`holds`](Self::holds). Saves making
    /// an [`Env`] for the commonest guards. `case` and `event` are the words of the two rows.
    #[inline]
    #[must_use]
    pub fn glance(&self, case: &[i64], event: &[i64]) -> Option<bool> {
        match &self.quick {
            Quick::Case { slot, lo, span } => {
                let word = case.get(usize::from(*slot)).copied().unwrap_or(crate::ABSENT);
                Some(word.wrapping_sub(*lo).cast_unsigned() <= *span)
            }
            Quick::Probes(probes) => Some(probes.iter().all(|probe| probe.lies_within(case, event))),
            Quick::InState(_) | Quick::No => None,
        }
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The checked tree.
    #[must_use]
    pub fn tree(&self) -> &Typed {
        &self.tree
    }

    /// The answer, where it does not depend on anything.
    #[must_use]
    pub fn always(&self) -> Option<bool> {
        match &*self.test {
            Test::Constant(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether the answer may change by time alone: it reads `now`, `time_in` or a promise's remaining time.
    #[must_use]
    pub fn reads_time(&self) -> bool {
        reads_time(&self.tree)
    }

    /// The states whose time of entry it reads (`time_in`), ascending, each once.
    #[must_use]
    pub fn entry_times(&self) -> Vec<u16> {
        entry_times(&self.tree)
    }

    /// The states that it asks for (`in_state`, `time_in`), ascending, each once.
    #[must_use]
    pub fn states_read(&self) -> Vec<u16> {
        states_read(&self.tree)
    }

    /// The promises whose remaining time it reads, ascending, each once.
    #[must_use]
    pub fn promises_read(&self) -> Vec<u16> {
        promises_read(&self.tree)
    }

    /// The full paths that it reads or asks for with `has`, such as `case.level`.
    #[must_use]
    pub fn paths(&self) -> BTreeSet<String> {
        paths(&self.tree)
    }
}

/// A checked value: what `set` stores, what an effect is told, how long a timer waits.
///
/// ```
/// use caseloop_expr::{formula, Env, Limits, NoFacts, RecordType, Row, Scope, Type, Value};
/// use caseloop_syntax::{Report, Span};
/// let scope = Scope::default();
/// let wait = formula("30 min + 1 h", &Span::default(), &scope, Some(&Type::Duration), &Limits::default(), &mut Report::default());
/// assert_eq!(wait.unwrap().constant(), Some(Value::Duration(90 * 60 * 1000)));
/// ```
#[derive(Clone, Debug)]
pub struct Formula {
    out: Out,
    tree: Arc<Typed>,
    text: Arc<str>,
}

/// Reads, checks and compiles a value. `expected` tells what a bare constant means, and what type the value must
/// have; whether it stays within the range of a count or an int is asked with [`bounds`](crate::bounds()).
///
/// The whole of it may be an optional or hidden field: [`Formula::optional`] and [`Formula::hidden`] tell, and the
/// caller decides. Within an operator both are errors.
pub fn formula(
    text: &str,
    at: &dyn Locate,
    scope: &Scope,
    expected: Option<&Type>,
    limits: &Limits,
    report: &mut Report,
) -> Option<Formula> {
    formula_under(text, at, scope, expected, None, limits, report)
}

/// As [`formula`], where the condition `given` held just before, so that what it asked for with `has` is there.
pub fn formula_under(
    text: &str,
    at: &dyn Locate,
    scope: &Scope,
    expected: Option<&Type>,
    given: Option<&Condition>,
    limits: &Limits,
    report: &mut Report,
) -> Option<Formula> {
    let mut source = Source::new(text, at, limits, report);
    let tree = parse::parse(&mut source)?;
    let known = given
        .map(|given| check::granted(given.tree(), true))
        .unwrap_or_default();
    let tree = check::formula(&mut source, scope, &tree, expected, known)?;
    let tree = affordable(&mut source, tree)?;
    Some(Formula {
        out: lower::out(&tree),
        tree: tree.into(),
        text: text.into(),
    })
}

impl Formula {
    /// The value of another tree of the same type, for whoever changes one: it keeps its text.
    #[must_use]
    pub fn with_tree(&self, tree: Typed) -> Self {
        Self {
            out: lower::out(&tree),
            tree: tree.into(),
            text: Arc::clone(&self.text),
        }
    }

    /// The type of the value.
    #[must_use]
    pub fn ty(&self) -> &Type {
        &self.tree.ty
    }

    /// Whether the value may be absent: it is an optional field that nothing has asked for.
    #[must_use]
    pub fn optional(&self) -> bool {
        self.tree.optional
    }

    /// Whether it is a field of personal free text.
    #[must_use]
    pub fn hidden(&self) -> bool {
        self.tree.hidden()
    }

    /// The value as a word; [`ABSENT`](crate::ABSENT) where it is absent or heavy.
    #[must_use]
    pub fn word(&self, env: &Env<'_>) -> i64 {
        match &self.out {
            Out::Word(word, _) => word.read(env, None),
            Out::Data(..) => ABSENT,
        }
    }

    /// The value as a word, where looking at words is enough; `None` asks for [`word`](Self::word).
    #[inline]
    #[must_use]
    pub fn glance(&self, case: &[i64], event: &[i64]) -> Option<i64> {
        match &self.out {
            Out::Word(word, _) => word.glance(case, event),
            Out::Data(..) => None,
        }
    }

    /// The value in its heavy form; absent where it is absent or a word.
    #[must_use]
    pub fn heavy(&self, env: &Env<'_>) -> Heavy {
        match &self.out {
            Out::Word(..) => Heavy::Absent,
            Out::Data(data, ty) => data.heavy(env, ty),
        }
    }

    /// The value.
    #[must_use]
    pub fn value(&self, env: &Env<'_>) -> Value {
        self.out.value(env, None)
    }

    /// The value, where it does not depend on anything.
    #[must_use]
    pub fn constant(&self) -> Option<Value> {
        let mut reads = false;
        self.tree.walk(&mut |part| reads |= is_read(part));
        let env = Env {
            case: Row::default(),
            event: Row::default(),
            now: 0,
            facts: &NoFacts,
        };
        (!reads).then(|| self.value(&env))
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The checked tree.
    #[must_use]
    pub fn tree(&self) -> &Typed {
        &self.tree
    }

    /// Whether the value may change by time alone: it reads `now`, `time_in` or a promise's remaining time.
    #[must_use]
    pub fn reads_time(&self) -> bool {
        reads_time(&self.tree)
    }

    /// The states whose time of entry it reads (`time_in`), ascending, each once.
    #[must_use]
    pub fn entry_times(&self) -> Vec<u16> {
        entry_times(&self.tree)
    }

    /// The states that it asks for (`in_state`, `time_in`), ascending, each once.
    #[must_use]
    pub fn states_read(&self) -> Vec<u16> {
        states_read(&self.tree)
    }

    /// The promises whose remaining time it reads, ascending, each once.
    #[must_use]
    pub fn promises_read(&self) -> Vec<u16> {
        promises_read(&self.tree)
    }

    /// The full paths that it reads or asks for with `has`, such as `case.level`.
    #[must_use]
    pub fn paths(&self) -> BTreeSet<String> {
        paths(&self.tree)
    }
}

fn is_read(part: &Typed) -> bool {
    let kind = &part.kind;
    matches!(
        kind,
        Kind::Field { .. } | Kind::Now | Kind::InState { .. } | Kind::TimeIn { .. } | Kind::Remaining { .. }
    )
}

fn reads_time(tree: &Typed) -> bool {
    let mut found = false;
    tree.walk(&mut |part| found |= matches!(part.kind, Kind::Now | Kind::TimeIn { .. } | Kind::Remaining { .. }));
    found
}

fn numbers(tree: &Typed, number: impl Fn(&Kind) -> Option<u16>) -> Vec<u16> {
    let mut found = BTreeSet::new();
    tree.walk(&mut |part| found.extend(number(&part.kind)));
    found.into_iter().collect()
}

fn entry_times(tree: &Typed) -> Vec<u16> {
    numbers(tree, |kind| match kind {
        Kind::TimeIn { state, .. } => Some(*state),
        _ => None,
    })
}

fn states_read(tree: &Typed) -> Vec<u16> {
    numbers(tree, |kind| match kind {
        Kind::TimeIn { state, .. } | Kind::InState { state, .. } => Some(*state),
        _ => None,
    })
}

fn promises_read(tree: &Typed) -> Vec<u16> {
    numbers(tree, |kind| match kind {
        Kind::Remaining { promise, .. } => Some(*promise),
        _ => None,
    })
}

fn paths(tree: &Typed) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    tree.walk(&mut |part| {
        let rooted = part
            .path()
            .filter(|path| path.starts_with("case.") || path.starts_with("event."));
        found.extend(rooted);
    });
    found
}
