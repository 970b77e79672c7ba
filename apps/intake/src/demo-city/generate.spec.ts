import { createHash } from 'node:crypto';
import { checkUscc, CODE_LISTS, normaliseEvent, TOWNS as CATALOGUE_TOWNS } from '#libs/contracts';
import { startOf } from './calendar.ts';
import { enterpriseAt, windowOf, type CitySettings } from './enterprises.ts';
import { cityHistory, generateCity } from './generate.ts';
import { NAME_MARK } from './names.ts';
import { RATES } from './rates.ts';
import type { CityRecord } from './recorder.ts';

const UNTIL = Date.parse('2026-11-20T10:00:00+08:00');
const settings: CitySettings = { enterprises: 3_000, years: 3, seed: 42, until: UNTIL };
const city = [...generateCity(settings)];
const records = city.flatMap((one) => one.records);
const window = windowOf(settings);

const counted = <T>(values: readonly T[]): ReadonlyMap<T, number> => {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};
const ofType = (type: string): CityRecord[] => records.filter(({ event }) => event.type === type);
/** Facts whose content is in the window, each once. */
const happened = (type: string): CityRecord[] => [
  ...new Map(
    ofType(type)
      .filter(({ event }) => Date.parse(event.occurredAt) >= startOf(window.start))
      .map((record) => [`${record.event.subject.value} ${record.event.number}`, record]),
  ).values(),
];
/** Enterprise-years lived in the window. */
const years = city.reduce((sum, { enterprise }) => {
  const from = Math.max(enterprise.registered, window.start);
  return sum + Math.max(0, (enterprise.deregistered ?? window.today) - from) / 365.25;
}, 0);
const perYear = (type: string): number => happened(type).length / years;

