import { api } from './api.js';
import { byId, h, message, show, svg } from './dom.js';
import { errorText } from './feed.js';
import { day, dayOrMoment, has, label, moment, points, t } from './i18n.js';
import { classMark, coded } from './parts.js';

/** One enterprise: what it is, its class and score per scheme, every line of the score, and every fact. */
export function createEnterprise({ onSynthetic }) {
  const host = byId('enterprise-body');
  let subject;
  let data;
  let failure;

  async function open(next) {
    subject = next;
    data = undefined;
    failure = undefined;
    draw();
    try {
      const found = await api.enterprise(next);
      if (subject !== next) return;
      data = found;
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
      const retry = failure.code === 'unknown_enterprise' ? undefined : () => open({ ...subject });
      return show(host, card(message(errorText(failure), { error: true, retry, retryText: t('retry') })));
    }
    if (data === undefined) return show(host, card(message(t('loading'))));
    const facts = new Map(data.facts.map((fact) => [fact.factId, fact]));
    show(
      host,
      head(data),
      data.schemes.map((scheme) => schemeCard(scheme, data, facts)),
      factsCard(data),
    );
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

function head(data) {
  const entries = [
    [t('code'), h('span', { class: 'code' }, `${data.subject.scheme}:${data.subject.value}`)],
    [t('town'), coded(data.town)],
    [t('industry'), coded(data.industry)],
    [t('status'), data.status === null ? t('unknown') : coded(data.status)],
    [t('registeredAt'), data.registeredAt === null ? t('unknown') : day(data.registeredAt)],
    [t('asOf'), moment(data.asOf)],
  ];
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
    ),
    h(
      'dl',
      { class: 'facts-of' },
      entries.map(([term, value], place) =>
        h('div', { class: place === 0 ? 'wide' : null }, h('dt', {}, term), h('dd', {}, value)),
      ),
    ),
  );
}

function schemeCard(scheme, data, facts) {
  const stored = data.stored.find(({ schemeId }) => schemeId === scheme.schemeId);
  const counted = scheme.groups.filter(({ indicators }) => indicators.length > 0);
  const zero = scheme.groups.filter(({ indicators }) => indicators.length === 0);
  return card(
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, t('scoreTitle')),
      h('span', { class: 'muted' }, `${label(scheme.label)} `, h('span', { class: 'code' }, scheme.ruleSet)),
    ),
    h(
      'div',
      { class: 'score-head' },
      scheme.riskClass ? classMark(scheme.riskClass) : null,
      h('span', { class: 'score number' }, t('points', { points: points(scheme.score) })),
      h('span', {}, scheme.riskClass ? t(`class${scheme.riskClass}`) : t('notScored')),
    ),
    scale(scheme),
    storedLine(stored, scheme),
    scheme.decisions.map(decision(facts)),
    scheme.scoreForClass === scheme.score
      ? null
      : h('p', { class: 'callout' }, t('scoreForClass', { score: points(scheme.scoreForClass) })),
    nextLine(scheme),
    counted.map((group) => groupBlock(group, facts)),
    scheme.positive ? positiveBlock(scheme.positive, facts) : null,
    scheme.scaled === 0 ? null : h('p', { class: 'muted' }, t('scaled', { points: points(scheme.scaled) })),
    zero.length > 0
      ? h('p', { class: 'muted group-none' }, t('zeroGroups', { names: zero.map(nameOf).join(t('comma')) }))
      : null,
  );
}

function nameOf(group) {
  return label(group.label, group.group);
}

/** The score on the scale of the bands, squeezed above the last cut, because almost everyone stands below it. */
function scale(scheme) {
  const cuts = scheme.bands.map(({ from }) => from / 1000);
  const highest = cuts.at(-1) ?? 0;
  const end = Math.max(highest * 1.5, Math.min(1000, (scheme.score / 1000) * 1.1), 1);
  const at = (value) => `${(100 * Math.min(value, end)) / end}%`;
  const score = scheme.score / 1000;
  return svg(
    'svg',
    { class: 'scale', role: 'img', 'aria-label': t('scale', { score: points(scheme.score) }) },
    scheme.bands.map(({ riskClass, from }, place) => {
      const to = cuts[place + 1] ?? end;
      const width = `${(100 * (to - from / 1000)) / end}%`;
      return svg('rect', { x: at(from / 1000), y: 12, width, height: 12, class: `fill-${riskClass}` });
    }),
    svg('line', { x1: at(score), x2: at(score), y1: 6, y2: 30, stroke: '#1b2733', 'stroke-width': 3 }),
    cuts.map((cut) => svg('text', { x: at(cut), y: 40 }, String(cut))),
    svg('text', { x: '100%', y: 40, 'text-anchor': 'end' }, t('higher')),
  );
}

