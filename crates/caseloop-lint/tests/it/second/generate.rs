//! Small workflows as their authors would write them, drawn from a row of bytes: the fewer and the smaller these are, the
//! simpler is what they make.

use std::fmt::Write;

/// Where choices come from.
pub(super) struct Draw<'b> {
    bytes: std::slice::Iter<'b, u8>,
}

impl<'b> Draw<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// A number below `of`; 0 where the bytes are used up.
    fn below(&mut self, of: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or_default()) % of.max(1)
    }

    /// Whether something is so that is so in `hundredths` of all draws.
    fn chance(&mut self, hundredths: usize) -> bool {
        let byte = usize::from(self.bytes.next().copied().unwrap_or_default());
        byte * 100 >= (100 - hundredths) * 256
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// What a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Leaf,
    /// With so many states inside.
    Compound(usize),
    /// Two regions, each with two states.
    Regions,
}

struct Outline {
    shapes: Vec<Shape>,
    /// The names of all states that can be led to from outside of regions.
    targets: Vec<String>,
    /// States with others inside, which a state beside them may resume.
    compounds: Vec<String>,
    /// All states.
    states: Vec<String>,
    has_end: bool,
    /// The names of branches that guarantees speak of.
    branches: Vec<String>,
    promises: usize,
    revisit: bool,
}

const LENGTHS: [&str; 4] = ["1 h", "2 h", "3 h", "90 min"];
const CONDITIONS: [&str; 8] = [
    "m == 0",
    "m < 2",
    "kind == x",
    "kind != w",
    "flag",
    "not flag",
    "kind == z or m > 0",
    "m > 1",
];

/// A workflow as text.
pub(super) fn workflow(draw: &mut Draw<'_>) -> String {
    let mut outline = outline(draw);
    let mut states = String::new();
    for (at, shape) in outline.shapes.clone().into_iter().enumerate() {
        state(draw, &mut outline, &mut states, at, shape);
    }
    if outline.has_end {
        states.push_str("  over: {final: true}\n");
    }
    let mut text = String::from("workflow: w\nversion: 1\nroles: [agent, head]\ncase:\n");
    text.push_str("  m: {type: count, max: 2, default: 0}\n");
    let default = ["", ", default: x"][draw.below(2)];
    let _ = writeln!(text, "  kind: {{one_of: [x, w, z]{default}}}");
    let default = ["", ", default: false"][draw.below(2)];
    let _ = writeln!(text, "  flag: {{type: bool{default}}}");
    text.push_str("levels: [{name: low, limit: 2 h}, {name: high, limit: 1 h}]\n");
    text.push_str("events:\n  a: {}\n  b: {}\n  c: {answer: {one_of: [p, q]}}\n  d: {urgent: bool}\n");
    text.push_str("effects: {tell: {role: role}, log: {}}\n");
    text.push_str(&promises(draw, &outline));
    if draw.chance(50) {
        text.push_str("when:\n");
        let event = draw.of(&["a", "b", "c", "d"]);
        let branch = branch(draw, &mut outline, ("w", event), None, 20);
        let _ = writeln!(text, "  {event}: {branch}");
        if outline.promises > 0 && draw.chance(40) {
            let target = target(draw, &outline);
            let _ = writeln!(text, "  p0.breached: {{go: {target}}}");
        }
    }
    let _ = writeln!(text, "start: {}\nstates:", name(0));
    text.push_str(&states);
    text.push_str(&guarantees(draw, &outline));
    text
}

fn name(at: usize) -> String {
    format!("s{at}")
}