describe('the demonstration city', () => {
  test('gives the same bytes for the same seed, size and moment', async () => {
    const hash = async (of: CitySettings): Promise<string> => {
      const sha = createHash('sha256');
      for await (const record of cityHistory(of)) sha.update(JSON.stringify(record));
      return sha.digest('hex');
    };
    const small = { ...settings, enterprises: 200 };
    const first = await hash(small);
    expect(await hash({ ...small })).toBe(first);
    expect(await hash({ ...small, seed: 43 })).not.toBe(first);
    expect(await hash({ ...small, until: UNTIL - 30 * 86_400_000 })).not.toBe(first);
  });

  test('keeps an enterprise as it is when the city grows or the moment moves', () => {
    const bigger = [...generateCity({ ...settings, enterprises: 60 })];
    expect(bigger.slice(0, 50).map((one) => one.records)).toEqual(city.slice(0, 50).map((one) => one.records));
    const later = windowOf({ years: 3, until: UNTIL + 90 * 86_400_000 });
    for (let index = 0; index < 50; index++)
      expect(enterpriseAt(42, index, later)).toMatchObject({
        subject: city[index]?.enterprise.subject,
        name: city[index]?.enterprise.name,
        town: city[index]?.enterprise.town,
      });
  });

  test('is accepted by the contract without a fault', () => {
    const refused = records.flatMap(({ recordTime, event }) => {
      const result = normaliseEvent(event, { receivedAt: recordTime, correlationId: 'test' });
      return result.ok ? [] : [{ event, faults: result.faults }];
    });
    expect(refused).toEqual([]);
  });

  test('labels every event as synthetic and every name and authority as made up', () => {
    expect(records.every(({ event }) => event.synthetic && event.source === 'demo-city')).toBe(true);
    expect(records.every(({ event }) => event.authority.includes('演示'))).toBe(true);
    expect(
      ofType('EnterpriseRegistered').every(({ event }) => String(event.content['name']).startsWith(NAME_MARK)),
    ).toBe(true);
  });

  test('has valid credit codes from a range that is not issued, each only once', () => {
    const codes = city.map(({ enterprise }) => enterprise.subject.value);
    expect(codes.filter((code) => checkUscc(code) !== undefined || code.slice(8, 10) !== 'DM')).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('uses the 23 towns in force and every one of them, Xiaolan most', () => {
    const byTown = counted(city.map(({ enterprise }) => enterprise.town.code));
    expect([...byTown.keys()].filter((code) => CATALOGUE_TOWNS[code]?.supersededBy !== undefined)).toEqual([]);
    expect(byTown.size).toBe(23);
    const xiaolan = (byTown.get('442000118') ?? 0) / city.length;
    expect(xiaolan).toBeGreaterThan(0.13);
    expect(xiaolan).toBeLessThan(0.19);
  });

  test('is in order of record time per enterprise, within the window and never in the future', () => {
    for (const { records: own } of city)
      expect(own.every(({ recordTime }, i) => i === 0 || recordTime >= (own[i - 1]?.recordTime ?? 0))).toBe(true);
    expect(records.every(({ recordTime }) => recordTime >= startOf(window.start) && recordTime <= UNTIL)).toBe(true);
  });

  test('comes as one history in order of record time', async () => {
    let latest = 0;
    let count = 0;
    for await (const { recordTime } of cityHistory({ ...settings, enterprises: 300 })) {
      expect(recordTime).toBeGreaterThanOrEqual(latest);
      latest = recordTime;
      count++;
    }
    expect(count).toBe(city.slice(0, 300).reduce((sum, one) => sum + one.records.length, 0));
  });

  test('is received after it was published, and published after it occurred', () => {
    const wrong = records.filter(({ recordTime, event: { occurredAt, publishedAt } }) => {
      const occurred = Date.parse(`${occurredAt}T00:00:00+08:00`);
      const published = publishedAt === undefined ? occurred + 1 : Date.parse(`${publishedAt}T00:00:00+08:00`);
      return occurred >= published || published >= recordTime;
    });
    expect(wrong).toEqual([]);
  });

  test('lists late annual reports in the first ten working days of July, in batches', () => {
    const late = ofType('AbnormalListed').filter(({ event }) => event.content['reasonCode'] === '1');
    expect(late.length).toBeGreaterThan(200);
    expect(late.filter(({ event }) => !/^\d{4}-07-(0[1-9]|1[0-6])$/.test(event.occurredAt))).toEqual([]);
    const xiaolan = late.filter(
      ({ event }) => event.authority.startsWith('小榄') && event.occurredAt.startsWith('2026'),
    );
    expect(new Set(xiaolan.map(({ event }) => event.occurredAt)).size).toBeLessThanOrEqual(3);
  });

  test('removes most listings and corrects some, each only after it was made', () => {
    const listed = new Map(ofType('AbnormalListed').map(({ event }) => [event.number, event.occurredAt]));
    const standing = ofType('FactStatusChanged').filter(({ event }) => event.factType === 'abnormal.listing');
    expect(standing.every(({ event }) => (listed.get(event.number) ?? '9999') <= event.occurredAt)).toBe(true);
    const values = counted(standing.map(({ event }) => event.content['value']));
    expect(values.get('RETRACTED')).toBeGreaterThan(0);
    expect((values.get('REMOVED') ?? 0) / listed.size).toBeGreaterThan(0.6);
  });

  test('keeps the assumed and published rates', () => {
    expect(perYear('PenaltyDecided') / RATES.penalty).toBeCloseTo(1, 0);
    expect(perYear('InspectionCompleted') / RATES.inspection).toBeCloseTo(1, 0);
    expect(perYear('ComplaintAccepted')).toBeGreaterThan(0.25);
    expect(perYear('ComplaintAccepted')).toBeLessThan(0.55);
    const lateShare =
      happened('AbnormalListed').filter(({ event }) => event.content['reasonCode'] === '1').length /
      happened('AnnualReportFiled').length;
    expect(lateShare).toBeGreaterThan(0.025);
    expect(lateShare).toBeLessThan(0.06);
    expect(records.length / city.length).toBeGreaterThan(8);
    expect(records.length / city.length).toBeLessThan(12);
  });

  test('skews complaints: a tenth of the enterprises draws more than half of them', () => {
    const counts = city
      .map(({ records: own }) => own.filter(({ event }) => event.type === 'ComplaintAccepted').length)
      .sort((a, b) => b - a);
    const top = counts.slice(0, counts.length / 10).reduce((a, b) => a + b, 0);
    expect(top / counts.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.5);
  });

  test('inspects with several codes at once, of one code system', () => {
    const inspections = ofType('InspectionCompleted');
    expect(inspections.every(({ event }) => event.codeSystem === 'gsxt-inspection-v2')).toBe(true);
    expect(inspections.some(({ event }) => (event.content['codes'] as string[]).length > 1)).toBe(true);
  });

  test('decides penalties of three severities with kinds of the code list', () => {
    const penalties = ofType('PenaltyDecided').map(({ event }) => event.content);
    expect(new Set(penalties.map(({ statedSeverity }) => statedSeverity))).toEqual(
      new Set(['MINOR', 'GENERAL', 'SERIOUS']),
    );
    const kinds = new Set(penalties.flatMap(({ penaltyKinds }) => penaltyKinds as string[]));
    expect([...kinds].filter((kind) => CODE_LISTS['penalty-kind']?.[kind] === undefined)).toEqual([]);
  });

  test('delivers some records twice, some revised and some statuses before their content', () => {
    const texts = records.map(({ event }) => JSON.stringify(event));
    const duplicates = texts.length - new Set(texts).size;
    expect(duplicates / texts.length).toBeGreaterThan(0.003);
    expect(duplicates / texts.length).toBeLessThan(0.007);
    const revised = records.filter(({ event }) => event.type !== 'FactStatusChanged' && event.revision.value > 1);
    expect(revised.length).toBeGreaterThan(0);
    const seen = new Set<string>();
    const early = records.filter(({ event }) => {
      const key = `${event.subject.value} ${event.authority} ${event.number}`;
      if (event.type !== 'FactStatusChanged') seen.add(key);
      return event.type === 'FactStatusChanged' && !seen.has(key);
    });
    expect(early.length).toBeGreaterThan(0);
  });
});
