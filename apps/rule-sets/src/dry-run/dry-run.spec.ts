import type { ActiveRuleSets, RiskClass } from '#libs/risk-model';
import { activeRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { dryRun } from './dry-run.ts';
import type { Population, ScoredEnterprise, Standpoint } from './population.ts';
import { reportText } from './report-text.ts';
import type { DryRunReport, Mover } from './report.ts';
import { traitsOf } from './traits.ts';

const NOW = Date.UTC(2026, 10, 2);

const standpoint = (riskClass: RiskClass | null, points: number): Standpoint => ({
  ruleSet: 'general@1.0.0',
  score: points * 1_000,
  riskClass,
});

function enterprise(
  name: string,
  before: Standpoint | null,
  after: Standpoint | null,
  age = '5–10 years',
): ScoredEnterprise {
  const reasons = () => [{ indicator: 'R10', kind: 'INDICATOR' as const, points: 100_000, factIds: ['f'] }];
  const traits = { age, size: 'unknown', industry: 'F' };
  return { subject: `uscc:${name}`, traits, schemes: [{ schemeId: 'general', before, after, reasons }] };
}

const CITY = [
  enterprise('stays', standpoint('A', 0), standpoint('A', 1)),
  enterprise('one-down', standpoint('A', 40), standpoint('B', 70)),
  enterprise('two-down', standpoint('B', 90), standpoint('D', 900), 'under 2 years'),
  enterprise('up', standpoint('C', 200), standpoint('B', 100)),
  enterprise('left', standpoint('A', 0), standpoint(null, 0)),
];

const population: Population = {
  engine: 'memory',
  latestKnown: async () => NOW,
  size: async () => CITY.length,
  async *score() {
    yield* CITY;
  },
};

async function run(keep = 2): Promise<{ report: DryRunReport; movers: Mover[] }> {
  const movers: Mover[] = [];
  const active: ActiveRuleSets = activeRuleSets(readRuleSetFolder('schemas/rule-sets'), ['general@1.0.0']);
  const candidate = { ruleSet: 'general@9.0.0', sha256: 'a'.repeat(64), schemeId: 'general' };
  const question = { candidate, before: active, after: active, asOf: NOW, knownAt: NOW, keep };
  const report = await dryRun(question, population, {
    onProgress: () => undefined,
    onMover: (_, mover) => void movers.push(mover),
  });
  return { report, movers };
}

describe('the report of a dry run', () => {
  it('counts every enterprise once on each side of the migration matrix', async () => {
    const { report } = await run();
    const [scheme] = report.schemes;
    expect(report).toMatchObject({ replaces: 'general@1.0.0', enterprises: 5, inForce: { general: 'general@1.0.0' } });
    expect(scheme?.classes).toEqual({
      before: { A: 3, B: 1, C: 1, D: 0, UNRATED: 0 },
      after: { A: 1, B: 2, C: 0, D: 1, UNRATED: 1 },
    });
    expect(scheme?.migration.A).toEqual({ A: 1, B: 1, C: 0, D: 0, UNRATED: 1 });
    expect(scheme?.moved).toEqual({ total: 4, worsened: 2, improved: 1, newlyRated: 0, noLongerRated: 1 });
  });

  it('gives the share of A by age, size and industry over the rated only', async () => {
    const { shareOfA } = (await run()).report.schemes[0] as DryRunReport['schemes'][number];
    expect(shareOfA.age).toEqual([
      { band: 'under 2 years', before: { rated: 1, a: 0 }, after: { rated: 1, a: 0 } },
      { band: '5–10 years', before: { rated: 4, a: 3 }, after: { rated: 3, a: 1 } },
    ]);
    expect(shareOfA.industry).toEqual([{ band: 'F', before: { rated: 5, a: 3 }, after: { rated: 4, a: 1 } }]);
  });

  it('names those that move furthest, and tells all of them', async () => {
    const { report, movers } = await run();
    expect(movers).toHaveLength(4);
    expect(report.schemes[0]?.furthest.map(({ subject }) => subject)).toEqual(['uscc:two-down', 'uscc:up']);
    expect(movers.find(({ to }) => to === 'UNRATED')).toMatchObject({ scoreBefore: 0, scoreAfter: null });
  });

  it('reads as a table', async () => {
    const text = reportText((await run()).report);
    expect(text).toContain('4 move: 2 worsen, 1 improve, 0 are newly rated, 1 no longer');
    expect(text).toContain('uscc:two-down  B → D  90 → 900  R10 100');
    expect(text).toMatch(/5–10 years {2,}4 {2}3 {2}75.0 % {6}3 {2}1 {2}33.3 %/);
  });
});

describe('the traits of an enterprise', () => {
  const attributes = { town: null, industry: 'F5212', status: null, registeredAt: null, entityKind: 'ENTERPRISE' };

  it('are unknown where no source states them', () => {
    expect(traitsOf({ ...attributes, industry: null }, null, NOW)).toEqual({
      age: 'unknown',
      size: 'unknown',
      industry: 'unknown',
    });
  });

  it('come from registration: age in whole years, capital of enterprises, kind of the others', () => {
    const registeredAt = Date.UTC(2024, 10, 2);
    expect(traitsOf({ ...attributes, registeredAt }, 100_000_000, NOW)).toEqual({
      age: '2–5 years',
      size: 'capital 1–10 million',
      industry: 'F',
    });
    expect(traitsOf({ ...attributes, registeredAt: registeredAt + 1 }, 99_999_999, NOW)).toMatchObject({
      age: 'under 2 years',
      size: 'capital under 1 million',
    });
    expect(traitsOf({ ...attributes, entityKind: 'BRANCH' }, 100_000_000, NOW).size).toContain('branch');
  });
});
