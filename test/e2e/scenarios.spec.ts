import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import {
  buildUscc,
  fullNameOf,
  keyOf,
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
import { type ActiveRuleSets } from '#libs/risk-model';
import { packageRoot } from '#libs/service';
import { createLogWriter, createTopics, type OutgoingMessage } from '#libs/stream';
import { defaultOpening, RULE_SETS_FOLDER } from '../../apps/intake/src/default-opening.ts';
import type { LogOpening } from '../../apps/intake/src/log-opening.ts';
import { followLinks } from '../scenarios/follow-links.ts';
import { dayOf, readEvent } from '../scenarios/play.ts';
import { eventsOf, readScenario, type Subject } from '../scenarios/scenario.ts';
import { decodeAll, deleteTopics, readAll } from './support/log.ts';
import { playOnCore, type Told, type ToldChange, type ToldWarning } from './support/pure-core.ts';
import { emptySystem, type System } from './support/system.ts';

const EVENTS = TOPICS.events;
const PARTITIONS = Array.from({ length: EVENTS.partitions }, (_, partition) => partition);

const WHO = ['enterprise', 'predecessor'] as const;

/** A scenario on enterprises of its own, so that all of them go through one log: one enterprise of it, and what it gets. */
interface Played {
  readonly title: string;
  readonly key: string;
  readonly events: readonly { readonly at: number; readonly event: EnterpriseEvent }[];
  /** Carried from its predecessor: they reach the log behind all that was there already, in the order of their events. */
  readonly carried: readonly EnterpriseEvent[];
  readonly lastDay: number;
}

const scenarios = globSync(join(packageRoot(), 'test/scenarios/*.yaml'))
  .sort()
  .flatMap(readFile)
  .flatMap(onItsOwnEnterprises);
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
  // What was carried meanwhile is in the log now.
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

it('leaves in ClickHouse the classes and the scores that the pure model gives in the end', async () => {
  const rows = await system.warehouse.query<{ key: string; scheme_id: string; risk_class: string; score: number }>(
    `SELECT concat(subject_scheme, ':', subject_value) AS key, scheme_id, risk_class, score FROM current_class`,
  );
  const stored = rows.map((row) => `${row.key} ${row.scheme_id} ${row.risk_class} ${row.score}`);
  const expected = scenarios.flatMap((scenario) =>
    Object.entries(onCore(scenario).schemes).flatMap(([schemeId, { riskClass, score }]) =>
      // Whoever has left the scored population has a position, but no class that is current.
      riskClass === null ? [] : [`${scenario.key} ${schemeId} ${riskClass} ${score}`],
    ),
  );
  expect(stored.sort()).toEqual(expected.sort());
});

function readFile(file: string): { file: string; raw: Record<string, unknown> }[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => ({
    file: basename(file, '.yaml'),
    raw: document.toJS() as Record<string, unknown>,
  }));
}

function subjectOf(number: number): Subject {
  return { scheme: 'uscc', value: buildUscc('91', '442000', `MA${String(number).padStart(5, '0')}`.concat('X')) };
}

function onItsOwnEnterprises({ file, raw }: { file: string; raw: Record<string, unknown> }, index: number): Played[] {
  const scenario = readScenario(raw);
  const subjects = { enterprise: subjectOf(2 * index), predecessor: subjectOf(2 * index + 1) };
  const events = eventsOf(scenario, subjects)
    .map(({ step, json }) => ({
      who: step.who,
      at: dayOf(step.arrives),
      event: readEvent(scenario.name, { step, json }),
    }))
    .sort((a, b) => a.at - b.at);
  const carry = followLinks(subjects.enterprise);
  const carried = events.flatMap(({ who, event }) => (who === 'predecessor' ? carry(event) : []));
  const days = [...events.map(({ at }) => at), ...scenario.then.map(({ on }) => (on === undefined ? 0 : dayOf(on)))];
  return WHO.filter((who) => who === 'enterprise' || carried.length > 0 || events.some((one) => one.who === who)).map(
    (who) => ({
      title: `${file}: ${scenario.name}${who === 'enterprise' ? '' : ' (predecessor)'}`,
      key: keyOf(subjects[who]),
      events: events.filter((one) => one.who === who),
      carried: who === 'enterprise' ? carried : [],
      lastDay: Math.max(...days),
    }),
  );
}

function onCore({ events, carried }: Played): Told {
  const late = carried.map((event) => ({ at: end, event }));
  const records = [...events, ...late].map(({ at, event }) => ({ at, record: toFactRecord(event) }));
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
    const { schemeId, ruleSet, from, to, scoreBefore, scoreAfter, reasons, ...rest } = decoded as ClassChanged;
    const { computedClass, overrideFactId, cause, effectiveAt } = rest;
    const told = { schemeId, ruleSet, from, to, scoreBefore, scoreAfter, computedClass, overrideFactId };
    of(key).changes.push({ ...told, reasons: reasons.map(({ indicator }) => indicator), cause, effectiveAt });
  }
  for (const { key, decoded } of await decodeAll(system.registry, await readAll(system.kafka, TOPICS.warnings.name))) {
    const { level, rule, occurredAt } = decoded as WarningRaised;
    of(key).warnings.push({ level, rule, occurredAt });
  }
}
