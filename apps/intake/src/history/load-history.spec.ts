import { carryTo, normaliseEvent, TOPICS, type EnterpriseEvent } from '#libs/contracts';
import type { RecordCodec } from '#libs/event-log';
import type { LogOpening } from '../log-opening.ts';
import type { HistoryLoad, HistoryRecord } from './history-load.ts';
import { closeLoad, HistoryLoadError, writeHistory } from './load-history.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';

const PARTITIONS = 4;
const NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;
const FROM = Date.UTC(2023, 0, 1);

const opening: LogOpening = {
  ruleSets: [{ id: 'general', version: '1.0.0', sha256: 'a'.repeat(64) }],
  calendar: { id: 'cn-working-days', version: '2026' },
};

/** JSON in place of Avro: the loader moves bytes. */
const codec: RecordCodec = {
  encode: (fullName, value) => Buffer.from(JSON.stringify({ fullName, value })),
  prepare: async () => undefined,
  decode: (value) => JSON.parse(String(value)) as { fullName: string; value: unknown },
};

function eventOf(index: number): EnterpriseEvent {
  const result = normaliseEvent(
    {
      type: 'ReportVerified',
      source: 'test',
      authority: '中山市市场监督管理局',
      number: `R-${index}`,
      subject: { scheme: 'test', value: `enterprise-${index % 50}` },
      occurredAt: '2023-01-01',
      content: {},
    },
    { receivedAt: NOW, correlationId: 'test' },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.event;
}

async function* recordsOf(
  count: number,
  at = (index: number): number => FROM + index * 1_000,
): AsyncGenerator<HistoryRecord> {
  for (let index = 0; index < count; index += 1) yield { recordTime: at(index), event: eventOf(index) };
}

const newLog = (): MemoryLog => createMemoryLog({ [TOPICS.events.name]: PARTITIONS, [TOPICS.historyLoads.name]: 1 });
const loadOf = (count: number, more: Partial<HistoryLoad> = {}): HistoryLoad => ({
  loadId: 'city',
  events: recordsOf(count),
  opening,
  now: () => NOW,
  ...more,
});
const partition = (log: MemoryLog, number: number): { type: string; timestamp: number; value: string }[] =>
  (log.topics.get(TOPICS.events.name) ?? [])
    .filter((record) => record.partition === number)
    .map(({ value, timestamp }) => ({
      type: codec.decode(value).fullName.split('.').pop() ?? '',
      timestamp,
      value: String(value),
    }));
const announced = (log: MemoryLog): string[] =>
  (log.topics.get(TOPICS.historyLoads.name) ?? []).map(
    ({ value }) => (codec.decode(value).value as { state: string }).state,
  );

describe('a load of the past', () => {
  it('brackets its records in each partition and stamps the first with the earliest record time, the last with now', async () => {
    const log = newLog();
    const summary = await writeHistory(log, codec, loadOf(5_000));
    expect(summary).toEqual({ loadId: 'city', from: FROM, written: 5_000, skipped: 0 });
    for (let number = 0; number < PARTITIONS; number += 1) {
      const records = partition(log, number);
      expect(records.slice(0, 3)).toMatchObject([
        { type: 'RuleSetActivated', timestamp: FROM },
        { type: 'CalendarActivated', timestamp: FROM },
        { type: 'HistoryLoadStarted', timestamp: FROM },
      ]);
      expect(records.at(-1)).toMatchObject({ type: 'HistoryLoadEnded', timestamp: NOW });
      const times = records.map(({ timestamp }) => timestamp);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
    expect(announced(log)).toEqual(['OPEN', 'CLOSED']);
  });

  it('writes nothing when there are no records', async () => {
    const log = newLog();
    expect(await writeHistory(log, codec, loadOf(0))).toMatchObject({ from: null, written: 0 });
    expect([...log.topics.values()].flat()).toEqual([]);
  });

  it('refuses a log that is not empty and says what is there', async () => {
    const log = newLog();
    await writeHistory(log, codec, loadOf(10));
    await expect(writeHistory(log, codec, loadOf(10, { loadId: 'again' }))).rejects.toThrow(
      /already holds about \d+ records in 4 of 4 partitions, among them history loads city/,
    );
  });

  it('refuses records out of order and records of the future', async () => {
    await expect(writeHistory(newLog(), codec, loadOf(2, { events: recordsOf(2, (i) => FROM - i) }))).rejects.toThrow(
      /sort the records by record time/,
    );
    await expect(writeHistory(newLog(), codec, loadOf(1, { events: recordsOf(1, () => NOW + DAY) }))).rejects.toThrow(
      /in the future/,
    );
  });

  it.each([1, 2, 3])(
    'ends in the log of an undisturbed load when it breaks off at append %i and is resumed',
    async (appends) => {
      const undisturbed = newLog();
      await writeHistory(undisturbed, codec, loadOf(5_000));
      const log = newLog();
      log.failAfterAppends(appends);
      await expect(writeHistory(log, codec, loadOf(5_000))).rejects.toThrow('the broker went away');
      const summary = await writeHistory(log, codec, loadOf(5_000, { resume: true }));
      expect(summary.written + summary.skipped).toBe(5_000);
      for (let number = 0; number < PARTITIONS; number += 1)
        expect(partition(log, number)).toEqual(partition(undisturbed, number));
      expect(announced(log)).toEqual(['OPEN', 'CLOSED']);
    },
  );

  it('is resumed also where the scorer has written what it sends on to merged enterprises in between', async () => {
    const log = newLog();
    log.failAfterAppends(2);
    await expect(writeHistory(log, codec, loadOf(5_000))).rejects.toThrow('the broker went away');
    const carried = carryTo(eventOf(1), { scheme: 'test', value: 'another' });
    const value = codec.encode('enterprise.events.FactCarried', carried ?? {});
    const everywhere = Array.from({ length: PARTITIONS }, (_, number) => number);
    await log.append(
      TOPICS.events.name,
      everywhere.map((number) => ({ key: 'test:another', value, timestamp: FROM, partition: number })),
    );
    const summary = await writeHistory(log, codec, loadOf(5_000, { resume: true }));
    expect(summary.written + summary.skipped).toBe(5_000);
    const ids = everywhere.flatMap((number) => partition(log, number).filter(({ type }) => type === 'ReportVerified'));
    expect(ids).toHaveLength(5_000);
    expect(new Set(ids.map((record) => record.value)).size).toBe(5_000);
  });

  it('asks to resume or to close an interrupted load, and closes it', async () => {
    const log = newLog();
    log.failAfterAppends(2);
    await expect(writeHistory(log, codec, loadOf(5_000))).rejects.toThrow();
    await expect(writeHistory(log, codec, loadOf(5_000))).rejects.toThrow(/--resume .*--close-load city/);
    await expect(writeHistory(log, codec, loadOf(5_000, { loadId: 'other' }))).rejects.toThrow(HistoryLoadError);
    expect(await closeLoad(log, codec, 'city', NOW)).toBe(true);
    expect(await closeLoad(log, codec, 'city', NOW)).toBe(false);
    expect(announced(log)).toEqual(['OPEN', 'CLOSED']);
    for (let number = 0; number < PARTITIONS; number += 1)
      expect(partition(log, number).at(-1)).toMatchObject({ type: 'HistoryLoadEnded' });
  });

  it('refuses to go on with other records than it began with', async () => {
    const log = newLog();
    log.failAfterAppends(2);
    await expect(writeHistory(log, codec, loadOf(5_000))).rejects.toThrow();
    const others = async function* (): AsyncGenerator<HistoryRecord> {
      for await (const { recordTime, event } of recordsOf(5_000))
        yield {
          recordTime,
          event: { ...event, envelope: { ...event.envelope, recordId: `x${event.envelope.recordId}` } },
        };
    };
    await expect(writeHistory(log, codec, loadOf(5_000, { events: others(), resume: true }))).rejects.toThrow(
      /resume with the same files/,
    );
  });
});
