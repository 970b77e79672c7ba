import { Packr } from 'msgpackr';
import type { EnterpriseAttributes, EvidenceLevel, Position, SchemeState } from '#libs/risk-model';
import type { StateCodec } from '#libs/stream';
import { NO_LINKS, type Link } from './links.ts';

/** What the last assessment said of one scheme beside what stands in the position. */
export interface SchemeStanding {
  /** `id@version`. */
  readonly ruleSet: string;
  /** Milli-points. */
  readonly groups: Readonly<Record<string, number>>;
}

/** What the last assessment said: kept for the slim position and to tell what the next one changes. */
export interface Standing {
  /** The rule sets of that assessment, see RulesInForce. */
  readonly rules: string;
  /** That of the general scheme as `id@version`; empty without one. */
  readonly general: string;
  readonly evidenceLevel: EvidenceLevel;
  readonly attributes: StandingAttributes;
  readonly schemes: Readonly<Record<string, SchemeStanding>>;
}

/** What of an enterprise's own attributes the slim position tells, as of that assessment. */
export type StandingAttributes = Pick<EnterpriseAttributes, 'town' | 'industry' | 'registeredAt' | 'status'>;

/** What the scorer keeps of one enterprise. */
export interface EnterpriseState {
  readonly position: Position;
  /** Null while no rule set has been active. */
  readonly standing: Standing | null;
  /** True when a fact is made up: what is told of the enterprise carries the flag. */
  readonly synthetic: boolean;
  /** Offsets of the records that made the position, ascending: the log is read again there when a link takes effect. */
  readonly origins: readonly number[];
  /** Enterprises that this one goes on as. */
  readonly links: readonly Link[];
}

type PackedScheme = readonly [
  id: string,
  score: number,
  riskClass: SchemeState['riskClass'],
  direct: SchemeState['direct'],
  alerts: SchemeState['alerts'],
  overrideFactId: string | null,
  computedClass: SchemeState['riskClass'],
];
type PackedPosition = readonly [
  facts: Position['facts'],
  schemes: readonly PackedScheme[],
  nextReviewAt: Position['nextReviewAt'],
];
/** Groups as code, points, code, points, … */
type PackedGroups = readonly (string | number)[];
type PackedStanding = readonly [
  rules: string,
  general: string,
  evidenceLevel: EvidenceLevel,
  attributes: readonly [
    town: string | null,
    industry: string | null,
    registeredAt: number | null,
    status: string | null,
  ],
  schemes: readonly (readonly [id: string, ruleSet: string, groups: PackedGroups])[],
];
type PackedState = readonly [
  position: PackedPosition,
  standing: PackedStanding | null,
  synthetic: boolean,
  originSteps: readonly number[],
  links: readonly Link[] | null,
];

/** Written over by each state: msgpackr's own of 8 kB would be a new one for every handful of them. */
const PACKED = Buffer.allocUnsafeSlow(1024 * 1024);

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true });

/**
 * States as msgpack arrays, because objects take three times as long to pack and to unpack; origins as steps from one to the
 * next, which take one to three bytes each.
 */
export const stateCodec: StateCodec<EnterpriseState> = {
  encode({ position, standing, synthetic, origins, links }) {
    packr.useBuffer(PACKED);
    return packr.pack([
      packPosition(position),
      standing && packStanding(standing),
      synthetic,
      origins.map((offset, at) => (at === 0 ? offset : offset - (origins[at - 1] as number))),
      links.length === 0 ? null : links,
    ] satisfies PackedState);
  },
  decode(bytes) {
    const [position, standing, synthetic, steps, links] = packr.unpack(bytes) as PackedState;
    let offset = 0;
    return {
      position: unpackPosition(position),
      standing: standing && unpackStanding(standing),
      synthetic,
      origins: steps.map((step) => (offset += step)),
      links: links ?? NO_LINKS,
    };
  },
};

function packPosition({ facts, schemes, nextReviewAt }: Position): PackedPosition {
  const packed: PackedScheme[] = [];
  for (const id in schemes) {
    const { score, riskClass, direct, alerts, override } = schemes[id] as SchemeState;
    packed.push([id, score, riskClass, direct, alerts, override?.factId ?? null, override?.computedClass ?? null]);
  }
  return [facts, packed, nextReviewAt];
}

function unpackPosition([facts, packed, nextReviewAt]: PackedPosition): Position {
  const schemes: Record<string, SchemeState> = {};
  for (const [id, score, riskClass, direct, alerts, factId, computedClass] of packed) {
    schemes[id] = { score, riskClass, direct, alerts, override: factId === null ? null : { factId, computedClass } };
  }
  return { facts, schemes, nextReviewAt };
}

function packStanding({ rules, general, evidenceLevel, attributes, schemes }: Standing): PackedStanding {
  const { town, industry, registeredAt, status } = attributes;
  const packed = Object.entries(schemes).map(([id, { ruleSet, groups }]) => [id, ruleSet, packGroups(groups)] as const);
  return [rules, general, evidenceLevel, [town, industry, registeredAt, status], packed];
}

function unpackStanding([rules, general, evidenceLevel, attributes, packed]: PackedStanding): Standing {
  const [town, industry, registeredAt, status] = attributes;
  const schemes: Record<string, SchemeStanding> = {};
  for (const [id, ruleSet, groups] of packed) schemes[id] = { ruleSet, groups: unpackGroups(groups) };
  return { rules, general, evidenceLevel, attributes: { town, industry, registeredAt, status }, schemes };
}

function packGroups(groups: SchemeStanding['groups']): PackedGroups {
  const packed: (string | number)[] = [];
  for (const code in groups) packed.push(code, groups[code] as number);
  return packed;
}

function unpackGroups(packed: PackedGroups): SchemeStanding['groups'] {
  const groups: Record<string, number> = {};
  for (let at = 0; at < packed.length; at += 2) groups[packed[at] as string] = packed[at + 1] as number;
  return groups;
}
