import { TransactionPlan, type TopicPartitions } from './transaction-plan.ts';

const of = (topic: string, ...partitions: number[]): TopicPartitions => ({ topic, partitions });

function planned(): TransactionPlan {
  const plan = new TransactionPlan();
  plan.expect('changes', 3);
  plan.expect('positions', 3);
  return plan;
}

describe('the plan of a transaction', () => {
  it('tells all that is expected with the first of it, also to sends that come at once', async () => {
    const plan = planned();
    const told: (readonly TopicPartitions[])[] = [];
    const tell = async (topics: readonly TopicPartitions[]): Promise<void> => void told.push(topics);
    await Promise.all([plan.tell([of('changes', 3)], tell), plan.tell([of('positions', 3)], tell)]);
    expect(told).toEqual([[of('changes', 3), of('positions', 3)]]);
  });

  it('tells what nobody expected when it comes', async () => {
    const plan = planned();
    const told: (readonly TopicPartitions[])[] = [];
    const tell = async (topics: readonly TopicPartitions[]): Promise<void> => void told.push(topics);
    await plan.tell([of('changes', 3)], tell);
    await plan.tell([of('events', 0, 5)], tell);
    await plan.tell([of('events', 5), of('changes', 3)], tell);
    expect(told.slice(1)).toEqual([[of('events', 0, 5)]]);
  });

  it('tells all of it again when the coordinator has refused, one request at a time', async () => {
    const plan = planned();
    const told: (readonly TopicPartitions[])[] = [];
    let open = 0;
    const tell = async (topics: readonly TopicPartitions[]): Promise<void> => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      told.push(topics);
      if (told.length === 1) throw new Error('concurrent transactions');
    };
    const first = plan.tell([of('changes', 3)], tell);
    const second = plan.tell([of('positions', 3)], tell);
    await expect(first).rejects.toThrow('concurrent transactions');
    await second;
    await plan.tell([of('changes', 3)], tell);
    expect(told).toEqual([
      [of('changes', 3), of('positions', 3)],
      [of('changes', 3), of('positions', 3)],
    ]);
  });

  it('is the current one of what it is followed in, over waits, and of nothing else', async () => {
    const [one, other] = [new TransactionPlan(), new TransactionPlan()];
    const seen = (plan: TransactionPlan): Promise<TransactionPlan | undefined> =>
      plan.follow(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return TransactionPlan.current();
      });
    const found = await Promise.all([seen(one), seen(other)]);
    expect([found[0] === one, found[1] === other, TransactionPlan.current()]).toEqual([true, true, undefined]);
  });
});
