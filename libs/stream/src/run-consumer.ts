import type { Consumer, ConsumerRunConfig } from 'kafkajs';

/**
 * Resolves when a consumer has joined its group for the first time; from then on its crashes go to `onCrash`. kafkajs tells of a
 * first join that failed as of a crash and resolves all the same: here it rejects.
 */
export async function runConsumer(
  consumer: Consumer,
  config: ConsumerRunConfig,
  onCrash: (error: Error) => void,
): Promise<void> {
  let hasJoined = false;
  let failure: Error | undefined;
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (hasJoined) onCrash(payload.error);
    else failure = payload.error;
  });
  await consumer.run(config);
  if (failure !== undefined) throw failure;
  hasJoined = true;
}
