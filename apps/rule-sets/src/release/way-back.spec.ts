import { ACTIVATED, chainOf } from './steps.fixture.ts';
import { isWayBack, WAY_BACK, wayBack } from './way-back.ts';

const BACK = { step: 'ACTIVATED', version: '1.0.0', previous: 'general@2.0.0', note: `${WAY_BACK}too strict` } as const;

describe('the way back of a scheme', () => {
  it('leads to what the last activation replaced', () => {
    expect(wayBack('general', chainOf(ACTIVATED), 'general@2.0.0')).toMatchObject({
      kind: 'to',
      ruleSet: 'general@1.0.0',
    });
  });

  it('is one step long: what was taken back does not come again without approval', () => {
    const steps = chainOf(ACTIVATED, BACK);
    expect(steps.map(isWayBack)).toEqual([false, true]);
    expect(wayBack('general', steps, 'general@1.0.0')).toMatchObject({ kind: 'none' });
  });

  it('brings a retired scheme back', () => {
    const steps = chainOf(ACTIVATED, { step: 'RETIRED' });
    expect(wayBack('general', steps, undefined)).toMatchObject({ kind: 'to', ruleSet: 'general@2.0.0' });
  });

  it.each([
    ['nothing was released', [], 'general@1.0.0', 'the log began with'],
    ['there was nothing before', [{ ...ACTIVATED, previous: null }], 'general@2.0.0', 'retire the scheme'],
    ['something else is in force', [ACTIVATED], 'general@3.0.0', 'general@3.0.0 is in force'],
    ['only other schemes were released', [{ ...ACTIVATED, schemeId: 'food' }], 'general@1.0.0', 'nothing was released'],
  ] as const)('does not exist where %s', (_, steps, inForce, why) => {
    expect(wayBack('general', chainOf(...steps), inForce)).toEqual({ kind: 'none', why: expect.stringContaining(why) });
  });
});
