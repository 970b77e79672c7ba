import { h, svg } from './dom.js';
import { label, percent, points, t } from './i18n.js';

export const CLASSES = ['A', 'B', 'C', 'D'];

/** A class as a letter in its colour; its meaning is read out and shown on hover, so colour never stands alone. */
export function classMark(riskClass) {
  const words = t(`class${riskClass}`);
  const name = t('className', { class: riskClass, words });
  return h(
    'span',
    { class: `class class-${riskClass}`, title: name },
    h('span', { 'aria-hidden': 'true' }, riskClass),
    h('span', { class: 'visually-hidden' }, name),
  );
}

/** From → to with its direction in words. */
export function move({ from, to, direction }) {
  const arrow = { WORSENED: '▲', IMPROVED: '▼', FIRST: '•', LEFT: '•' }[direction];
  return h(
    'span',
    { class: 'move' },
    from ? [classMark(from), h('span', { 'aria-hidden': 'true' }, '→')] : null,
    to ? classMark(to) : h('span', { 'aria-hidden': 'true' }, '–'),
    h('span', { class: direction.toLowerCase() }, `${arrow} ${t(direction)}`),
  );
}

/** One bar cut by class; the same numbers stand beside it as text, so it is hidden from readers aloud. */
export function classBar(counts, { small = false } = {}) {
  const total = totalOf(counts);
  let x = 0;
  const parts = CLASSES.filter((name) => counts[name] > 0).map((name) => {
    const width = (100 * counts[name]) / total;
    const part = svg('rect', { x: `${x}%`, width: `${width}%`, height: '100%', class: `fill-${name}` });
    x += width;
    return part;
  });
  return svg('svg', { class: small ? 'class-bar small' : 'class-bar', 'aria-hidden': 'true' }, parts);
}

export function totalOf(counts) {
  return CLASSES.reduce((sum, name) => sum + counts[name], 0);
}

export function highShare(counts) {
  return percent(counts.C + counts.D, totalOf(counts));
}

/** The weightiest reasons of a change in words: a floor or direct determination, and what brings the points. */
export function reasonsText(reasons) {
  return reasons.length === 0 ? t('noReason') : reasons.slice(0, 2).map(reasonText).join(t('semicolon'));
}

function reasonText(reason) {
  const name = label(reason.label, reason.indicator);
  if (reason.kind === 'FLOOR' || reason.kind === 'DIRECT') return t(reason.kind, { label: name });
  return t('reasonPoints', { name, code: reason.indicator, points: points(reason.points) });
}

/** A code with its name, or the bare code, or "unknown". */
export function coded(value) {
  if (value === null || value === undefined) return t('unknown');
  return label(value.label, value.code);
}

export function enterpriseLink({ subject, name }) {
  return h('a', { href: enterpriseHash(subject) }, name ?? subject.value);
}

/** The address of an enterprise; `more` are days `asOf` and `knownAt`, and the scheme shown. */
export function enterpriseHash({ scheme, value }, more = {}) {
  const query = new URLSearchParams(Object.entries(more).filter(([, text]) => text));
  const path = `#/enterprise/${encodeURIComponent(scheme)}/${encodeURIComponent(value)}`;
  return query.size === 0 ? path : `${path}?${query}`;
}

/** A class that two persons set stands out wherever it is shown. */
export function manualBadge() {
  return h('span', { class: 'badge badge-manual', title: t('manualTitle') }, t('manualShort'));
}

/** Whether a number of the model is published somewhere or proposed by whoever wrote the rule set. */
export function provenanceBadge(provenance) {
  return h('span', { class: `badge badge-${provenance}` }, t(`provenance_${provenance}`));
}

/** The scheme and rule set behind a class. */
export function schemeTag({ schemeId, schemeLabel, ruleSet }) {
  return h(
    'span',
    { class: 'muted scheme-tag' },
    `${label(schemeLabel, schemeId)} `,
    h('span', { class: 'code' }, ruleSet),
  );
}

/** Tabs over one panel; arrow keys go from one to the next. */
export function tabList({ id, name, panel, chosen, options, onChoose }) {
  const keys = options.map(([key]) => key);
  const onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) onChoose(keys[(keys.indexOf(chosen) + step + keys.length) % keys.length]);
  };
  return h(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': name },
    options.map(([key, text]) =>
      h(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `${id}-${key}`,
          'aria-selected': String(key === chosen),
          'aria-controls': panel,
          tabindex: key === chosen ? 0 : -1,
          onclick: () => onChoose(key),
          onkeydown,
        },
        text,
      ),
    ),
  );
}
