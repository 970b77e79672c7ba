import { blockAt, faultsOf, fileOf, indicatorOf, placed } from './rule-set-files.spec-support.ts';
import type { File } from './rule-set-files.spec-support.ts';

const of = indicatorOf;

/** What is wrong, how the file gets so, and where it is said with what words. */
type Case = readonly [what: string, change: (file: File) => unknown, path: string, message: string];

function isRefused(name: string, cases: readonly Case[]): void {
  it.each(cases)('%s', (_, change, path, message) => {
    const file = fileOf(name);
    const at = placed(file, path);
    change(file);
    expect(faultsOf(file)).toContainEqual(expect.stringContaining(`${at}: ${message}`));
  });
}

describe('a wrong scale is refused', () => {
  isRefused('general@2.0.0', [
    ['gap', (file) => (file.bands.list[1].from = 41), 'bands.list[1].from', 'leaves a gap of 1 points before it'],
    ['overlap', (file) => (file.bands.list[2].from = 90), 'bands.list[2].from', 'overlaps the band before it by 10'],
    ['empty band', (file) => (file.bands.list[0].to = 0), 'bands.list[0]', 'the band is empty'],
    ['a first band above 0', (file) => (file.bands.list[0].from = 1), 'bands.list[0].from', 'leaves a gap of 1 points'],
    [
      'below the scale',
      (file) => (file.bands.list[3].to = 900),
      'bands.list',
      'the last band must end above the scale',
    ],
    [
      'up to the scale and not above it',
      (file) => (file.bands.list[3].to = 1000),
      'bands.list',
      'the last band must end above the scale',
    ],
    ['order', (file) => file.bands.list.reverse(), 'bands.list', 'the bands A, B, C and D are expected, in this order'],
    ['a scale of 0', (file) => (file.scale.max = 0), 'scale.max', 'points above 0 are expected'],
    [
      'group unknown',
      (file) => (of(file, 'R01').group = 'XYZ'),
      'R01.group',
      'XYZ is not known; expected one of BASE,',
    ],
    ['group cap of 0', (file) => (file.groups.SOC.cap = 0), 'groups.SOC.cap', 'points above 0 are expected'],
    [
      'a group never reached',
      (file) => (file.groups.ODD = { ...file.groups.ASC }),
      'groups.ODD',
      'no indicator adds points in this group: it is never reached',
    ],
    [
      'a group that positive records alone are in',
      (file) => {
        file.groups.ODD = { ...file.groups.ASC };
        of(file, 'S07').group = 'ODD';
      },
      'groups.ODD',
      'no indicator adds points in this group',
    ],
    ['alone', (file) => (file.attributesAlone.group = 'XYZ'), 'attributesAlone.group', 'XYZ is not known'],
    ['objection', (file) => (file.objection.perMille = 1001), 'objection.perMille', 'may not exceed 1000 per mille'],
    ['hysteresis', (file) => (file.official.hysteresisPoints = -5), 'official.hysteresisPoints', 'points may not be'],
    ['overrides', (file) => (file.overrides.maxDays = 0), 'overrides.maxDays', 'a whole number of at least 1'],
  ]);
});

