//! The desk.

fn main() {
    zhucun_app::desk::mount_desk();
}
