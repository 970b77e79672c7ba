/** `npm run tail -- TOPIC`: prints the messages of a topic, decoded, as they come. */
import { Argument, Command } from 'commander';
import { z } from 'zod';
import { RECORD_SCHEMAS, TOPIC_LIST } from '#libs/contracts';
import { kafkaEnv, parseEnv, registryEnv } from '#libs/service';
import { connectKafka, connectRegistry, kafkaOptionsOf, readTopic, type TopicRecord } from '#libs/stream';
import { connectionEnv } from './endpoints.ts';
import { wholeNumber } from './options.ts';
import { asJson, asLine, type DecodedMessage } from './tail-format.ts';

interface TailOptions {
  readonly fromBeginning: boolean;
  readonly untilEnd: boolean;
  readonly limit?: number;
  readonly json: boolean;
}

const names = TOPIC_LIST.map(({ name }) => name);
const command = new Command('npm run tail --')
  .description(
    'Prints committed messages, decoded. Reads from KAFKA_BROKERS and SCHEMA_REGISTRY_URL, else from the running npm start\n' +
      '(RISK_DATA_DIR, when it was started with --data-dir).',
  )
  .addArgument(new Argument('<topic>', 'the topic to read').choices(names))
  .option('--from-beginning', 'from the first record kept, not only new ones', false)
  .option('--until-end', 'stop at the end there is now (with --from-beginning)', false)
  .option('--limit <n>', 'stop after so many messages', wholeNumber(1, Number.MAX_SAFE_INTEGER))
  .option('--json', 'one JSON object per line', false);
command.parse();

try {
  await tail(command.args[0] ?? '', command.opts<TailOptions>());
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function tail(topic: string, options: TailOptions): Promise<void> {
  const env = parseEnv(z.object({ ...kafkaEnv, ...registryEnv }), connectionEnv(process.env));
  const { SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_USERNAME: username, SCHEMA_REGISTRY_PASSWORD: password } = env;
  const registry = await connectRegistry({ url, username, password }, RECORD_SCHEMAS, []);
  const decode = async (record: TopicRecord): Promise<DecodedMessage> => {
    if (record.value === null) return { record, name: 'deleted', value: null };
    try {
      await registry.prepare([record.value]);
      return { record, ...registry.decode(record.value) };
    } catch (error) {
      // Dead letters may hold anything: show what is wrong with it and go on.
      return { record, name: 'undecodable', value: { error: String(error), bytes: record.value.toString('hex') } };
    }
  };
  let printed = 0;
  const reading = await readTopic(connectKafka(kafkaOptionsOf('tail', env)), {
    topics: [topic],
    from: options.fromBeginning ? 'beginning' : 'end',
    untilEnd: options.untilEnd,
    async onRecord(record) {
      if (printed >= (options.limit ?? Infinity)) return;
      const message = await decode(record);
      console.log(options.json ? asJson(message) : asLine(message));
      printed++;
      if (printed === options.limit) setImmediate(() => void reading.stop());
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void reading.stop());
  // A reader that goes away (`| head`) ends us too.
  process.stdout.on('error', () => void reading.stop());
  await reading.done;
}