fn outline(draw: &mut Draw<'_>) -> Outline {
    let count = 1 + draw.below(4);
    let mut shapes = Vec::new();
    let mut left = 7_usize;
    for _ in 0..count {
        let shape = match draw.below(10) {
            0..=5 => Shape::Leaf,
            6..=8 => Shape::Compound(2),
            _ => Shape::Regions,
        };
        let cost = match shape {
            Shape::Leaf => 1,
            Shape::Compound(inner) => inner + 1,
            Shape::Regions => 5,
        };
        if cost > left {
            continue;
        }
        left -= cost;
        shapes.push(shape);
    }
    if shapes.is_empty() {
        shapes.push(Shape::Leaf);
    }
    let has_end = draw.chance(80) || shapes.len() == 1;
    let (mut targets, mut compounds, mut states) = (Vec::new(), Vec::new(), Vec::new());
    for (at, shape) in shapes.iter().enumerate() {
        let own = name(at);
        targets.push(own.clone());
        states.push(own.clone());
        match shape {
            Shape::Leaf => {}
            Shape::Compound(inner) => {
                compounds.push(own.clone());
                for inner in 0..*inner {
                    targets.push(format!("{own}i{inner}"));
                    states.push(format!("{own}i{inner}"));
                }
            }
            Shape::Regions => {
                compounds.push(own.clone());
                for region in ["l", "r"] {
                    states.push(format!("{own}{region}"));
                    states.push(format!("{own}{region}0"));
                    states.push(format!("{own}{region}1"));
                }
            }
        }
    }
    if has_end {
        targets.push("over".to_owned());
        states.push("over".to_owned());
    }
    Outline {
        shapes,
        targets,
        compounds,
        states,
        has_end,
        branches: Vec::new(),
        promises: draw.below(3),
        revisit: draw.chance(20) && has_end,
    }
}

fn target(draw: &mut Draw<'_>, outline: &Outline) -> String {
    outline.targets[draw.below(outline.targets.len())].clone()
}

/// What a branch does besides leading on.
fn deeds(draw: &mut Draw<'_>, parts: &mut Vec<String>) {
    let sets = [
        "m: 0",
        "kind: w",
        "kind: z",
        "flag: true",
        "flag: not flag",
        "level: high",
        "level: low",
    ];
    if draw.chance(30) {
        parts.push(format!("set: {{{}}}", draw.of(&sets)));
    }
    match draw.below(4) {
        0 | 1 => {}
        2 => parts.push("do: {tell: {role: head}}".to_owned()),
        _ => parts.push("do: {log: {}}".to_owned()),
    }
}

/// A branch, or a list of them; those of a state inside a compound one do not resume that.
fn branch(
    draw: &mut Draw<'_>,
    outline: &mut Outline,
    (own, event): (&str, &str),
    inside: Option<&str>,
    goes: usize,
) -> String {
    let several = 1 + usize::from(draw.chance(40));
    let mut all = Vec::new();
    for number in 0..several {
        let mut parts = Vec::new();
        let label = format!("b{}", outline.branches.len());
        parts.push(format!("name: {label}"));
        let counts = number + 1 < several && draw.chance(30);
        if counts {
            parts.push("if: m < 2".to_owned());
            parts.push("set: {m: m + 1}".to_owned());
        } else {
            if number + 1 < several || draw.chance(10) {
                let condition = match event {
                    "c" => ["event.answer == p", "event.answer == q"][draw.below(2)],
                    "d" => ["event.urgent", "not event.urgent"][draw.below(2)],
                    _ => draw.of(&CONDITIONS),
                };
                parts.push(format!("if: {condition}"));
            }
            deeds(draw, &mut parts);
        }
        match draw.below(100) {
            at if at < goes => parts.push(format!("go: {}", target(draw, outline))),
            at if at >= 92 => {
                let others = outline
                    .compounds
                    .iter()
                    .filter(|compound| Some(compound.as_str()) != inside);
                let others: Vec<&String> = others.collect();
                match others.is_empty() {
                    true => parts.push("stay: true".to_owned()),
                    false => parts.push(format!("resume: {}", others[draw.below(others.len())])),
                }
            }
            at if at >= 88 => {
                parts.retain(|part| part.starts_with("name") || part.starts_with("if"));
                parts.push("reject: not_now".to_owned());
            }
            _ if parts
                .iter()
                .all(|part| part.starts_with("name") || part.starts_with("if")) =>
            {
                parts.push("stay: true".to_owned())
            }
            _ => {}
        }
        outline
            .branches
            .push(if own == "w" { label } else { format!("{own}.{label}") });
        all.push(format!("{{{}}}", parts.join(", ")));
    }
    match all.as_slice() {
        [one] => one.clone(),
        _ => format!("[{}]", all.join(", ")),
    }
}