describe('a wrong indicator is refused', () => {
  isRefused('general@2.0.0', [
    [
      'cap below one fact',
      (file) => (of(file, 'R03').cap = 80),
      'R03.cap',
      'the cap is smaller than what a single fact',
    ],
    ['cap below the last of many', (file) => (of(file, 'R05').cap = 19), 'R05.cap', 'the cap is smaller than what'],
    ['cap below the only step', (file) => (of(file, 'A03').cap = 29), 'A03.cap', 'the cap is smaller than what'],
    [
      'cap below the last step',
      (file) => (of(file, 'R04').cap = 79),
      'R04.cap',
      'the cap is smaller than what a single',
    ],
    ['cap below a part', (file) => (of(file, 'S03').cap = 49), 'S03.cap', 'the cap is smaller than what a single fact'],
    ['cap below each', (file) => (of(file, 'A01').cap = 14), 'A01.cap', 'the cap is smaller than what a single fact'],
    [
      'cap below an excess',
      (file) => (of(file, 'S01').cap = 1),
      'S01.cap',
      'the cap is smaller than what a single fact',
    ],
    [
      'cap below a level',
      (file) => (of(file, 'B02').cap = 29),
      'B02.cap',
      'the cap is smaller than what a single fact',
    ],
    ['cap below an age', (file) => (of(file, 'B01').cap = 19), 'B01.cap', 'the cap is smaller than what a single fact'],
    [
      'cap of a pool too small',
      (file) => (of(file, 'S07').cap = -14),
      'S07.cap',
      'the cap is smaller than what a single',
    ],
    ['cap above its group', (file) => (of(file, 'R03').cap = 500), 'R03.cap', 'the cap exceeds the cap of group REG'],
    ['cap of 0', (file) => (of(file, 'R03').cap = 0), 'R03.cap', 'a cap other than 0 is expected'],
    [
      'a cap of the wrong sign',
      (file) => (of(file, 'R16').cap = 20),
      'R16.cap',
      'the cap of negative points is negative',
    ],
    [
      'negative for adverse',
      (file) => (of(file, 'R01').cap = -45),
      'R01.cap',
      'only negative points have a negative cap',
    ],
    ['points of 0', (file) => (of(file, 'R01').points = 0), 'R01.points', 'points other than 0 are expected'],
    [
      'four decimals',
      (file) => (of(file, 'R01').points = 1.00005),
      'R01.points',
      'points are expected: a number with at',
    ],
    ['mixed', (file) => (of(file, 'S07').parts[1].points = 10), 'S07.parts', 'positive and adverse parts are mixed'],
    [
      'unknown form',
      (file) => (of(file, 'R01').form = 'guess'),
      'R01.form',
      'guess is not known; expected one of facts, state',
    ],
    ...['R05', 'B01', 'B04'].map((code): Case => [
      `no steps of ${code}`,
      (file) => (of(file, code).steps = []),
      `${code}.steps`,
      'at least one entry is expected',
    ]),
    ['no parts', (file) => (of(file, 'R17').parts = []), 'R17.parts', 'at least one entry is expected'],
    [
      'combine',
      (file) => (of(file, 'R20').combine = 'mean'),
      'R20.combine',
      'mean is not known; expected one of sum, greatest',
    ],
    ['code twice', (file) => (of(file, 'R02').code = 'R01'), 'R02.code', 'R01 is declared twice'],
    ['no label', (file) => delete of(file, 'R02').label, 'R02.label', 'is missing or unknown; expected published or'],
    ['no basis', (file) => delete of(file, 'R02').basis, 'R02.basis', 'is missing; name the law, the document or why'],
    [
      'misspelt key',
      (file) => (of(file, 'R01').decai = 'YR2'),
      'R01.decai',
      'unknown key; expected one of code, group',
    ],
    [
      'misspelt in a part',
      (file) => (of(file, 'R17').parts[0].pints = 1),
      'R17.parts[0].pints',
      'unknown key; expected one',
    ],
    [
      'unknown type',
      (file) => (of(file, 'S02').fact = 'report.x'),
      'S02.fact',
      'report.x is not known; expected one of enter',
    ],
    [
      'unknown class',
      (file) => (of(file, 'R01').class = 'TINY'),
      'R01.class',
      'TINY is not known; expected one of MINOR,',
    ],
    [
      'class of none',
      (file) => (of(file, 'S02').class = 'X'),
      'S02.class',
      'X is not known; expected one of (none is declared)',
    ],
    [
      'unknown decay',
      (file) => (of(file, 'R01').decay = 'NONE'),
      'R01.decay',
      'NONE is not known; expected one of YR3',
    ],
    [
      'residual',
      (file) => (of(file, 'R07').residual.points = 61),
      'R07.residual.points',
      'a residual may not exceed the open',
    ],
    [
      'a residual of both kinds',
      (file) => (of(file, 'R07').residual.decay = 'YR2'),
      'R07.residual',
      'exactly one of months, decay is expected',
    ],
    [
      'a residual of a state that ends otherwise',
      (file) => (of(file, 'R15').residual = { points: 5, months: 6 }),
      'R15.residual',
      'only a state that ends with its fact can leave a residual',
    ],
    [
      'two openings',
      (file) => (of(file, 'D07').opensOn = { register: 'PERFORMANCE', value: 'OVERDUE' }),
      'D07',
      'only one of opensAt, opensOn is expected',
    ],
    [
      'register',
      (file) => (of(file, 'R06').opensOn.register = 'X'),
      'R06.opensOn.register',
      'X is not known; expected one of PERF',
    ],
    [
      'gate',
      (file) => (of(file, 'D07').whileEnterprise.attribute = 'x'),
      'D07.whileEnterprise.attribute',
      'x is not known',
    ],
    [
      'a word of the language as the fact type that another closes',
      (file) => (of(file, 'D04').fact = 'constructor'),
      'D04.fact',
      'constructor is not known; expected one of enterprise.registration',
    ],
    [
      'a closer of another kind of number',
      (file) => (of(file, 'D04').closedBy[0].same = 'revenueFen'),
      'D04.closedBy[0].same',
      'facts of annual-report.missed have no such attribute',
    ],
    [
      'closer',
      (file) => (of(file, 'D04').closedBy[0].order = 'x'),
      'D04.closedBy[0].order',
      'x is not known; expected one of later, any',
    ],
    [
      'steps fall',
      (file) => (of(file, 'R04').steps[1].points = 20),
      'R04.steps[1].points',
      'a later step must bring more',
    ],
    [
      'steps that bring the same',
      (file) => (of(file, 'R04').steps[1].points = 30),
      'R04.steps[1].points',
      'a later step must bring more',
    ],
    [
      'steps turn',
      (file) => (of(file, 'R04').steps[1].from = 2),
      'R04.steps[1].from',
      'steps are expected in ascending order',
    ],
    ['window twice', (file) => (of(file, 'R04').days = 9), 'R04', 'exactly one of months, days is expected'],
    ['window missing', (file) => delete of(file, 'R05').months, 'R05', 'exactly one of months, days is expected'],
    [
      'unknown per',
      (file) => (of(file, 'R04').per = 'colour'),
      'R04.per',
      'colour is not known; expected one of violationType',
    ],
    ['sum of none', (file) => (of(file, 'R05').sumOf = []), 'R05.sumOf', 'at least one entry is expected'],
    ['age rises', (file) => (of(file, 'B01').steps[1].points = 30), 'B01.steps[1].points', 'points must fall with age'],
    ['age stays', (file) => (of(file, 'B01').steps[1].points = 20), 'B01.steps[1].points', 'points must fall with age'],
    [
      'age turns in days',
      (file) => (of(file, 'B01').steps[1] = { untilDay: 300, points: 10 }),
      'B01.steps[1].untilDay',
      'steps are expected in asc',
    ],
    [
      'age turns',
      (file) => (of(file, 'B01').steps[1].untilMonth = 12),
      'B01.steps[1].untilMonth',
      'steps are expected in asc',
    ],
    [
      'level',
      (file) => (of(file, 'B02').prefixes.B = 'TOP'),
      'B02.prefixes.B',
      'TOP is not known; expected one of LOW, MEDIUM',
    ],
    ['negative level', (file) => (of(file, 'B02').levels.LOW = -1), 'B02.levels.LOW', 'points may not be negative'],
    [
      'derived',
      (file) => (of(file, 'B04').fact = 'recall.ordered'),
      'B04.fact',
      'a derived fact type is expected (derived.…)',
    ],
    ['steps and each', (file) => (of(file, 'B04').each = 1), 'B04', 'exactly one of steps, each is expected'],
    [
      'over',
      (file) => (of(file, 'S01').over = 'recall.ordered'),
      'S01.over',
      'a derived fact type is expected (derived.…)',
    ],
    ['a row of one', (file) => (of(file, 'D05').length = 1), 'D05.length', 'a whole number of at least 2 is expected'],
    [
      'a drop to itself',
      (file) => (of(file, 'D06').toPerMille = 1000),
      'D06.toPerMille',
      'a value that stays is no drop',
    ],
    [
      'a drop of nothing',
      (file) => (of(file, 'D06').attribute = 'x'),
      'D06.attribute',
      'x is not known; expected one of insured',
    ],
  ]);
});

