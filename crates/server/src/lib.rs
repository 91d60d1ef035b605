//! The server: one binary, zhucun, with the app inside.
