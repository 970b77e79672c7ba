import { midnight } from '../calendar.ts';
import { readRuleSet } from './read-rule-set.ts';
import { blockAt, fileOf, indicatorOf } from './rule-set-files.spec-support.ts';
import type { File } from './rule-set-files.spec-support.ts';

const GENERAL = 'general@2.0.0';
const FOOD = 'food-production@1.0.0';
const EQUIPMENT = 'special-equipment@1.0.0';

const of = indicatorOf;

/** What a file says, how it comes to say so, and what the rule set has of it. */
type Case = readonly [what: string, change: (file: File) => unknown, have: (rules: File) => unknown, value: unknown];

function isRead(name: string, cases: readonly Case[]): void {
  it.each(cases)('%s', (_, change, have, value) => {
    const file = fileOf(name);
    change(file);
    expect(have(readRuleSet(file))).toEqual(value);
  });
}

const part = (rules: File, code: string): File => of(rules, code).parts[0];

describe('a comparison may state', () => {
  isRead(GENERAL, [
    [
      'how a text begins',
      (file) => (of(file, 'D02').where = [{ attribute: 'industry', startsWith: ['C13', 'C14'] }]),
      (rules) => part(rules, 'D02').select.where,
      [{ kind: 'prefix', attribute: 'industry', prefixes: ['C13', 'C14'] }],
    ],
    [
      'the least of a number',
      (file) => (of(file, 'D02').where = [{ attribute: 'capitalFen', atLeast: 0 }]),
      (rules) => part(rules, 'D02').select.where,
      [{ kind: 'range', attributes: ['capitalFen'], from: 0, below: null }],
    ],
    [
      'what a number is below',
      (file) => (of(file, 'D02').where = [{ attribute: 'capitalFen', below: 1 }]),
      (rules) => part(rules, 'D02').select.where,
      [{ kind: 'range', attributes: ['capitalFen'], from: null, below: 1 }],
    ],
    [
      'both limits of a number',
      (file) => (of(file, 'D02').where = [{ attribute: 'capitalFen', atLeast: 5, below: 6 }]),
      (rules) => part(rules, 'D02').select.where,
      [{ kind: 'range', attributes: ['capitalFen'], from: 5, below: 6 }],
    ],
    [
      'both limits of a sum',
      (file) => (file.classifications.severity.table[1].when[0].below = 50000001),
      (rules) => rules.classifications[0].rows[1].where,
      [{ kind: 'range', attributes: ['fineFen', 'confiscatedFen'], from: 50000000, below: 50000001 }],
    ],
  ]);
});

describe('a time may be stated in days', () => {
  const days = { unit: 'DAY', length: 40 };
  const inDays = (item: File): File => Object.assign(item, { months: null, days: 40 });
  isRead(GENERAL, [
    ...['D01', 'R05', 'S01', 'D06'].map((code): Case => [
      `the window of ${code}`,
      (file) => inDays(of(file, code)),
      (rules) => part(rules, code).within,
      days,
    ]),
    [
      'a clock',
      (file) => Object.assign(of(file, 'R11'), { afterMonths: null, afterDays: 40 }),
      (rules) => part(rules, 'R11').after,
      days,
    ],
    [
      'an age',
      (file) => (of(file, 'B01').steps = [{ untilDay: 40, points: 20 }]),
      (rules) => part(rules, 'B01').steps,
      [{ until: days, points: 20_000 }],
    ],
    [
      'a condition',
      (file) => (file.floors[0].when = { fact: 'abnormal.listing', withinDays: 40, label: 'proposal', basis: 'x' }),
      (rules) => rules.conditions[8].when.within,
      days,
    ],
  ]);
});

