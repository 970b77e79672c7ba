import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import {
  keyOf,
  normaliseEvent,
  type ClassChanged,
  type ControlRecord,
  type EnterpriseEvent,
  type LogRecord,
  type PositionUpdated,
} from '#libs/contracts';
import { packageRoot } from '#libs/service';
import {
  partitionOf,
  UndecodableError,
  type AvroRegistry,
  type Moment,
  type Outcome,
  type Output,
  type ReadAgain,
  type TopicRecord,
} from '#libs/stream';
import { Announcements } from './announcements.ts';
import { Carrier } from './carrier.ts';
import type { EnterpriseState } from './enterprise-state.ts';
import { stateCodec } from './state-codec.ts';
import { EventScorer } from './event-scorer.ts';
import { RuleSets } from './rule-sets.ts';

const SHIPPED = join(packageRoot(), 'schemas/rule-sets');
const GENERAL = 'general@2.0.0';

/** The registry's port in memory: values travel as JSON. */
export const registry: AvroRegistry = {
  encode: (fullName, value) => Buffer.from(JSON.stringify({ fullName, value })),
  prepare: async () => undefined,
  decode(value) {
    try {
      const { fullName, value: decoded } = JSON.parse(value?.toString() ?? '') as { fullName: string; value: unknown };
      return { fullName, name: fullName.slice(fullName.lastIndexOf('.') + 1), value: decoded };
    } catch {
      throw new UndecodableError('no Avro');
    }
  },
};

/** A folder with the general rule set as it is shipped. */
export function ruleSetFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rule-sets-'));
  writeFileSync(join(folder, `${GENERAL}.yaml`), readFileSync(join(SHIPPED, `${GENERAL}.yaml`)));
  return folder;
}

/** The general rule set as its file states it. */
export function shippedRuleSet(): { readonly facts: Readonly<Record<string, object>> } {
  return parse(readFileSync(join(SHIPPED, `${GENERAL}.yaml`), 'utf8')) as ReturnType<typeof shippedRuleSet>;
}

/** Adds a variant of the general rule set under another name; returns its file's name without extension. */
export function addVariant(folder: string, id: string, version: string, changes: object = {}): string {
  writeFileSync(join(folder, `${id}@${version}.yaml`), stringify({ ...shippedRuleSet(), id, version, ...changes }));
  return `${id}@${version}`;
}

/** The same rules for a scheme of a department's own that stands on the general one. */
export const specialised = (id: string): object => ({
  scheme: { id, kind: 'specialised', department: '食品处', field: '食品生产', base: 'general' },
  appliesTo: { fact: 'abnormal.listing' },
});

export function scorerOver(folder: string): EventScorer {
  return new EventScorer(registry, RuleSets.load(folder), new Announcements(registry), new Carrier(registry));
}

