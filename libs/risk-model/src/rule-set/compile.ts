import type { CompiledCondition, CompiledGroup, CompiledModel, CompiledRuleSet, TypePlan } from '../compiled.ts';
import { FACT_TYPES } from '../facts.ts';
import { PLAIN_LIFETIME } from '../life.ts';
import { readBands } from './bands.ts';
import { Building, readEnterpriseAttribute, readFactType } from './building.ts';
import { readClassifications } from './classifications.ts';
import type { ReadClassification } from './classifications.ts';
import { CLASSES, readConditions } from './conditions.ts';
import { readIndicators } from './indicators.ts';
import { readDecays, readLifetimes, statedSlots } from './lifetimes.ts';
import { checkProvenance } from './provenance.ts';
import { Reader, RuleSetError } from './reader.ts';
import type { RuleSetFault } from './reader.ts';
import { readWarnings } from './warnings.ts';

const FILE_KEYS = [
  'id',
  'version',
  'scheme',
  'name',
  'label',
  'scale',
  'bands',
  'groups',
  'attributesAlone',
  'population',
  'evidence',
  'objection',
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
] as const;

function readGroups(reader: Reader): CompiledGroup[] {
  return reader.entries().map(([code, item]) => {
    item.object('cap', 'name', 'label', 'basis');
    item.at('name').bilingual();
    return { code, cap: item.at('cap').positivePoints() };
  });
}

function readAlone(reader: Reader | null, groups: readonly CompiledGroup[]): CompiledModel['alone'] {
  if (reader === null) return null;
  reader.object('group', 'worst', 'label', 'basis');
  const code = reader.at('group').oneOf(groups.map((group) => group.code));
  return { group: groups.findIndex((group) => group.code === code), worst: reader.at('worst').oneOf(CLASSES) };
}

interface Population {
  readonly statusSlot: number;
  readonly leavingStatuses: ReadonlySet<string>;
  readonly leavingType: number;
}

function readPopulation(reader: Reader, building: Building): Population {
  reader.object('statusAttribute', 'leavingStatuses', 'leavingFact', 'label', 'basis');
  return {
    statusSlot: building.slot(readEnterpriseAttribute(reader.at('statusAttribute'))),
    leavingStatuses: new Set(
      reader
        .at('leavingStatuses')
        .list()
        .map((item) => item.text()),
    ),
    leavingType: readFactType(reader.at('leavingFact')),
  };
}

function plansOf(
  building: Building,
  file: Reader,
  classified: readonly ReadClassification[],
  leavingType: number,
): TypePlan[] {
  const lifetimes = readLifetimes(file.optional('lifetimes'), building);
  return FACT_TYPES.map((_, type) => ({
    lifetime: lifetimes.get(type) ?? PLAIN_LIFETIME,
    classify: classified.find((item) => item.type === type)?.classify ?? null,
    whileUsable: building.usableRules(type),
    afterClosing: building.closedRules(type),
    states: statedSlots(building.slots, type),
    leavesPopulation: type === leavingType,
  }));
}

const UNKNOWN_TYPE: TypePlan = {
  lifetime: PLAIN_LIFETIME,
  classify: null,
  whileUsable: [[]],
  afterClosing: [[]],
  states: [],
  leavesPopulation: false,
};

function readObjection(reader: Reader): { readonly days: number; readonly perMille: number } {
  reader.object('days', 'perMille', 'label', 'basis');
  const perMille = reader.at('perMille').integer(0);
  if (perMille > 1000) reader.at('perMille').fail('a share may not exceed 1000 per mille');
  return { days: reader.at('days').integer(1), perMille };
}

function readModel(file: Reader): CompiledModel {
  const building = new Building();
  const groups = readGroups(file.at('groups'));
  readDecays(file.at('decays'), building);
  const classified = readClassifications(file.at('classifications'), building);
  const read = readIndicators(file, building, groups);
  for (const item of classified) item.rankByPoints();
  const conditions: CompiledCondition[] = [];
  readConditions(file.at('directDeterminations'), building, 'DIRECT', conditions);
  readConditions(file.at('floors'), building, 'FLOOR', conditions);
  const population = readPopulation(file.at('population'), building);
  const evidence = file.at('evidence').object('months', 'newSince', 'label', 'basis');
  const registeredAtSlot = building.slot(readEnterpriseAttribute(evidence.at('newSince')));
  const scaleMax = file.at('scale').object('max', 'label', 'basis').at('max').positivePoints();
  const objection = readObjection(file.at('objection'));
  return {
    plans: plansOf(building, file, classified, population.leavingType),
    unknownTypePlan: UNKNOWN_TYPE,
    finals: building.finals,
    attributeSlots: building.slots,
    statusSlot: population.statusSlot,
    registeredAtSlot,
    leavingStatuses: population.leavingStatuses,
    groups,
    ...read,
    conditions,
    scaleMax,
    bands: readBands(file.at('bands'), scaleMax),
    alone: readAlone(file.optional('attributesAlone'), groups),
    evidenceMonths: evidence.at('months').integer(1),
    objectionDays: objection.days,
    objectionPerMille: objection.perMille,
    warnings: readWarnings(file.optional('warnings')),
    classNames: new Map(classified.map((item) => [item.type, item.classes])),
  };
}

/**
 * Checks an already parsed rule-set file and turns it into closures, once. Throws `RuleSetError` with every fault of
 * the file at once, each with its path: nothing of a wrong rule set is ever used.
 */
export function compileRuleSet(file: unknown): CompiledRuleSet {
  const faults: RuleSetFault[] = [];
  const reader = new Reader(file, '', faults).object(...FILE_KEYS);
  checkProvenance(file, faults);
  const id = reader.at('id').text();
  const version = reader.at('version').text();
  if (version !== '' && !/^\d+\.\d+\.\d+$/.test(version)) reader.at('version').fail('expected as 1.0.0');
  reader.at('name').bilingual();
  const schemeId = reader.at('scheme').text();
  const label = reader.at('label').oneOf(['published', 'proposal']);
  const model = readModel(reader);
  if (faults.length > 0) throw new RuleSetError(faults);
  return { id, version, identity: `${id}@${version}`, schemeId, label, model };
}
