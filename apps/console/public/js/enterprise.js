import { api } from './api.js';
import { byId, h, message, show } from './dom.js';
import { factsList } from './facts.js';
import { errorText } from './feed.js';
import { day, endOfDay, has, label, moment, t } from './i18n.js';
import { classMark, coded, enterpriseHash, manualBadge, tabList } from './parts.js';
import { schemeView } from './scheme.js';

/** One enterprise: what it is, and in each scheme its class, every line of the score, what comes next and every fact. */
export function createEnterprise({ onSynthetic }) {
  const host = byId('enterprise-body');
  let subject;
  /** Days `asOf` and `knownAt` of the address, and the scheme to show. */
  let asked = {};
  let data;
  let failure;

  async function open(next, options = {}) {
    subject = next;
    asked = options;
    data = undefined;
    failure = undefined;
    draw();
    try {
      const found = await api.enterprise(next, { asOf: endOfDay(options.asOf), knownAt: endOfDay(options.knownAt) });
      if (subject !== next) return;
      data = { ...found, past: Boolean(options.asOf || options.knownAt) };
      if (found.synthetic) onSynthetic();
    } catch (error) {
      if (subject !== next) return;
      failure = error;
    }
    draw();
  }

  function draw() {
    if (subject === undefined) return;
    if (failure) {
      const retry = failure.code === 'unknown_enterprise' ? undefined : () => open({ ...subject }, asked);
      return show(host, card(message(errorText(failure), { error: true, retry, retryText: t('retry') })));
    }
    if (data === undefined) return show(host, card(message(t('loading'))));
    const facts = new Map(data.facts.map((fact) => [fact.factId, fact]));
    const scheme = data.schemes.find(({ schemeId }) => schemeId === asked.scheme) ?? data.schemes[0];
    show(
      host,
      head(data, momentForm()),
      scheme === undefined ? card(message(t('noScheme'))) : card(tabs(scheme), panel(scheme, facts)),
      unexplained(),
      card(factsList(data, scheme?.schemeId)),
    );
  }

  function tabs(shown) {
    return tabList({
      id: 'scheme-tab',
      name: t('schemesTitle'),
      panel: 'scheme-panel',
      chosen: shown.schemeId,
      options: data.schemes.map((scheme) => [
        scheme.schemeId,
        [
          scheme.riskClass ? [classMark(scheme.riskClass), ' '] : null,
          label(scheme.label, scheme.schemeId),
          scheme.manual ? [' ', manualBadge()] : null,
        ],
      ]),
      onChoose(schemeId) {
        asked = { ...asked, scheme: schemeId };
        history.replaceState(null, '', enterpriseHash(subject, asked));
        draw();
        byId(`scheme-tab-${schemeId}`).focus();
      },
    });
  }

  function panel(scheme, facts) {
    const attributes = { role: 'tabpanel', id: 'scheme-panel', 'aria-labelledby': `scheme-tab-${scheme.schemeId}` };
    return h('div', attributes, schemeView(scheme, data, facts));
  }

  /** Stored classes of schemes that the facts do not explain at this moment. */
  function unexplained() {
    const known = new Set(data.schemes.map(({ schemeId }) => schemeId));
    const others = data.past ? [] : data.stored.filter(({ schemeId }) => !known.has(schemeId));
    return others.map(({ schemeId, schemeLabel, riskClass, ruleSet }) =>
      card(t('storedOnly', { scheme: label(schemeLabel, schemeId), class: riskClass ?? '–', ruleSet })),
    );
  }

  /** Another day: the state of things as of it, and what was known by it. */
  function momentForm() {
    const today = day(new Date().toISOString());
    const field = (name, key) => [
      h('label', { for: `moment-${name}` }, t(key)),
      h('input', {
        id: `moment-${name}`,
        name,
        type: 'date',
        value: asked[name],
        max: name === 'knownAt' ? today : null,
      }),
    ];
    return h(
      'form',
      { class: 'moments', onsubmit: go },
      h('div', {}, field('asOf', 'askAsOf')),
      h('div', {}, field('knownAt', 'askKnownAt')),
      h('button', { type: 'submit' }, t('show')),
      data.past
        ? h('a', { href: enterpriseHash(subject, { scheme: asked.scheme }) }, t('backToNow'))
        : h('span', { class: 'muted' }, t('momentHint')),
    );
  }

  function go(event) {
    event.preventDefault();
    const values = new FormData(event.target);
    const next = { asOf: values.get('asOf'), knownAt: values.get('knownAt'), scheme: asked.scheme };
    location.hash = enterpriseHash(subject, next);
  }

  return {
    open,
    draw,
    close() {
      subject = undefined;
    },
  };
}

function card(...children) {
  return h('section', { class: 'card' }, children);
}

function head(data, form) {
  const entries = [
    [t('code'), h('span', { class: 'code' }, `${data.subject.scheme}:${data.subject.value}`)],
    [t('town'), coded(data.town)],
    [t('industry'), coded(data.industry)],
    [t('status'), data.status === null ? t('unknown') : coded(data.status)],
    [t('registeredAt'), data.registeredAt === null ? t('unknown') : day(data.registeredAt)],
    [t('asOf'), moment(data.asOf)],
  ];
  if (data.knownAt !== null) entries.push([t('knownAt'), moment(data.knownAt)]);
  if (data.evidenceLevel) {
    const key = `evidence_${data.evidenceLevel.toUpperCase()}`;
    entries.push([t('evidence'), has(key) ? t(key) : data.evidenceLevel]);
  }
  return card(
    h(
      'div',
      { class: 'enterprise-head' },
      h('h1', { tabindex: -1, id: 'enterprise-title' }, data.name ?? data.subject.value),
      data.synthetic ? h('span', { class: 'badge badge-synthetic' }, t('synthetic')) : null,
      data.past ? h('span', { class: 'badge badge-past' }, t('pastBadge')) : null,
    ),
    h(
      'dl',
      { class: 'facts-of' },
      entries.map(([term, value], place) =>
        h('div', { class: place === 0 ? 'wide' : null }, h('dt', {}, term), h('dd', {}, value)),
      ),
    ),
    form,
  );
}