fn timers(draw: &mut Draw<'_>, outline: &mut Outline, state: &str) -> String {
    let count = draw.of(&[0, 1, 1, 2, 3]);
    let mut all = Vec::new();
    for number in 0..count {
        let mut parts = vec![format!("after: {}", draw.of(&LENGTHS))];
        let repeats = draw.chance(35);
        if repeats {
            parts.push(format!("every: {}", draw.of(&LENGTHS)));
            if draw.chance(50) {
                parts.push(format!("at_most: {}", 1 + draw.below(3)));
            }
        }
        if draw.chance(15) {
            parts.push(format!("if: {}", draw.of(&CONDITIONS)));
        }
        deeds(draw, &mut parts);
        if draw.chance(if repeats { 30 } else { 75 }) {
            parts.push(format!("go: {}", target(draw, outline)));
        } else if parts
            .iter()
            .all(|part| !part.starts_with("set") && !part.starts_with("do"))
        {
            parts.push("do: {log: {}}".to_owned());
        }
        outline.branches.push(format!("{state}.t{number}"));
        all.push(format!("t{number}: {{{}}}", parts.join(", ")));
    }
    all.join(", ")
}

/// The lines of a state without inner ones, or those that any has.
fn body(
    draw: &mut Draw<'_>,
    outline: &mut Outline,
    states: &mut String,
    indent: &str,
    own: &str,
    inside: Option<&str>,
) {
    if draw.chance(70) {
        let _ = writeln!(states, "{indent}waits_for: {}", draw.of(&["agent", "head"]));
    }
    if draw.chance(20) {
        let mut parts = Vec::new();
        deeds(draw, &mut parts);
        if !parts.is_empty() {
            let _ = writeln!(states, "{indent}enter: {{{}}}", parts.join(", "));
        }
    }
    let mut answers = Vec::new();
    for event in ["a", "b", "c", "d"] {
        if draw.chance(35) {
            let answer = branch(draw, outline, (own, event), inside, 70);
            answers.push(format!("{event}: {answer}"));
        }
    }
    if outline.promises > 0 && draw.chance(20) {
        let says = draw.of(&["p0.breached", "p0.warned"]);
        let answer = branch(draw, outline, (own, ""), inside, 70).replace("reject: not_now", "stay: true");
        answers.push(format!("{says}: {answer}"));
    }
    if !answers.is_empty() {
        let _ = writeln!(states, "{indent}when:");
        for answer in answers {
            let _ = writeln!(states, "{indent}  {answer}");
        }
    }
    let timers = timers(draw, outline, own);
    if !timers.is_empty() {
        let _ = writeln!(states, "{indent}timers: {{{timers}}}");
    }
}