describe('a wrong comparison is refused', () => {
  isRefused('general@2.0.0', [
    [
      'attribute',
      (file) => (of(file, 'R07').where[0].attribute = 'x'),
      'R07.where[0].attribute',
      'x is not known; expected one of reasonCode',
    ],
    [
      'two at once',
      (file) => (of(file, 'D01').where[0].anyOf = ['X']),
      'D01.where[0]',
      'exactly one of is, anyOf, onlyOf',
    ],
    ['none', (file) => delete of(file, 'D01').where[0].is, 'D01.where[0]', 'exactly one of is, anyOf, onlyOf'],
    [
      'code system',
      (file) => (of(file, 'D01').where[0].system = 'x'),
      'D01.where[0].system',
      'facts of enterprise.change are kept without',
    ],
    [
      'share',
      (file) => (of(file, 'D03').where[0].atMostPerMille = 1001),
      'D03.where[0].atMostPerMille',
      'may not exceed 1000',
    ],
    ['share of', (file) => (of(file, 'D03').where[0].ofAttribute = 'x'), 'D03.where[0].ofAttribute', 'x is not known'],
    [
      'same as',
      (file) => (of(file, 'A02').where[0].sameAs = 'x'),
      'A02.where[0].sameAs',
      'x is not known; expected one of registeredAt',
    ],
    [
      'an empty range',
      (file) => (file.classifications.severity.table[1].when[0].below = 5),
      'classifications.severity.table[1].when[0].below',
      'must be greater than atLeast',
    ],
    [
      'a range that ends where it begins',
      (file) => (file.classifications.severity.table[1].when[0].below = 50000000),
      'classifications.severity.table[1].when[0].below',
      'must be greater than atLeast',
    ],
    [
      'a sum without limits',
      (file) => delete file.classifications.severity.table[1].when[0].atLeast,
      'classifications.severity.table[1].when[0]',
      'atLeast, below or both are expected',
    ],
  ]);
});

