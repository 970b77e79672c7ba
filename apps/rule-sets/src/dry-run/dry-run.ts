import type { ActiveRuleSets } from '#libs/risk-model';
import type { Population } from './population.ts';
import type { DryRunReport, Mover, SchemeReport } from './report.ts';
import { Tally } from './tally.ts';

export interface Candidate {
  /** `id@version`. */
  readonly ruleSet: string;
  readonly sha256: string;
  readonly schemeId: string;
}

export interface DryRun {
  readonly candidate: Candidate;
  readonly before: ActiveRuleSets;
  readonly after: ActiveRuleSets;
  readonly asOf: number;
  readonly knownAt: number;
  /** Movers that the report names for each scheme. */
  readonly keep: number;
}

export interface DryRunEffects {
  onProgress(done: number, of: number): void;
  /** Told of each mover as it is found. */
  onMover(schemeId: string, mover: Mover): void | Promise<void>;
}

/** Scores the whole population by the rule sets in force and by those with the candidate, and compares. */
export async function dryRun(run: DryRun, population: Population, effects: DryRunEffects): Promise<DryRunReport> {
  const { candidate, before, after, asOf, knownAt } = run;
  const of = await population.size(knownAt);
  const tallies = new Map<string, Tally>();
  let enterprises = 0;
  for await (const enterprise of population.score({ before, after, asOf, knownAt })) {
    for (const comparison of enterprise.schemes) {
      const tally = tallyOf(tallies, comparison.schemeId, run.keep);
      const mover = tally.add(enterprise, comparison);
      if (mover !== undefined) await effects.onMover(comparison.schemeId, mover);
    }
    effects.onProgress(++enterprises, of);
  }
  const inForce = identities(before);
  const then = identities(after);
  const report = (tally: Tally): SchemeReport =>
    tally.report(inForce[tally.schemeId] ?? null, then[tally.schemeId] ?? null);
  return {
    ...candidate,
    replaces: inForce[candidate.schemeId] ?? null,
    inForce,
    asOf: new Date(asOf).toISOString(),
    knownAt: new Date(knownAt).toISOString(),
    engine: population.engine,
    enterprises,
    schemes: [...tallies.values()]
      .map(report)
      .filter(({ schemeId, moved }) => schemeId === candidate.schemeId || moved.total > 0),
  };
}

function tallyOf(tallies: Map<string, Tally>, schemeId: string, keep: number): Tally {
  let tally = tallies.get(schemeId);
  if (tally === undefined) tallies.set(schemeId, (tally = new Tally(schemeId, keep)));
  return tally;
}

function identities({ ruleSets }: ActiveRuleSets): Record<string, string> {
  return Object.fromEntries(ruleSets.map(({ schemeId, identity }) => [schemeId, identity]));
}
