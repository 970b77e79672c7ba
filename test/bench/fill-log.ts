import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullNameOf, TOPICS } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { createLogWriter, type AvroRegistry, type KafkaConnection, type OutgoingMessage } from '#libs/stream';
import { workload, type WorkloadOptions } from './workload.ts';

const RULE_SET = { id: 'general', version: '2.0.0' };
const BATCH = 12_000;

/** Activates the default rule set in each partition, then writes the workload. */
export async function fillLog({
  connection,
  registry,
  events,
  enterprises,
  spread,
}: {
  connection: KafkaConnection;
  registry: AvroRegistry;
  events: number;
  enterprises: number;
  spread: WorkloadOptions['spread'];
}): Promise<{ records: number; ruleSet: string; bytesPerEvent: number; perSecond: number }> {
  const { name: topic, partitions } = TOPICS.events;
  const writer = await createLogWriter(connection);
  const until = Date.now() - 60_000;
  const began = until - 731 * 86_400_000;
  const file = readFileSync(join(packageRoot(), `schemas/rule-sets/${RULE_SET.id}@${RULE_SET.version}.yaml`));
  const activation = {
    recordId: '0'.repeat(32),
    at: began,
    ruleSetId: RULE_SET.id,
    version: RULE_SET.version,
    sha256: createHash('sha256').update(file).digest('hex'),
    activationId: 'bench',
    retired: false,
  };
  const value = registry.encode('enterprise.events.RuleSetActivated', activation);
  await writer.send(
    topic,
    Array.from({ length: partitions }, (_, partition) => ({ key: null, value, partition, timestamp: began })),
  );

  let bytes = 0;
  let sending = 0;
  let batch: OutgoingMessage[] = [];
  const flush = async (): Promise<void> => {
    const start = performance.now();
    await writer.send(topic, batch);
    sending += performance.now() - start;
    batch = [];
  };
  for (const { key, event, at } of workload({ count: events, enterprises, until, spread })) {
    const encoded = registry.encode(fullNameOf(event), event);
    bytes += encoded.length;
    batch.push({ key, value: encoded, timestamp: at });
    if (batch.length === BATCH) await flush();
  }
  await flush();
  await writer.close();
  return {
    records: events + partitions,
    ruleSet: `${RULE_SET.id}@${RULE_SET.version}`,
    bytesPerEvent: Math.round(bytes / events),
    perSecond: Math.round((events / sending) * 1_000),
  };
}
