import type { Position, SchemeState } from '#libs/risk-model';
import type { EnterpriseState, SchemeStanding, Standing } from './enterprise-state.ts';

type Override = NonNullable<SchemeState['override']>;

/**
 * True when the slim positions of two states of an enterprise say the same but for their moments: score, class, groups and
 * rule set of each scheme, evidence, attributes. Most facts of an enterprise leave all of it as it was.
 */
export function samePosition(before: EnterpriseState, after: EnterpriseState): boolean {
  const [old, now] = [before.standing, after.standing];
  if (old === null || now === null) return old === now;
  return (
    before.synthetic === after.synthetic &&
    (old === now || (old.general === now.general && sameStanding(old, now))) &&
    sameResults(before.position.schemes, after.position.schemes)
  );
}

/** Evidence, attributes, and rule set and groups of each scheme, in the same order too: it is the order in the slim position. */
export function sameStanding(old: Standing, now: Standing): boolean {
  return old.evidenceLevel === now.evidenceLevel && sameAttributes(old, now) && sameSchemes(old.schemes, now.schemes);
}

function sameAttributes({ attributes: old }: Standing, { attributes: now }: Standing): boolean {
  return (
    old.town === now.town &&
    old.industry === now.industry &&
    old.registeredAt === now.registeredAt &&
    old.status === now.status
  );
}

function sameSchemes(old: Standing['schemes'], now: Standing['schemes']): boolean {
  return old === now || sameByName(old, now, sameScheme);
}

function sameResults(old: Position['schemes'], now: Position['schemes']): boolean {
  return old === now || sameByName(old, now, sameResult);
}

function sameByName<T>(
  old: Readonly<Record<string, T>>,
  now: Readonly<Record<string, T>>,
  same: (one: T, other: T) => boolean,
): boolean {
  const names = Object.keys(old);
  let place = 0;
  for (const name in now) {
    if (names[place++] !== name || !same(old[name] as T, now[name] as T)) return false;
  }
  return place === names.length;
}

function sameResult(old: SchemeState, now: SchemeState): boolean {
  return old.score === now.score && old.riskClass === now.riskClass && sameOverride(old.override, now.override);
}

function sameOverride(old: Override | null, now: Override | null): boolean {
  if (old === null || now === null) return old === now;
  return old.factId === now.factId && old.computedClass === now.computedClass;
}

/** One rule set has the same groups whatever the enterprise. */
function sameScheme(old: SchemeStanding, now: SchemeStanding): boolean {
  if (old.ruleSet !== now.ruleSet) return false;
  for (const group in now.groups) if (old.groups[group] !== now.groups[group]) return false;
  return true;
}
