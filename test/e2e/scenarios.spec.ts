import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import {
  buildUscc,
  fullNameOf,
  keyOf,
  normaliseEvent,
  toFactRecord,
  TOPICS,
  type ClassChanged,
  type ControlRecord,
  type EnterpriseEvent,
  type LogRecord,
  type WarningRaised,
} from '#libs/contracts';
import { controlRecordId } from '#libs/event-log';
import { activeRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { parseDay, type ActiveRuleSets } from '#libs/risk-model';
import { packageRoot } from '#libs/service';
import { createLogWriter, createTopics, type OutgoingMessage } from '#libs/stream';
import { defaultOpening, RULE_SETS_FOLDER } from '../../apps/intake/src/default-opening.ts';
import type { LogOpening } from '../../apps/intake/src/log-opening.ts';
import { eventsOf, readScenario } from '../scenarios/scenario.ts';
import { decodeAll, deleteTopics, readAll } from './support/log.ts';
import { playOnCore, type Told, type ToldChange, type ToldWarning } from './support/pure-core.ts';
import { emptySystem, type System } from './support/system.ts';

const EVENTS = TOPICS.events;
const PARTITIONS = Array.from({ length: EVENTS.partitions }, (_, partition) => partition);

/** A scenario on an enterprise of its own, so that all of them go through one log. */
interface Played {
  readonly title: string;
  readonly key: string;
  readonly events: readonly { readonly at: number; readonly event: EnterpriseEvent }[];
  readonly lastDay: number;
}

const scenarios = globSync(join(packageRoot(), 'test/scenarios/*.yaml'))
  .sort()
  .flatMap(readFile)
  .map(onItsOwnEnterprise);
const end = Math.max(...scenarios.map(({ lastDay }) => lastDay));

let system: System;
let active: ActiveRuleSets;
const told = new Map<string, { changes: ToldChange[]; warnings: ToldWarning[] }>();

beforeAll(async () => {
  system = await emptySystem('scenarios');
  const opening = defaultOpening();
  const names = opening.ruleSets.map(({ id, version }) => `${id}@${version}`);
  active = activeRuleSets(readRuleSetFolder(RULE_SETS_FOLDER), names);
  await letTheFutureIn();
  await writeLog(opening.ruleSets);
  const [scorer, warehouse] = await Promise.all([system.start('scorer'), system.start('warehouse')]);
  await system.caughtUp(scorer, 'scorer', EVENTS.name);
  await scorer.stop();
  for (const { name } of [TOPICS.classChanged, TOPICS.positions]) await system.caughtUp(warehouse, 'warehouse', name);
  await readTold();
}, 120_000);
afterAll(() => system?.close(), 60_000);

describe.each([...new Set(scenarios.map(({ title }) => title.split(': ')[0] ?? ''))])(
  '%s through the pipeline',
  (file) => {
    const own = scenarios.filter(({ title }) => title.startsWith(`${file}: `));
    it.each(own.map((scenario) => [scenario.title.slice(file.length + 2), scenario] as const))('%s', (_, scenario) => {
      const { changes, warnings } = onCore(scenario);
      expect(told.get(scenario.key)?.changes ?? []).toEqual(changes);
      expect(told.get(scenario.key)?.warnings ?? []).toEqual(warnings);
    });
  },
);

it('leaves in ClickHouse the class and the score that the pure model gives in the end', async () => {
  const rows = await system.warehouse.query<{ key: string; risk_class: string; score: number }>(
    `SELECT concat(subject_scheme, ':', subject_value) AS key, risk_class, score FROM current_class WHERE scheme_id = 'general'`,
  );
  const stored = Object.fromEntries(rows.map(({ key, risk_class, score }) => [key, [risk_class, score]]));
  const expected = scenarios.flatMap((scenario) => {
    const scheme = onCore(scenario).schemes['general'];
    // Whoever has left the scored population has a position, but no class that is current.
    return scheme === undefined || scheme.riskClass === null ? [] : [[scenario.key, [scheme.riskClass, scheme.score]]];
  });
  expect(stored).toEqual(Object.fromEntries(expected as [string, unknown][]));
});

function readFile(file: string): { file: string; raw: Record<string, unknown> }[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => ({
    file: basename(file, '.yaml'),
    raw: document.toJS() as Record<string, unknown>,
  }));
}

