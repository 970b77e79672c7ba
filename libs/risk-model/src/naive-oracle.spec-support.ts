import type { FactRecord } from './facts.ts';
import { bestChoice } from './naive-choice.spec-support.ts';
import { factsOf, isDisputed } from './naive-facts.spec-support.ts';
import type { Fact } from './naive-facts.spec-support.ts';
import { findAll, stated } from './naive-points.spec-support.ts';
import type { RiskClass } from './position.ts';

/**
 * The rules of the default rule set once more, written down plainly with their numbers and without the engine: no
 * folding step by step, no packing, no shared work, every choice tried. Slow, and meant to be read beside the rules.
 */
export interface OracleResult {
  readonly score: number;
  readonly riskClass: RiskClass | null;
  readonly groups: Record<string, number>;
  readonly direct: readonly string[];
}

interface OracleReading {
  readonly score: number;
  readonly groups: Record<string, number>;
  readonly conditions: readonly string[];
  readonly scored: boolean;
}

const STATES = ['R06', 'R07', 'R08', 'R09', 'R10', 'R11', 'R15'];
const OUTSIDE = ['REVOKED_DEREGISTERED', 'DEREGISTERED', 'CANCELLED', 'MOVED_OUT'];

/** Everything at one moment, in milli-points; facts under objection are halved or left out. */
function read(all: readonly Fact[], asOf: number, disputed: 'HALVED' | 'LEFT_OUT'): OracleReading {
  const known = disputed === 'HALVED' ? all : all.filter((fact) => !isDisputed(fact, asOf));
  const found = findAll(known, asOf);
  const { sums, groups } = bestChoice(found.parts);
  const total = Object.values(groups).reduce((sum, points) => sum + points, 0);
  const suspended = STATES.some((code) => found.open.has(code));
  const score = Math.max(0, Math.min(1_000_000, total - (suspended ? 0 : Math.min(50_000, sums['R16'] ?? 0))));
  const gone = found.usable.some(
    (fact) => fact.type === 'enterprise.deregistration' && (fact.attributes['status'] ?? null) === null,
  );
  const outside = OUTSIDE.includes(String(stated(found, 'status')?.value));
  const scored = all.some((fact) => fact.start <= asOf) && !gone && !outside;
  return { score, groups, conditions: [...found.conditions].sort(), scored };
}

const FLOORS: Record<string, RiskClass> = { F01: 'B', F02: 'C', F03: 'C', F04: 'C', F05: 'C' };

function classOf({ score, groups, conditions, scored }: OracleReading): RiskClass | null {
  if (!scored) return null;
  let riskClass: RiskClass = score < 40_000 ? 'A' : score < 100_000 ? 'B' : score < 200_000 ? 'C' : 'D';
  const onlyAttributes = ['DYN', 'REG', 'ASC', 'SOC'].every((group) => groups[group] === 0);
  if (onlyAttributes && riskClass > 'B') riskClass = 'B';
  for (const code of conditions) {
    const floor = FLOORS[code] ?? 'D';
    if (floor > riskClass) riskClass = floor;
  }
  return riskClass;
}

/** Score, class, groups and direct determinations of the records at `asOf`. */
export function oracle(records: readonly FactRecord[], asOf: number): OracleResult {
  const facts = factsOf(records);
  const { score, groups } = read(facts, asOf, 'HALVED');
  const forClass = read(facts, asOf, 'LEFT_OUT');
  const direct = forClass.scored ? forClass.conditions.filter((code) => code.startsWith('X')) : [];
  return { score, riskClass: classOf(forClass), groups, direct };
}
