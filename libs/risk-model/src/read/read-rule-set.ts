import type { GroupDefinition, PopulationDefinition, RuleSetDefinition } from '../rule-set/definition.ts';
import { readBands } from './bands.ts';
import { rankClasses, readClassifications } from './classifications.ts';
import { readCondition, readConditions } from './conditions.ts';
import { readFactsUsed } from './facts-used.ts';
import { readIndicators } from './indicators.ts';
import { readSelection, SELECTION_KEYS } from './predicates.ts';
import { checkProvenance, LABELS } from './provenance.ts';
import { Reader, RuleSetError } from './reader.ts';
import type { RuleSetFault } from './reader.ts';
import { CLASSES, Reading } from './reading.ts';
import { checkRetention } from './retention.ts';
import { readEffective, readId, readScheme, readVisits } from './scheme.ts';
import { readExclusiveSets, readIncidentOrder, readPositivePool } from './sets.ts';
import { readDecays } from './spans.ts';
import { readWarnings } from './warnings.ts';

const HEAD_KEYS = ['id', 'version', 'scheme', 'effective', 'appliesTo', 'name', 'label', 'facts'] as const;

const FILE_KEYS = [
  ...HEAD_KEYS,
  'scale',
  'bands',
  'groups',
  'attributesAlone',
  'population',
  'evidence',
  'objection',
  'official',
  'overrides',
  'lifetimes',
  'decays',
  'classifications',
  'indicators',
  'oneIncidentOnce',
  'exclusive',
  'positivePool',
  'floors',
  'directDeterminations',
  'warnings',
  'visits',
] as const;

type Head = Pick<RuleSetDefinition, 'id' | 'version' | 'label' | 'name' | 'scheme' | 'effective'>;
type Body = Omit<RuleSetDefinition, keyof Head | 'appliesTo' | 'facts'>;

function readHead(file: Reader): Head {
  const version = file.at('version').text();
  if (version !== '' && !/^\d+\.\d+\.\d+$/.test(version)) file.at('version').fail('expected as 1.0.0');
  return {
    id: readId(file.at('id')),
    version,
    label: file.at('label').oneOf(LABELS),
    name: file.at('name').bilingual(),
    scheme: readScheme(file.at('scheme')),
    effective: readEffective(file.optional('effective')),
  };
}

function readGroups(reader: Reader): GroupDefinition[] {
  return reader.entries().map(([code, item]) => {
    item.object('cap', 'name', 'label', 'basis');
    return { code, name: item.at('name').bilingual(), cap: item.at('cap').positivePoints() };
  });
}

function readAlone(reader: Reader | null, groups: readonly GroupDefinition[]): RuleSetDefinition['alone'] {
  if (reader === null) return null;
  reader.object('group', 'worst', 'label', 'basis');
  const group = reader.at('group').oneOf(groups.map(({ code }) => code));
  return { group, worst: reader.at('worst').oneOf(CLASSES) };
}

function readPopulation(reader: Reader, reading: Reading): PopulationDefinition {
  reader.object('statusAttribute', 'leavingStatuses', 'leavingFact', 'leavingFacts', 'label', 'basis');
  if (reader.has('leavingFact') && reader.has('leavingFacts')) {
    reader.at('leavingFact').fail('leavingFacts states it; take this key out');
  }
  const leaving = reader.optional('leavingFacts')?.list() ?? [];
  const one = reader.optional('leavingFact');
  const statuses = reader.at('leavingStatuses').list();
  return {
    statusAttribute: reading.enterpriseAttribute(reader.at('statusAttribute')),
    leavingStatuses: statuses.map((item) => item.text()),
    leavingFacts: [
      ...(one === null ? [] : [{ factType: reading.factType(one), outcome: null, where: [] }]),
      ...leaving.map((item) => readSelection(item.object(...SELECTION_KEYS), reading)),
    ],
  };
}

function readEvidence(reader: Reader, reading: Reading): RuleSetDefinition['evidence'] {
  reader.object('months', 'newSince', 'label', 'basis');
  return { months: reader.at('months').integer(1), newSince: reading.enterpriseAttribute(reader.at('newSince')) };
}

function readObjection(reader: Reader): RuleSetDefinition['objection'] {
  reader.object('days', 'perMille', 'label', 'basis');
  return { days: reader.at('days').integer(1), perMille: reader.at('perMille').perMille(0) };
}

