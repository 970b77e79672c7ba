import { byId, h, svg } from './dom.js';
import { factLink } from './facts.js';
import { dayOrMoment, label, moment, points, t } from './i18n.js';
import { classMark, manualBadge, provenanceBadge } from './parts.js';
import { breakdown } from './score.js';

/** One scheme's account of the enterprise: the class and why, what comes next, the sum, and every indicator. */
export function schemeView(scheme, data, facts) {
  const stored = data.stored.find(({ schemeId }) => schemeId === scheme.schemeId);
  return [
    h(
      'div',
      { class: 'scheme-top' },
      h(
        'div',
        {},
        verdict(scheme),
        manual(scheme, facts),
        scale(scheme),
        scheme.decisions.map(decision(facts, data)),
        scheme.scoreForClass === scheme.score
          ? null
          : h('p', { class: 'callout' }, t('scoreForClass', { score: points(scheme.scoreForClass) })),
        source(scheme, data),
        data.knownAt === null && !data.past ? storedLine(stored, scheme) : null,
      ),
      outlook(scheme, facts),
    ),
    sum(scheme),
    breakdown(scheme, facts),
  ];
}

function verdict({ riskClass, score, scaleMax, manual: byHand }) {
  return h(
    'div',
    { class: 'score-head' },
    riskClass ? classMark(riskClass) : null,
    h('span', { class: 'verdict' }, riskClass ? t(`class${riskClass}`) : t('notScored')),
    byHand ? manualBadge() : null,
    h(
      'span',
      { class: 'score number' },
      t('points', { points: points(score) }),
      h('small', { class: 'muted' }, ` / ${points(scaleMax)}`),
    ),
  );
}

/** The class that the facts give, beside the one that two persons set: who, why and until when. */
function manual({ manual: byHand, computedClass, riskClass }, facts) {
  if (byHand === null) return null;
  const entries = [
    [t('computedClass'), computedClass ? classMark(computedClass) : t('notScored')],
    [t('manualClass'), classMark(byHand.riskClass)],
    [t('manualReason'), byHand.reason ?? t('unknown')],
    [t('manualPersons'), t('manualBy', { proposed: byHand.proposedBy ?? '–', approved: byHand.approvedBy ?? '–' })],
    [t('manualUntil'), byHand.until === null ? t('unknown') : dayOrMoment(byHand.until)],
    [t('manualFact'), factLink(byHand.factId, facts)],
  ];
  return h(
    'div',
    { class: 'callout manual' },
    riskClass === byHand.riskClass ? null : h('p', {}, t('manualGivesWay', { class: riskClass ?? '–' })),
    h(
      'dl',
      { class: 'facts-of' },
      entries.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
    ),
  );
}

/** The score on the scale of the bands, squeezed above the last cut, because almost everyone stands below it. */
function scale({ bands, score: milli, scaleMax }) {
  const cuts = bands.map(({ from }) => from / 1000);
  const score = milli / 1000;
  const end = Math.max((cuts.at(-1) ?? 0) * 1.5, Math.min(scaleMax / 1000, score * 1.1), 1);
  const at = (value) => `${(100 * Math.min(value, end)) / end}%`;
  return svg(
    'svg',
    { class: 'scale', role: 'img', 'aria-label': t('scale', { score: points(milli), max: points(scaleMax) }) },
    bands.map(({ riskClass, from }, place) => {
      const to = cuts[place + 1] ?? end;
      const width = `${(100 * (to - from / 1000)) / end}%`;
      return svg('rect', { x: at(from / 1000), y: 12, width, height: 12, class: `fill-${riskClass}` });
    }),
    svg('line', { x1: at(score), x2: at(score), y1: 6, y2: 30, stroke: '#1b2733', 'stroke-width': 3 }),
    cuts.map((cut) => svg('text', { x: at(cut), y: 40 }, String(cut))),
    svg('text', { x: '100%', y: 40, 'text-anchor': 'end' }, t('higher')),
  );
}

/** Floors and direct determinations that hold, with the facts behind them. */
function decision(facts, data) {
  return ({ kind, code, label: text, riskClass, factIds, basis, provenance, inherited, schemeId }) => {
    const from = data.schemes.find((one) => one.schemeId === schemeId);
    return h(
      'div',
      { class: kind === 'DIRECT' ? 'callout direct' : 'callout' },
      h('strong', {}, `${t(kind, { label: label(text, code) })} · ${code}`),
      ' → ',
      classMark(riskClass),
      inherited ? h('span', { class: 'muted' }, ` ${t('inherited', { scheme: label(from?.label, schemeId) })}`) : null,
      factIds.map((factId) => h('div', {}, factLink(factId, facts))),
      basis === null ? null : h('p', { class: 'basis' }, provenanceBadge(provenance), ' ', t('basis', { basis })),
    );
  };
}

