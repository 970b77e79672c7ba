import type { Lifetime } from '../life.ts';
import type { FactUse } from '../rule-set/definition.ts';
import { placeOf } from './places.ts';

/** How facts of a type begin and end, with places in the packed values instead of names. */
export function lifetimeOf({ type, lifetime }: FactUse, classes: readonly string[]): Lifetime {
  const place = (attribute: string | null): number | null => (attribute === null ? null : placeOf(type, attribute));
  const months = lifetime.publicityMonths;
  return {
    startsAt: place(lifetime.startsAt),
    expiresAt: place(lifetime.expiresAt),
    completedOn: lifetime.completedOn,
    publicityEnd: place(lifetime.publicityEnd),
    publicityMonths:
      typeof months === 'object' && months !== null ? classes.map((name) => months[name] ?? null) : months,
  };
}