describe('wrong facts, decays and classifications are refused', () => {
  isRefused('general@2.0.0', [
    [
      'unknown',
      (file) => (file.facts['x.y'] = {}),
      'facts.x.y',
      'x.y is no fact type of the model; expected one of enter',
    ],
    [
      'unread',
      (file) => of(file, 'S05').parts.shift(),
      'facts.court.equity-freeze',
      'is declared and no rule reads it',
    ],
    ['undeclared', (file) => delete file.facts['tax.arrears'], 'facts.tax.arrears', 'is read at indicators['],
    [
      'undeclared by attributes',
      (file) => delete file.facts['enterprise.change'],
      'facts.enterprise.change',
      'is read at ',
    ],
    [
      'undeclared overrides',
      (file) => delete file.facts['override.class'],
      'facts.override.class',
      'is read at overrides',
    ],
    ['two lists', (file) => (file.lifetimes = {}), 'lifetimes', 'facts states the lifetimes; take this key out'],
    [
      'too short',
      (file) => (file.facts['penalty.decision'].keepMonths = 35),
      'facts.penalty.decision.keepMonths',
      'is too short: a rule looks back 36 months',
    ],
    [
      'closer',
      (file) => Object.assign(file.facts['licence.grant'], { keepMonths: 36, label: 'proposal', basis: 'x' }),
      'facts.licence.grant.keepMonths',
      'is not expected: a fact that closes another',
    ],
    [
      'publicity',
      (file) => (file.facts['recall.ordered'].publicityMonths = { A: 1 }),
      'facts.recall.ordered.publicityMonths',
      'publicity by class needs a classification',
    ],
    [
      'attribute',
      (file) => (file.facts['licence.grant'].expiresAt = 'x'),
      'facts.licence.grant.expiresAt',
      'x is not known; expected one of licenceType',
    ],
    [
      'weight rises',
      (file) => (file.decays.YR2.steps[1].perMille = 1001),
      'decays.YR2.steps[1].perMille',
      'the decay rises; a weight may only fall',
    ],
    [
      'weight above one',
      (file) => (file.decays.YR2.steps[0].perMille = 1001),
      'decays.YR2.steps[0].perMille',
      'a weight may not exceed 1000 per mille',
    ],
    [
      'decay turns',
      (file) => (file.decays.YR2.steps[1].untilMonth = 6),
      'decays.YR2.steps[1].untilMonth',
      'steps are expected in ascending order',
    ],
    [
      'days that may end before months',
      (file) => (file.decays.YR2.steps[1] = { untilDay: 180, perMille: 670 }),
      'decays.YR2.steps[1].untilDay',
      'steps are expected in ascending order',
    ],
    [
      'continuous',
      (file) => (file.decays.YR2 = { halfLifeMonths: 6, label: 'proposal', basis: 'x' }),
      'decays.YR2',
      'steps are expected: a weight that falls continuously',
    ],
    [
      'none declared',
      (file) => delete file.decays,
      'R01.decay',
      'FULL3 is not known; expected one of (none is declared)',
    ],
    [
      'outcome scored of another type alone',
      (file) => file.classifications.outcome.classes.push('MINOR'),
      'classifications.outcome.classes',
      'no indicator scores MINOR and it is not the neutral one',
    ],
    ...[
      { when: [{ attribute: 'procedure', is: ['SIMPLE'] }] },
      { validFrom: '2026-01-01' },
      { validTo: '2026-01-01' },
    ].map((limit): Case => [
      `a last row with ${Object.keys(limit).join()}`,
      (file) => Object.assign(file.classifications.severity.table[4], limit),
      'classifications.severity.table[4]',
      'the last row must hold for every fact: no when, no validity',
    ]),
    [
      'outcome unscored',
      (file) => file.classifications.outcome.classes.push('ODD'),
      'classifications.outcome.classes',
      'no indicator scores ODD and it is not the neutral one',
    ],
    [
      'class twice',
      (file) => file.classifications.outcome.classes.push('NEUTRAL'),
      'classifications.outcome.classes',
      'a class is named twice',
    ],
    [
      'neutral',
      (file) => (file.classifications.outcome.neutral = 'X'),
      'classifications.outcome.neutral',
      'X is not known; expected one of NO_PROBLEM',
    ],
    [
      'classified twice',
      (file) => (file.classifications.again = file.classifications.severity),
      'classifications.again',
      'this fact type is classified twice',
    ],
    [
      'no rows',
      (file) => (file.classifications.severity.table = []),
      'classifications.severity.table',
      'at least one entry is expected',
    ],
    [
      'no otherwise',
      (file) => file.classifications.severity.table.pop(),
      'classifications.severity.table[3]',
      'the last row must hold for every fact',
    ],
    [
      'no date',
      (file) => (file.classifications.severity.table[0].validFrom = '2026-02-30'),
      'classifications.severity.table[0].validFrom',
      'a date YYYY-MM-DD is expected',
    ],
    [
      'a row that ends before it begins',
      (file) =>
        Object.assign(file.classifications.severity.table[0], { validFrom: '2026-02-01', validTo: '2026-02-01' }),
      'classifications.severity.table[0].validTo',
      'must be after validFrom',
    ],
    [
      'a number without any label',
      (file) => {
        delete file.objection.basis;
        delete file.objection.label;
      },
      'objection.days',
      'a number without label and basis; give them to its block',
    ],
    [
      'an unknown label',
      (file) => (file.evidence.label = 'guess'),
      'evidence.label',
      'is missing or unknown; expected published or',
    ],
  ]);
});

