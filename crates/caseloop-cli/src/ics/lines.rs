//! The lines of an iCalendar file: that each is `NAME:value`, and that what begins ends.

/// The deepest that components stand in one another, the calendar counted.
const DEEPEST: usize = 16;
/// The most components of a file.
const MOST: usize = 50_000;
/// The most lines that are complained of one by one.
const MOST_TOLD: usize = 100;

/// What the lines are.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The line of each `BEGIN`, from 1, in the order of the file.
    pub(super) components: Vec<u64>,
    /// Lines that are none, and what is wrong with them.
    pub(super) left_out: Vec<(u64, String)>,
}

/// Looks at every line.
///
/// # Errors
/// If the text is no iCalendar, or is cut off, or holds more than is read.
pub(super) fn check(text: &str) -> Result<Shape, String> {
    let mut shape = Shape::default();
    let mut open: Vec<(String, u64)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with([' ', '\t']) {
            continue;
        }
        let name = line.split([':', ';']).next().unwrap_or_default().to_ascii_uppercase();
        let value = line.split_once(':').map(|(_, value)| value.trim().to_ascii_uppercase());
        match (name.as_str(), value) {
            ("BEGIN", Some(value)) => {
                if open.is_empty() && value != "VCALENDAR" {
                    return Err(format!("line {number} begins `{value}` outside of a calendar"));
                }
                open.push((value, number));
                if open.len() > DEEPEST {
                    return Err(format!(
                        "line {number}: components stand in one another more than {DEEPEST} deep"
                    ));
                }
                shape.components.push(number);
                if shape.components.len() > MOST {
                    return Err(format!("line {number}: the file holds more than {MOST} components"));
                }
            }
            ("END", Some(value)) => match open.pop() {
                Some((begun, _)) if begun == value => {}
                Some((begun, line)) => {
                    return Err(format!(
                        "line {number} ends `{value}`, where `{begun}` of line {line} is open"
                    ));
                }
                None => return Err(format!("line {number} ends `{value}`, which did not begin")),
            },
            _ if open.is_empty() => {
                return Err(format!(
                    "this is no iCalendar file: line {number} stands outside of `BEGIN:VCALENDAR`"
                ));
            }
            (_, None) if shape.left_out.len() < MOST_TOLD => {
                shape.left_out.push((number, "the line is no `NAME:value`".to_owned()));
            }
            (_, None) => {
                return Err(format!(
                    "more than {MOST_TOLD} lines are no `NAME:value`, the last is line {number}"
                ));
            }
            _ => {}
        }
    }
    match open.last() {
        Some((begun, line)) => Err(format!("the file is cut off: `{begun}` of line {line} does not end")),
        None if shape.components.is_empty() => {
            Err("this is no iCalendar file: it holds no `BEGIN:VCALENDAR`".to_owned())
        }
        None => Ok(shape),
    }
}
