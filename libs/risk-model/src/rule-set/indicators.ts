import type { CompiledGroup, CompiledIndicator } from '../compiled.ts';
import type { Building } from './building.ts';
import { FORMS } from './forms.ts';
import type { Reader } from './reader.ts';

type FormName = keyof typeof FORMS;
const FORM_NAMES = Object.keys(FORMS) as FormName[];
type Draft = { -readonly [K in keyof CompiledIndicator]: CompiledIndicator[K] };

function readIndicator(reader: Reader, building: Building, drafts: Draft[], groups: readonly CompiledGroup[]): void {
  const code = reader.at('code').text();
  if (drafts.some((draft) => draft.code === code)) reader.at('code').fail(`${code} is declared twice`);
  const group = groups.findIndex((known) => known.code === reader.at('group').oneOf(groups.map((g) => g.code)));
  const form = reader.at('form').oneOf(FORM_NAMES);
  const cap = Math.abs(reader.at('cap').points());
  const read = FORMS[form] as (typeof FORMS)[FormName] | undefined;
  const traits = read?.(reader, building, drafts.length);
  if (traits !== undefined && cap < traits.largest) {
    reader.at('cap').fail(`the cap is smaller than what a single fact or value brings (${traits.largest / 1000})`);
  }
  const groupCap = groups[group]?.cap ?? Infinity;
  if (groupCap < cap) reader.at('cap').fail(`the cap exceeds the cap of group ${groups[group]?.code ?? ''}`);
  drafts.push({
    code,
    name: reader.at('name').bilingual(),
    form,
    basis: reader.at('basis').text(),
    group: Math.max(0, group),
    cap,
    greatest: traits?.greatest ?? false,
    positive: traits?.positive ?? false,
    suspendsPositive: false,
    incidentOrder: -1,
  });
}

function readCodes(reader: Reader, drafts: readonly Draft[]): Draft[] {
  const codes = drafts.map((draft) => draft.code);
  return reader.filledList().flatMap((item) => {
    const code = item.oneOf(codes);
    return drafts.filter((draft) => draft.code === code);
  });
}

function readIncidentSet(reader: Reader, drafts: Draft[]): void {
  reader.object('order', 'label', 'basis');
  const members = readCodes(reader.at('order'), drafts);
  members.forEach((draft, order) => {
    draft.incidentOrder = order;
    if (draft.form !== 'facts' || draft.positive) {
      reader.fail(`${draft.code}: only indicators of form facts with points above 0 can share an incident`);
    }
  });
}

const MOST_CROSSING_SETS = 4;

function readExclusiveSets(reader: Reader, drafts: readonly Draft[]): number[][] {
  const sets = reader.list().map((item) => {
    item.object('set', 'label', 'basis');
    const members = readCodes(item.at('set'), drafts);
    if (members.length < 2) item.fail('an exclusive set needs at least two indicators');
    for (const draft of members) {
      if (draft.incidentOrder >= 0) item.fail(`${draft.code} is in the one-incident-once set too`);
      if (draft.positive) item.fail(`${draft.code} is in the positive pool`);
    }
    return members;
  });
  const members = sets.flat();
  if (new Set(members).size < members.length) reader.fail('an indicator is in more than one exclusive set');
  const crossing = sets.filter((set) => new Set(set.map((draft) => draft.group)).size > 1);
  if (crossing.length > MOST_CROSSING_SETS) reader.fail(`at most ${MOST_CROSSING_SETS} sets may cross groups`);
  return sets.map((set) => set.map((draft) => drafts.indexOf(draft)));
}

export interface ReadIndicators {
  readonly indicators: readonly CompiledIndicator[];
  readonly exclusiveSets: readonly (readonly number[])[];
  readonly positiveCap: number;
}

/** Indicators with everything that ties them together: one incident once, exclusive sets, positive pool. */
export function readIndicators(file: Reader, building: Building, groups: readonly CompiledGroup[]): ReadIndicators {
  const drafts: Draft[] = [];
  for (const item of file.at('indicators').filledList()) readIndicator(item, building, drafts, groups);
  const incident = file.optional('oneIncidentOnce');
  if (incident !== null) readIncidentSet(incident, drafts);
  const exclusive = file.optional('exclusive');
  const exclusiveSets = exclusive === null ? [] : readExclusiveSets(exclusive, drafts);
  const pool = file.at('positivePool').object('cap', 'suspendedWhileOpen', 'label', 'basis');
  for (const draft of readCodes(pool.at('suspendedWhileOpen'), drafts)) {
    draft.suspendsPositive = true;
    if (draft.form !== 'state' && draft.form !== 'clock') pool.fail(`${draft.code} has no open state`);
  }
  return { indicators: drafts, exclusiveSets, positiveCap: pool.at('cap').positivePoints() };
}
