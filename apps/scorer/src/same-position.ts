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
    old.general === now.general &&
    old.evidenceLevel === now.evidenceLevel &&
    sameAttributes(old, now) &&
    sameSchemes(before.position, after.position, old, now)
  );
}

function sameAttributes({ attributes: old }: Standing, { attributes: now }: Standing): boolean {
  return (
    old.town === now.town &&
    old.industry === now.industry &&
    old.registeredAt === now.registeredAt &&
    old.status === now.status
  );
}

function sameSchemes(before: Position, after: Position, old: Standing, now: Standing): boolean {
  const names = Object.keys(before.schemes);
  let place = 0;
  for (const name in after.schemes) {
    // In the same order too: it is the order in the slim position.
    if (names[place++] !== name) return false;
    if (!sameResult(before.schemes[name], after.schemes[name])) return false;
    if (!sameStanding(old.schemes[name], now.schemes[name])) return false;
  }
  return place === names.length;
}

function sameResult(old: SchemeState | undefined, now: SchemeState | undefined): boolean {
  return (
    old?.score === now?.score &&
    old?.riskClass === now?.riskClass &&
    sameOverride(old?.override ?? null, now?.override ?? null)
  );
}

function sameOverride(old: Override | null, now: Override | null): boolean {
  if (old === null || now === null) return old === now;
  return old.factId === now.factId && old.computedClass === now.computedClass;
}

/** One rule set has the same groups whatever the enterprise. */
function sameStanding(old: SchemeStanding | undefined, now: SchemeStanding | undefined): boolean {
  if (old === undefined || now === undefined) return old === now;
  if (old.ruleSet !== now.ruleSet) return false;
  for (const group in now.groups) if (old.groups[group] !== now.groups[group]) return false;
  return true;
}