fn state(draw: &mut Draw<'_>, outline: &mut Outline, states: &mut String, at: usize, shape: Shape) {
    let own = name(at);
    let _ = writeln!(states, "  {own}:");
    match shape {
        Shape::Leaf if outline.revisit && at + 1 == outline.shapes.len() => {
            let reopen = target(draw, outline);
            let then = target(draw, outline);
            let most = 1 + draw.below(2);
            states.push_str("    waits_for: agent\n    revisit:\n      answer: c.answer\n      within: 1 h\n");
            states.push_str("      fine: {is: p, go: over}\n");
            let _ = writeln!(
                states,
                "      again: {{is: q, reopen: {reopen}, at_most: {most}, then: {then}}}"
            );
            let timers = timers(draw, outline, &own);
            if !timers.is_empty() {
                let _ = writeln!(states, "    timers: {{{timers}}}");
            }
            outline.branches.extend([format!("{own}.fine"), format!("{own}.again")]);
        }
        Shape::Leaf => {
            let before = states.len();
            if draw.chance(8) {
                // Leads on by itself, forwards only.
                let later = outline.targets.iter().rev().take(1).cloned().collect::<Vec<_>>();
                let condition = draw.of(&CONDITIONS);
                let _ = writeln!(
                    states,
                    "    choose: [{{name: k{at}, if: {condition}, go: {}}}]",
                    later[0]
                );
                outline.branches.push(format!("{own}.k{at}"));
            }
            body(draw, outline, states, "    ", &own, None);
            if states.len() == before {
                states.push_str("    waits_for: agent\n");
            }
        }
        Shape::Compound(inner) => {
            let _ = writeln!(states, "    start: {own}i0");
            body(draw, outline, states, "    ", &own, Some(&own));
            states.push_str("    states:\n");
            for number in 0..inner {
                let inner = format!("{own}i{number}");
                let _ = writeln!(states, "      {inner}:");
                let before = states.len();
                body(draw, outline, states, "        ", &inner, Some(&own));
                if states.len() == before {
                    states.push_str("        waits_for: head\n");
                }
            }
        }
        Shape::Regions => {
            let next = target(draw, outline);
            let done = outline.branches.len();
            let _ = writeln!(states, "    when: {{done: {{name: b{done}, go: {next}}}}}");
            outline.branches.push(format!("{own}.b{done}"));
            states.push_str("    regions:\n");
            for (region, events) in [("l", ["a", "c"]), ("r", ["b", "a"])] {
                let inner = format!("{own}{region}");
                let _ = writeln!(states, "      {inner}:\n        start: {inner}0\n        states:");
                let _ = writeln!(states, "          {inner}0:\n            waits_for: agent");
                let event = draw.of(&events);
                let _ = writeln!(states, "            when: {{{event}: {{go: {inner}1}}}}");
                let mut parts = vec![format!("after: {}", draw.of(&LENGTHS)), format!("go: {inner}1")];
                deeds(draw, &mut parts);
                if draw.chance(40) {
                    let _ = writeln!(states, "            timers: {{t0: {{{}}}}}", parts.join(", "));
                    outline.branches.push(format!("{inner}0.t0"));
                }
                let _ = writeln!(states, "          {inner}1: {{final: true}}");
                outline.branches.push(format!("{inner}0.{event}"));
            }
        }
    }
}

fn mark(draw: &mut Draw<'_>, outline: &Outline) -> String {
    let state = &outline.states[draw.below(outline.states.len())];
    match draw.below(8) {
        0..=2 => draw.of(&["a", "b", "c", "d"]).to_owned(),
        3 => "c if event.answer == p".to_owned(),
        4 if state != "over" => format!("leaving {state}"),
        5 => format!("entering {state} if {}", draw.of(&CONDITIONS)),
        _ => format!("entering {state}"),
    }
}

fn promises(draw: &mut Draw<'_>, outline: &Outline) -> String {
    if outline.promises == 0 {
        return String::new();
    }
    let mut ladder = false;
    let mut text = String::from("promises:\n");
    for number in 0..outline.promises {
        let mut parts = Vec::new();
        if draw.chance(15) {
            parts.push(format!(
                "at_most: {}, counts: {}",
                1 + draw.below(2),
                draw.of(&["a", "b"])
            ));
        } else {
            match draw.chance(25) {
                true => parts.push(format!(
                    "within: {}, new_level: {}",
                    draw.of(&["{by: level, low: 2 h, high: 1 h}", "level.limit"]),
                    draw.of(&["restart", "keep_elapsed", "from_start", "proportional"])
                )),
                false => parts.push(format!("within: {}", draw.of(&["1 h", "4 h"]))),
            }
            match draw.below(6) {
                0 => {}
                5 => parts.push(format!(
                    "warn: [{{at: 50 %, if: {}, do: {{log: {{}}}}}}, {{before: 10 min, if: {}, do: {{log: {{}}}}}}]",
                    draw.of(&CONDITIONS),
                    draw.of(&CONDITIONS)
                )),
                1 | 2 => parts.push("warn: {at: 50 %}".to_owned()),
                3 => parts.push("warn: [{at: 50 %, do: {tell: {role: agent}}}, {before: 10 min}]".to_owned()),
                _ => parts.push("warn: [{at: 75 %}, {at: 50 %, do: {log: {}}}]".to_owned()),
            }
        }
        match draw.chance(60) {
            true => parts.push("from: start".to_owned()),
            false => {
                let first = if draw.chance(30) { "first entering s0, " } else { "" };
                let mark = mark(draw, outline).replace("entering over", "entering s0");
                parts.push(format!("from: [{first}{mark}]"));
            }
        }
        parts.push(format!("until: {}", mark(draw, outline)));
        if draw.chance(15) {
            parts.push(format!(
                "restart: {}",
                mark(draw, outline).replace("entering over", "entering s0")
            ));
        }
        if draw.chance(10) {
            parts.push(format!("cancel: {}", mark(draw, outline)));
        }
        if draw.chance(20) {
            parts.push(format!(
                "reopen: {}",
                draw.of(&["restart", "resume", "continue", "ignore"])
            ));
        }
        if draw.chance(25) {
            let state = &outline.states[draw.below(outline.states.len())];
            if state != "over" {
                parts.push(format!("paused_in: [{state}]"));
            }
        }
        if draw.chance(35) {
            parts.push("ladder: up".to_owned());
            ladder = true;
        }
        let _ = writeln!(text, "  p{number}: {{{}}}", parts.join(", "));
    }
    if ladder {
        text.push_str("ladders:\n  up:\n");
        if draw.chance(50) {
            text.push_str("    - {name: told, do: {tell: {role: head}}}\n");
        }
        let target = target(draw, outline);
        let guard = match draw.chance(60) && target != "over" {
            true => format!("if: not in_state({target}), "),
            false => String::new(),
        };
        let _ = writeln!(text, "    - {{name: moved, after: 1 h, {guard}go: {target}}}");
    }
    text
}

