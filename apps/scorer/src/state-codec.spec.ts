import fc from 'fast-check';
import type { EnterpriseState } from './enterprise-state.ts';
import { stateCodec } from './state-codec.ts';
import { activationOf, eventOf, ruleSetFolder, scorerOver, SmallLog } from './small-log.spec-support.ts';

const T0 = Date.UTC(2026, 5, 1);
const [A, B] = ['91442000MA5123452K', '91442000MA5123460E'] as const;

const moment = fc.maxSafeInteger();
const text = fc.string({ unit: 'grapheme' });
type Register = fc.Arbitrary<[number, string, string, number, number | null] | null>;

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

  it('is read back with every scheme in its order, what was met, and the manual class beside the computed one', () => {
    const plain = { score: 12_500, riskClass: 'B', direct: [], alerts: [], override: null } as const;
    const manual = { factId: 'f'.repeat(32), computedClass: null };
    const state: EnterpriseState = {
      position: {
        facts: [],
        schemes: {
          general: { score: 0, riskClass: null, direct: ['X01', 'X02'], alerts: ['W01'], override: manual },
          food: plain,
        },
        nextReviewAt: T0,
      },
      standing: {
        ...{ rules: 'food@1 general@2', general: 'general@2', evidenceLevel: 'LOW' },
        attributes: { town: null, industry: 'C1411', registeredAt: T0, status: 'ACTIVE' },
        schemes: {
          general: { ruleSet: 'general@2', groups: { BASE: 10_000, DYN: 0 } },
          food: { ruleSet: 'food@1', groups: {} },
        },
      },
      ...{ synthetic: true, origins: [], links: [] },
    };
    const back = stateCodec.decode(stateCodec.encode(state));
    expect(back).toStrictEqual(state);
    expect(Object.keys(back.position.schemes)).toEqual(['general', 'food']);
  });

  it('of eight facts and one scheme takes no more than 1,200 bytes', () => {
    const facts = Array.from({ length: 8 }, (_, at) =>
      eventOf(A, T0, { type: 'AnnualReportFiled', number: `R${at}`, content: { year: 2020 + at } }),
    );
    const log = new SmallLog(scorerOver(ruleSetFolder()), 1).write(T0, activationOf('general@2.0.0'), ...facts);
    expect(stateCodec.encode(log.state(A) as EnterpriseState).length).toBeLessThanOrEqual(1_200);
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

  it('is read back with every register and every kind of attribute', () => {
    const register = fc.tuple(moment, text, text, moment, fc.option(moment));
    const value = fc.option(fc.oneof(moment, text, fc.boolean(), fc.array(text, { maxLength: 3 })));
    const content = fc.tuple(
      moment,
      text,
      moment,
      fc.option(moment),
      fc.option(text),
      fc.option(text),
      fc.array(value),
    );
    const fact = fc.tuple(
      text,
      fc.oneof(fc.nat(60), fc.constant('some.type')),
      fc.option(content),
      ...([0, 1, 2, 3].map(() => fc.option(register)) as [Register, Register, Register, Register]),
    );
    fc.assert(
      fc.property(fc.array(fact), fc.option(moment), (facts, nextReviewAt) => {
        const state: EnterpriseState = {
          position: { facts, schemes: {}, nextReviewAt },
          ...{ standing: null, synthetic: true, origins: [], links: [] },
        };
        expect(stateCodec.decode(stateCodec.encode(state))).toStrictEqual(state);
      }),
    );
  });
});