describe('wrong sets are refused', () => {
  isRefused('general@2.0.0', [
    [
      'state in incidents',
      (file) => file.oneIncidentOnce.order.push('R10'),
      'oneIncidentOnce',
      'R10: only indicators of form facts with points above 0',
    ],
    [
      'a state in part in incidents',
      (file) => file.oneIncidentOnce.order.push('S05'),
      'oneIncidentOnce',
      'S05: only indicators of form facts with points above 0',
    ],
    [
      'positive in incidents',
      (file) => file.oneIncidentOnce.order.push('R16'),
      'oneIncidentOnce',
      'R16: only indicators of form facts with points above 0',
    ],
    [
      'incident twice',
      (file) => file.oneIncidentOnce.order.push('R12'),
      'oneIncidentOnce.order',
      'an indicator is named twice',
    ],
    [
      'unknown',
      (file) => file.oneIncidentOnce.order.push('R99'),
      'oneIncidentOnce.order[8]',
      'R99 is not known; expected one of B01',
    ],
    [
      'exclusive twice',
      (file) => file.exclusive.push({ set: ['R10', 'R09'] }),
      'exclusive',
      'an indicator is in more than one exclusive set',
    ],
    [
      'a set of one',
      (file) => file.exclusive.push({ set: ['R09'] }),
      'exclusive[3]',
      'an exclusive set needs at least two indicators',
    ],
    [
      'exclusive incidents',
      (file) => file.exclusive.push({ set: ['R09', 'R12'] }),
      'exclusive[3]',
      'R12 is in the one-incident-once set too',
    ],
    [
      'exclusive pool',
      (file) => file.exclusive.push({ set: ['R09', 'S07'] }),
      'exclusive[3]',
      'S07 is in the positive pool',
    ],
    ['per', (file) => (file.exclusive[0].per = 'personKey'), 'exclusive[0].per', 'the facts of R10 have no personKey'],
    [
      'per of facts in part',
      (file) => file.exclusive.push({ set: ['R09', 'S05'], per: 'until' }),
      'exclusive[3].per',
      'the facts of S05 have no until',
    ],
    [
      'per of no facts',
      (file) => file.exclusive.push({ set: ['R09', 'B01'], per: 'reasonCode' }),
      'exclusive[3].per',
      'the facts of B01 have no reasonCode',
    ],
    [
      'five sets that cross groups',
      (file) =>
        file.exclusive.push(
          ...[
            ['R06', 'D08'],
            ['R08', 'D09'],
            ['R09', 'D10'],
          ].map((set) => ({ set })),
        ),
      'exclusive',
      'at most 4 sets may cross groups',
    ],
    [
      'a gate without a state',
      (file) => file.positivePool.suspendedWhileOpen.push('R01'),
      'positivePool',
      'R01 has no open state',
    ],
    ['no pool', (file) => delete file.positivePool, 'positivePool', 'is expected: R16 has negative points'],
  ]);
});

