import { createRequire } from 'node:module';
import { PartitionAssigners, type PartitionAssigner } from 'kafkajs';
import type { GroupMember } from './group-requests.ts';

export interface MembershipHooks {
  /** Awaited before this consumer asks to join its group, again or for the first time: its generation ends with that. */
  beforeJoin(): Promise<void>;
  /** It could not join, and kafkajs may go on as a member of the generation before. */
  onJoinFailed(): void;
  /** Awaited before it leaves its group. */
  beforeLeave(): Promise<void>;
}

/** kafkajs's inside of a consumer that belongs to a group. */
interface ConsumerGroup {
  readonly assigners: readonly object[];
  readonly memberId: string | null;
  readonly generationId: number | null;
  joinAndSync(): Promise<void>;
  leave(): Promise<void>;
}

const memberships = new WeakMap<object, GroupMembership>();

/**
 * What kafkajs 2.2.4 does not tell of a consumer's membership: its generation, and the moments before it ends. A consumer takes
 * part by the assigner, which assigns as kafkajs does by default.
 */
export class GroupMembership {
  readonly #hooks: MembershipHooks;
  #group: ConsumerGroup | undefined;

  constructor(hooks: MembershipHooks) {
    this.#hooks = hooks;
  }

  /** For the consumer's `partitionAssigners`. */
  readonly assigner: PartitionAssigner = (config) => {
    const assigner = PartitionAssigners.roundRobin(config);
    memberships.set(assigner, this);
    return assigner;
  };

  /** As of the last join. Throws before the first one. */
  current(): GroupMember {
    const { memberId, generationId } = this.#group ?? {};
    if (typeof memberId !== 'string' || typeof generationId !== 'number')
      throw new Error('this consumer has not joined its group yet');
    return { memberId, generationId };
  }

  async joining(group: ConsumerGroup): Promise<void> {
    this.#group = group;
    await this.#hooks.beforeJoin();
  }

  notJoined(): void {
    this.#hooks.onJoinFailed();
  }

  async leaving(): Promise<void> {
    await this.#hooks.beforeLeave();
  }
}

/** Lets a `GroupMembership` know when a kafkajs consumer joins and leaves. */
export function patchConsumerGroup(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as {
    prototype: ConsumerGroup;
  };
  const { joinAndSync, leave } = prototype;
  const membershipOf = ({ assigners }: ConsumerGroup): GroupMembership | undefined =>
    assigners.map((assigner) => memberships.get(assigner)).find((membership) => membership !== undefined);
  prototype.joinAndSync = async function join(this: ConsumerGroup): Promise<void> {
    const membership = membershipOf(this);
    await membership?.joining(this);
    try {
      await joinAndSync.call(this);
    } catch (error) {
      membership?.notJoined();
      throw error;
    }
  };
  prototype.leave = async function leaveAfter(this: ConsumerGroup): Promise<void> {
    await membershipOf(this)?.leaving();
    return leave.call(this);
  };
}