/** A record of an enterprise as a source states it. */
export function eventOf(uscc: string, receivedAt: number, json: object): EnterpriseEvent {
  const result = normaliseEvent(
    {
      source: 'test',
      authority: '中山市市场监督管理局',
      subject: { scheme: 'uscc', value: uscc },
      occurredAt: '2026-05-20',
      ...json,
    },
    { receivedAt, correlationId: 'c-1', allowInternal: true },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.event;
}

let activations = 0;

export function activationOf(name: string, extra: Partial<ControlRecord & { retired: boolean; sha256: string }> = {}) {
  const [ruleSetId = '', version = ''] = name.split('@');
  return {
    type: 'RuleSetActivated',
    recordId: String(activations++).padStart(32, '0'),
    at: 0,
    ruleSetId,
    version,
    sha256: '',
    activationId: `activation of ${name}`,
    retired: false,
    ...extra,
  } as ControlRecord;
}

interface Partition {
  readonly records: TopicRecord[];
  readonly states: Map<string, Buffer>;
  readonly due: Map<string, number>;
  applied: number;
  time: number;
  memory: string;
}

/**
 * The log and its scorer in a few lines: several partitions, applied record by record, reviews ahead of the record that
 * passes their moment, what goes into the log appended to it. States go through their bytes each time.
 */
export class SmallLog {
  readonly partitions: readonly Partition[];
  readonly changes: ClassChanged[] = [];
  readonly #scorer: EventScorer;

  constructor(scorer: EventScorer, partitions = 3) {
    this.#scorer = scorer;
    this.partitions = Array.from({ length: partitions }, () => ({
      records: [],
      states: new Map<string, Buffer>(),
      due: new Map<string, number>(),
      applied: 0,
      time: 0,
      memory: '',
    }));
  }

  /** Appends records of enterprises at a record time, or control records to every partition, and applies all there is. */
  write(timestamp: number, ...records: readonly LogRecord[]): this {
    for (const record of records) {
      const value = registry.encode(`enterprise.events.${record.type}`, record);
      if ('envelope' in record) this.#append(keyOf(record.envelope.subject), value, timestamp);
      else this.partitions.forEach((_, at) => this.#appendTo(at, null, value, timestamp));
    }
    return this.run();
  }

  run(): this {
    while (this.partitions.some((partition, at) => this.#applyNext(partition, at)));
    return this;
  }

  state(uscc: string): EnterpriseState | undefined {
    const key = `uscc:${uscc}`;
    const bytes = this.#partitionOf(key).states.get(key);
    return bytes === undefined ? undefined : stateCodec.decode(bytes);
  }

  /** The latest class of a scheme that subscribers were told of. */
  classOf(uscc: string, scheme = 'general'): string | null | undefined {
    return this.changes.filter(({ subject, schemeId }) => subject.value === uscc && schemeId === scheme).at(-1)?.to;
  }

  /** Ids of all facts in the position, and the bytes of each, to be compared. */
  factsOf(uscc: string): readonly string[] {
    return (this.state(uscc)?.position.facts ?? []).map((fact) => JSON.stringify(fact));
  }

  /** Records that were carried to an enterprise. */
  carriedTo(uscc: string): EnterpriseEvent[] {
    return this.partitions
      .flatMap(({ records }) => records)
      .filter(({ key }) => String(key) === `uscc:${uscc}`)
      .map(({ value }) => registry.decode(value))
      .filter(({ name }) => name === 'FactCarried')
      .map(({ value }) => value as EnterpriseEvent);
  }

  snapshotOf(uscc: string): PositionUpdated | undefined {
    const state = this.state(uscc);
    if (state === undefined) return undefined;
    const { time: asOf } = this.#partitionOf(`uscc:${uscc}`);
    const since = { offset: 0, ordinal: 0, asOf, due: state.position.nextReviewAt };
    const output = new Announcements(registry).snapshot(`uscc:${uscc}`, { state, since });
    return output && (registry.decode(output.message.value).value as PositionUpdated);
  }

  #partitionOf(key: string): Partition {
    return this.partitions[partitionOf(key, this.partitions.length)] as Partition;
  }

  #append(key: string, value: Buffer | null, timestamp: number): void {
    this.#appendTo(partitionOf(key, this.partitions.length), key, value, timestamp);
  }

  #appendTo(partition: number, key: string | null, value: Buffer | null, timestamp: number): void {
    const { records } = this.partitions[partition] as Partition;
    records.push({
      ...{ topic: 'enterprise.events.v1', partition, offset: records.length, timestamp, value, headers: {} },
      key: key === null ? null : Buffer.from(key),
    });
  }

  #applyNext(partition: Partition, at: number): boolean {
    const record = partition.records[partition.applied];
    if (record === undefined) return false;
    const time = Math.max(partition.time, record.timestamp);
    this.#review(partition, at, time);
    partition.time = time;
    const key = record.key?.toString('utf8') ?? '';
    const outcome = this.#scorer.record(record, key, this.#stateIn(partition, key), momentAt(partition, at, time));
    partition.applied++;
    if (outcome.kind === 'deadLetter') throw new Error(outcome.reason);
    if (outcome.kind === 'memory') {
      partition.memory = outcome.memory;
      if (outcome.reviewAll) for (const each of partition.states.keys()) partition.due.set(each, time);
    }
    this.#accept(partition, key, outcome);
    this.#review(partition, at, time);
    return true;
  }

  #review(partition: Partition, at: number, until: number): void {
    for (;;) {
      const [next] = [...partition.due].filter(([, due]) => due <= until).sort((a, b) => a[1] - b[1]);
      if (next === undefined) return;
      const [key, due] = next;
      partition.due.delete(key);
      const state = this.#stateIn(partition, key) as EnterpriseState;
      this.#accept(partition, key, this.#scorer.review(key, state, momentAt(partition, at, due)));
    }
  }

  #stateIn(partition: Partition, key: string): EnterpriseState | undefined {
    const bytes = partition.states.get(key);
    return bytes === undefined ? undefined : stateCodec.decode(bytes);
  }

  #accept(partition: Partition, key: string, outcome: Outcome<EnterpriseState>): void {
    if (outcome.kind !== 'accepted') return;
    partition.states.set(key, Buffer.from(stateCodec.encode(outcome.state)));
    if (outcome.nextDue === null) partition.due.delete(key);
    else partition.due.set(key, outcome.nextDue);
    for (const output of [...outcome.outputs, ...again(partition, outcome.readAgain)]) {
      const { topic, message } = output;
      if (topic === 'enterprise.events.v1') this.#append(String(message.key), message.value, message.timestamp ?? 0);
      else if (topic === 'risk.class-changed.v1')
        this.changes.push(registry.decode(message.value).value as ClassChanged);
    }
  }
}

function again({ records }: Partition, wish: ReadAgain | undefined): readonly Output[] {
  if (wish === undefined) return [];
  return wish.outputsOf(wish.offsets.map((offset) => records[offset] as TopicRecord));
}

function momentAt({ memory, applied }: Partition, partition: number, asOf: number): Moment {
  return { partition, asOf, offset: applied, ordinal: 0, memory };
}
