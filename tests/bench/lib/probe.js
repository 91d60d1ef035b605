// Runs in the page before its own scripts: taps as soon as there is something to tap, and reports when that was kept.
// `WAYS` are the engine's own: the taps that lead to the form, and where in the page its first questions are.
(() => {
  const WAYS = __WAYS__;
  const AGAIN_MS = 1000;
  const at = {};
  let tapped = 0;
  let step = 0;

  const usable = (element) => {
    if (!element || element.disabled || element.getAttribute('aria-disabled') === 'true') return false;
    const seen = element.type === 'radio' ? element.closest('label') : element;
    return seen.getClientRects().length > 0 && getComputedStyle(seen).visibility === 'visible';
  };
  const now = () => Math.round(performance.now() * 10) / 10;

  function look() {
    // Each tap on the way is given once, as soon as it can be.
    while (step < WAYS.taps.length) {
      const element = WAYS.taps[step]();
      if (!usable(element)) return false;
      at.way ??= now();
      element.click();
      step += 1;
    }
    const choice = WAYS.choice();
    if (!usable(WAYS.first()) || !usable(choice)) return false;
    at.shown ??= now();
    if (at.answerable !== undefined && usable(WAYS.follow())) {
      at.followed = now();
      return true;
    }
    if (at.answerable === undefined || now() - at.answerable > AGAIN_MS) {
      // A tap that nobody listened to is given again, as a person would: the other choice first, since this one is taken.
      if (tapped > 0) WAYS.other().click();
      at.answerable = now();
      choice.click();
      tapped += 1;
    }
    return false;
  }

  function frame() {
    if (!look()) return requestAnimationFrame(frame);
    // For the analysis: which requests went one after the other.
    const requests = performance.getEntriesByType('resource').map(({ name, startTime, responseStart, responseEnd }) => ({
      path: new URL(name).pathname, startTime, responseStart, responseEnd,
    }));
    const [page] = performance.getEntriesByType('navigation');
    benchDone(JSON.stringify({ ...at, tapped, pageStart: page.responseStart, pageEnd: page.responseEnd, requests }));
  }
  if (location.protocol.startsWith('http')) requestAnimationFrame(frame);
})();
