import { attributesOfCode, STATING_TYPES } from './facts.ts';
import type { AttributeValue } from './facts.ts';
import { emptyLife, PLAIN_READING, readLife } from './life.ts';
import { CONTENT, CONTENT_VALUES, TYPE } from './position.ts';
import type { Position } from './position.ts';

/** The enterprise itself as its registration (登记) and changes (变更) state it; null = no source has said. */
export interface EnterpriseAttributes {
  readonly town: string | null;
  readonly industry: string | null;
  readonly registeredAt: number | null;
  readonly status: string | null;
  readonly entityKind: string | null;
}

function asText(value: AttributeValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * What the registration, its changes and its end in force at `asOf` say: for each attribute the latest begun fact that states
 * it. Enterprises of foreign schemes have no registration, so everything is null.
 */
export function attributesAt(position: Position, asOf: number): EnterpriseAttributes {
  const life = emptyLife();
  const value = new Map<string, AttributeValue>();
  const since = new Map<string, number>();
  for (const fact of position.facts) {
    const type = fact[TYPE];
    if (typeof type !== 'number' || !STATING_TYPES.includes(type)) continue;
    if (!readLife(life, fact, PLAIN_READING) || asOf < life.start || asOf >= life.end) continue;
    attributesOfCode(type).forEach((name, place) => {
      const stated = fact[CONTENT]?.[CONTENT_VALUES][place] ?? null;
      if (stated === null || life.start < (since.get(name) ?? -Infinity)) return;
      value.set(name, stated);
      since.set(name, life.start);
    });
  }
  const registeredAt = value.get('registeredAt');
  return {
    town: asText(value.get('town')),
    industry: asText(value.get('industry')),
    registeredAt: typeof registeredAt === 'number' ? registeredAt : null,
    status: asText(value.get('status')),
    entityKind: asText(value.get('entityKind')),
  };
}
