//! How much memory the process holds, where the system tells.

use std::fs;

/// Memory that is being watched.
pub(super) struct Memory;

impl Memory {
    /// Begins to watch the peak, afresh where the system allows it.
    pub fn watch() -> Memory {
        // Linux forgets the peak so far on a 5; elsewhere, or where it is not allowed, the peak of the process counts.
        let _ = fs::write("/proc/self/clear_refs", "5");
        Memory
    }

    /// The most that the process has held since, in bytes.
    pub fn peak_bytes(&self) -> Option<u64> {
        status_bytes("VmHWM:")
    }
}

/// A line of what Linux says about the process, in bytes.
pub(super) fn status_bytes(line: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|other| other.strip_prefix(line))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
