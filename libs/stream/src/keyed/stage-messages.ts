import type { OutgoingMessage } from '../outgoing-message.ts';
import type { Stage } from './chunk.ts';
import { deadLetterOf, deadLetterTopic } from './dead-letters.ts';
import type { Held } from './partition-state.ts';
import type { RuntimeOptions } from './runtime-options.ts';

/**
 * Everything that a transaction writes, by topic: outputs, dead letters, and the snapshots of what is published with it. All
 * of it keeps the input's partition, but for outputs that go where their key belongs.
 */
export function stageMessages<S>(
  stage: Stage,
  published: readonly (readonly [string, Held<S>])[],
  partition: number,
  { topic, groupId, appVersion, snapshot }: RuntimeOptions<S>,
): Map<string, OutgoingMessage[]> {
  const byTopic = new Map<string, OutgoingMessage[]>();
  const add = (to: string, message: OutgoingMessage): void => {
    const messages = byTopic.get(to);
    if (messages === undefined) byTopic.set(to, [message]);
    else messages.push(message);
  };
  for (const output of stage.outputs)
    add(output.topic, output.partition === 'KEY' ? output.message : { ...output.message, partition });
  for (const { record, reason } of stage.deadLetters)
    add(deadLetterTopic(topic, groupId), deadLetterOf(record, reason, appVersion));
  for (const [key, held] of published) {
    const output = snapshot(key, held, partition);
    if (output !== undefined) add(output.topic, { ...output.message, partition });
  }
  return byTopic;
}
