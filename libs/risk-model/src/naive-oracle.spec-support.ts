import type { FactRecord } from './facts.ts';
import { findBase, findDynamic } from './naive-attributes.spec-support.ts';
import { bestChoice } from './naive-choice.spec-support.ts';
import { conditionsOf, FLOORS, isScored, saysNothing } from './naive-conditions.spec-support.ts';
import { DAY, factsOf, inForce, isDisputed, later } from './naive-facts.spec-support.ts';
import type { Fact } from './naive-facts.spec-support.ts';
import { Findings, stated } from './naive-findings.spec-support.ts';
import { findAssociation, findSociety } from './naive-society.spec-support.ts';
import { findSupervision } from './naive-supervision.spec-support.ts';
import type { RiskClass } from './position.ts';

/**
 * The exact rules of the general rule set once more, written down plainly with their numbers and without the engine: no
 * folding step by step, no packing, no shared work, every choice tried. Slow, and meant to be read beside the rules.
 */
export interface OracleResult {
  readonly score: number;
  readonly riskClass: RiskClass | null;
  /** Without the override. */
  readonly computedClass: RiskClass | null;
  readonly groups: Record<string, number>;
  readonly direct: readonly string[];
  readonly evidence: 'NEW' | 'LOW' | 'NORMAL';
}

interface Reading {
  readonly score: number;
  readonly groups: Record<string, number>;
  readonly conditions: readonly string[];
  readonly scored: boolean;
}

/** Rule 3 and 8.1: no buying back while one of these is open. */
const SUSPENDING = ['R06', 'R07', 'R08', 'R09', 'R10', 'R11', 'R15', 'R19', 'R20'];

/** Everything at one moment, in milli-points; facts under objection are halved or left out. */
function read(all: readonly Fact[], asOf: number, disputed: 'HALVED' | 'LEFT_OUT'): Reading {
  const known = disputed === 'HALVED' ? all : all.filter((fact) => !isDisputed(fact, asOf));
  const found = new Findings(known, asOf);
  findBase(found);
  findDynamic(found);
  findSupervision(found);
  findAssociation(found);
  findSociety(found);
  const { sums, groups } = bestChoice(found.parts);
  const total = Object.values(groups).reduce((sum, points) => sum + points, 0);
  const suspended = SUSPENDING.some((code) => found.open.has(code));
  const pool = suspended ? 0 : Math.min(50_000, (sums['R16'] as number) + (sums['S07'] as number));
  const score = Math.max(0, Math.min(1_000_000, total - pool));
  return { score, groups, conditions: conditionsOf(found), scored: isScored(found, all) };
}

/** Bands, BASE alone (rule 24), floors and direct determinations. */
function classOf({ score, groups, conditions, scored }: Reading): RiskClass | null {
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

function directOf({ scored, conditions }: Reading): string[] {
  return scored ? conditions.filter((code) => code.startsWith('X')) : [];
}

/** Rule 12: of the intervals that hold now the one approved last, at most 90 days from its beginning. */
export function overrideOf(facts: readonly Fact[], scheme: string, asOf: number): RiskClass | null {
  const holding = facts.filter(
    (fact) =>
      fact.type === 'override.class' &&
      fact.attributes['schemeId'] === scheme &&
      inForce(fact, asOf) &&
      asOf < fact.start + 90 * DAY,
  );
  const approved = (fact: Fact): number => fact.attributes['approvedAt'] as number;
  const last = holding.sort((a, b) => approved(b) - approved(a) || (a.id < b.id ? 1 : -1))[0];
  return last === undefined ? null : (last.attributes['riskClass'] as RiskClass);
}

/** Rule 13. */
function evidenceOf(facts: readonly Fact[], asOf: number): OracleResult['evidence'] {
  const registeredAt = stated(new Findings(facts, asOf), 'registeredAt')?.value;
  if (typeof registeredAt === 'number' && asOf < later(registeredAt, 24)) return 'NEW';
  const events = facts.filter((fact) => !saysNothing(fact.type) && fact.start <= asOf);
  return events.some((fact) => asOf < later(fact.start, 24)) ? 'NORMAL' : 'LOW';
}

/** Score, class, groups and direct determinations of the records at `asOf`. */
export function oracle(records: readonly FactRecord[], asOf: number): OracleResult {
  const facts = factsOf(records);
  const { score, groups } = read(facts, asOf, 'HALVED');
  const forClass = read(facts, asOf, 'LEFT_OUT');
  const computedClass = classOf(forClass);
  const direct = directOf(forClass);
  const set = computedClass === null || direct.length > 0 ? null : overrideOf(facts, 'general', asOf);
  const evidence = evidenceOf(facts, asOf);
  return { score, riskClass: set ?? computedClass, computedClass, groups, direct, evidence };
}

/** Rule 2: raw(P) and raw(P−1), with what is known now; in between only by five points inside the better band. */
export function officialOracle(
  records: readonly FactRecord[],
  { asOf, previousAsOf }: { readonly asOf: number; readonly previousAsOf: number },
): RiskClass | null {
  const facts = factsOf(records);
  const now = read(facts, asOf, 'LEFT_OUT');
  const raw = classOf(now);
  if (raw === null) return null;
  const before = classOf(read(facts, previousAsOf, 'LEFT_OUT'));
  const held = classOf({ ...now, score: now.score + 5000 }) as RiskClass;
  const kept = before === null ? raw : before < held ? before : held;
  const computed = kept > raw ? kept : raw;
  return directOf(now).length > 0 ? computed : (overrideOf(facts, 'general', asOf) ?? computed);
}
