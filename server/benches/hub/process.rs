//! A server under measurement: started, read from `/proc`, and killed in the end.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use test_support::process::Process;

/// A running server, with its workers.
pub(crate) struct Server(pub(crate) Process);

impl Server {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(Process::start(command))
    }

    /// Waits until something listens on a port.
    pub(crate) fn wait_for_port(&mut self, port: u16) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = self.0.ended() {
                bail!("the server ended before it was ready: {status}");
            }
            if Instant::now() > deadline {
                bail!("nothing listens on port {port}");
            }
            std::thread::yield_now();
        }
        Ok(())
    }

    /// CPU time so far, in nanoseconds, of all its threads and of its children. Threads that have ended are not in it;
    /// none of these servers ends any while it is measured.
    pub(crate) fn cpu_ns(&self) -> Result<u64> {
        let mut total = 0;
        for pid in self.pids() {
            total += cpu_ns_of(pid)?;
        }
        Ok(total)
    }

    /// Memory that it alone has, in KiB.
    pub(crate) fn memory_kib(&self) -> Result<u64> {
        let mut total = 0;
        for pid in self.pids() {
            let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
            let pss = rollup
                .lines()
                .find_map(|line| line.strip_prefix("Pss:"))
                .context("smaps_rollup says Pss")?;
            total += pss.trim().trim_end_matches(" kB").parse::<u64>()?;
        }
        Ok(total)
    }

    /// The most memory that it had at once since it started, in KiB.
    pub(crate) fn peak_memory_kib(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .context("status says VmHWM")?;
        Ok(peak.trim().trim_end_matches(" kB").parse()?)
    }

    fn pids(&self) -> Vec<u32> {
        let parent = self.0.id();
        let children =
            fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
        let children = children.split_whitespace().filter_map(|pid| pid.parse().ok());
        std::iter::once(parent).chain(children).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // nginx's workers end with their master only if it is asked.
        for pid in self.pids().into_iter().skip(1) {
            let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
        }
    }
}

/// CPU time of a process so far, in nanoseconds, of all its threads that run.
pub(crate) fn cpu_ns_of(pid: u32) -> Result<u64> {
    let mut total = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let stat = fs::read_to_string(task?.path().join("schedstat"))?;
        let ns = stat.split(' ').next().context("schedstat has three numbers")?;
        total += ns.parse::<u64>()?;
    }
    Ok(total)
}

/// A port that was free just now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
