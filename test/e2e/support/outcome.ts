import { TOPICS } from '#libs/contracts';
import type { Warehouse } from '#libs/warehouse-client';
import { decodeAll, readAll } from './log.ts';
import type { System } from './system.ts';

/** What the services write; a run begins with these empty. */
export const OUTPUTS = [
  TOPICS.positions.name,
  TOPICS.classChanged.name,
  TOPICS.warnings.name,
  TOPICS.eventsScorerDeadLetters.name,
  TOPICS.eventsWarehouseDeadLetters.name,
  TOPICS.positionsWarehouseDeadLetters.name,
  TOPICS.classChangedWarehouseDeadLetters.name,
  TOPICS.warningsWarehouseDeadLetters.name,
];
/** What the warehouse reads of a run. */
export const STORED = [TOPICS.events.name, TOPICS.positions.name, TOPICS.classChanged.name, TOPICS.warnings.name];

/** What may differ between runs: when a row came, and where and when the scorer's output stands in its own topic. */
const COMPARED = {
  facts: '* EXCEPT (inserted_at)',
  positions: '* EXCEPT (inserted_at, log_offset, record_time)',
  class_changes: '* EXCEPT (inserted_at, log_offset, record_time)',
  warnings: '* EXCEPT (inserted_at, log_offset, record_time)',
  rule_set_activations: '* EXCEPT (inserted_at)',
  enterprise_names: '*',
} as const;
export const TABLES = Object.keys(COMPARED) as readonly (keyof typeof COMPARED)[];

/** What two runs over one log must agree in. */
export const PARTS = [...TABLES, 'class changes told', 'warnings told', 'latest positions', 'dead letters'] as const;
export type Part = (typeof PARTS)[number];

/** All that a run left behind: of each part its records as text, in an order that does not depend on the run. */
export interface Outcome {
  readonly parts: Readonly<Record<Part, readonly string[]>>;
  /** Ids of outputs that subscribers read more than once, with the place of the repetition. */
  readonly repeatedIds: readonly string[];
  /** Records of the event log at the end: the scorer itself adds clock ticks when reviews fall due. */
  readonly logLength: number;
}

/** The first record of a part that only one of two runs has there. */
export interface Difference {
  readonly part: Part;
  readonly index: number;
  readonly here: string | undefined;
  readonly there: string | undefined;
  readonly countHere: number;
  readonly countThere: number;
}

/** Reads a run's outcome when its services have ended. Rows after FINAL; of the topics what a read-committed subscriber gets. */
export async function outcomeOf(system: System, warehouse: Warehouse): Promise<Outcome> {
  const rows = {} as Record<keyof typeof COMPARED, string[]>;
  for (const table of TABLES) {
    const final = table === 'enterprise_names' ? '' : 'FINAL';
    const stored = await warehouse.queryCompact(`SELECT ${COMPARED[table]} FROM ${table} ${final} ORDER BY ALL`);
    rows[table] = stored.map((row) => JSON.stringify(row));
  }
  const changes = await told(system, TOPICS.classChanged.name);
  const warnings = await told(system, TOPICS.warnings.name);
  const positions = await told(system, TOPICS.positions.name);
  const letters = OUTPUTS.filter((topic) => topic.endsWith('.dlt')).map(async (topic) => readAll(system.kafka, topic));
  return {
    parts: {
      ...rows,
      'class changes told': inOrderOfKeys(changes),
      'warnings told': inOrderOfKeys(warnings),
      'latest positions': [...new Map(positions.map(({ key, value }) => [key, text(key, value)])).values()].sort(),
      'dead letters': (await Promise.all(letters)).flat().map(({ value }) => value?.toString('hex') ?? ''),
    },
    repeatedIds: [...repeated(changes, 'changeId'), ...repeated(warnings, 'warningId')],
    logLength: (await readAll(system.kafka, TOPICS.events.name)).length,
  };
}

/** The first difference of each part; none when the runs ended in the same. */
export function differences(here: Outcome, there: Outcome): readonly Difference[] {
  return PARTS.flatMap((part) => differenceIn(part, here, there) ?? []);
}

export function differenceIn(part: Part, here: Outcome, there: Outcome): Difference | undefined {
  const [ours, theirs] = [here.parts[part], there.parts[part]];
  const index = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, at) => at).find(
    (at) => ours[at] !== theirs[at],
  );
  if (index === undefined) return undefined;
  return {
    part,
    index,
    here: ours[index],
    there: theirs[index],
    countHere: ours.length,
    countThere: theirs.length,
  };
}

interface Told {
  readonly place: string;
  readonly key: string;
  readonly value: object;
}

async function told(system: System, topic: string): Promise<Told[]> {
  const records = await decodeAll(system.registry, await readAll(system.kafka, topic));
  return records.map(({ key, partition, offset, decoded }) => ({
    place: `${topic}/${partition} offset ${offset}`,
    key: String(key),
    value: decoded as object,
  }));
}

/** Keys in their own order, the records of a key in that of the topic. */
function inOrderOfKeys(records: readonly Told[]): string[] {
  const byKey = new Map<string, string[]>();
  for (const { key, value } of records) {
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [text(key, value)]);
    else known.push(text(key, value));
  }
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}

function text(key: string, value: object): string {
  return `${key} ${JSON.stringify(value)}`;
}

function repeated(records: readonly Told[], idField: 'changeId' | 'warningId'): string[] {
  const places = new Map<string, string>();
  return records.flatMap(({ place, value }) => {
    const id = (value as Readonly<Record<string, string>>)[idField] as string;
    const before = places.get(id);
    places.set(id, place);
    return before === undefined ? [] : [`${id} at ${before} and ${place}`];
  });
}
