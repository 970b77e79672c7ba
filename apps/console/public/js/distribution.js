import { api } from './api.js';
import { byId, h, message, show } from './dom.js';
import { errorText } from './feed.js';
import { label, number, percent, t } from './i18n.js';
import { CLASSES, classBar, classMark, highShare, tabList, totalOf } from './parts.js';

/** While changes arrive the numbers are read again, but not more often than this. */
const EVERY_MS = 5000;

/** The distribution: overall bar, and by town or by industry as a table with small bars. */
export function createDistribution() {
  const host = byId('distribution');
  let schemes;
  let failure;
  let tab = 'byTown';
  let schemeId = 'general';
  let timer;
  let lastRead = 0;

  async function load() {
    lastRead = Date.now();
    try {
      ({ schemes } = await api.distribution());
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    draw();
  }

  /** Something changed: read again soon. */
  function stale() {
    if (timer !== undefined) return;
    const wait = Math.max(0, lastRead + EVERY_MS - Date.now());
    timer = setTimeout(() => {
      timer = undefined;
      void load();
    }, wait);
  }

  function draw() {
    const scheme = schemes?.find((one) => one.schemeId === schemeId) ?? schemes?.[0];
    byId('distribution-total').textContent = scheme ? t('total', { count: number(totalOf(scheme.overall)) }) : '';
    if (failure && !schemes) {
      return show(host, message(errorText(failure), { error: true, retry: load, retryText: t('retry') }));
    }
    if (schemes === undefined) return show(host, message(t('loading')));
    if (scheme === undefined || totalOf(scheme.overall) === 0) return show(host, message(t('distributionEmpty')));
    const focused = document.activeElement?.id;
    show(host, schemeChoice(scheme), classBar(scheme.overall), cards(scheme.overall), tabs(), table(scheme[tab]));
    if (focused?.startsWith('tab-') || focused === 'distribution-scheme') byId(focused)?.focus();
  }

  function tabs() {
    return tabList({
      id: 'tab',
      name: t('distributionTitle'),
      panel: 'distribution-table',
      chosen: tab,
      options: ['byTown', 'byIndustry'].map((name) => [name, t(name)]),
      onChoose(name) {
        tab = name;
        draw();
        byId(`tab-${name}`).focus();
      },
    });
  }

  /** Where enterprises are rated in several schemes: which one's classes are counted. */
  function schemeChoice(shown) {
    if (schemes.length < 2) return null;
    const onchange = (event) => {
      schemeId = event.target.value;
      draw();
      byId('distribution-scheme').focus();
    };
    return h(
      'p',
      { class: 'choice' },
      h('label', { for: 'distribution-scheme' }, t('scheme')),
      ' ',
      h(
        'select',
        { id: 'distribution-scheme', onchange },
        schemes.map((one) =>
          h('option', { value: one.schemeId, selected: one === shown }, label(one.schemeLabel, one.schemeId)),
        ),
      ),
    );
  }

  function table(rows) {
    const sorted = [...rows].sort((a, b) => totalOf(b.counts) - totalOf(a.counts));
    return h(
      'div',
      { role: 'tabpanel', id: 'distribution-table', 'aria-labelledby': `tab-${tab}` },
      h(
        'table',
        {},
        h('caption', { class: 'visually-hidden' }, `${t('distributionTitle')}，${t(tab)}`),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, t(tab === 'byTown' ? 'town' : 'industry')),
            CLASSES.map((name) => h('th', { scope: 'col', class: 'number' }, classMark(name))),
            h('th', { scope: 'col', class: 'number' }, t('highShare')),
            h('th', { scope: 'col', class: 'wide-only' }, t('share')),
          ),
        ),
        h('tbody', {}, sorted.map(tableRow)),
      ),
    );
  }

  return {
    load,
    draw,
    stale,
    clear() {
      schemes = undefined;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

function cards(counts) {
  const total = totalOf(counts);
  return h(
    'ul',
    { class: 'class-cards' },
    CLASSES.map((name) =>
      h(
        'li',
        {},
        h('div', {}, classMark(name), ' ', h('span', { class: 'muted', 'aria-hidden': 'true' }, t(`class${name}`))),
        h('span', { class: 'number' }, number(counts[name])),
        h('span', { class: 'muted number' }, percent(counts[name], total)),
      ),
    ),
  );
}

function tableRow(row) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, label(row.label, row.code ?? t('unknown'))),
    CLASSES.map((name) => h('td', { class: 'number' }, number(row.counts[name]))),
    h('td', { class: 'number' }, highShare(row.counts)),
    h('td', { class: 'bar wide-only' }, classBar(row.counts, { small: true })),
  );
}
