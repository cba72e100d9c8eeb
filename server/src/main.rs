//! The binary `borsklokka`: arguments, tracing, signals and the exit code.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use borsklokka::access::{Access, Note};
use borsklokka::backup::{self, Entrances};
use borsklokka::check::{self, Found};
use borsklokka::clock::{Clock, MachineClock};
use borsklokka::config::environment::{of_environment, variable_of};
use borsklokka::config::file::with_file;
use borsklokka::config::{
    Arguments, BackupArguments, DatabaseArguments, ExportArguments, ImportArguments, LogFormat,
    PassphraseArguments, ReadyArguments, RestoreArguments, SimulateArguments, Task, TokenArguments,
    without_passwords,
};
use borsklokka::console;
use borsklokka::database::Database;
use borsklokka::desktop::{self, window};
use borsklokka::exchanges::nowhere;
use borsklokka::export::{self, Personal};
use borsklokka::log;
use borsklokka::ready;
use borsklokka::serve::serve;
use borsklokka::shown::{hand_over, say};
use borsklokka::simulate::{self, Pace, Plan};
use borsklokka::traces::Collector;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::role::Role;
use borsklokka_shared::security::SecurityEvent;
use clap::error::{ContextKind, ContextValue};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// Gives back to the system what a crowd or a passphrase needed for a moment; the system's own keeps it, for each thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the libraries in it ask to be told with it.
const LICENCES: &str = include_str!(concat!(env!("OUT_DIR"), "/licences.txt"));

#[tokio::main]
async fn main() -> ExitCode {
    let given: Vec<OsString> = env::args_os().collect();
    let line = Arguments::line();
    let words = match with_file(&line, given.clone(), of_environment) {
        Ok(words) => words,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let task = match Arguments::of(&line, &words) {
        Ok(arguments) => arguments.task,
        Err(error) => {
            let is_said = |value: &str| given.iter().any(|word| word.to_string_lossy().contains(value));
            if let Some(variable) = variable_of(&line, &words, &error) {
                eprintln!("In the variable {variable}:");
            } else if words != given
                && let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue)
                && !is_said(value)
            {
                eprintln!("In the file of --config:");
            }
            without_passwords(error).exit()
        }
    };
    let is_desktop = task.is_none();
    // An organiser reads in her window what concerns her.
    let usual = if is_desktop { "warn" } else { "info,sqlx=warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let config = match &task {
        Some(Task::Serve(config)) => Some(config.as_ref()),
        _ => None,
    };
    // What cannot be written there is not said there either.
    let written = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .log_internal_errors(false);
    let written = if config.is_some_and(|config| config.log_format == LogFormat::Json) {
        written.json().flatten_event(true).with_filter(filter).boxed()
    } else {
        let is_coloured = io::stderr().is_terminal() && window::reads_colours();
        written.with_ansi(is_coloured).with_filter(filter).boxed()
    };
    let collector = match config.and_then(|config| config.traces.as_deref()) {
        None => None,
        Some(address) => match Collector::at(address) {
            Ok(collector) => Some(collector),
            Err(error) => {
                eprintln!("{}", sentence(&error));
                return ExitCode::FAILURE;
            }
        },
    };
    let traced = collector.as_ref().map(Collector::layer);
    tracing_subscriber::registry().with(written).with(traced).init();
    if is_desktop {
        window::go_on_when_clicked();
    }
    let task = task.map_or_else(
        || desktop::config().map(|config| Task::Serve(Box::new(config))),
        Ok,
    );
    let done = match task {
        Ok(task) => do_task(task).await,
        Err(error) => Err(error),
    };
    if let Some(collector) = collector {
        collector.close().await;
    }
    match done {
        Ok(code) => code,
        Err(error) if is_desktop && desktop::open_running(&error) => ExitCode::SUCCESS,
        Err(error) => {
            if is_desktop {
                desktop::wait_to_be_read(&error, &sentence(&error));
            } else {
                tracing::error!("{}", sentence(&error));
            }
            ExitCode::FAILURE
        }
    }
}

