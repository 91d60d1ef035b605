//! `zhucun demo`.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use clap::Args;

use super::{CliError, config::Config, lock::Lock, open, say, serve, upgrade};
use crate::{
    demo,
    listen::{Doors, signals::Stop},
    state::Settings,
    store::PlaceKind,
};

/// How many ports are tried after the wanted one.
const TRIES: u16 = 50;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Port to listen on; the next free one when it is taken
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Checklist (xlsx) of a new demo county [default: ../shared/forms/household_visit.xlsx if there, else a small one]
    #[arg(long, value_name = "FILE")]
    form: Option<PathBuf>,
}

pub(super) async fn run(config: Config, options: &Options) -> Result<(), CliError> {
    let data = config.data("demo");
    open::make(&data)?;
    upgrade::before_serving(&config, &data).await?;
    let _lock = Lock::shared(&data)?;
    let state = open::state(&config, &data, Settings::default()).await?;
    if state.store.places(PlaceKind::County).await?.is_empty() {
        say(format!("making the demo county in {}", data.display()));
        demo::fill(&state, options.form.as_deref()).await?;
    } else {
        say(format!("the demo county in {} goes on as it was", data.display()));
    }
    let (listener, port) = bind(options.port)?;
    if port != options.port && options.port != 0 {
        say(format!("port {} is taken by another program; using {port}", options.port));
    }
    say(demo::card(&state, &format!("http://localhost:{port}")).await?);
    let stop = Stop::new().map_err(CliError::io("signals"))?;
    // No SIGHUP: when its terminal is closed the demo ends.
    let doors = Doors { listener, certificate: None, redirect: None, drain: Duration::ZERO, stop, hangup: None };
    serve::serve(state, doors).await
}

/// The wanted port, or the next one that is free; 0 takes any.
fn bind(wanted: u16) -> Result<(TcpListener, u16), CliError> {
    let mut port = wanted;
    loop {
        match TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))) {
            Ok(listener) => {
                let address = listener.local_addr().map_err(CliError::io("listening"))?;
                return Ok((listener, address.port()));
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < wanted.saturating_add(TRIES) => port += 1,
            Err(error) => return Err(CliError::io(format!("listening on port {port}"))(error)),
        }
    }
}
