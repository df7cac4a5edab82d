//! The system's package manager, where there is one that needs to ask nobody.

use crate::process::{Outcome, command, find, output, run, say};

/// Whether whoever runs this is root: on a machine for continuous integration, or in a container.
pub fn is_root() -> bool {
    output(command("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

/// Lets the system's package manager install what is missing, where that is possible without asking anybody.
pub fn install(packages: &[&str]) -> Outcome {
    let names = packages.join(" ");
    let Some(apt) = find("apt-get") else {
        say(&format!("Missing here, by their names on Debian: {names}."));
        return Ok(());
    };
    // Root needs no `sudo`, which small images lack; others may only use it where it asks for no password.
    let has_sudo = || output(command("sudo").args(["-n", "true"])).is_some();
    let before: &[&str] = if is_root() {
        &["env"]
    } else if has_sudo() {
        &["sudo", "-n", "env"]
    } else {
        say(&format!("Missing here, and installed by: sudo apt-get install {names}"));
        return Ok(());
    };
    say(&format!("Installing with apt-get: {names}"));
    let apt_get = |arguments: &[&str]| {
        let mut words = command(before[0]);
        words.args(&before[1..]).arg("DEBIAN_FRONTEND=noninteractive").arg(&apt).args(arguments);
        run(&mut words)
    };
    apt_get(&["update", "--quiet=2"])?;
    apt_get(&[&["install", "--yes", "--quiet=2", "--no-install-recommends"], packages].concat())
}
