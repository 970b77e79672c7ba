import { createRequire } from 'node:module';
import { GroupMembership, patchConsumerGroup } from './group-membership.ts';

interface ConsumerGroup {
  joinAndSync(): Promise<void>;
  leave(): Promise<void>;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as { prototype: object };

/** A consumer group of kafkajs that reaches no broker, and what it and its membership do in turn. */
function groupOf(join: () => Promise<void>) {
  const told: string[] = [];
  const membership = new GroupMembership({
    beforeJoin: async () => void told.push('before the join'),
    onJoinFailed: () => void told.push('not joined'),
    beforeLeave: async () => void told.push('before it leaves'),
  });
  const assigner = membership.assigner({} as Parameters<typeof membership.assigner>[0]);
  const group = Object.assign(Object.create(prototype) as ConsumerGroup, {
    assigners: [assigner],
    memberId: 'm',
    generationId: 3,
    groupId: 'g',
    coordinator: { leaveGroup: async () => void told.push('left') },
    retrier: async () => {
      told.push('joining');
      await join();
    },
  });
  return { group, membership, told };
}

describe('the membership of a consumer', () => {
  beforeAll(patchConsumerGroup);

  it('tells before a join, and the member and generation after it', async () => {
    const { group, membership, told } = groupOf(async () => undefined);
    expect(() => membership.current()).toThrow('not joined');
    await group.joinAndSync();
    expect(told).toEqual(['before the join', 'joining']);
    expect(membership.current()).toEqual({ memberId: 'm', generationId: 3 });
  });

  it('tells of a join that failed: the generation before it may go on', async () => {
    const { group, told } = groupOf(() => Promise.reject(new Error('away')));
    await expect(group.joinAndSync()).rejects.toThrow('away');
    expect(told).toEqual(['before the join', 'joining', 'not joined']);
  });

  it('tells before it ends, as long as its member may still commit', async () => {
    const { group, told } = groupOf(async () => undefined);
    await group.leave();
    expect(told).toEqual(['before it leaves', 'left']);
  });
});
