import { globSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { latestRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { dayOf, play } from '../../../test/scenarios/play.ts';
import type { Core, Played } from '../../../test/scenarios/play.ts';
import { readScenario } from '../../../test/scenarios/scenario.ts';
import type { Expectation } from '../../../test/scenarios/scenario.ts';
import { STATUS_WORDS, WORDS } from '../../../test/scenarios/vocabulary.ts';
import { activate } from './index.ts';
import type { Explanation, Position } from './index.ts';

const RULES = activate(latestRuleSets(readRuleSetFolder('schemas/rule-sets')).map(({ compiled }) => compiled));
const FILES = globSync('test/scenarios/*.yaml').sort();
const SCENARIOS = FILES.map((file) => {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw document.errors[0] as Error;
    return readScenario(document.toJS() as Record<string, unknown>);
  });
  return { file, documents };
});

/** Codes that stand in the sum, floors and direct determinations met; `POSITIVE` when the pool took points off. */
function standing(explanation: Explanation): string[] {
  const { lines, indicators, floors, directDeterminations, inheritedDeterminations, positivePool } = explanation;
  const pool = positivePool.taken > 0 ? indicators.filter(({ positive, points }) => positive && points > 0) : [];
  const counted = [...lines.filter((line) => line.kind === 'INDICATOR'), ...pool, ...floors, ...directDeterminations];
  return [
    ...counted.map((item) => item.code),
    ...inheritedDeterminations,
    ...(positivePool.taken > 0 ? ['POSITIVE'] : []),
  ];
}

function meetsChanges(core: Core, expected: Expectation, scheme: string): void {
  if (expected.classChanged !== undefined) {
    const place = core.changes.findIndex(({ schemeId }) => schemeId === scheme);
    const [change] = place < 0 ? [] : core.changes.splice(place, 1);
    expect(change && { from: change.from, to: change.to }).toEqual(expected.classChanged);
  }
  if (expected.noChange) expect(core.changes.filter(({ schemeId }) => schemeId === scheme)).toEqual([]);
}

function meetsWarnings(core: Core, expected: Expectation): void {
  const rules = core.warnings.map(({ rule }) => rule);
  if (expected.warned !== undefined) expect(rules).toEqual(expect.arrayContaining([...expected.warned]));
  for (const rule of expected.notWarned ?? []) expect(rules).not.toContain(rule);
  const levels = core.warnings.map(({ level }) => level);
  if (expected.warnings !== undefined) expect(levels).toEqual(expected.warnings);
  if (expected.warnings !== undefined || expected.warned !== undefined) core.warnings.length = 0;
}

function meetsClass(core: Core, expected: Expectation, scheme: string): void {
  const { riskClass = null, score = NaN } = core.position?.schemes[scheme] ?? {};
  if (expected.class !== undefined) expect(riskClass).toBe(expected.class);
  if (expected.score !== undefined) expect(score / 1000).toBe(expected.score);
  if (expected.evidence !== undefined) expect(core.last?.evidenceLevel).toBe(expected.evidence);
  if (expected.official !== undefined) {
    const official = core.official(dayOf(expected.official.after)).find(({ schemeId }) => schemeId === scheme);
    expect(official?.riskClass ?? null).toBe(expected.official.class);
  }
  if (expected.nextReview !== undefined) {
    const { nextReviewAt } = core.position as Position;
    expect(nextReviewAt).toBe(expected.nextReview === null ? null : dayOf(expected.nextReview));
  }
}

function meetsAccount(core: Core, expected: Expectation, scheme: string, idOf: Played['idOf']): void {
  const explanation = core.explanation(scheme);
  if (explanation === undefined) {
    expect(expected).not.toHaveProperty('because');
    return;
  }
  const codes = standing(explanation);
  if (expected.because !== undefined) expect(codes).toEqual(expect.arrayContaining([...expected.because]));
  for (const code of expected.notBecause ?? []) expect(codes).not.toContain(code);
  for (const [group, points] of Object.entries(expected.groups ?? {})) {
    expect(explanation.groups.find(({ code }) => code === group)?.points).toBe(points * 1000);
  }
  if (expected.computedClass !== undefined) expect(explanation.computedClass).toBe(expected.computedClass);
  for (const [number, status] of Object.entries(expected.facts ?? {})) {
    expect(explanation.facts.find(({ factId }) => factId === idOf.get(number))?.status).toBe(status);
  }
}

function meets({ cores, idOf }: Played, expected: Expectation): void {
  const core = cores[expected.who ?? 'enterprise'];
  const scheme = expected.scheme ?? 'general';
  if (expected.on !== undefined) core.passTo(dayOf(expected.on));
  meetsChanges(core, expected, scheme);
  meetsWarnings(core, expected);
  meetsClass(core, expected, scheme);
  meetsAccount(core, expected, scheme, idOf);
}

describe.each(SCENARIOS)('$file', ({ documents }) => {
  it.each(documents.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const played = play(scenario, RULES);
    scenario.then.forEach((expected) => meets(played, expected));
  });
});

describe('some scenario shows', () => {
  const expectations = SCENARIOS.flatMap(({ documents }) => documents.flatMap(({ then }) => then));
  const shown = expectations.flatMap(({ because = [], warned = [] }) => [...because, ...warned]);
  const definitions = RULES.ruleSets.map(({ definition }) => definition);

  it.each(definitions.map((definition) => [definition.id, definition] as const))(
    'every indicator, floor, direct determination and warning of %s',
    (_, { indicators, conditions, warnings }) => {
      const codes = [...indicators, ...conditions].map(({ code }) => code);
      const named = [...codes, ...warnings.map(({ id }) => id)];
      expect(named.filter((code) => !shown.includes(code))).toEqual([]);
    },
  );

  it('every exclusive set, one member counting and another not', () => {
    const sets = definitions.flatMap(({ exclusive }) => exclusive.map(({ members }) => members));
    const unseen = sets.filter(
      (members) =>
        !expectations.some(
          ({ because = [], notBecause = [] }) =>
            members.some((code) => because.includes(code)) && members.some((code) => notBecause.includes(code)),
        ),
    );
    expect(unseen).toEqual([]);
  });

  it('every word, and so every fact type and every step of a fact’s life', () => {
    const words = SCENARIOS.flatMap(({ documents }) => documents.flatMap(({ given, when }) => [...given, ...when]));
    const said = new Set(words.map(({ word }) => word));
    expect(Object.keys({ ...WORDS, ...STATUS_WORDS }).filter((word) => !said.has(word))).toEqual([]);
  });
});
