import { createLogWriter } from '#libs/stream';
import { heartbeatsOf } from '../component/support/heartbeats.ts';
import { createTallyRig, eventually } from '../component/support/tally.ts';
import { watchProcess } from './process-use.ts';

const T0 = Date.UTC(2026, 0, 10);
const MINUTE = 60_000;
const AT_ONCE = 5_000;
/** Records that are produced while reviews fire: so many each time. */
const MEANWHILE = 100;
const MEANWHILE_EVERY_MS = 100;
const DEADLINE_MS = 900_000;

/**
 * A partition in which every key has a review due at the same moment, and a record that calls for them: how long until all
 * have fired, with a handler that does next to nothing. Throws when the member did not stay in its group, or when a review
 * or a record that was produced meanwhile is missing.
 */
export async function benchReviews(kafkaBrokers: string, count: number, say: (text: string) => void): Promise<void> {
  const rig = await createTallyRig(1, kafkaBrokers);
  const writer = await createLogWriter(rig.connection);
  const due = T0 + MINUTE;
  let produced = 0;
  const write = async (messages: number, value: string, timestamp: number): Promise<void> => {
    const from = produced;
    produced += messages;
    const records = Array.from({ length: messages }, (_, i) => ({
      key: `key${from + i}`,
      value: Buffer.from(value),
      timestamp,
      partition: 0,
    }));
    await writer.send(rig.topics.input, records);
  };
  const sum = (what: 'records' | 'reviews' | 'outputs'): number =>
    rig.reports.reduce((total, each) => total + each[what], 0);
  const measured = async (what: string, work: () => Promise<void>): Promise<void> => {
    const stopWatching = watchProcess(process.pid);
    const began = performance.now();
    await work();
    const seconds = (performance.now() - began) / 1_000;
    const { cpuSeconds, peakRss, peakAnonymous } = stopWatching();
    const each = `${Math.round(count / seconds)}/s, ${((cpuSeconds * 1e6) / count).toFixed(1)} CPU µs each`;
    say(`  ${what} ${seconds.toFixed(1)} s, ${each}, peak ${peakRss} MB (anonymous ${peakAnonymous} MB)`);
  };
  const reached = (what: string, holds: () => boolean): Promise<void> =>
    eventually(
      what,
      () => {
        const [crash] = rig.crashes;
        if (crash !== undefined) throw crash;
        return holds();
      },
      DEADLINE_MS,
    );
  say(`${count} reviews due at one moment in one partition, a state and an output each; all in this process`);
  try {
    while (produced < count) await write(Math.min(AT_ONCE, count - produced), `{"add":1,"reviewAt":${due}}`, T0);
    const heartbeats = heartbeatsOf(rig.connection);
    const events: string[] = [];
    await measured('all set after', async () => {
      const { connection } = heartbeats;
      await rig.start('one', { connection, onEvent: (event) => events.push(event), clockTick: () => undefined });
      await reached('every key has its review', () => sum('records') === count);
    });
    heartbeats.times.length = 0;
    await measured('all fired after', async () => {
      await write(1, '{"add":1}', due);
      while (sum('reviews') < count) {
        await write(MEANWHILE, '{"add":1}', due);
        await new Promise((resolve) => setTimeout(resolve, MEANWHILE_EVERY_MS));
        if (rig.crashes[0] !== undefined) throw rig.crashes[0];
      }
    });
    await reached('what was produced meanwhile is applied', () => sum('records') === produced);
    const assigned = events.filter((event) => event === 'assigned').length;
    if (assigned !== 1 || events.includes('transaction lost'))
      throw new Error(`the member did not stay in its group: ${events.join(', ')}`);
    if (sum('outputs') !== count + produced)
      throw new Error(`${sum('outputs')} outputs for ${count} reviews and ${produced} records`);
    const longest = Math.max(...heartbeats.times.slice(1).map((at, i) => at - (heartbeats.times[i] as number)));
    say(
      `  ${produced - count} records produced meanwhile, all applied; the member stayed in its group, ` +
        `${heartbeats.times.length} heartbeats, ${Math.round(longest)} ms between two of them at most`,
    );
  } finally {
    await writer.close();
    await rig.dispose();
  }
}
