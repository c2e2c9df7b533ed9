//! The `caseloop` program. What it does is in this package's library.

fn main() -> std::process::ExitCode {
    caseloop_cli::main()
}