describe('wrong conditions and warnings are refused', () => {
  isRefused('general@2.0.0', [
    [
      'no full weight',
      (file) => (file.floors[3].when = [{ fullWeight: 'R07' }]),
      'floors[3].when[0].fullWeight',
      'R07 is not known; expected one of D03, R01, R02',
    ],
    [
      'floor D',
      (file) => (file.floors[0].class = 'D'),
      'floors[0].class',
      'class D is a direct determination; a floor is B or C',
    ],
    [
      'floor A',
      (file) => (file.floors[0].class = 'A'),
      'floors[0].class',
      'a floor of class A changes nothing; B or C is expected',
    ],
    [
      'direct C',
      (file) => (file.directDeterminations[0].class = 'C'),
      'directDeterminations[0].class',
      'a direct determination is always class D',
    ],
    ['code twice', (file) => (file.floors[0].code = 'X01'), 'floors[0].code', 'X01 is declared twice'],
    ['nothing', (file) => (file.floors[0].when = []), 'floors[0].when', 'at least one entry is expected'],
    [
      'no kind',
      (file) => (file.floors[0].when = [{}]),
      'floors[0].when[0]',
      'one of any, all, not, fact, count, fullWeight, open, attribute, scheme',
    ],
    [
      'an unknown kind',
      (file) => (file.floors[0].when = [{ odd: 'x' }]),
      'floors[0].when[0].odd',
      'unknown key; expected one of any, all, not, fact, count, fullWeight, open, attribute, scheme',
    ],
    [
      'never open',
      (file) => (file.warnings[8].when.newlyMet.open = 'R01'),
      'warnings[8].when.newlyMet.open',
      'R01 is not known; expected one of D04, D07, D08, D09, D10, R06, R07, R08, R09, R10, R11, R15, R19, R20, A02, S04, S05',
    ],
    [
      'nested',
      (file) => (file.floors[0].when = { not: { any: [{ attribute: 'status' }] } }),
      'floors[0].when.not.any[0]',
      'exactly one of is, startsWith is expected',
    ],
    [
      'beside',
      (file) => (file.floors[0].when = { any: [{ fullWeight: 'R03' }], fact: 'x' }),
      'floors[0].when.fact',
      'unknown key; expected one of any, label, basis',
    ],
    [
      'two spans',
      (file) => Object.assign(file.floors[0].when[0], { withinMonths: 1, withinDays: 1 }),
      'floors[0].when[0]',
      'only one of withinMonths, withinDays is expected',
    ],
    [
      'count',
      (file) => (file.floors[0].when = [{ count: { fact: 'recall.ordered', months: 3 } }]),
      'floors[0].when[0].count.atLeast',
      'a whole number of at least 1',
    ],
    [
      'scheme class',
      (file) => (file.floors[0].when = [{ scheme: 'food', class: ['E'] }]),
      'floors[0].when[0].class[0]',
      'E is not known; expected one of A, B, C, D',
    ],
    [
      'level',
      (file) => (file.warnings[0].level = 'PURPLE'),
      'warnings[0].level',
      'PURPLE is not known; expected one of RED',
    ],
    [
      'trigger',
      (file) => (file.warnings[0].when = {}),
      'warnings[0].when',
      'exactly one of directNewlyMet, worsenedByAtLeast, newlyMet',
    ],
    [
      'never',
      (file) => (file.warnings[0].when.directNewlyMet = false),
      'warnings[0].when.directNewlyMet',
      'true is expected',
    ],
    [
      'better',
      (file) => (file.warnings[2].when.to = 'B'),
      'warnings[2].when.to',
      'a class worse than from is expected',
    ],
    [
      'no worse',
      (file) => (file.warnings[2].when.to = 'C'),
      'warnings[2].when.to',
      'a class worse than from is expected',
    ],
    [
      'warning twice',
      (file) => (file.warnings[1].id = file.warnings[0].id),
      'warnings[1].id',
      'direct-determination is declared twice',
    ],
    [
      'leaving',
      (file) => (file.population.leavingFact = 'enterprise.link'),
      'population.leavingFact',
      'leavingFacts states it; take this key out',
    ],
  ]);
});

