import type { GroupMember } from '../group-requests.ts';
import { SharedTransactions, TransactionLostError, type Session, type TransactionPart } from './shared-transactions.ts';

const MEMBER: GroupMember = { memberId: 'm', generationId: 1 };

const part = (partition: number, member = MEMBER): TransactionPart => ({
  messages: new Map([['changes', [{ key: 'k', value: null, partition }]]]),
  partition,
  offset: 10 + partition,
  metadata: '{}',
  member,
});

const away = (): Error =>
  Object.assign(new Error('the connection broke'), { name: 'KafkaJSConnectionError', retriable: true });
const refused = (type: string): Error =>
  Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, retriable: false });

/** Sessions over no broker: which partitions were written in which one, and what was committed. */
function sessions(
  failing: { readonly write?: (Error | undefined)[]; readonly commit?: (Error | undefined)[] } = {},
  spent: readonly number[] = [],
) {
  const told = { opened: 0, closed: 0, written: [] as string[], committed: [] as string[] };
  const { write = [], commit = [] } = failing;
  const fail = (error: Error | undefined): void => {
    if (error !== undefined) throw error;
  };
  const open = async (): Promise<Session> => {
    const session = ++told.opened;
    let written = '';
    return {
      async write(messages, offsets) {
        written = offsets?.partitions.map(({ partition }) => partition).join(' ') ?? '';
        told.written.push(`${session}: ${written} (${[...messages].flatMap(([, each]) => each).length})`);
        fail(write.shift());
      },
      async commit() {
        fail(commit.shift());
        told.committed.push(written);
      },
      get isSpent() {
        return spent.includes(session);
      },
      async close() {
        told.closed++;
      },
    };
  };
  return { transactions: new SharedTransactions({ groupId: 'g', topic: 't', open }), told };
}

describe('the transactions of a process', () => {
  it('take what all partitions have ready in one turn, in one session', async () => {
    const { transactions, told } = sessions();
    await Promise.all([1, 2, 3].map((partition) => transactions.commit(part(partition))));
    await transactions.commit(part(1));
    expect(told.written).toEqual(['1: 1 2 3 (3)', '1: 1 (1)']);
    expect(told.committed).toEqual(['1 2 3', '1']);
    expect(told.opened).toBe(1);
  });

  it('hold parts of one generation each: one that is refused takes none of another with it', async () => {
    const { transactions, told } = sessions({ write: [refused('ILLEGAL_GENERATION')] });
    const stale = transactions.commit(part(1));
    const valid = transactions.commit(part(2, { memberId: 'm', generationId: 2 }));
    await expect(stale).rejects.toThrow(TransactionLostError);
    await valid;
    expect(told.committed).toEqual(['2']);
  });

  it('are lost when the end is refused, and what is left open is ended at once', async () => {
    const { transactions, told } = sessions({ commit: [refused('INVALID_PRODUCER_EPOCH')] });
    await expect(transactions.commit(part(1))).rejects.toThrow(
      'the transaction of t/1 up to offset 11 may not be committed',
    );
    expect(told).toMatchObject({ opened: 2, closed: 1, committed: [] });
    await transactions.commit(part(1));
    expect(told.written.at(-1)).toBe('2: 1 (1)');
  });

  it('go on in another session when an answer was lost, because it may still arrive', async () => {
    const { transactions, told } = sessions({}, [1]);
    for (let count = 0; count < 3; count++) await transactions.commit(part(1));
    expect(told.written).toEqual(['1: 1 (1)', '2: 1 (1)', '2: 1 (1)']);
    expect(told).toMatchObject({ closed: 1, committed: ['1', '1', '1'] });
  });

  it('let an error of the program through as it is', async () => {
    const { transactions } = sessions({ write: [new TypeError('no such thing')] });
    await expect(transactions.commit(part(1))).rejects.toThrow(TypeError);
  });

  it('have all been answered once they are settled, and leave nothing open after the end', async () => {
    const { transactions, told } = sessions({ write: [undefined, away()] });
    const first = transactions.commit(part(1));
    await transactions.settled();
    expect(told.committed).toEqual(['1']);
    await first;
    const last = expect(transactions.commit(part(1))).rejects.toThrow(TransactionLostError);
    await transactions.close();
    await last;
    expect(told).toMatchObject({ opened: 1, closed: 1 });
  });
});
