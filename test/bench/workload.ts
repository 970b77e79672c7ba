import { buildUscc, keyOf, normaliseEvent, type EnterpriseEvent } from '#libs/contracts';

/** Draws from a fixed seed, so that every run of the benchmark does the same work. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface WorkloadEvent {
  readonly key: string;
  readonly event: EnterpriseEvent;
  /** Record time, epoch milliseconds. */
  readonly at: number;
}

const DAY_MS = 86_400_000;
const TOWNS = ['442000001', '442000002', '442000101', '442000105', '442000118'];
const INDUSTRIES = ['F5212', 'C3857', 'H6210', 'C1411', 'F5191'];

export function usccOf(number: number): string {
  return buildUscc('91', '442000', `M${String(number).padStart(7, '0')}`);
}

/**
 * One event in the form of the interface: a registration first, then what a city's year is made of: annual reports (half),
 * complaints (a quarter), inspections, listings and their ends, a few penalties.
 */
function jsonOf(kind: number, enterprise: number, serial: number, day: string): object {
  const base = {
    source: 'bench',
    authority: '91442000000000000X',
    subject: { scheme: 'uscc', value: usccOf(enterprise) },
    occurredAt: day,
    synthetic: true,
  };
  const number = `B${enterprise}-${serial}`;
  if (kind < 0) {
    return {
      ...base,
      type: 'EnterpriseRegistered',
      number,
      content: {
        name: `演示企业 ${enterprise}`,
        registeredAt: '2019-05-01',
        town: TOWNS[enterprise % TOWNS.length],
        industry: INDUSTRIES[enterprise % INDUSTRIES.length],
        entityKind: 'ENTERPRISE',
        status: 'ACTIVE',
      },
    };
  }
  if (kind < 0.03) {
    return {
      ...base,
      type: 'PenaltyDecided',
      number,
      content: {
        decisionNo: number,
        violationType: 'AD',
        penaltyKinds: ['FINE'],
        procedure: 'ORDINARY',
        fineFen: 500_000,
      },
    };
  }
  if (kind < 0.09) {
    return {
      ...base,
      type: 'AbnormalListed',
      number,
      codeSystem: 'gsxt-abnormal-reason',
      codeSystemVersion: '1',
      content: { reasonCode: '1', reportYear: 2024 },
    };
  }
  if (kind < 0.13) {
    return {
      ...base,
      type: 'FactStatusChanged',
      number: `B${enterprise}-${serial - 1}`,
      factType: 'abnormal.listing',
      register: 'STANDING',
      content: { value: 'REMOVED', effectiveAt: day },
    };
  }
  if (kind < 0.25) {
    return {
      ...base,
      type: 'InspectionCompleted',
      number,
      codeSystem: 'gsxt-inspection-v2',
      codeSystemVersion: '2',
      content: {
        planNo: 'P1',
        taskNo: number,
        drawKind: 'DOUBLE_RANDOM',
        codes: [kind < 0.235 ? '1' : 'E'],
        items: [],
      },
    };
  }
  if (kind < 0.5) return { ...base, type: 'ComplaintAccepted', number, content: {} };
  return { ...base, type: 'AnnualReportFiled', number, content: { year: 2024 } };
}

/** The event of a JSON form; throws with every fault, because a benchmark of refused events would measure nothing. */
export function eventOf(json: object, receivedAt: number): EnterpriseEvent {
  const result = normaliseEvent(json, { receivedAt, correlationId: 'bench' });
  if (!result.ok)
    throw new Error(`the workload is refused: ${JSON.stringify(result.faults)} in ${JSON.stringify(json)}`);
  return result.event;
}

export interface WorkloadOptions {
  readonly count: number;
  readonly enterprises: number;
  /** Epoch milliseconds; record times rise through the two years before it. */
  readonly until: number;
  /** EVEN: about as many events for each. ZIPF: weight 1/rank, at most 64 each, the rest of their share going to the others. */
  readonly spread: 'EVEN' | 'ZIPF';
}

const MOST_EVENTS = 64;

/** Numbers of the enterprises that events happen to, as the spread says. */
function drawing({ enterprises, spread }: WorkloadOptions, serials: Uint16Array, random: () => number): () => number {
  if (spread === 'EVEN') return () => Math.floor(random() * enterprises);
  return () => {
    for (;;) {
      // The rank of a share of all weight: weights add up to nearly the logarithm of the rank.
      const enterprise = Math.min(enterprises - 1, Math.floor(Math.exp(random() * Math.log(enterprises + 1))) - 1);
      if ((serials[enterprise] as number) < MOST_EVENTS) return enterprise;
    }
  };
}

export function* workload(options: WorkloadOptions): Iterable<WorkloadEvent> {
  const { count, enterprises, until } = options;
  const random = seeded(42);
  const serials = new Uint16Array(enterprises);
  const draw = drawing(options, serials, random);
  const from = until - 730 * DAY_MS;
  for (let i = 0; i < count; i++) {
    const at = Math.floor(from + ((until - from) * i) / count);
    const enterprise = draw();
    const serial = serials[enterprise] as number;
    serials[enterprise] = serial + 1;
    const day = new Date(at - 2 * DAY_MS).toISOString().slice(0, 10);
    const event = eventOf(jsonOf(serial === 0 ? -1 : random(), enterprise, serial, day), at);
    yield { key: keyOf(event.envelope.subject), event, at };
  }
}

/** A listing under reason 4, or the end of it: each moves an enterprise that has nothing else from A to C, or back. */
export function latencyEvent(enterprise: number, listed: boolean, now: number): WorkloadEvent {
  const day = new Date(now - DAY_MS).toISOString().slice(0, 10);
  const base = {
    source: 'bench-latency',
    authority: '91442000000000000X',
    subject: { scheme: 'uscc', value: usccOf(enterprise) },
    synthetic: true,
  };
  const event = listed
    ? eventOf(
        {
          ...base,
          type: 'AbnormalListed',
          number: `L${enterprise}`,
          occurredAt: day,
          codeSystem: 'gsxt-abnormal-reason',
          codeSystemVersion: '1',
          content: { reasonCode: '4' },
        },
        now,
      )
    : eventOf(
        {
          ...base,
          type: 'FactStatusChanged',
          number: `L${enterprise}`,
          occurredAt: day,
          factType: 'abnormal.listing',
          register: 'STANDING',
          content: { value: 'RETRACTED', effectiveAt: day },
        },
        now,
      );
  return { key: keyOf(event.envelope.subject), event, at: now };
}