/// Does what the command line says.
async fn do_task(task: Task) -> anyhow::Result<ExitCode> {
    match task {
        Task::Serve(config) => Box::pin(serve(*config, stop_signal))
            .await
            .map(|()| ExitCode::SUCCESS),
        Task::Simulate(arguments) => simulate_evening(arguments).await,
        Task::Token(arguments) => token(arguments).await.map(|()| ExitCode::SUCCESS),
        Task::Passphrase(arguments) => forget_passphrase(arguments).await.map(|()| ExitCode::SUCCESS),
        Task::Account(arguments) => console::accounts(arguments).await.map(|()| ExitCode::SUCCESS),
        Task::Check(arguments) => check_database(arguments).await.map(|()| ExitCode::SUCCESS),
        Task::Backup(arguments) => make_backup(arguments).await.map(|()| ExitCode::SUCCESS),
        Task::Restore(arguments) => restore_backup(arguments).await.map(|()| ExitCode::SUCCESS),
        Task::Export(arguments) => export_exchange(arguments).await.map(|()| ExitCode::SUCCESS),
        Task::Import(arguments) => import_exchange(arguments).await.map(|()| ExitCode::SUCCESS),
        Task::Licences => show_licences().map(|()| ExitCode::SUCCESS),
        Task::Ready(arguments) => ask_whether_ready(&arguments).await.map(|()| ExitCode::SUCCESS),
    }
}

async fn ask_whether_ready(arguments: &ReadyArguments) -> anyhow::Result<()> {
    match ready::ask(&arguments.listen).await? {
        None => Ok(()),
        Some(said) => say(format_args!("ready, and not all is well: {said}")),
    }
}

/// What went wrong and why, each of it once: many an error says what caused it, and is asked for its cause besides.
fn sentence(error: &anyhow::Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

/// Prints the licences of all that is in the program.
fn show_licences() -> anyhow::Result<()> {
    match io::stdout().lock().write_all(LICENCES.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Listens for the signals that stop a server; what it gives completes on Ctrl-C, on SIGTERM, and on SIGHUP, when its window is closed.
#[cfg(unix)]
fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};

    let listens = "a process may listen for its signals";
    let mut interrupt = signal(SignalKind::interrupt()).expect(listens);
    let mut terminate = signal(SignalKind::terminate()).expect(listens);
    let mut hang_up = (!outlives_its_window()).then(|| signal(SignalKind::hangup()).expect(listens));
    async move {
        let hung_up = async {
            match &mut hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hung_up => {}
        }
    }
}

/// Whether the process was started to go on when its window is closed, as `nohup` does it: SIGHUP is ignored, and listening for it would
/// end that. Where the system does not say, its output then goes elsewhere.
#[cfg(unix)]
fn outlives_its_window() -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return !io::stdout().is_terminal();
    };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // SIGHUP is the first of the signals.
    ignored
        .is_some_and(|signals| u64::from_str_radix(signals.trim(), 16).is_ok_and(|signals| signals & 1 == 1))
}

/// Listens for the signals that stop a server; what it gives completes on Ctrl-C, and when the window is closed or the user goes: then
/// Windows waits some seconds before it ends the process.
#[cfg(windows)]
fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::windows;

    let listens = "a process may listen for its signals";
    let mut ctrl_c = windows::ctrl_c().expect(listens);
    let mut ctrl_break = windows::ctrl_break().expect(listens);
    let mut close = windows::ctrl_close().expect(listens);
    let mut logoff = windows::ctrl_logoff().expect(listens);
    let mut shutdown = windows::ctrl_shutdown().expect(listens);
    async move {
        tokio::select! {
            _ = ctrl_c.recv() => {}
            _ = ctrl_break.recv() => {}
            _ = close.recv() => {}
            _ = logoff.recv() => {}
            _ = shutdown.recv() => {}
        }
    }
}

