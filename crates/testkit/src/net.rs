//! A network with weather.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use serde::{Serialize, de::DeserializeOwned};
use zhucun_sync::{Cursor, Net, NetError, PullPage, PushReply, PushRequest, StreamId};

use crate::{SimRng, SimServer, yield_once};

/// How bad the network is: each fault in so many of a hundred requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// No network at all.
    pub offline: bool,
    /// The request never arrives.
    pub drop_request: usize,
    /// The request takes effect, the answer never arrives.
    pub drop_reply: usize,
    /// A push arrives twice in a row.
    pub duplicate: usize,
    /// The device gives up on a push; it arrives later, after others.
    pub delay: usize,
    /// A captive portal answers 200 with a page: no usable answer, the server never sees the request.
    pub portal: usize,
    /// 503 with Retry-After.
    pub busy: usize,
    /// 500, without effect.
    pub broken: usize,
    /// A page of the log comes with an entry missing or out of place.
    pub garbled: usize,
}

impl Weather {
    /// Everything works.
    pub const FINE: Self = Self {
        offline: false,
        drop_request: 0,
        drop_reply: 0,
        duplicate: 0,
        delay: 0,
        portal: 0,
        busy: 0,
        broken: 0,
        garbled: 0,
    };

    /// Every fault often.
    pub const STORM: Self = Self {
        offline: false,
        drop_request: 10,
        drop_reply: 15,
        duplicate: 15,
        delay: 10,
        portal: 5,
        busy: 3,
        broken: 3,
        garbled: 10,
    };
}

#[derive(Debug)]
struct Shared {
    weather: Weather,
    /// Pushes that are still on their way.
    delayed: VecDeque<(StreamId, PushRequest)>,
    requests: usize,
}

/// One user's way to the server. Clones share the weather and what is on its way.
#[derive(Clone, Debug)]
pub struct SimNet {
    user: String,
    server: SimServer,
    rng: SimRng,
    shared: Rc<RefCell<Shared>>,
}

impl SimNet {
    /// A network with fine weather.
    #[must_use]
    pub fn new(user: &str, server: &SimServer, rng: &SimRng) -> Self {
        let shared = Shared { weather: Weather::FINE, delayed: VecDeque::new(), requests: 0 };
        Self { user: user.to_owned(), server: server.clone(), rng: rng.clone(), shared: Rc::new(RefCell::new(shared)) }
    }

    /// Changes the weather.
    pub fn set_weather(&self, weather: Weather) {
        self.shared.borrow_mut().weather = weather;
    }

    /// How many requests the device has made.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.shared.borrow().requests
    }

    /// Everything that is still on its way arrives, in any order.
    pub fn deliver_delayed(&self) {
        loop {
            let next = {
                let delayed = &mut self.shared.borrow_mut().delayed;
                if delayed.is_empty() { None } else { delayed.remove(self.rng.below(delayed.len())) }
            };
            let Some((stream, request)) = next else { return };
            // Nobody waits for the answer any more.
            let _ = self.server.push(&self.user, &stream, &request);
        }
    }

    /// What happens to a request before the server sees it.
    fn outward(&self) -> Result<Weather, NetError> {
        let mut shared = self.shared.borrow_mut();
        shared.requests += 1;
        let weather = shared.weather;
        if weather.offline || self.rng.percent(weather.drop_request) || self.rng.percent(weather.portal) {
            return Err(NetError::Offline);
        }
        if self.rng.percent(weather.busy) {
            return Err(NetError::Busy(Some(5000)));
        }
        if self.rng.percent(weather.broken) {
            return Err(NetError::Server(500));
        }
        Ok(weather)
    }

    fn homeward<T: Serialize + DeserializeOwned>(
        &self,
        weather: Weather,
        answer: Result<T, NetError>,
    ) -> Result<T, NetError> {
        if self.rng.percent(weather.drop_reply) {
            Err(NetError::Offline)
        } else {
            answer.map(|answer| over_wire(&answer))
        }
    }
}

/// What arrives has been text.
fn over_wire<T: Serialize + DeserializeOwned>(message: &T) -> T {
    let text = serde_json::to_string(message).expect("messages are JSON");
    serde_json::from_str(&text).expect("messages read back")
}

impl Net for SimNet {
    async fn push(&self, stream: &StreamId, request: &PushRequest) -> Result<PushReply, NetError> {
        yield_once().await;
        let weather = self.outward()?;
        let request = &over_wire(request);
        if self.rng.percent(weather.delay) {
            self.shared.borrow_mut().delayed.push_back((stream.clone(), request.clone()));
            return Err(NetError::Offline);
        }
        if self.rng.percent(30) {
            self.deliver_delayed();
        }
        if self.rng.percent(weather.duplicate) {
            let _ = self.server.push(&self.user, stream, request);
        }
        let answer = self.server.push(&self.user, stream, request);
        yield_once().await;
        self.homeward(weather, answer)
    }

    async fn pull(&self, stream: &StreamId, after: &Cursor) -> Result<PullPage, NetError> {
        yield_once().await;
        let weather = self.outward()?;
        let mut answer = self.server.pull(&self.user, stream, after);
        if self.rng.percent(weather.garbled)
            && let Ok(page) = &mut answer
            && page.entries.len() > 1
        {
            let at = self.rng.below(page.entries.len() - 1);
            if self.rng.percent(50) { page.entries.swap(at, at + 1) } else { drop(page.entries.remove(at)) }
        }
        yield_once().await;
        self.homeward(weather, answer)
    }

    async fn put_attachment(&self, stream: &StreamId, sha256: &str) -> Result<(), NetError> {
        yield_once().await;
        let weather = self.outward()?;
        let answer = self.server.put_attachment(&self.user, stream, sha256);
        yield_once().await;
        self.homeward(weather, answer)
    }
}
