//! The real servers that the models of them are compared with, in `tests/conformance`.

use crate::packages;
use crate::process::{Outcome, find, say};
use std::path::Path;

/// Each server, by its program or a file of its own, and the package of Debian that has it.
const SERVERS: [(&str, &str); 3] =
    [("redis-server", "redis-server"), ("memcached", "memcached"), ("/usr/share/java/zookeeper.jar", "zookeeper")];

/// Installs the servers that are missing, as root only: their packages also start them whenever the machine starts, which
/// somebody's own machine is not to learn from a test. Without them the comparison says so and is skipped.
pub fn prepare() -> Outcome {
    let is_missing = |server: &str| find(server).is_none() && !Path::new(server).is_file();
    let missing: Vec<&str> =
        SERVERS.iter().filter(|(server, _)| is_missing(server)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if packages::is_root() && find("apt-get").is_some() {
        return packages::install(&missing);
    }
    let names = missing.join(" ");
    say(&format!("The comparison with real servers will be skipped. Missing here, by their names on Debian: {names}"));
    Ok(())
}