function storedLine(stored, scheme) {
  if (stored === undefined) return h('p', { class: 'muted' }, t('storedNone'));
  if (stored.riskClass === scheme.riskClass && stored.score === scheme.score) {
    return h('p', { class: 'muted' }, `${t('storedClass')} `, classMark(stored.riskClass), ` ${t('storedSame')}`);
  }
  const values = { class: stored.riskClass, score: points(stored.score), at: moment(stored.asOf) };
  return h('p', { class: 'callout calm' }, t('storedDiffers', values));
}

/** Floors and direct determinations that hold, with the facts behind them. */
function decision(facts) {
  return ({ kind, code, label: text, riskClass, factIds, basis }) =>
    h(
      'div',
      { class: kind === 'DIRECT' ? 'callout direct' : 'callout' },
      h('strong', {}, `${t(kind, { label: label(text, code) })} · ${code}`),
      ' → ',
      classMark(riskClass),
      factIds.map((factId) => h('div', {}, factLink(factId, facts))),
      h('p', { class: 'basis' }, t('basis', { basis })),
    );
}

function nextLine({ nextChange, score, riskClass }) {
  if (nextChange === null) return h('p', { class: 'callout calm' }, t('noNextChange'));
  const values = { at: dayOrMoment(nextChange.at), before: points(score), after: points(nextChange.score) };
  const moved = nextChange.riskClass !== riskClass;
  return h(
    'p',
    { class: 'callout calm' },
    t(moved ? 'nextChangeClass' : 'nextChange', { ...values, from: riskClass ?? '–', to: nextChange.riskClass ?? '–' }),
  );
}

function positiveBlock({ available, taken, suspendedBy, indicators }, facts) {
  return h(
    'section',
    { class: 'group' },
    h(
      'header',
      {},
      h('h3', {}, t('positive')),
      suspendedBy.length > 0 ? h('span', { class: 'muted' }, t('suspended', { codes: suspendedBy.join(', ') })) : null,
      suspendedBy.length === 0 && taken < available
        ? h('span', { class: 'muted' }, t('capped', { raw: points(available) }))
        : null,
      h('span', { class: 'number' }, t('points', { points: points(-taken) })),
    ),
    indicators.map((indicator) => indicatorBlock(indicator, facts, -1)),
  );
}

function groupBlock(group, facts) {
  return h(
    'section',
    { class: 'group' },
    h(
      'header',
      {},
      h('h3', {}, nameOf(group)),
      h('span', { class: 'muted' }, t('cap', { cap: points(group.cap) })),
      group.raw > group.points ? h('span', { class: 'muted' }, t('capped', { raw: points(group.raw) })) : null,
      h('span', { class: 'number' }, t('points', { points: points(group.points) })),
    ),
    group.indicators.map((indicator) => indicatorBlock(indicator, facts, 1)),
  );
}

function indicatorBlock(indicator, facts, sign) {
  return h(
    'div',
    { class: indicator.points === 0 ? 'indicator zero' : 'indicator' },
    h(
      'div',
      { class: 'line' },
      h('span', { class: 'code' }, indicator.indicator),
      h('span', {}, label(indicator.label, indicator.indicator)),
      h('span', { class: 'muted' }, t('cap', { cap: points(indicator.cap) })),
      h('span', { class: 'number' }, t('points', { points: points(sign * indicator.points) })),
    ),
    h(
      'ul',
      { class: 'counted' },
      indicator.contributions.map((line) => contribution(line, facts, sign)),
    ),
    h('p', { class: 'basis' }, t('basis', { basis: indicator.basis })),
  );
}

function contribution({ factIds, points: value, counts, why }, facts, sign) {
  return h(
    'li',
    { class: counts ? null : 'zero' },
    h(
      'span',
      {},
      factIds.map((factId, place) => [place > 0 ? t('comma') : null, factLink(factId, facts)]),
    ),
    why ? h('span', { class: 'muted' }, label(why)) : null,
    h('span', { class: 'number' }, counts ? t('points', { points: points(sign * value) }) : t('setAside')),
  );
}

function factLink(factId, facts) {
  const fact = facts.get(factId);
  const text = fact ? factTitle(fact) : factId.slice(0, 8);
  return h('a', { href: `#fact-${factId}`, onclick: (event) => openFact(event, factId) }, text);
}

