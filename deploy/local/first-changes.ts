import { RECORD_SCHEMAS, TOPICS, TOWNS, type ClassChanged } from '#libs/contracts';
import { connectKafka, connectRegistry, readTopic } from '#libs/stream';
import type { Stack } from './stack/index.ts';

/** Shows the first class changes that come out of the pipeline from now on, one line each, and then stops reading. */
export async function showFirstChanges(
  stack: Stack,
  options: { count: number; show: (text: string) => void },
): Promise<{ stop(): Promise<void> }> {
  const registry = await connectRegistry({ url: stack.registryUrl }, RECORD_SCHEMAS, []);
  const kafka = connectKafka({ clientId: 'local-start', brokers: [stack.kafkaBrokers] });
  const shown = new Set<string>();
  const reading = await readTopic(kafka, {
    topics: [TOPICS.classChanged.name],
    from: 'end',
    async onRecord({ key, value }) {
      if (shown.size >= options.count) return;
      await registry.prepare([value]);
      const change = registry.decode(value).value as ClassChanged;
      // A first classification, and the leaving of the scored population, are records too but no moves; one line per enterprise is enough.
      if (change.from === null || change.to === null || shown.has(String(key))) return;
      shown.add(String(key));
      options.show(describeChange(change));
      if (shown.size === options.count) setImmediate(() => void reading.stop());
    },
  });
  return { stop: () => reading.stop() };
}

/** One line for a person: from, to, who, why. Points are shown, the record holds milli-points. */
export function describeChange(change: ClassChanged): string {
  const town = TOWNS[change.town ?? '']?.zh ?? '';
  // A floor or a direct determination adds no points: its name alone is the reason.
  const reasons = [...change.reasons]
    .sort((a, b) => b.points - a.points)
    .slice(0, 3)
    .map(({ indicator, points }) => (points === 0 ? indicator : `${indicator} ${inPoints(points)}`));
  const why = reasons.length === 0 ? change.cause.toLowerCase() : reasons.join(', ');
  const day = new Date(change.effectiveAt + 8 * 3_600_000).toISOString().slice(0, 10);
  const who = `${change.subject.scheme}:${change.subject.value}`;
  return `${change.from ?? '·'}→${change.to ?? '·'} ${town} ${who} on ${day}, score ${inPoints(change.scoreAfter)}: ${why}`.replace(
    /  +/g,
    ' ',
  );
}

function inPoints(milliPoints: number): string {
  return String(Math.round(milliPoints / 100) / 10);
}
