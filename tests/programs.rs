//! `cargo ownership fix` mends programs as a human would: for each of `fixtures/_programs` a test
//! that compares what the mended program prints with what the human's repair prints.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

/// How many of a hundred programs must be mended.
const MENDED_PERCENT: usize = 70;
/// How many programs each family has at least.
const PROGRAMS_PER_FAMILY: usize = 4;
/// How long a program may run. A repair can also change one that ends into one that waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// For each program that was tried, whether it was mended.
type Tally = Arc<Mutex<BTreeMap<String, bool>>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let programs = Program::all();
    let all = programs.len();
    let tally = Tally::default();
    let trials = programs.into_iter().map(|program| {
        let tally = Arc::clone(&tally);
        Trial::test(program.name(), move || {
            let mended = program.mend()?;
            tally.lock().expect("no test panics with it").insert(program.name(), mended);
            Ok(())
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    let tally = tally.lock().expect("no test panics with it");
    let ended = if conclusion.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    if arguments.list || tally.is_empty() {
        return ended;
    }
    let mut families = BTreeMap::<&str, (usize, usize)>::new();
    for (name, mended) in tally.iter() {
        let family = name.split("::").next().unwrap_or(name);
        let (count, of) = families.entry(family).or_default();
        *count += usize::from(*mended);
        *of += 1;
    }
    let mended: usize = families.values().map(|(count, _)| count).sum();
    println!("{mended} of {} programs are mended as by hand:", tally.len());
    for (family, (count, of)) in &families {
        println!("    {count} of {of}  {family}");
    }
    println!("not mended:");
    for (name, _) in tally.iter().filter(|(_, mended)| !**mended) {
        println!("    {name}");
    }
    // Of some programs nothing can be said about all.
    if tally.len() < all {
        return ended;
    }
    if mended * 100 < all * MENDED_PERCENT {
        println!("at least {MENDED_PERCENT} of a hundred are expected");
        return ExitCode::FAILURE;
    }
    if families.values().any(|(_, of)| *of < PROGRAMS_PER_FAMILY) {
        println!("at least {PROGRAMS_PER_FAMILY} programs a family are expected");
        return ExitCode::FAILURE;
    }
    ended
}

struct Program {
    folder: PathBuf,
}

impl Program {
    fn all() -> Vec<Program> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/_programs");
        let cases = folders(&root).into_iter().flat_map(|family| folders(&family));
        cases.map(|folder| Program { folder }).collect()
    }

    fn name(&self) -> String {
        let parts: Vec<_> = self.folder.iter().rev().take(2).map(|part| part.to_string_lossy()).collect();
        format!("{}::{}", parts[1], parts[0])
    }

    /// Whether `fix` makes the broken program compile. Then it must print what the repaired one does;
    /// otherwise `fix` must have left it alone, for it has one mistake only.
    fn mend(&self) -> Result<bool, Failed> {
        let folder = tempfile::tempdir()?;
        let repaired = folder.path().join("repaired");
        compile(&self.folder.join("repaired.rs"), &repaired)?
            .map_err(|errors| format!("repaired.rs does not compile\n{errors}"))?;
        let repaired = run(&repaired)?.ok_or("repaired.rs does not end well")?;
        if repaired.is_empty() {
            return Err("repaired.rs prints nothing to compare with".into());
        }
        let program = folder.path().join("program.rs");
        fs::copy(self.folder.join("broken.rs"), &program)?;
        let broken = fs::read_to_string(&program)?;
        if compile(&program, &folder.path().join("broken"))?.is_ok() {
            return Err("broken.rs compiles".into());
        }
        let fix = Command::new(env!("CARGO_BIN_EXE_cargo-ownership"))
            .current_dir(folder.path())
            .args(["ownership", "fix", "program.rs", "--edition", "2021", "--allow-no-vcs"])
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&fix.stdout).into_owned();
        let mended = folder.path().join("mended");
        if let Err(errors) = compile(&program, &mended)? {
            let untouched = fs::read_to_string(&program)? == broken;
            return match fix.status.code() {
                // rustc's own exit code: something is left.
                Some(101) if untouched => Ok(false),
                code => Err(format!("it ends with {code:?} and leaves\n{errors}{said}").into()),
            };
        }
        match run(&mended)? {
            Some(mended) if mended == repaired => Ok(true),
            Some(mended) => Err(format!("it prints\n{mended}instead of\n{repaired}after\n{said}").into()),
            None => Err(format!("it does not end well after\n{said}").into()),
        }
    }
}

/// Compiles a program; the errors if it has some.
fn compile(file: &Path, program: &Path) -> Result<Result<(), String>, Failed> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler)
        .args(["--edition", "2021", "--cap-lints", "allow", "-o"])
        .arg(program)
        .arg(file)
        .stdin(Stdio::null())
        .output()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(if output.status.success() { Ok(()) } else { Err(errors) })
}

/// What a program prints, if it ends in time and well.
fn run(program: &Path) -> Result<Option<String>, Failed> {
    let mut child =
        Command::new(program).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let started = Instant::now();
    // What they print is short enough for the pipe.
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let mut printed = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut printed)?;
    }
    Ok(status.success().then_some(printed))
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the programs are part of the project");
    let mut folders: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
