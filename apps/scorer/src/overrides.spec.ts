import { activationOf, eventOf, ruleSetFolder, scorerOver, SmallLog } from './small-log.spec-support.ts';

const T0 = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;
const USCC = '91442000MA5123452K';
const scorer = scorerOver(ruleSetFolder());
const listing = eventOf(USCC, T0, {
  type: 'AbnormalListed',
  number: 'L1',
  codeSystem: 'gsxt-abnormal-reason',
  codeSystemVersion: '1',
  content: { reasonCode: '4' },
});
const override = (validFrom: string, validUntil: string) =>
  eventOf(USCC, T0, {
    type: 'OverrideSet',
    number: 'O1',
    content: {
      ...{ schemeId: 'general', riskClass: 'B', reason: '理由', proposedBy: 'one', approvedBy: 'other' },
      ...{ approvedAt: '2026-06-01', validFrom, validUntil },
    },
  });
const retraction = eventOf(USCC, T0, {
  type: 'FactStatusChanged',
  factType: 'override.class',
  register: 'STANDING',
  number: 'O1',
  content: { value: 'RETRACTED', reason: '更正' },
});
const log = () => new SmallLog(scorer).write(T0, activationOf('general@2.0.0'), listing);
const told = (small: SmallLog) =>
  small.changes.map(({ from, to, cause, computedClass, overrideFactId }) => ({
    from,
    to,
    cause,
    computedClass,
    by: overrideFactId,
  }));

describe('a manual class', () => {
  it('is told as the cause of the change, with the class that was computed and the fact that sets it', () => {
    const set = override('2026-06-01', '2026-06-20');
    const small = log().write(T0 + DAY, set);
    expect(told(small).at(-1)).toEqual({
      ...{ from: 'C', to: 'B', cause: 'OVERRIDE', computedClass: 'C' },
      by: set.envelope.factId,
    });
    expect(small.snapshotOf(USCC)?.schemes[0]).toMatchObject({
      riskClass: 'B',
      computedClass: 'C',
      overrideFactId: set.envelope.factId,
    });
  });

  it('is the cause also when it begins and ends by time alone', () => {
    const small = log()
      .write(T0 + DAY, override('2026-06-10', '2026-06-20'))
      .write(T0 + 40 * DAY, listing);
    expect(
      told(small)
        .slice(1)
        .map(({ from, to, cause }) => [from, to, cause]),
    ).toEqual([
      ['C', 'B', 'OVERRIDE'],
      ['B', 'C', 'OVERRIDE'],
    ]);
    expect(told(small).at(-1)).toMatchObject({ computedClass: null, by: null });
  });

  it('is the cause also when it is taken back', () => {
    const small = log()
      .write(T0 + DAY, override('2026-06-01', '2026-06-20'))
      .write(T0 + 2 * DAY, retraction);
    expect(told(small).at(-1)).toMatchObject({ from: 'B', to: 'C', cause: 'OVERRIDE', by: null });
  });
});
