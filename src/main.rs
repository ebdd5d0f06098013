//! The binary: hands over to [`pixelwarden::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    pixelwarden::cli::main(std::env::args_os()).into()
}
