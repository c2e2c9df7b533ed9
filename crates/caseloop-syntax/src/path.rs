//! Relative paths as authors write them in `uses`. No directory is looked at.

/// What is wrong with a written path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathSlip {
    Empty,
    Backslash,
    Absolute,
    Colon,
    Control,
    Outside,
}

/// The path from the root that `written` means in a file of the folder `folder` (no slash at the end, empty for the
/// root itself).
pub(crate) fn resolve(folder: &str, written: &str) -> Result<String, PathSlip> {
    if written.trim().is_empty() {
        return Err(PathSlip::Empty);
    }
    if written.chars().any(char::is_control) {
        return Err(PathSlip::Control);
    }
    if written.contains(':') {
        return Err(PathSlip::Colon);
    }
    if written.contains('\\') {
        return Err(PathSlip::Backslash);
    }
    if written.starts_with('/') {
        return Err(PathSlip::Absolute);
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(PathSlip::Outside)?;
            }
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err(PathSlip::Empty);
    }
    Ok(parts.join("/"))
}

/// The folder of a file, empty for one at the root.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::{PathSlip, folder, resolve};

    #[test]
    fn paths_stay_below_the_root() {
        let cases = [
            ("", "a.yaml", Ok("a.yaml")),
            ("x/y", "../z/./b.yaml", Ok("x/z/b.yaml")),
            ("x", "..//a.yaml", Ok("a.yaml")),
            ("x", "../../a.yaml", Err(PathSlip::Outside)),
            ("x", "../../x/a.yaml", Err(PathSlip::Outside)),
            ("x", "..", Err(PathSlip::Empty)),
            ("", " ", Err(PathSlip::Empty)),
            ("", "/etc/a", Err(PathSlip::Absolute)),
            ("", "C:/a", Err(PathSlip::Colon)),
            ("", "a\\b", Err(PathSlip::Backslash)),
            ("", "a\0b", Err(PathSlip::Control)),
            ("投诉", "规则.yaml", Ok("投诉/规则.yaml")),
        ];
        for (from, written, expected) in cases {
            assert_eq!(
                resolve(from, written).as_deref(),
                expected.as_ref().copied(),
                "{from} {written}"
            );
        }
        assert_eq!(folder("a/b/c.yaml"), "a/b");
        assert_eq!(folder("c.yaml"), "");
    }
}
