import { midnight } from './calendar.ts';
import { sampleEnterprises } from './generated-enterprises.spec-support.ts';
import { explain } from './index.ts';
import { ALL, fold } from './laws.spec-support.ts';

describe('the generated enterprises', () => {
  it('are the same for the same seed', () => {
    expect(sampleEnterprises(7, 20)).toEqual(sampleEnterprises(7, 20));
    expect(sampleEnterprises(8, 20)).not.toEqual(sampleEnterprises(7, 20));
  });

  it('bring every indicator, floor and direct determination of every scheme, and every class', () => {
    const seen = new Set<string>();
    const days = [midnight(2025, 2, 1), midnight(2026, 2, 1)];
    for (const position of sampleEnterprises(1, 2000).map(fold)) {
      for (const account of days.flatMap((day) => explain(position, day, ALL))) {
        seen.add(`${account.schemeId} ${account.riskClass}`);
        for (const { code, points } of account.indicators) if (points > 0) seen.add(code);
        for (const { code } of [...account.floors, ...account.directDeterminations]) seen.add(code);
      }
    }
    const missing = ALL.ruleSets.flatMap(({ definition: { id, indicators, conditions } }) =>
      [...indicators.map(({ code }) => code), ...conditions.map(({ code }) => code)]
        .concat(['A', 'B', 'C', 'D', 'null'].map((riskClass) => `${id} ${riskClass}`))
        .filter((code) => !seen.has(code)),
    );
    expect(missing).toEqual([]);
  });
});