/// Plays an evening. The exit code says whether every accepted deal reached every viewer, once.
#[allow(clippy::print_stderr)] // How far it is.
async fn simulate_evening(arguments: SimulateArguments) -> anyhow::Result<ExitCode> {
    let address = arguments
        .server
        .strip_prefix("http://")
        .map(|address| address.trim_end_matches('/'))
        .with_context(|| {
            format!(
                "--server {}: only http:// is spoken; behind TLS, reach the server itself",
                arguments.server
            )
        })?;
    let mut plan = Plan {
        address: address.to_owned(),
        slug: arguments.exchange.clone(),
        brokers: arguments.brokers as usize,
        viewers: arguments.viewers as usize,
        deals: arguments.deals as usize,
        pace: if arguments.rate > 0.0 {
            Pace::PerSecond(arguments.rate)
        } else {
            Pace::AsAnswered
        },
        seed: arguments.seed,
        broker_tokens: arguments.broker_tokens,
        moderator_token: arguments.moderator_token,
    };
    if let Some(url) = &arguments.database {
        let database = Database::open_found(url).await?;
        let (access, exchange) = entrance(&database, &arguments.exchange).await?;
        for turn in 1..=plan.brokers {
            let name = format!("simulate {turn}");
            plan.broker_tokens
                .push(access.issue_token(exchange, Role::Broker, &name).await?);
        }
        plan.moderator_token = Some(access.issue_token(exchange, Role::Moderator, "simulate").await?);
        database.close().await;
    }
    if plan.broker_tokens.is_empty() {
        bail!(
            "brokers need a token: give --database on the server's own machine, or --token, which `borsklokka token` prints"
        );
    }
    rlimit::increase_nofile_limit(u64::MAX).context("the limit of open files cannot be raised")?;
    let report = simulate::play(plan, |line| eprintln!("{line}")).await?;
    if arguments.json {
        say(format_args!("{}", serde_json::to_string(&report)?))?;
    } else {
        say(format_args!("{report}"))?;
    }
    Ok(if report.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn token(arguments: TokenArguments) -> anyhow::Result<()> {
    let database = Database::open_found(&arguments.database.database).await?;
    let issued = issue(&database, &arguments).await;
    // So that nothing is left beside a file that no server has.
    database.close().await;
    let issued = issued?;
    hand_over(format_args!("{issued}")).with_context(|| {
        format!(
            "the token was made, but not shown, and nobody has it now: revoke {:?} in the organiser's list of devices, and make \
             another",
            name_of(&arguments)
        )
    })
}

/// What the device is called that has the token.
fn name_of(arguments: &TokenArguments) -> &str {
    if arguments.name.is_empty() {
        arguments.role.as_str()
    } else {
        &arguments.name
    }
}

async fn issue(database: &Database, arguments: &TokenArguments) -> anyhow::Result<String> {
    let (access, exchange) = entrance(database, &arguments.exchange).await?;
    let name = name_of(arguments);
    let token = access.issue_token(exchange, arguments.role, name).await?;
    let made = Note::of(SecurityEvent::TokenMade).in_exchange(exchange);
    access.note(made.named(arguments.role, name));
    access.write_notes().await;
    Ok(token)
}

/// Who lets people into the exchange at an address.
async fn entrance(database: &Database, slug: &str) -> anyhow::Result<(Access, ExchangeId)> {
    let exchanges = log::open(database).exchanges().await?;
    let exchange = exchanges
        .iter()
        .find(|exchange| exchange.slug == slug)
        .with_context(|| nowhere(slug, exchanges.iter().map(|exchange| &*exchange.slug)))?;
    let access = Access::new(database.clone(), Arc::new(MachineClock::anchored()));
    Ok((access, exchange.id))
}

async fn forget_passphrase(arguments: PassphraseArguments) -> anyhow::Result<()> {
    let database = Database::open_found(&arguments.database.database).await?;
    let access = Access::new(database.clone(), Arc::new(MachineClock::anchored()));
    let was_set = access.forget_passphrase().await?;
    if was_set {
        access.note(Note::of(SecurityEvent::PassphraseReset));
        access.write_notes().await;
    }
    database.close().await;
    let what = if was_set {
        "the passphrase is gone, and the operator is logged out"
    } else {
        "there is no passphrase"
    };
    say(format_args!(
        "{what}: stop `borsklokka serve` if it runs, and start it. It prints a link that sets a new one"
    ))
}

async fn check_database(arguments: DatabaseArguments) -> anyhow::Result<()> {
    let database = Database::open_to_read(&arguments.database).await?;
    let checked = check::check(&database).await;
    database.close().await;
    report(&checked?)
}

/// So many exchanges.
fn counted(exchanges: usize) -> String {
    match exchanges {
        1 => "1 exchange".to_owned(),
        exchanges => format!("{exchanges} exchanges"),
    }
}

/// Says what a check found, and fails if it found faults, with the first of them: whoever reads the errors alone reads why.
fn report(found: &Found) -> anyhow::Result<()> {
    for fault in &found.faults {
        say(format_args!("{fault}"))?;
    }
    for report in &found.reports {
        say(format_args!(
            "{}: {} events, {} deals, {} outcomes",
            report.exchange.slug, report.events, report.deals, report.outcomes
        ))?;
        for fault in &report.faults {
            say(format_args!("  {fault}"))?;
        }
    }
    remark(found)?;
    if let Some(first) = found.all_faults().next() {
        match found.faults_in_all() {
            1 => bail!("1 fault found: {first}"),
            faults => bail!("{faults} faults found, the first: {first}"),
        }
    }
    say(format_args!("{}, no faults", counted(found.reports.len())))
}

/// Says what is no fault of an exchange, and worth a look.
fn remark(found: &Found) -> anyhow::Result<()> {
    for report in &found.reports {
        for remark in &report.remarks {
            say(format_args!("{}, no fault: {remark}", report.exchange.slug))?;
        }
    }
    Ok(())
}

async fn make_backup(arguments: BackupArguments) -> anyhow::Result<()> {
    let found = backup::make(&arguments.database.database, &arguments.file).await?;
    report(&found).context("no backup was made")?;
    // Windows gives a file the rights of its folder.
    let readers = if cfg!(unix) {
        "only its owner"
    } else {
        "whoever may read its folder"
    };
    say(format_args!(
        "the backup is {}, which {readers} may read: it holds contacts and signatures",
        arguments.file.display()
    ))
}

async fn restore_backup(arguments: RestoreArguments) -> anyhow::Result<()> {
    let entrances = if arguments.keep_access {
        Entrances::Kept
    } else {
        Entrances::Closed
    };
    let (file, aside) = (arguments.file.as_deref(), arguments.aside.as_deref());
    let now = MachineClock::anchored().now();
    let found = backup::restore(&arguments.database.database, file, aside, entrances, now).await?;
    report(&found).with_context(|| match file {
        Some(file) => format!("nothing was restored: {} is not whole", file.display()),
        None => "nothing was restored".to_owned(),
    })?;
    if let Some(aside) = aside.filter(|aside| aside.exists()) {
        say(format_args!("the database that was there is {}", aside.display()))?;
    }
    say(format_args!(
        "each exchange goes on under a new epoch: every screen begins with what is here now"
    ))?;
    let who = match entrances {
        Entrances::Closed => {
            "every tablet, session, pairing code, invitation and link to an agreement is revoked: pair the tablets anew; what \
             they keep is sent then. The passphrases are the backup's"
        }
        Entrances::Kept => {
            "tablets, sessions, codes, links, accounts and passphrases are those of the backup: what was revoked or changed \
             since holds again; look through the list of devices"
        }
    };
    say(format_args!("{who}"))
}

async fn export_exchange(arguments: ExportArguments) -> anyhow::Result<()> {
    let personal = if arguments.with_personal_data {
        Personal::Included
    } else {
        Personal::LeftOut
    };
    let database = Database::open_whole(&arguments.database.database).await?;
    let now = MachineClock::anchored().now();
    let written = export::write(&database, &arguments.exchange, personal, now, &arguments.file).await;
    database.close().await;
    let written = written?;
    if written.found.faults_in_all() > 0 {
        return report(&written.found).context(
            "no file was kept, for the exchange could not be read in from it. Do not delete the exchange: put a backup in place of \
             the database, or, if there is none, keep a copy of the database itself",
        );
    }
    for file in &written.manifest.files {
        say(format_args!("{}: {} rows", file.name, file.rows))?;
    }
    remark(&written.found)?;
    let with = match personal {
        Personal::Included => {
            "with contacts, signatures and photos: treat it as you treat the list of participants"
        }
        Personal::LeftOut => "without contacts, signatures and photos",
    };
    let (exchange, file) = (&arguments.exchange, arguments.file.display());
    say(format_args!("{exchange} is in {file}, {with}"))
}

async fn import_exchange(arguments: ImportArguments) -> anyhow::Result<()> {
    let url = &arguments.database.database;
    let now = MachineClock::anchored().now();
    let found = export::read_in(url, &arguments.file, arguments.address.as_deref(), now).await?;
    report(&found).context("nothing was read in")?;
    let address = found.reports.iter().map(|report| report.exchange.slug.as_str());
    say(format_args!(
        "read in at the address {}, under a new epoch; no tablet is paired with it yet",
        address.collect::<String>()
    ))
}