describe('a wrong head is refused', () => {
  isRefused('general@2.0.0', [
    ['no version', (file) => delete file.version, 'version', 'a text is expected'],
    ['version', (file) => (file.version = '2.0'), 'version', 'expected as 1.0.0'],
    ['version before', (file) => (file.version = 'v2.0.0'), 'version', 'expected as 1.0.0'],
    ['version after', (file) => (file.version = '2.0.0-1'), 'version', 'expected as 1.0.0'],
    ['unknown key', (file) => (file.colour = 'red'), 'colour', 'unknown key; expected one of id, version, scheme'],
    ['id', (file) => (file.id = 'General Type'), 'id', 'small letters, digits and hyphens are expected'],
    [
      'period',
      (file) => (file.effective = { from: '2026-05-01', to: '2026-05-01' }),
      'effective.to',
      'must be after from; it is exclusive',
    ],
    [
      'department',
      (file) => (file.scheme.department = 'food'),
      'scheme.department',
      'only a specialised scheme has one',
    ],
    [
      'for some',
      (file) => (file.appliesTo = { attribute: 'status', is: ['ACTIVE'] }),
      'appliesTo',
      'only a specialised scheme applies to some',
    ],
    ['visits', (file) => (file.visits = {}), 'visits', 'only a specialised scheme fixes visits'],
  ]);
  isRefused('food-production@1.0.0', [
    ['no department', (file) => delete file.scheme.department, 'scheme.department', 'a text is expected'],
    ['no field', (file) => delete file.scheme.field, 'scheme.field', 'a text is expected'],
    ['no base', (file) => delete file.scheme.base, 'scheme.base', 'a text is expected'],
    [
      'its own base',
      (file) => (file.scheme.base = 'food-production'),
      'scheme.base',
      'a scheme may not be its own base',
    ],
    [
      'for nobody',
      (file) => delete file.appliesTo,
      'appliesTo',
      'one of any, all, not, fact, count, fullWeight, open, attribute, scheme',
    ],
    ['cap below a class', (file) => (of(file, 'FG1').cap = 19), 'FG1.cap', 'the cap is smaller than what'],
    ['class points fall', (file) => (of(file, 'FG1').points.C = 6), 'FG1.points.C', 'points may not fall from A to D'],
    ['visits', (file) => (file.visits.D.times = 0), 'visits.D.times', 'a whole number of at least 1 is expected'],
    [
      'takes the base',
      (file) => (file.scheme.takesBase = true),
      'bands',
      'unknown key; expected one of id, version, scheme',
    ],
  ]);
});

