import type { Admin } from 'kafkajs';
import { retryOnCodes } from './broker-errors.ts';

/** The coordinator is being elected or loads its log: common in the first seconds of a new cluster. */
const NOT_READY = { codes: new Set([14, 15, 16]), tries: 300, pauseMs: 200 };

/**
 * Waits until a group's coordinator answers. kafkajs crashes a consumer that joins before that, and a crashed one ends
 * its process. Throws the last error after a minute.
 */
export async function waitForCoordinator(admin: Admin, groupId: string, topic: string): Promise<void> {
  await retryOnCodes(NOT_READY, () => admin.fetchOffsets({ groupId, topics: [topic] }));
}
