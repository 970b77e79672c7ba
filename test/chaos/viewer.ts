import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Warehouse } from '#libs/warehouse-client';
import type { EnterpriseExplanation } from '../../apps/console/src/explain/views.ts';
import { keyOf, type ChangeView, type Subject } from '../../apps/console/src/reads/views.ts';
import { BEARER } from '../e2e/support/system.ts';
import { until } from '../e2e/support/until.ts';

/** Somebody at the console, who reads the latest changes and why the last enterprise has its class, over and over. */
export interface Viewer {
  /** Waits until the console answers once more. */
  leave(): Promise<void>;
  /** Classes that were read. */
  reads(): number;
  /** What is not as it has to be, one sentence each: what was answered is on record, whatever happened then. */
  faults(warehouse: Warehouse): Promise<readonly string[]>;
}

const PAUSE_MS = 250;
const ANSWER_WITHIN_MS = 15_000;
const BACK_WITHIN_MS = 60_000;
const CHANGES = 20;

/** @param url of the console */
export function viewerAt(url: string): Viewer {
  const answered = new Map<string, number>();
  const refused: string[] = [];
  let rounds = 0;
  let isLeaving = false;
  let whyNot: unknown;

  const note = (via: string, subject: Subject, schemeId: string): void => {
    const read = `${via} ${keyOf(subject)} ${schemeId}`;
    answered.set(read, (answered.get(read) ?? 0) + 1);
  };
  /** Undefined when the console has nothing to say: an enterprise whose first facts are not stored yet. */
  const get = async <T>(path: string): Promise<T | undefined> => {
    const response = await fetch(`${url}/api/${path}`, {
      headers: BEARER,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = (await response.json()) as T;
    if (response.ok) return answer;
    if (response.status >= 500) throw new Error(`${response.status}`);
    if (response.status !== 404) refused.push(`the console answered ${response.status} to ${path}`);
    return undefined;
  };
  const look = async (): Promise<void> => {
    const { changes = [] } = (await get<{ readonly changes: readonly ChangeView[] }>(`changes?limit=${CHANGES}`)) ?? {};
    for (const { subject, schemeId } of changes) note('recent', subject, schemeId);
    const [latest] = changes;
    if (latest === undefined) return;
    const { subject } = latest;
    const told = await get<EnterpriseExplanation>(`enterprises/${subject.scheme}/${subject.value}`);
    if (told === undefined) return;
    const schemes = [...told.schemes, ...told.stored].map(({ schemeId }) => schemeId);
    for (const schemeId of new Set(schemes)) note('enterprise', subject, schemeId);
  };
  const looking = (async () => {
    while (!isLeaving) {
      // It is away, or its database is: what it has not answered nobody has read.
      await look().then(
        () => rounds++,
        (error: unknown) => (whyNot = error),
      );
      await pause(PAUSE_MS);
    }
  })();

  return {
    async leave() {
      // The round that is under way may have begun before the console was there again.
      const last = rounds + 2;
      const explain = (): string => inspect(whyNot);
      await until('the console answers again', () => rounds >= last, { deadlineMs: BACK_WITHIN_MS, explain });
      isLeaving = true;
      await looking;
    },
    reads: () => [...answered.values()].reduce((sum, count) => sum + count, 0),
    async faults(warehouse) {
      const rows = await warehouse.query<{ read: string; times: string }>(
        `SELECT concat(via, ' ', subject_scheme, ':', subject_value, ' ', scheme_id) AS read, toString(count()) AS times
         FROM read_audit GROUP BY read`,
      );
      const recorded = new Map(rows.map(({ read, times }) => [read, Number(times)]));
      const missing = [...answered].filter(([read, times]) => (recorded.get(read) ?? 0) < times);
      return [
        ...refused,
        ...missing.map(
          ([read, times]) => `"${read}" was answered ${times} times, on record ${recorded.get(read) ?? 0}`,
        ),
      ];
    },
  };
}
