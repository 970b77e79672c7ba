import type { Admin } from 'kafkajs';
import { answers } from './broker-errors.ts';
import { repeat } from './repeat.ts';

/** The coordinator is being elected or loads its log: common in the first seconds of a new cluster. */
const NOT_READY = { mayPass: answers(14, 15, 16), givenUpAfterMs: 60_000 };

/**
 * Waits until a group's coordinator answers. kafkajs crashes a consumer that joins before that, and a crashed one ends
 * its process. Throws the last error after a minute.
 */
export async function waitForCoordinator(admin: Admin, groupId: string, topic: string): Promise<void> {
  await repeat(() => admin.fetchOffsets({ groupId, topics: [topic] }), NOT_READY);
}
