import { api } from './api.js';
import { byId, h, message, show } from './dom.js';
import { moment, t } from './i18n.js';
import { classMark, coded, enterpriseLink, manualBadge, move, reasonsText, schemeTag } from './parts.js';

/** Changes kept on the page. */
const KEPT = 60;

/**
 * The live feed: first the stream is opened, then the list is read, so that nothing falls between them;
 * an id that came by both ways is shown once.
 */
export function createFeed({ onChange, onSynthetic, onSignedOut }) {
  let source;
  let changes = [];
  let waiting = [];
  let paused = false;
  let missed = 0;
  let state = 'connecting';
  let failure;
  let loaded = false;
  let wanted = false;
  /** The row of each change, by its id. */
  const rows = new Map();

  function open() {
    if (!wanted || source !== undefined) return;
    source = new EventSource('api/feed');
    source.addEventListener('open', () => {
      setState('live');
      void load();
    });
    source.addEventListener('class-changed', (event) => receive(JSON.parse(event.data)));
    source.addEventListener('missed', (event) => {
      const { count } = JSON.parse(event.data);
      if (count === null) return void load();
      missed += count;
      drawNote();
    });
    source.addEventListener('error', () => {
      setState('reconnecting');
      // The browser gives up on an answer that is no stream; then ask why, and come back later.
      if (source?.readyState === EventSource.CLOSED) void reopen();
    });
  }

  async function reopen() {
    stopSource();
    const session = await api.session().catch((error) => error);
    if (session?.status === 401) return onSignedOut();
    setTimeout(open, 3000);
  }

  async function load() {
    try {
      const { changes: latest } = await api.changes(KEPT);
      if (!wanted) return;
      failure = undefined;
      loaded = true;
      merge(latest);
    } catch (error) {
      failure = error;
    }
    draw();
  }

  function receive(change) {
    onChange();
    if (paused) {
      waiting.push(change);
      waiting = waiting.slice(-KEPT);
      return drawState();
    }
    merge([change], true);
    draw();
  }

  function merge(found, fresh = false) {
    const known = new Map(changes.map((change) => [change.changeId, change]));
    for (const change of found) {
      if (!known.has(change.changeId)) known.set(change.changeId, { ...change, fresh });
    }
    changes = [...known.values()]
      .sort((a, b) => (a.effectiveAt < b.effectiveAt ? 1 : a.effectiveAt > b.effectiveAt ? -1 : 0))
      .slice(0, KEPT);
    if (changes.some(({ synthetic }) => synthetic)) onSynthetic();
  }

  function setState(next) {
    state = next;
    drawState();
  }

  function drawState() {
    const element = byId('feed-state');
    const shown = paused && state === 'live' ? 'paused' : state;
    element.dataset.state = shown;
    element.textContent = t(`state_${shown}`, { count: waiting.length });
    const button = byId('feed-pause');
    button.textContent = t(paused ? 'resume' : 'pause');
    button.setAttribute('aria-pressed', String(paused));
  }

  function drawNote() {
    const note = byId('feed-note');
    note.hidden = missed === 0;
    note.textContent = t('feedMissed', { count: missed });
  }

  // Many changes in one batch are drawn once.
  let drawing = false;
  function draw() {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      drawNow();
    });
  }

  function drawNow() {
    drawState();
    drawNote();
    const list = byId('feed');
    if (changes.length > 0) return drawRows(list);
    rows.clear();
    const line = failure
      ? message(errorText(failure), { error: true, retry: load, retryText: t('retry') })
      : message(t(loaded ? 'feedEmpty' : 'loading'));
    show(list, h('li', { class: 'only' }, line));
  }

  /** Rows that stay are not touched: a reader's focus must not jump with every change. */
  function drawRows(list) {
    if (rows.size === 0) list.replaceChildren();
    const kept = new Set(changes.map(({ changeId }) => changeId));
    for (const [changeId, element] of rows) {
      if (kept.has(changeId)) continue;
      element.remove();
      rows.delete(changeId);
    }
    let next = list.firstChild;
    for (const change of changes) {
      const element = rows.get(change.changeId);
      if (element !== undefined && element === next) {
        next = next.nextSibling;
        continue;
      }
      const placed = element ?? row(change);
      rows.set(change.changeId, placed);
      list.insertBefore(placed, next);
    }
  }

  function stopSource() {
    source?.close();
    source = undefined;
  }

  byId('feed-pause').addEventListener('click', () => {
    paused = !paused;
    if (!paused) {
      merge(waiting, true);
      waiting = [];
    }
    draw();
  });

  return {
    start() {
      wanted = true;
      open();
    },
    draw,
    /** Draws every row again, in another language. */
    redraw() {
      rows.clear();
      draw();
    },
    stop() {
      wanted = false;
      rows.clear();
      stopSource();
      changes = [];
      waiting = [];
      missed = 0;
      loaded = false;
      setState('connecting');
    },
  };
}

function row(change) {
  return h(
    'li',
    { class: change.fresh ? 'fresh' : null },
    h('time', { datetime: change.effectiveAt, class: 'number' }, moment(change.effectiveAt)),
    h(
      'div',
      {},
      h(
        'div',
        { class: 'what' },
        enterpriseLink(change),
        move(change),
        byHand(change),
        h('span', { class: 'muted' }, coded(change.town)),
      ),
      h('div', { class: 'why' }, t('because', { reason: reasonsText(change.reasons) })),
      schemeTag(change),
    ),
  );
}

/** A manual class, with what the facts alone come to. */
function byHand({ overrideFactId, computedClass }) {
  if (overrideFactId === null) return null;
  return h('span', {}, manualBadge(), ' ', t('computedClass'), ' ', computedClass ? classMark(computedClass) : '–');
}

/** Why something could not be read, in the words of the page. */
export function errorText(error) {
  const known = ['unreachable', 'read_not_recorded', 'unknown_enterprise'].includes(error.code);
  return t('error', { reason: known ? t(`reason_${error.code}`) : (error.message ?? String(error)) });
}
