import { api, onSignedOut } from './api.js';
import { createDistribution } from './distribution.js';
import { byId } from './dom.js';
import { createEnterprise } from './enterprise.js';
import { createFeed } from './feed.js';
import { applyTexts, switchLanguage, t } from './i18n.js';
import { createSearch } from './search.js';

const VIEWS = ['sign-in', 'overview', 'results', 'enterprise'];
let viewer;

const onSynthetic = () => (byId('synthetic').hidden = false);
const distribution = createDistribution();
const enterprise = createEnterprise({ onSynthetic });
const search = createSearch({ onSynthetic });
const feed = createFeed({ onSynthetic, onChange: distribution.stale, onSignedOut: leave });

function view(name) {
  for (const other of VIEWS) byId(other).hidden = other !== name;
}

/** What the address names: the overview, a search, or one enterprise. */
async function route() {
  if (viewer === undefined) return;
  const [path, query] = location.hash.split('?');
  const [, kind, ...rest] = path.split('/').map(decodePart);
  enterprise.close();
  search.close();
  if (kind === 'enterprise' && rest.length === 2) {
    view('enterprise');
    await enterprise.open({ scheme: rest[0], value: rest[1] }, Object.fromEntries(new URLSearchParams(query)));
    byId('enterprise-title')?.focus({ preventScroll: true });
  } else if (kind === 'search' && rest.length === 1) {
    view('results');
    await search.open(rest[0]);
  } else {
    view('overview');
    feed.draw();
  }
  scrollTo(0, 0);
}

function decodePart(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function enter(signedIn) {
  viewer = signedIn.viewer;
  drawViewer();
  feed.start();
  void distribution.load();
  await route();
}

/** Signed out, or the session is over: no data stays on the page. */
function leave() {
  viewer = undefined;
  feed.stop();
  distribution.clear();
  enterprise.close();
  search.close();
  for (const id of ['feed', 'distribution', 'results-body', 'enterprise-body']) byId(id).replaceChildren();
  byId('synthetic').hidden = true;
  drawViewer();
  view('sign-in');
  byId('token').focus();
}

function drawViewer() {
  byId('viewer').textContent = viewer === undefined ? '' : t('viewer', { id: viewer });
  byId('sign-out').hidden = viewer === undefined;
  byId('search').hidden = viewer === undefined;
}

async function signIn(token) {
  byId('sign-in-error').textContent = '';
  try {
    await enter(await api.signIn(token));
  } catch (error) {
    leave();
    const key = { 401: 'signInWrong', 429: 'signInWait' }[error.status];
    byId('sign-in-error').textContent = key ? t(key) : t('error', { reason: t('reason_unreachable') });
  }
}

function drawAll() {
  applyTexts();
  drawViewer();
  if (viewer === undefined) return;
  feed.redraw();
  distribution.draw();
  enterprise.draw();
  search.draw();
}

/** The start prints an address with the token behind the #, which no server sees; here it leaves the address bar too. */
function takeToken() {
  const token = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (token === undefined) return undefined;
  history.replaceState(null, '', location.pathname);
  return decodePart(token);
}

async function start() {
  applyTexts();
  onSignedOut(leave);
  addEventListener('hashchange', () => {
    const token = takeToken();
    void (token === undefined ? route() : signIn(token));
  });
  byId('language').addEventListener('click', () => {
    switchLanguage();
    drawAll();
  });
  byId('sign-out').addEventListener('click', () => void api.signOut().finally(leave));
  byId('sign-in-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const field = byId('token');
    void signIn(field.value.trim());
    field.value = '';
  });
  byId('search').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = byId('search-text').value.trim();
    if (text !== '') location.hash = `#/search/${encodeURIComponent(text)}`;
  });

  const token = takeToken();
  if (token !== undefined) return signIn(token);
  try {
    await enter(await api.session());
  } catch {
    leave();
  }
}

void start();
