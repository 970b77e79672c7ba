import { byId, h, message } from './dom.js';
import { dayOrMoment, has, label, points, t } from './i18n.js';

/** A fact by its name and day; it opens and focuses the fact in the list below. */
export function factLink(factId, facts) {
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

/** Every fact as one scheme sees it: those that count first, each with why it counts or not. */
export function factsList(data, schemeId) {
  const seen = data.facts.map((fact) => ({ fact, standing: standingOf(fact, schemeId) }));
  const [counting, others] = [seen.filter(counts), seen.filter((one) => !counts(one))];
  return [
    h('div', { class: 'card-head' }, h('h2', {}, `${t('factsTitle')}（${data.facts.length}）`)),
    h('p', { class: 'muted' }, t('factsText')),
    data.facts.length === 0 ? message(t('factsEmpty')) : null,
    part('factsCounting', counting),
    part('factsOthers', others),
  ];
}

function counts({ standing }) {
  return standing.usedBy.length > 0 || standing.status === 'MANUAL_CLASS';
}

function part(key, seen) {
  if (seen.length === 0) return null;
  return h('section', { class: 'facts-part' }, h('h3', {}, t(key, { count: seen.length })), seen.map(factBlock));
}

function standingOf({ standings }, schemeId) {
  return standings.find((one) => one.schemeId === schemeId) ?? standings[0];
}

function factBlock({ fact, standing }) {
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
      h('span', { class: standing.usedBy.length > 0 ? 'outcome' : 'outcome zero' }, outcome(standing)),
    ),
    h(
      'div',
      { class: 'inside' },
      h('p', {}, `${t('standing')}：${label(standing.statusLabel)}`),
      standing.usedBy.map(({ code, label: text, points: value }) =>
        h('p', {}, t(value === null ? 'countsTogether' : 'counts', { code, name: label(text), points: points(value) })),
      ),
      h('dl', { class: 'facts-of' }, [...dates(fact), ...origin(fact), ...attributes(fact)]),
      registers(fact),
      h('p', { class: 'muted code' }, fact.factId),
    ),
  );
}

/** The points a fact brings, else what it stands behind, else why it brings none. */
function outcome({ usedBy, statusLabel }) {
  const own = usedBy.filter(({ points: value }) => value !== null);
  if (own.length > 0) return t('points', { points: points(own.reduce((sum, { points: value }) => sum + value, 0)) });
  if (usedBy.length > 0) return usedBy.map(({ code }) => code).join(t('comma'));
  return label(statusLabel);
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
