//! What users come to do, in a real browser against the real server: one program, so that tests share the machine's cores.

mod administration;
mod bad_input;
mod bad_network;
mod closed_browser;
mod corrected;
mod desk;
mod desk_stays;
mod drafts;
mod first_day;
mod install;
mod keyboard;
mod later_part;
mod link;
mod local_network;
mod look;
mod new_visit;
mod say;
mod screens;
mod shared;
mod states;
mod thousands;
mod villager;
mod whole_path;
mod widgets_choices;
mod widgets_long;
mod widgets_media;
