//! The phone app.

fn main() {
    zhucun_app::app::mount_phone();
}