function readOfficial(reader: Reader | null): RuleSetDefinition['official'] {
  if (reader === null) return null;
  reader.object('hysteresisPoints', 'label', 'basis');
  return { hysteresisPoints: reader.at('hysteresisPoints').plainPoints() };
}

function readOverrides(reader: Reader | null, reading: Reading): RuleSetDefinition['overrides'] {
  if (reader === null) return null;
  reader.object('maxDays', 'label', 'basis');
  reading.use('override.class', reader.path);
  return { maxDays: reader.at('maxDays').integer(1) };
}

function checkGroupsReached(file: Reader, { groups, indicators }: Body): void {
  for (const { code } of groups) {
    if (indicators.some((indicator) => indicator.group === code && !indicator.positive)) continue;
    file.at('groups').at(code).fail('no indicator adds points in this group: it is never reached');
  }
}

function readBody(file: Reader, reading: Reading, head: Head): Body {
  readDecays(file.optional('decays'), reading);
  const groups = readGroups(file.at('groups'));
  const unranked = readClassifications(file.optional('classifications'), reading);
  const indicators = readIndicators(file.at('indicators'), reading, groups);
  const incidentOrder = readIncidentOrder(file.optional('oneIncidentOnce'), indicators);
  const scaleMax = file.at('scale').object('max', 'label', 'basis').at('max').positivePoints();
  return {
    scaleMax,
    bands: readBands(file.at('bands'), scaleMax),
    groups,
    alone: readAlone(file.optional('attributesAlone'), groups),
    population: readPopulation(file.at('population'), reading),
    evidence: readEvidence(file.at('evidence'), reading),
    objection: readObjection(file.at('objection')),
    official: readOfficial(file.optional('official')),
    overrides: readOverrides(file.optional('overrides'), reading),
    classifications: rankClasses(unranked, indicators, file),
    indicators,
    incidentOrder,
    exclusive: readExclusiveSets(file.optional('exclusive'), indicators, incidentOrder),
    positivePool: readPositivePool(file, indicators),
    conditions: readConditions(file, reading),
    warnings: readWarnings(file.optional('warnings'), reading),
    visits: readVisits(file.optional('visits'), head.scheme.kind),
  };
}

/** Of a scheme that takes the base's class as it is: nothing of its own is scored. */
const TAKES_BASE: Body = {
  scaleMax: 0,
  bands: [],
  groups: [],
  alone: null,
  population: { statusAttribute: 'status', leavingStatuses: [], leavingFacts: [] },
  evidence: { months: 0, newSince: 'registeredAt' },
  objection: { days: 0, perMille: 0 },
  official: null,
  overrides: null,
  classifications: [],
  indicators: [],
  incidentOrder: [],
  exclusive: [],
  positivePool: { cap: 0, suspendedWhileOpen: [] },
  conditions: [],
  warnings: [],
  visits: null,
};

function readAppliesTo(file: Reader, reading: Reading, head: Head): RuleSetDefinition['appliesTo'] {
  if (head.scheme.kind === 'specialised') return readCondition(file.at('appliesTo'), reading);
  if (file.has('appliesTo'))
    file.at('appliesTo').fail('only a specialised scheme applies to some; the general one to all');
  return null;
}

function readDefinition(file: Reader): RuleSetDefinition {
  const head = readHead(file);
  const { takesBase } = head.scheme;
  file.object(...(takesBase ? HEAD_KEYS : FILE_KEYS));
  const reading = new Reading();
  const body = takesBase ? TAKES_BASE : readBody(file, reading, head);
  const appliesTo = readAppliesTo(file, reading, head);
  const definition = { ...head, appliesTo, ...body, facts: readFactsUsed(file, reading) };
  if (file.has('facts') && !takesBase) checkGroupsReached(file, body);
  checkRetention(file.at('facts'), definition);
  return definition;
}

/**
 * Checks an already parsed rule-set file and gives it back as plain data, in units of the model. Throws `RuleSetError`
 * with every fault of the file at once, each with its path and what would be right: nothing of a wrong one is ever used.
 */
export function readRuleSet(file: unknown): RuleSetDefinition {
  const faults: RuleSetFault[] = [];
  const reader = new Reader(file, '', faults);
  checkProvenance(file, faults);
  const definition = readDefinition(reader);
  if (faults.length > 0) throw new RuleSetError(faults);
  return definition;
}
