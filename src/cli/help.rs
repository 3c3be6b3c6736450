//! The words around the list of options in `--help`.

/// Before the options.
pub const EXAMPLES: &str = "\
Examples:
  cargo ownership                            check the package in this folder
  cargo ownership --workspace --all-targets  check all that cargo can check
  cargo ownership --clippy                   the same with clippy's lints
  cargo ownership example.rs                 check one file, no package needed
  cargo ownership fix --dry-run              show which fixes would be written
  cargo ownership fix                        write them
  cargo ownership --from build.log           explain messages recorded by any build
  cargo ownership explain E0382              what this error means
  cargo ownership explain learn              all ideas, in the order to learn them";

/// After them.
pub const AFTER_HELP: &str = "\
Streams:
  The report goes to standard output. All that cargo and rustc say and that is
  not explained here goes to standard error, as they wrote it.

Exit code:
  0    it compiles, or --exit-zero was given
  101  it does not compile (cargo's code; a single file ends with rustc's, 1)
  2    cargo ownership could not do its work: wrong arguments, no cargo, no such
       file, or for fix: changes that are not committed
  Any other code is the one that cargo ended with.

Exit code of fix:
  0    it compiles now, or with --dry-run: it would
  101  some errors remain
  3    the fixes made it worse, and all files were put back as they were";