/** Which rule set explains, and why it is this one. */
function source({ ruleSet, takenFrom, department, kind }, data) {
  const from = data.schemes.find(({ schemeId }) => schemeId === takenFrom);
  const since = ruleSet.activatedAt === null ? '' : t('ruleSetSince', { at: dayOrMoment(ruleSet.activatedAt) });
  return h(
    'div',
    { class: 'muted source' },
    h(
      'p',
      {},
      `${t('ruleSet')} `,
      h('span', { class: 'code' }, ruleSet.identity),
      ' ',
      provenanceBadge(ruleSet.provenance),
    ),
    h('p', {}, t(`origin_${ruleSet.origin}`), since),
    ruleSet.insteadOf === null
      ? null
      : h('p', { class: 'callout' }, t('ruleSetInstead', { ruleSet: ruleSet.insteadOf })),
    kind === 'specialised' ? h('p', {}, t('specialised', { department: department ?? '–' })) : null,
    takenFrom === null ? null : h('p', {}, t('takenFrom', { scheme: label(from?.label, takenFrom) })),
  );
}

function storedLine(stored, scheme) {
  if (stored === undefined) return h('p', { class: 'muted' }, t('storedNone'));
  if (stored.riskClass === scheme.riskClass && stored.score === scheme.score) {
    return h(
      'p',
      { class: 'muted' },
      `${t('storedClass')} `,
      stored.riskClass ? classMark(stored.riskClass) : '–',
      ` ${t('storedSame')}`,
    );
  }
  const values = {
    class: stored.riskClass ?? '–',
    score: points(stored.score),
    at: moment(stored.asOf),
    ruleSet: stored.ruleSet,
  };
  return h('p', { class: 'callout calm' }, t('storedDiffers', values));
}

/** What time alone will do, and which single ending would better the class now. */
function outlook(scheme, facts) {
  const { nextChange, improvesAt, endings } = scheme.outlook;
  return h(
    'aside',
    { class: 'outlook', 'aria-labelledby': 'outlook-title' },
    h('h3', { id: 'outlook-title' }, t('outlookTitle')),
    h(
      'dl',
      {},
      row('outlookNext', nextChange === null ? t('noNextChange') : nextLine(nextChange, scheme)),
      row('outlookImproves', improvesLine(scheme, improvesAt)),
      row('outlookEndings', endingLines(scheme, endings, facts)),
      scheme.visits ? row('visitsTitle', t('visits', scheme.visits)) : null,
    ),
  );
}

function row(key, value) {
  return h('div', {}, h('dt', {}, t(key)), h('dd', {}, value));
}

function nextLine(nextChange, { score, riskClass }) {
  return [
    h('strong', { class: 'number' }, dayOrMoment(nextChange.at)),
    nextChange.score === score
      ? h('div', { class: 'muted' }, t('sameScore'))
      : h('div', {}, t('fromTo', { from: points(score), to: points(nextChange.score) })),
    nextChange.riskClass === riskClass
      ? h('div', { class: 'muted' }, t('sameClass'))
      : h('div', {}, mark(riskClass), ' → ', mark(nextChange.riskClass)),
  ];
}

function mark(riskClass) {
  return riskClass ? classMark(riskClass) : t('notScored');
}

function improvesLine({ riskClass }, improvesAt) {
  if (riskClass === 'A') return t('bestAlready');
  if (improvesAt === null) return t('improvesNever');
  return h('strong', { class: 'number' }, dayOrMoment(improvesAt));
}

function endingLines({ riskClass }, endings, facts) {
  if (riskClass === 'A' || riskClass === null) return '–';
  if (endings.length === 0) return t('endingsNone');
  return h(
    'ul',
    { class: 'plain-list' },
    endings.map(({ factId, ways }) =>
      h(
        'li',
        {},
        factLink(factId, facts),
        h(
          'div',
          {},
          ways.map(({ by, riskClass: after }, place) => [
            place > 0 ? t('comma') : null,
            t(`after_${by}`),
            ' ',
            classMark(after),
          ]),
        ),
      ),
    ),
  );
}

/** The sum, line by line: the lines add up to the score. */
function sum({ lines, score }) {
  return h(
    'section',
    { class: 'sum' },
    h('h3', {}, t('sumTitle')),
    h(
      'table',
      {},
      h('caption', { class: 'visually-hidden' }, t('sumTitle')),
      h('tbody', {}, lines.length === 0 ? h('tr', {}, h('td', { colspan: 2 }, t('sumEmpty'))) : lines.map(sumRow)),
      h(
        'tfoot',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, t('sumTotal')),
          h('td', { class: 'number' }, t('points', { points: points(score) })),
        ),
      ),
    ),
  );
}

function sumRow({ kind, code, label: text, points: value }) {
  const name = label(text, code);
  const shown =
    kind === 'INDICATOR'
      ? h('a', { href: `#line-${code}`, onclick: (event) => toLine(event, code) }, `${code} ${name}`)
      : t(`line_${kind}`, { name });
  return h(
    'tr',
    { class: value < 0 ? 'less' : null },
    h('th', { scope: 'row' }, shown),
    h('td', { class: 'number' }, points(value)),
  );
}

function toLine(event, code) {
  event.preventDefault();
  const element = byId(`line-${code}`);
  element?.scrollIntoView({ block: 'center' });
  element?.focus({ preventScroll: true });
}
