//! How much memory the process has, as the system tells it.

/// The memory that the process has now, in KiB; `None` where the system tells nothing.
#[must_use]
pub fn resident() -> Option<u64> {
    told("VmRSS:")
}

/// The most memory that the process has had, in KiB; `None` where the system tells nothing.
#[must_use]
pub fn peak() -> Option<u64> {
    told("VmHWM:")
}

#[expect(clippy::disallowed_methods, reason = "the system tells of the process in a file")]
fn told(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
