import type { ClassChanged } from '#libs/contracts';
import { describeChange } from './first-changes.ts';

test('says in one line who moved from where to where, when, and by which reasons, the heaviest first', () => {
  const reason = (indicator: string, points: number) => ({ indicator, points, factIds: [], kind: 'INDICATOR' });
  const change = {
    subject: { scheme: 'uscc', value: '91442000MA5123452K' },
    from: 'A',
    to: 'C',
    town: '442000101',
    // 2026-01-10 00:00 in Shanghai, still the day before in UTC.
    effectiveAt: Date.UTC(2026, 0, 9, 16),
    scoreAfter: 312_500,
    reasons: [reason('F01', 0), reason('B02', 12_500), reason('R10', 300_000)],
    cause: 'EVENT',
  } as unknown as ClassChanged;
  expect(describeChange(change)).toMatch(
    /^A→C .*uscc:91442000MA5123452K on 2026-01-10, score 312.5: R10 300, B02 12.5, F01$/,
  );
});
