import { blockAt, faultsOf, fileOf, placed } from './rule-set-files.spec-support.ts';

function isTold(name: string, cases: readonly (readonly [path: string, keys: string])[]): void {
  it.each(cases)('in %s: %s', (path, keys) => {
    const file = fileOf(name);
    Object.assign(blockAt(file, path), { misspelt: 'x' });
    const fault = `${placed(file, path)}.misspelt: unknown key; expected one of ${keys}`;
    expect(faultsOf(file)).toEqual([fault]);
  });
}

/** What every indicator says, before what its form adds. */
const FRAME = 'code, group, name, cap, label, basis';

describe('a misspelt key is refused with the keys that are known', () => {
  isTold('general@2.0.0', [
    ['scheme', 'id, kind, department, field, base, takesBase'],
    ['scale', 'max, label, basis'],
    ['bands', 'list, label, basis'],
    ['bands.list[0]', 'class, from, to'],
    ['groups.REG', 'cap, name, label, basis'],
    ['name', 'zh, en'],
    ['attributesAlone', 'group, worst, label, basis'],
    ['population', 'statusAttribute, leavingStatuses, leavingFact, leavingFacts, label, basis'],
    ['population.leavingFacts[0]', 'fact, class, where'],
    ['evidence', 'months, newSince, label, basis'],
    ['objection', 'days, perMille, label, basis'],
    ['official', 'hysteresisPoints, label, basis'],
    ['overrides', 'maxDays, label, basis'],
    [
      'facts.recall.ordered',
      'keepMonths, startsAt, expiresAt, completedOn, publicityEnd, publicityMonths, label, basis',
    ],
    ['decays.YR2', 'steps, label, basis'],
    ['decays.YR2.steps[0]', 'untilMonth, untilDay, perMille'],
    ['classifications.severity', 'fact, form, classes, table, raises, label, basis'],
    ['classifications.severity.table[0]', 'when, is, validFrom, validTo, label, basis'],
    ['classifications.severity.table[1].when[0]', 'sumOf, atLeast, below'],
    ['classifications.outcome', 'fact, form, classes, codes, neutral, systems, label, basis'],
    ['B01', `${FRAME}, form, attribute, steps`],
    ['B01.steps[0]', 'untilMonth, untilDay, points, label, basis'],
    ['B02', `${FRAME}, form, attribute, levels, prefixes, otherwise`],
    ['B03', `${FRAME}, form, fact, class, where, points, decay`],
    [
      'B03.where[0]',
      'attribute, system, is, anyOf, onlyOf, startsWith, atLeast, below, ofAttribute, sameAs, atMostPerMille',
    ],
    ['B04', `${FRAME}, form, fact, steps, each`],
    ['B04.steps[0]', 'from, points, label, basis'],
    ['D01', `${FRAME}, form, fact, class, where, per, months, days, steps`],
    [
      'D04',
      `${FRAME}, form, fact, class, where, open, opensOn, opensAt, whileEnterprise, closesAfterMonths, closedBy, residual`,
    ],
    ['D04.closedBy[0]', 'fact, class, where, same, order'],
    ['D05', `${FRAME}, form, fact, key, length, holds, points`],
    ['D06', `${FRAME}, form, fact, key, everyMonths, attribute, from, toPerMille, months, days, points`],
    ['D07.whileEnterprise', 'attribute, is'],
    ['R05', `${FRAME}, form, fact, class, where, sumOf, months, days, steps`],
    ['R06.opensOn', 'register, value'],
    ['R07.residual', 'points, months, decay, label, basis'],
    ['R07.where[0]', 'attribute, system, is'],
    ['R11', `${FRAME}, form, fact, class, where, points, afterMonths, afterDays`],
    ['R17', `${FRAME}, parts, combine`],
    ['R17.parts[0]', 'form, label, basis, fact, class, where, points, decay'],
    ['S01', `${FRAME}, form, fact, class, where, months, days, over, overAtLeast, each`],
    ['oneIncidentOnce', 'order, label, basis'],
    ['exclusive[0]', 'set, per, label, basis'],
    ['positivePool', 'cap, suspendedWhileOpen, label, basis'],
    ['directDeterminations[0]', 'code, name, class, when, label, basis'],
    [
      'directDeterminations[0].when[0]',
      'fact, class, where, withinMonths, withinDays, afterMonths, afterDays, unlessPerformance, opensAt, opensOn, endsWithinDays, label, basis',
    ],
    ['directDeterminations[1].when[4]', 'attribute, is, startsWith, label, basis'],
    ['floors[0]', 'code, name, class, when, label, basis'],
    ['floors[3].when[0]', 'fullWeight, label, basis'],
    ['warnings[0]', 'id, level, when, text, label, basis'],
    ['warnings[0].when', 'directNewlyMet, worsenedByAtLeast, from, to, newlyMet'],
    ['warnings[6].when.newlyMet', 'count, label, basis'],
    ['warnings[6].when.newlyMet.count', 'fact, class, where, months, days, atLeast, label, basis'],
    ['warnings[7].when.newlyMet', 'all, label, basis'],
    ['warnings[8].when.newlyMet', 'open, label, basis'],
  ]);
  isTold('food-production@1.0.0', [
    ['appliesTo', 'any, label, basis'],
    ['FG1', `${FRAME}, form, scheme, points`],
    ['FG1.points', 'A, B, C, D'],
    ['visits', 'A, B, C, D, label, basis'],
    ['visits.A', 'times, years'],
  ]);
});
