import { h } from './dom.js';
import { factLink } from './facts.js';
import { label, points, t } from './i18n.js';
import { provenanceBadge } from './parts.js';

/** Every group with its indicators and what brings their points, and the good record. */
export function breakdown({ groups, positive }, facts) {
  const counted = groups.filter(({ indicators }) => indicators.length > 0);
  const zero = groups.filter(({ indicators }) => indicators.length === 0);
  return h(
    'section',
    {},
    h('h3', { class: 'breakdown-title' }, t('breakdownTitle')),
    counted.map((group) => groupBlock(group, facts)),
    positive ? positiveBlock(positive, facts) : null,
    zero.length > 0
      ? h('p', { class: 'muted group-none' }, t('zeroGroups', { names: zero.map(nameOf).join(t('comma')) }))
      : null,
  );
}

function nameOf(group) {
  return label(group.label, group.group);
}

function groupBlock(group, facts) {
  return h(
    'section',
    { class: 'group' },
    h(
      'header',
      {},
      h('h4', {}, nameOf(group)),
      h('span', { class: 'muted' }, t('cap', { cap: points(group.cap) })),
      group.beforeCap > group.points
        ? h('span', { class: 'muted' }, t('capped', { raw: points(group.beforeCap) }))
        : null,
      h('span', { class: 'number' }, t('points', { points: points(group.points) })),
    ),
    group.indicators.map((indicator) => indicatorBlock(indicator, facts, 1)),
  );
}

function positiveBlock({ available, taken, cap, suspendedBy, indicators }, facts) {
  const codes = suspendedBy.map(({ code, label: text }) => `${code} ${label(text)}`).join(t('comma'));
  return h(
    'section',
    { class: 'group' },
    h(
      'header',
      {},
      h('h4', {}, t('positive')),
      h('span', { class: 'muted' }, t('cap', { cap: points(cap) })),
      suspendedBy.length > 0 ? h('span', { class: 'suspended' }, t('suspended', { codes })) : null,
      suspendedBy.length === 0 && taken < available
        ? h('span', { class: 'muted' }, t('capped', { raw: points(available) }))
        : null,
      h('span', { class: 'number' }, t('points', { points: points(-taken) })),
    ),
    indicators.map((indicator) => indicatorBlock(indicator, facts, -1, suspendedBy.length > 0)),
  );
}

/** Of a good record `sign` is −1; while it is suspended its points are shown as not counting. */
function indicatorBlock(indicator, facts, sign, suspended = false) {
  const { indicator: code, label: text, cap, points: value, contributions, basis, provenance } = indicator;
  return h(
    'div',
    { class: value === 0 || suspended ? 'indicator zero' : 'indicator', id: `line-${code}`, tabindex: -1 },
    h(
      'div',
      { class: 'line' },
      h('span', { class: 'code' }, code),
      h('span', {}, label(text, code)),
      h('span', { class: 'muted' }, t('cap', { cap: points(cap) })),
      h('span', { class: 'number' }, t('points', { points: points(sign * value) })),
    ),
    steps(indicator),
    h(
      'ul',
      { class: 'counted' },
      contributions.map((line) => contribution(line, facts, sign)),
    ),
    h('p', { class: 'basis' }, provenanceBadge(provenance), ' ', t('basis', { basis })),
  );
}

/** Where exclusion or the cap took something: all contributions, after exclusion, what counts. */
function steps({ raw, chosen, points: value }) {
  if (raw === chosen && chosen === value) return null;
  const values = { raw: points(raw), chosen: points(chosen), points: points(value) };
  return h('p', { class: 'muted steps' }, t('indicatorSteps', values));
}

function contribution({ factIds, groupedBy, points: value, counts, why }, facts, sign) {
  return h(
    'li',
    { class: counts ? null : 'zero' },
    h(
      'span',
      {},
      groupedBy ? h('strong', {}, `${label(groupedBy)} `) : null,
      factIds.map((factId, place) => [place > 0 ? t('comma') : null, factLink(factId, facts)]),
    ),
    why ? h('span', { class: 'muted' }, label(why)) : null,
    h('span', { class: 'number' }, counts ? t('points', { points: points(sign * value) }) : t('setAside')),
  );
}