/// One guarantee of each kind.
fn guarantees(draw: &mut Draw<'_>, outline: &Outline) -> String {
    let mut text = String::from("guarantees:\n");
    let mut say = |name: &str, what: String| {
        let _ = writeln!(text, "  {name}: {{{what}}}");
    };
    let state = |draw: &mut Draw<'_>| outline.states[draw.below(outline.states.len())].clone();
    let usual = |draw: &mut Draw<'_>| match outline.has_end && draw.chance(60) {
        true => "over".to_owned(),
        false => outline.states[draw.below(outline.states.len())].clone(),
    };
    let branch = |draw: &mut Draw<'_>| outline.branches[draw.below(outline.branches.len())].clone();
    if !outline.branches.is_empty() {
        let (entered, by) = (state(draw), [branch(draw), branch(draw)]);
        say("only", format!("entering: {entered}, only_by: [{}, {}]", by[0], by[1]));
        let (counted, most) = (branch(draw), draw.below(3));
        say("often", format!("taken: {counted}, at_most: {most}"));
    }
    let reached = usual(draw);
    say("reach", format!("can_reach: {reached}"));
    let asked = draw.of(&["[waits_for, clock]", "[waits_for]", "[clock]"]);
    say("parked", format!("everywhere: {asked}"));
    let ends = [usual(draw), state(draw)];
    say("silence", format!("time_alone_ends_in: [{}, {}]", ends[0], ends[1]));
    for promise in 0..outline.promises {
        let except = draw.of(&[
            "",
            ", except: [late]",
            ", except: [new_level]",
            ", except: [late, new_level]",
        ]);
        say(
            &format!("warned {promise}"),
            format!("always_warned: p{promise}{except}"),
        );
    }
    if outline.revisit && matches!(outline.shapes.last(), Some(Shape::Leaf)) {
        say("rework", format!("reopened_at_most: {}", draw.below(3)));
    }
    let (event, effect) = (draw.of(&["a", "b", "c", "d"]), draw.of(&["tell", "log"]));
    say("told", format!("on_event: {event}, same_step: {effect}"));
    let condition = |draw: &mut Draw<'_>| match draw.below(3) {
        0 => draw.of(&CONDITIONS).to_owned(),
        1 => format!("in_state({})", state(draw)),
        _ => {
            let state = state(draw);
            format!(
                "in_state({state}) and {}",
                ["m < 2", "flag", "kind == x"][draw.below(3)]
            )
        }
    };
    let always = condition(draw);
    say("always", format!("always: not ({always})"));
    let never = condition(draw);
    say("never", format!("never: {never}"));
    let (from, to) = (condition(draw), condition(draw));
    let to = match draw.chance(50) {
        true => format!("not ({from})"),
        false => to,
    };
    say("leads", format!("from: {from}, leads_to: {to}"));
    text
}
