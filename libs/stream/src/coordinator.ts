import type { Admin } from 'kafkajs';

/** The coordinator is being elected or loads its log: common in the first seconds of a new cluster. */
const NOT_READY = new Set([14, 15, 16]);
const TRIES = 300;
const PAUSE_MS = 200;

/**
 * Waits until a group's coordinator answers. kafkajs crashes a consumer that joins before that, and a crashed one ends
 * its process. Throws the last error after a minute.
 */
export async function waitForCoordinator(admin: Admin, groupId: string, topic: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await admin.fetchOffsets({ groupId, topics: [topic] });
      return;
    } catch (error) {
      const { code, cause } = error as { code?: number; cause?: { code?: number } };
      const answered = code ?? cause?.code;
      if (answered === undefined || !NOT_READY.has(answered) || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