/** The address keeps naming the enterprise; the fact is opened and focused in place. */
function openFact(event, factId) {
  event.preventDefault();
  const element = byId(`fact-${factId}`);
  if (element === null) return;
  element.open = true;
  element.scrollIntoView({ block: 'start' });
  element.querySelector('summary').focus();
}

function factTitle(fact) {
  const when = fact.occurredAt === null ? '' : ` · ${dayOrMoment(fact.occurredAt)}`;
  return `${label(fact.label, fact.factType)}${when}`;
}

function factsCard(data) {
  return card(
    h('div', { class: 'card-head' }, h('h2', {}, `${t('factsTitle')}（${data.facts.length}）`)),
    h('p', { class: 'muted' }, t('factsText')),
    data.facts.length === 0 ? message(t('factsEmpty')) : data.facts.map(factBlock),
  );
}

function factBlock(fact) {
  return h(
    'details',
    { class: 'fact', id: `fact-${fact.factId}` },
    h(
      'summary',
      {},
      h('strong', {}, label(fact.label, fact.factType)),
      fact.classification ? h('span', { class: 'badge' }, label(fact.classification)) : null,
      fact.disputed ? h('span', { class: 'badge badge-disputed' }, t('disputed')) : null,
      h('span', { class: 'muted number' }, fact.occurredAt === null ? '' : dayOrMoment(fact.occurredAt)),
      h('span', { class: fact.usedBy.length > 0 ? 'outcome' : 'outcome zero' }, outcome(fact)),
    ),
    h(
      'div',
      { class: 'inside' },
      fact.usedBy.map(({ code, label: text, points: value }) =>
        h('p', {}, t(value === null ? 'countsTogether' : 'counts', { code, name: label(text), points: points(value) })),
      ),
      h('dl', { class: 'facts-of' }, [...dates(fact), ...origin(fact), ...attributes(fact)]),
      registers(fact),
      h('p', { class: 'muted code' }, fact.factId),
    ),
  );
}

/** The points a fact brings, else why it brings none. */
function outcome(fact) {
  const own = fact.usedBy.filter(({ points: value }) => value !== null);
  if (own.length === 0) return label(fact.statusLabel);
  return t('points', { points: points(own.reduce((sum, { points: value }) => sum + value, 0)) });
}

function entry(term, value) {
  return h('div', {}, h('dt', {}, term), h('dd', {}, value));
}

function dates(fact) {
  const names = ['occurredAt', 'startsAt', 'publishedAt', 'publicityEnd', 'closedAt'];
  const shown = names.filter((name) => fact[name] !== null && (name !== 'startsAt' || fact[name] !== fact.occurredAt));
  return shown.map((name) => entry(t(name), dayOrMoment(fact[name])));
}

/** The natural number often stands among the attributes too; it is shown once. */
function origin(fact) {
  const stated = fact.attributes.map(({ value }) => value);
  return ['authority', 'number', 'caseNumber', 'source', 'codeSystem']
    .filter((name) => fact[name] && !(name === 'number' && stated.includes(fact[name])))
    .map((name) => entry(t(name), fact[name]));
}

function attributes(fact) {
  return fact.attributes.map(({ name, label: text, value, valueLabel, type }) =>
    entry(label(text, name), attributeText(value, valueLabel, type)),
  );
}

function attributeText(value, valueLabel, type) {
  if (valueLabel) return label(valueLabel);
  if (type === 'date') return dayOrMoment(value);
  if (type === 'money') return t('yuan', { amount: points(value * 10) });
  return Array.isArray(value) ? value.join(t('comma')) : String(value);
}

function registers(fact) {
  if (fact.registers.length === 0) return null;
  const columns = ['register', 'registerValue', 'from', 'until', 'reasonColumn'];
  return h(
    'table',
    { class: 'registers' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        columns.map((key) => h('th', { scope: 'col' }, t(key))),
      ),
    ),
    h(
      'tbody',
      {},
      fact.registers.map(({ register, value, effectiveAt, until, reason }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, t(register)),
          h('td', {}, has(`state_${value}`) ? t(`state_${value}`) : value),
          h('td', {}, effectiveAt === null ? '–' : dayOrMoment(effectiveAt)),
          h('td', {}, until === null ? '–' : dayOrMoment(until)),
          h('td', {}, reason ?? '–'),
        ),
      ),
    ),
  );
}
