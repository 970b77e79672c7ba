/** Starts a test stack, writes its endpoints into the given file and stays until SIGTERM: for trying specs again and again. */
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startTestStack, writeEndpoints } from './test-stack.ts';

const target = process.argv[2];
if (target === undefined) {
  process.stderr.write('usage: node dist/test/stack/main.js FILE   (then: TEST_STACK_FILE=FILE npx jest …)\n');
  process.exit(2);
}
const file = resolve(target);
const stack = await startTestStack();
await writeEndpoints(file, stack);
process.stdout.write(
  `Kafka ${stack.kafkaBrokers}, registry ${stack.registryUrl}, ClickHouse ${stack.clickhouseUrl}; endpoints in ${file}\n`,
);
const stop = async () => {
  await rm(file, { force: true });
  await stack.stop();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop());
setInterval(() => undefined, 2 ** 30);
