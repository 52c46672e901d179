//! The `kabuki` binary: hands over to the command line.

fn main() -> std::process::ExitCode {
    kabuki_cli::run()
}
