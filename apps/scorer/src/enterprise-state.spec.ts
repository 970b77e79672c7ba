import { stateCodec, type EnterpriseState } from './enterprise-state.ts';
import { activationOf, eventOf, ruleSetFolder, scorerOver, SmallLog } from './small-log.spec-support.ts';

const T0 = Date.UTC(2026, 5, 1);
const [A, B] = ['91442000MA5123452K', '91442000MA5123460E'] as const;

describe('a stored state', () => {
  it('is read back unchanged, with its standing, its origins and its links', () => {
    const events = [1, 2, 3].map((number) =>
      eventOf(A, T0, { type: 'ComplaintAccepted', number: `C${number}`, content: {} }),
    );
    const link = eventOf(A, T0, {
      type: 'EnterpriseLinked',
      number: 'M1',
      content: { to: { scheme: 'uscc', value: B }, kind: 'MERGED', effectiveAt: '2027-01-01' },
    });
    const log = new SmallLog(scorerOver(ruleSetFolder()), 1).write(T0, activationOf('general@2.0.0'), ...events, link);
    const state = log.state(A) as EnterpriseState;
    expect(state.origins).toEqual([1, 2, 3]);
    expect(state.links).toMatchObject([{ carrying: false, content: { to: `uscc:${B}`, kind: 'MERGED' } }]);
    expect(Object.keys(state.standing?.schemes ?? {})).toEqual(['general']);
    expect(stateCodec.decode(stateCodec.encode(state))).toEqual(state);
  });

  it('keeps each place in the log in one to three bytes, however far on the log is', () => {
    const state: EnterpriseState = {
      position: { facts: [], schemes: {}, nextReviewAt: null },
      ...{ standing: null, synthetic: false, links: [] },
      origins: Array.from({ length: 100 }, (_, at) => 5_000_000_000 + at * 60_000),
    };
    const none = stateCodec.encode({ ...state, origins: [] }).length;
    expect(stateCodec.encode(state).length - none).toBeLessThanOrEqual(100 * 3 + 12);
    expect(stateCodec.decode(stateCodec.encode(state))).toEqual(state);
  });
});
