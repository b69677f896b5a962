// Follows the server's stream of news: parts of the page that have changed are fetched anew and put in their places.
(() => {
  'use strict';
  const said = document.getElementById('live');
  let stream = null, busy = false, waiting = null;

  // What has no name of its own is known again by its place among its like.
  const UNNAMED = 'button, summary, [tabindex]';
  const ALL = ['list', 'state', 'steps', 'results', 'samples'];

  // What somebody is doing is kept: marked boxes, opened details, and where the keyboard is.
  const replace = (old, fresh) => {
    const marked = new Set([...old.querySelectorAll('input[type=checkbox]:checked')].map(box => box.name + '=' + box.value));
    const opened = new Set([...old.querySelectorAll('details[open] > summary')].map(summary => summary.textContent));
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    const place = focus && focus.id ? '#' + CSS.escape(focus.id)
      : focus && focus.tagName === 'INPUT' ? `input[name="${CSS.escape(focus.name)}"][value="${CSS.escape(focus.value)}"]`
      : focus && focus.tagName === 'A' ? `a[href="${CSS.escape(focus.getAttribute('href'))}"]` : null;
    const nth = focus && !place ? [...old.querySelectorAll(UNNAMED)].indexOf(focus) : -1;
    const scrolled = [...old.querySelectorAll('.table')].map(table => table.scrollLeft);
    old.replaceWith(fresh);
    for (const box of fresh.querySelectorAll('input[type=checkbox]')) box.checked = marked.has(box.name + '=' + box.value);
    for (const summary of fresh.querySelectorAll('details > summary'))
      if (opened.has(summary.textContent)) summary.parentElement.open = true;
    [...fresh.querySelectorAll('.table')].forEach((table, i) => { table.scrollLeft = scrolled[i] || 0; });
    // First of all the buttons that scripts give to tables and texts.
    fresh.dispatchEvent(new CustomEvent('qdiff:shown', { bubbles: true }));
    const again = place ? fresh.querySelector(place) : fresh.querySelectorAll(UNNAMED)[nth];
    if (again) again.focus({ preventScroll: true });
  };

  const refresh = async what => {
    if (busy) {
      waiting = new Set([...(waiting || []), ...what]);
      return;
    }
    busy = true;
    try {
      // Charts and images ask for their data themselves.
      document.dispatchEvent(new CustomEvent('qdiff:news', { detail: what }));
      const old = [...document.querySelectorAll('[data-part]')]
        .filter(part => part.dataset.part === '' || part.dataset.part.split(' ').some(word => what.has(word)));
      if (old.length) {
        const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
        if (answer.ok) {
          const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
          // A stream that is opened later begins with what has changed since this page.
          if (ALL.every(word => what.has(word)) && page.body.dataset.live) document.body.dataset.live = page.body.dataset.live;
          for (const part of old) {
            const fresh = part.id && page.getElementById(part.id);
            if (fresh && fresh.innerHTML !== part.dataset.was && part.isConnected) {
              fresh.dataset.was = fresh.innerHTML;
              replace(part, document.adoptNode(fresh));
            }
          }
        }
      }
    } catch {
      // The server is gone or was started again; the stream says so.
    }
    busy = false;
    if (waiting) {
      const more = waiting;
      waiting = null;
      setTimeout(() => refresh(more), 500);
    }
  };

  // The address says what the page was made of: the stream begins with what has changed since, however long it was not open.
  const open = () => {
    if (stream) return;
    let lost = false;
    stream = new EventSource(document.body.dataset.live);
    stream.addEventListener('open', () => {
      said.textContent = 'Live.';
      if (lost) refresh(new Set(ALL));
      lost = false;
    });
    stream.addEventListener('error', () => {
      said.textContent = 'The dashboard does not answer; what is shown may be old.';
      lost = true;
    });
    stream.addEventListener('message', event => {
      if (event.data !== 'nothing') refresh(new Set(event.data.split(' ')));
    });
  };

  // A browser keeps few connections to one server: pages that nobody sees have none.
  const show = () => {
    if (document.visibilityState === 'visible') {
      const was = stream === null && said.textContent !== '';
      open();
      if (was) refresh(new Set(ALL));
    } else if (stream) {
      stream.close();
      stream = null;
    }
  };
  document.addEventListener('visibilitychange', show);
  addEventListener('pagehide', () => { if (stream) stream.close(); stream = null; });
  show();
})();
