/** The floor of the comparison, as a process of its own: kafkajs reads the topic, avsc decodes, nothing else is done. */
import { performance } from 'node:perf_hooks';
import { RECORD_SCHEMAS, TOPICS } from '#libs/contracts';
import { connectKafka, connectRegistry, runSink } from '#libs/stream';

const [brokers = '', registryUrl = '', expected = '0'] = process.argv.slice(2);
const registry = await connectRegistry({ url: registryUrl }, RECORD_SCHEMAS, []);
let first = 0;
let decoded = 0;
const sink = await runSink(connectKafka({ clientId: 'bench-decode', brokers: [brokers] }), {
  groupId: 'bench-decode',
  topics: [TOPICS.events.name],
  onCrash: (error) => {
    throw error;
  },
  async handle({ records }) {
    if (first === 0) first = performance.now();
    const values = records.map(({ value }) => value);
    await registry.prepare(values);
    for (const value of values) registry.decode(value);
    decoded += values.length;
    if (decoded >= Number(expected)) {
      const seconds = (performance.now() - first) / 1_000;
      process.stdout.write(`${JSON.stringify({ perSecond: Math.round(decoded / seconds), decoded })}\n`, () =>
        process.exit(0),
      );
    }
    return {};
  },
});
void sink;
