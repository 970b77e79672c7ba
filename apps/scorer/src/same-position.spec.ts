import type { EnterpriseState } from './enterprise-state.ts';
import { samePosition } from './same-position.ts';
import { activationOf, eventOf, ruleSetFolder, scorerOver, SmallLog } from './small-log.spec-support.ts';

const NOW = Date.UTC(2026, 5, 1);
const USCC = '91442000MA5123452K';

function registered(town: string | null = '442000118'): ReturnType<typeof eventOf> {
  return eventOf(USCC, NOW, {
    type: 'EnterpriseRegistered',
    number: USCC,
    occurredAt: '2010-03-01',
    content: { name: 'n', registeredAt: '2010-03-01', town, entityKind: 'ENTERPRISE', status: 'ACTIVE' },
  });
}
const report = (year: number): ReturnType<typeof eventOf> =>
  eventOf(USCC, NOW, { type: 'AnnualReportFiled', number: `R${year}`, content: { year } });
const listing = eventOf(USCC, NOW, {
  type: 'AbnormalListed',
  number: 'L1',
  codeSystem: 'gsxt-abnormal-reason',
  codeSystemVersion: '1',
  content: { reasonCode: '4' },
});
const move = eventOf(USCC, NOW, {
  type: 'EnterpriseChanged',
  number: 'M1',
  content: { changeKind: 'OTHER', before: {}, after: { town: '442000001' } },
});

/** States of the enterprise after each of the events, under the general rule set. */
function statesAfter(...events: ReturnType<typeof eventOf>[]): EnterpriseState[] {
  return events.map((_, count) =>
    new SmallLog(scorerOver(ruleSetFolder()), 1)
      .write(NOW, activationOf('general@2.0.0'), ...events.slice(0, count + 1))
      .state(USCC),
  ) as EnterpriseState[];
}

describe('the slim position', () => {
  it('says the same when a fact moves nothing of it', () => {
    const [, before, after] = statesAfter(registered(), report(2025), report(2024));
    expect(after?.position.facts).toHaveLength(3);
    expect(samePosition(before as EnterpriseState, after as EnterpriseState)).toBe(true);
  });

  it.each([
    ['score, class or groups', listing],
    ['an attribute', move],
  ])('says something else when %s move', (_what, event) => {
    const [before, after] = statesAfter(registered(), event) as [EnterpriseState, EnterpriseState];
    expect(samePosition(before, after)).toBe(false);
  });

  it('says something else under another rule set, with other evidence, or when it is no longer real', () => {
    const [{ standing, ...rest }] = statesAfter(registered()) as [EnterpriseState];
    const state = { ...rest, standing };
    if (standing === null) throw new Error('not scored');
    const general = standing.schemes['general'];
    if (general === undefined) throw new Error('not scored by the general rule set');
    const schemes = { general: { ...general, ruleSet: 'general@9.9.9' } };
    for (const other of [
      { ...state, standing: { ...standing, general: 'general@9.9.9' } },
      { ...state, standing: { ...standing, evidenceLevel: 'NEW' as const } },
      { ...state, standing: { ...standing, schemes } },
      { ...state, standing: null },
      { ...state, synthetic: !state.synthetic },
    ]) {
      expect(samePosition(state, other)).toBe(false);
      expect(samePosition(other, state)).toBe(false);
    }
    expect(samePosition(state, { ...state, standing: { ...standing, rules: 'another order of the same' } })).toBe(true);
  });
});
