//! `/api/v1/villages/{village}` and below, as far as the phone asks for it; the desk's lists are in `desk.rs`.

mod link;
