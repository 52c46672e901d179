//! The `kabuki` binary: hands over to the command line.

mod allocator;

fn main() -> std::process::ExitCode {
    kabuki_cli::run()
}
