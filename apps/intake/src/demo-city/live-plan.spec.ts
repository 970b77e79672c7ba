import { normaliseEvent } from '#libs/contracts';
import { windowOf, enterpriseAt, type CitySettings } from './enterprises.ts';
import { julyWave } from './july-wave.ts';
import { livePlan } from './live-plan.ts';
import type { CityEvent } from './recorder.ts';

const NOW = Date.parse('2026-11-20T10:00:00+08:00');
const settings: CitySettings = { enterprises: 1_000, years: 3, seed: 42, until: NOW };

/** An hour of live events at one a second. */
function anHour(run: string): { at: number; event: CityEvent }[] {
  const plan = livePlan(settings, run);
  return Array.from({ length: 3_600 }, (_, i) => NOW + i * 1_000).map((at) => ({ at, event: plan.next(at) }));
}

const isoNow = (events: readonly { at: number; event: CityEvent }[]): unknown[] =>
  events.flatMap(({ at, event }) => {
    const result = normaliseEvent(event, { receivedAt: at, correlationId: 'test' });
    return result.ok ? [] : [{ event, faults: result.faults }];
  });

describe('live events of the city', () => {
  const hour = anHour('a');

  test('are accepted by the contract and labelled as synthetic', () => {
    expect(isoNow(hour)).toEqual([]);
    expect(hour.every(({ event }) => event.synthetic)).toBe(true);
  });

  test('repeat for the same run and share no fact with another run', () => {
    expect(anHour('a')).toEqual(hour);
    const numbers = new Set(hour.map(({ event }) => event.number));
    expect(anHour('b').filter(({ event }) => numbers.has(event.number))).toEqual([]);
  });

  test('befall only enterprises that are still registered', () => {
    const window = windowOf(settings);
    const gone = new Set<string>();
    for (let index = 0; index < settings.enterprises; index++) {
      const enterprise = enterpriseAt(42, index, window);
      if (enterprise.deregistered !== null) gone.add(enterprise.subject.value);
    }
    expect(hour.filter(({ event }) => gone.has(event.subject.value))).toEqual([]);
  });

  test('end most of the trouble they begin, each only after it began', () => {
    const begun = new Set<string>();
    let ended = 0;
    for (const { event } of hour) {
      if (event.type !== 'FactStatusChanged') begun.add(event.number);
      else {
        if (!begun.has(event.number)) throw new Error(`${event.number} ends before it began`);
        ended++;
      }
    }
    const trouble = hour.filter(({ event }) => /Listed|PenaltyDecided|FactRecorded/u.test(event.type)).length;
    expect(ended / trouble).toBeGreaterThan(0.5);
  });

  test('leave six enterprises of seven without trouble', () => {
    const troubled = new Set(
      hour
        .filter(({ event }) => /Listed|PenaltyDecided|FactRecorded/u.test(event.type))
        .map(({ event }) => event.subject.value),
    );
    expect(troubled.size).toBeLessThanOrEqual(Math.ceil(settings.enterprises / 7));
    expect(new Set(hour.map(({ event }) => event.subject.value)).size).toBeGreaterThan(500);
  });
});

describe('the July wave', () => {
  const wave = (retract: boolean): CityEvent[] => [...julyWave(settings, { run: 'w', count: 500, now: NOW, retract })];

  test('lists that many enterprises once each, in the form of the contract', () => {
    const events = wave(false);
    expect(new Set(events.map(({ subject }) => subject.value)).size).toBe(500);
    expect(isoNow(events.map((event) => ({ at: NOW, event })))).toEqual([]);
  });

  test('is taken back fact by fact by the same run', () => {
    const numbers = (events: readonly CityEvent[]): string[] => events.map(({ number }) => number);
    expect(numbers(wave(true))).toEqual(numbers(wave(false)));
    expect(wave(true).every(({ content }) => content['value'] === 'RETRACTED')).toBe(true);
  });
});