describe('a file with many faults', () => {
  it('is refused with all of them, and with no other', () => {
    const file = fileOf('general@2.0.0');
    file.bands.list[1].from = 41;
    of(file, 'R03').cap = 80;
    of(file, 'R01').decay = 'NONE';
    of(file, 'D01').where[0].attribute = 'colour';
    file.decays.YR2.steps[1].perMille = 1001;
    file.facts['penalty.decision'].keepMonths = 6;
    file.floors[0].class = 'D';
    delete file.name.en;
    delete of(file, 'S06').basis;
    const paths = faultsOf(file).map((fault) => fault.slice(0, fault.indexOf(': ')));
    const expected = ['R03.cap', 'R01.decay', 'D01.where[0].attribute', 'S06.basis'].map((path) => placed(file, path));
    expect(new Set(paths)).toEqual(
      new Set([
        ...expected,
        'bands.list[1].from',
        'decays.YR2.steps[1].perMille',
        'facts.penalty.decision.keepMonths',
        'floors[0].class',
        'name.en',
      ]),
    );
  });

  it.each([
    ...['version', 'id', 'scheme.id', 'scheme.kind', 'B04.fact', 'D02.fact', 'R01.code', 'R01.group', 'B01.attribute'],
    ...[
      'D02.where[0].attribute',
      'floors[0].code',
      'floors[0].class',
      'floors[3].when[0].fullWeight',
      'warnings[2].id',
      'warnings[2].when.from',
      'warnings[2].when.to',
    ],
  ])('is told of %s that it is empty, and nothing else', (path) => {
    const file = fileOf('general@2.0.0');
    const at = placed(file, path);
    const keys = path.split('.');
    const key = keys.pop() as string;
    blockAt(file, keys.join('.'))[key] = '';
    expect(faultsOf(file).filter((fault) => fault.startsWith(`${at}:`))).toEqual([`${at}: a text is expected`]);
  });

  it.each<[...Case, ...string[]]>([
    [
      'a cap of 0',
      (file) => (of(file, 'R03').cap = 0),
      'R03.cap',
      'a cap other than 0 is expected',
      'the cap is smaller than what a single fact or value brings (90)',
    ],
    [
      'a cap of 0 for good records',
      (file) => (of(file, 'S07').cap = 0),
      'S07.cap',
      'a cap other than 0 is expected',
      'the cap is smaller than what a single fact or value brings (15)',
    ],
    [
      'a direct A',
      (file) => (file.directDeterminations[0].class = 'A'),
      'directDeterminations[0].class',
      'a direct determination is always class D',
    ],
    [
      'a warning from E',
      (file) => (file.warnings[2].when.from = 'E'),
      'warnings[2].when.from',
      'E is not known; expected one of A, B, C, D',
    ],
  ])('is told of %s no more than is wrong with it', (_, change, path, ...messages) => {
    const file = fileOf('general@2.0.0');
    change(file);
    const at = `${placed(file, path)}: `;
    const told = faultsOf(file).filter((fault) => fault.startsWith(at));
    expect(told).toEqual(messages.map((message) => `${at}${message}`));
  });

  it.each([null, 7, 'text', [], {}])('%j is no rule set', (file) => {
    expect(faultsOf(file).length).toBeGreaterThan(0);
  });
});