describe('at its limit a file is accepted with', () => {
  isRead(GENERAL, [
    [
      'a residual as great as the open state',
      (file) => (of(file, 'R07').residual.points = 60),
      (rules) => part(rules, 'R07').residual.points,
      60_000,
    ],
    [
      'a weight that stays',
      (file) => (file.decays.YR2.steps[1].perMille = 1000),
      (rules) => part(rules, 'R12').decay.map((step: File) => step.perMille),
      [1000, 1000, 330],
    ],
    [
      'four sets that cross groups, and others that do not',
      (file) =>
        file.exclusive.push(
          ...[
            ['R06', 'D08'],
            ['R08', 'D09'],
            ['R09', 'R11'],
            ['D07', 'D10'],
          ].map((set) => ({ set })),
        ),
      (rules) => rules.exclusive.slice(3).map((set: File) => set.members.join(' ')),
      ['R06 D08', 'R08 D09', 'R09 R11', 'D07 D10'],
    ],
    [
      'a set of facts, states and clocks with an attribute in common',
      (file) =>
        file.exclusive.push({ set: ['B03', 'D07'], per: 'licenceType' }, { set: ['R08', 'R11'], per: 'reasonCode' }),
      (rules) => rules.exclusive.slice(3).map((set: File) => set.per),
      ['licenceType', 'reasonCode'],
    ],
    [
      'a gate of which one part is a state',
      (file) => file.positivePool.suspendedWhileOpen.push('S05'),
      (rules) => rules.positivePool.suspendedWhileOpen.at(-1),
      'S05',
    ],
    [
      'a pool without gates',
      (file) => (file.positivePool.suspendedWhileOpen = []),
      (rules) => rules.positivePool,
      { cap: 50_000, suspendedWhileOpen: [] },
    ],
  ]);
  isRead(FOOD, [
    [
      'two classes of the base that bring the same',
      (file) => Object.assign(of(file, 'FG1').points, { A: 7, B: 7 }),
      (rules) => part(rules, 'FG1').points,
      { A: 7_000, B: 7_000, C: 14_000, D: 20_000 },
    ],
  ]);
});

describe('a file may state', () => {
  const rowWith = (file: File, own: object): File => Object.assign(file.classifications.severity.table[0], own);
  const periodOf = ({ classifications }: File): unknown => {
    const { from, to } = classifications[0].rows[0];
    return [from, to];
  };
  isRead(GENERAL, [
    ['a version of several digits', (file) => (file.version = '10.20.30'), (rules) => rules.version, '10.20.30'],
    [
      'since when a row holds',
      (file) => rowWith(file, { validFrom: '2026-01-02' }),
      periodOf,
      [midnight(2026, 1, 2), null],
    ],
    [
      'until when a row held',
      (file) => rowWith(file, { validTo: '1969-01-02' }),
      periodOf,
      [null, midnight(1969, 1, 2)],
    ],
    [
      'rows that make a fact graver',
      (file) => file.classifications.severity.raises.push({ atLeast: 'SERIOUS' }),
      (rules) => rules.classifications[0].raises,
      [{ where: [], from: null, to: null, result: 'SERIOUS' }],
    ],
    [
      'a class that two indicators score, ranked by the greater points',
      (file) =>
        file.indicators.push({ ...of(file, 'R13'), code: 'R99', points: 35 }, { ...of(file, 'R13'), code: 'R98' }),
      (rules) => rules.classifications[1].ranks,
      [-10_000, 10_000, 35_000, 60_000, 80_000, null],
    ],
    ...['R11', 'S05'].map((code): Case => [
      `a warning of what is open in ${code}`,
      (file) => (file.warnings[8].when.newlyMet.open = code),
      (rules) => rules.warnings[8].when.condition,
      { kind: 'open', indicator: code },
    ]),
    [
      'how parts are joined, or not',
      (file) => (of(file, 'R17').combine = 'greatest'),
      (rules) => ['R17', 'S05'].map((code) => of(rules, code).combine),
      ['GREATEST', 'SUM'],
    ],
  ]);
});

describe('a file may leave out', () => {
  isRead(GENERAL, [
    [
      'rows that make a fact graver',
      (file) => delete file.classifications.severity.raises,
      (rules) => rules.classifications[0].raises,
      [],
    ],
  ]);
  isRead(EQUIPMENT, [
    [
      'what it does not use',
      (file) => {
        for (const key of ['official', 'overrides', 'warnings']) delete file[key];
        delete file.facts['override.class'];
      },
      ({ alone, official, overrides, classifications, incidentOrder, exclusive, positivePool, warnings, visits }) => [
        ...[alone, official, overrides, classifications, incidentOrder, exclusive, positivePool, warnings, visits],
      ],
      [null, null, null, [], [], [], { cap: 0, suspendedWhileOpen: [] }, [], null],
    ],
  ]);
});

describe('label and basis may be said again', () => {
  const said = { label: 'published', basis: 'a decree' };
  it.each([
    ...['B01.steps[0]', 'R04.steps[0]', 'R07.residual', 'S03.parts[0]', 'S03.parts[0].steps[0]', 'facts.licence.grant'],
    ...['classifications.severity.table[0]', 'floors[0].when[0]', 'floors[3].when[0]', 'exclusive[0]'],
    ...['directDeterminations[1].when[4]', 'warnings[6].when.newlyMet', 'warnings[6].when.newlyMet.count'],
    ...['warnings[7].when.newlyMet', 'warnings[8].when.newlyMet'],
  ])('by %s, and change nothing', (path) => {
    const file = fileOf(GENERAL);
    const before = readRuleSet(file);
    Object.assign(blockAt(file, path), said);
    expect(readRuleSet(file)).toEqual(before);
  });
});
