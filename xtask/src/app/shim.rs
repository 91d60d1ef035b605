//! Trunk calls plain `cargo build --bin phone` and has no option for the package. Cargo then looks into the workspace's
//! default members, which are the native crates (and would join their features with the app's). So Trunk is given a
//! `cargo` on its PATH that adds `--package zhucun-app`: this program under that name.
use crate::place::Place;
use anyhow::{Context, Result, bail};
use std::{
    env,
    ffi::OsString,
    os::unix::{fs::symlink, process::CommandExt},
    path::Path,
    process::Command,
};

/// Holds the PATH on which the real cargo is, for the child under cargo's name.
const REAL_PATH: &str = "ZHUCUN_REAL_PATH";

/// rustc's own linker for wasm32, which it finds by this name.
const LINKER: &str = "rust-lld";

/// Puts the stand-ins where `command` finds them: cargo's by the PATH, the linker's by cargo's variable.
pub fn use_in(place: &Place, command: &mut Command) -> Result<()> {
    let folder = place.target.join("zhucun-shim");
    std::fs::create_dir_all(&folder)?;
    let me = env::current_exe()?;
    for name in ["cargo", LINKER] {
        let link = folder.join(name);
        if std::fs::read_link(&link).ok().as_deref() != Some(&me) {
            let _ = std::fs::remove_file(&link);
            symlink(&me, &link).with_context(|| format!("linking {}", link.display()))?;
        }
    }
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", folder.join(LINKER));
    let real = place.path();
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(&real)))?;
    command.env("PATH", path).env(REAL_PATH, real);
    Ok(())
}

/// When this program was called as `cargo` or as the linker: becomes the real one. Returns only when it was not, or with an
/// error.
pub fn stand_in() -> Result<()> {
    let mut arguments = env::args_os();
    let name = arguments.next().unwrap_or_default();
    let name = Path::new(&name).file_name().unwrap_or_default();
    let arguments: Vec<_> = arguments.collect();
    let error = if name == LINKER {
        // rustc has put the folder of its own tools on the PATH.
        Command::new(LINKER).args(without_classes(arguments)).exec()
    } else if let (Some(path), true) = (env::var_os(REAL_PATH), name == "cargo") {
        Command::new("cargo").args(with_package(arguments)).env("PATH", path).env_remove(REAL_PATH).exec()
    } else {
        return Ok(());
    };
    bail!("could not start {}: {error}", name.display())
}

fn with_package(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.first().is_some_and(|command| command == "build") {
        arguments.extend(["--package", "zhucun-app"].map(OsString::from));
    }
    arguments
}

/// A linker's arguments without the exports of classes. wasm-bindgen names them `__wbg_<class>_free_<hash>`,
/// `<class>_<method>_<hash>` and `__wbindgen_describe_<class>_<method>_<hash>`; a class without `free` is none.
fn without_classes(arguments: Vec<OsString>) -> Vec<OsString> {
    let class = |name: &OsString| {
        let (class, _) = name.to_str()?.strip_prefix("__wbg_")?.split_once("_free_")?;
        Some([format!("__wbg_{class}_"), format!("{class}_"), format!("__wbindgen_describe_{class}_")])
    };
    let classes: Vec<_> = arguments.iter().filter_map(class).flatten().collect();
    let of_class =
        |name: &OsString| name.to_str().is_some_and(|name| classes.iter().any(|class| name.starts_with(class)));
    let mut kept: Vec<OsString> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        if of_class(&argument) && kept.last().is_some_and(|before| before == "--export") {
            kept.pop();
        } else {
            kept.push(argument);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_build_is_told_its_package() {
        assert_eq!(with_package(vec!["build".into(), "--bin".into()]), ["build", "--bin", "--package", "zhucun-app"]);
        assert_eq!(with_package(vec!["metadata".into()]), ["metadata"]);
    }

    #[test]
    fn a_class_is_not_exported_and_all_else_is() {
        let given = concat!(
            "-flavor wasm --export __wbg_sink_free_58a9 --export __wbindgen_describe_sink_close_58a9 --export sink_close_58a9 ",
            "--export __wbindgen_describe___wbg_abort_1f92 --export main --export=__heap_base sink_close_58a9.o -o phone.wasm"
        );
        let left = concat!(
            "-flavor wasm ",
            "--export __wbindgen_describe___wbg_abort_1f92 --export main --export=__heap_base sink_close_58a9.o -o phone.wasm"
        );
        let split = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(without_classes(split(given)), split(left));
        assert_eq!(without_classes(split(left)), split(left));
    }
}