function onItsOwnEnterprise({ file, raw }: { file: string; raw: Record<string, unknown> }, index: number): Played {
  const scenario = readScenario(raw);
  const subject = {
    scheme: 'uscc',
    value: buildUscc('91', '442000', `MA${String(index).padStart(5, '0')}`.concat('X')),
  };
  const events = eventsOf(scenario).map(({ step, json }) => {
    const at = dayOf(step.arrives);
    const read = normaliseEvent({ ...json, subject }, { receivedAt: at, correlationId: 'scenario' });
    if (!read.ok) throw new Error(`${scenario.name}: ${read.faults.map(({ message }) => message).join('; ')}`);
    return { at, event: read.event };
  });
  const days = [...events.map(({ at }) => at), ...scenario.then.map(({ on }) => (on === undefined ? 0 : dayOf(on)))];
  return {
    title: `${file}: ${scenario.name}`,
    key: keyOf(subject),
    events: events.sort((a, b) => a.at - b.at),
    lastDay: Math.max(...days),
  };
}

function dayOf(text: string): number {
  const at = parseDay(text);
  if (at === null) throw new Error(`${text} is no day`);
  return at;
}

function onCore({ events }: Played): Told {
  const records = events.flatMap(({ at, event }) => {
    const record = toFactRecord(event);
    return record === undefined ? [] : [{ at, record }];
  });
  return playOnCore(records, end, active);
}

/** Scenarios look years ahead; the broker, rightly, refuses records from the future. */
async function letTheFutureIn(): Promise<void> {
  await deleteTopics(system.kafka, [EVENTS.name]);
  const config = { ...EVENTS.config, 'message.timestamp.after.max.ms': String(2n ** 63n - 1n) };
  await createTopics(system.kafka, [{ topic: EVENTS.name, partitions: EVENTS.partitions, config }]);
}

/** All scenarios in one log, in the order of time, as a load of the past that never ends: so the scorer's own clock stays out of it. */
async function writeLog(opened: LogOpening['ruleSets']): Promise<void> {
  const all = scenarios.flatMap(({ events }) => events).sort((a, b) => a.at - b.at);
  const from = all[0]?.at ?? 0;
  const controls = (at: number, records: (partition: number) => ControlRecord[]): OutgoingMessage[] =>
    PARTITIONS.flatMap((partition) => records(partition).map((record) => message(record, at, partition)));
  const id = (type: string, partition: number) => controlRecordId('scenarios', type, String(partition));
  const beginning = controls(from, (partition) => [
    ...opened.map((ruleSet): ControlRecord => ({
      type: 'RuleSetActivated',
      recordId: id(`RuleSetActivated ${ruleSet.id}`, partition),
      at: from,
      ruleSetId: ruleSet.id,
      version: ruleSet.version,
      sha256: ruleSet.sha256,
      activationId: controlRecordId('scenarios', ruleSet.id),
      retired: false,
    })),
    { type: 'HistoryLoadStarted', recordId: id('HistoryLoadStarted', partition), at: from, loadId: 'scenarios', from },
  ]);
  const facts = all.map(({ at, event }) => message(event, at));
  const last = controls(end, (partition) => [{ type: 'ClockTick', recordId: id('ClockTick', partition), at: end }]);
  const writer = await createLogWriter(system.kafka);
  await writer.send(EVENTS.name, [...beginning, ...facts, ...last]);
  await writer.close();
}

function message(record: LogRecord, timestamp: number, partition?: number): OutgoingMessage {
  const key = 'envelope' in record ? keyOf(record.envelope.subject) : null;
  return { key, value: system.registry.encode(fullNameOf(record), record), timestamp, partition };
}

async function readTold(): Promise<void> {
  const of = (key: Buffer | null) => {
    const known = told.get(String(key)) ?? { changes: [], warnings: [] };
    told.set(String(key), known);
    return known;
  };
  for (const { key, decoded } of await decodeAll(
    system.registry,
    await readAll(system.kafka, TOPICS.classChanged.name),
  )) {
    const { schemeId, from, to, scoreBefore, scoreAfter, reasons, cause, effectiveAt } = decoded as ClassChanged;
    const indicators = reasons.map(({ indicator }) => indicator);
    of(key).changes.push({ schemeId, from, to, scoreBefore, scoreAfter, reasons: indicators, cause, effectiveAt });
  }
  for (const { key, decoded } of await decodeAll(system.registry, await readAll(system.kafka, TOPICS.warnings.name))) {
    const { level, rule, occurredAt } = decoded as WarningRaised;
    of(key).warnings.push({ level, rule, occurredAt });
  }
}
