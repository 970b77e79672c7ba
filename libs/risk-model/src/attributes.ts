import { attributesOfCode, FACT_TYPES, STATING_TYPES } from './facts.ts';
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

const NAMES = [
  'town',
  'industry',
  'registeredAt',
  'status',
  'entityKind',
] as const satisfies readonly (keyof EnterpriseAttributes)[];

/** By fact type: where in its packed values each attribute stands, -1 where it states none; undefined states nothing. */
const PLACES: readonly (readonly number[] | undefined)[] = FACT_TYPES.map((_type, code) => {
  const stated = attributesOfCode(code);
  return STATING_TYPES.includes(code) ? NAMES.map((name) => stated.indexOf(name)) : undefined;
});

// Stryker disable all: working memory, written before it is read
const life = emptyLife();
const values: AttributeValue[] = NAMES.map(() => null);
const starts = new Float64Array(NAMES.length);
// Stryker restore all

function stateEach(places: readonly number[], stated: readonly AttributeValue[]): void {
  for (let slot = 0; slot < places.length; slot++) {
    const value = stated[places[slot] as number] ?? null;
    if (value === null || life.start < (starts[slot] as number)) continue;
    values[slot] = value;
    starts[slot] = life.start;
  }
}

function asText(value: AttributeValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * What the registration, its changes and its end in force at `asOf` say: for each attribute the latest begun fact that states
 * it. Enterprises of foreign schemes have no registration, so everything is null.
 */
export function attributesAt(position: Position, asOf: number): EnterpriseAttributes {
  for (let slot = 0; slot < NAMES.length; slot++) {
    values[slot] = null;
    starts[slot] = -Infinity;
  }
  for (const fact of position.facts) {
    const type = fact[TYPE];
    const places = typeof type === 'number' ? PLACES[type] : undefined;
    if (places === undefined) continue;
    if (!readLife(life, fact, PLAIN_READING) || asOf < life.start || asOf >= life.end) continue;
    stateEach(places, fact[CONTENT]?.[CONTENT_VALUES] ?? []);
  }
  const [town, industry, registeredAt, status, entityKind] = values;
  return {
    town: asText(town),
    industry: asText(industry),
    registeredAt: typeof registeredAt === 'number' ? registeredAt : null,
    status: asText(status),
    entityKind: asText(entityKind),
  };
}
