import { FACT_TYPES, attributesOfCode, codeOfType } from '../facts.ts';
import type { AttributeValue } from '../facts.ts';
import type { FactRule, FinalRule } from '../compiled.ts';
import type { Reader } from './reader.ts';

/** One step of a decay profile: the weight in per-mille until so many months have passed. */
export interface DecayStep {
  readonly untilMonth: number;
  readonly perMille: number;
}

/** A classification of one fact type: severity of penalties, outcome of inspections. */
export interface Classification {
  readonly type: number;
  readonly classes: readonly string[];
}

export type Matches = (values: readonly AttributeValue[], classIndex: number) => boolean;

/** Which facts an indicator or condition reads. */
export interface Selection {
  readonly type: number;
  readonly classes: readonly number[];
  readonly matches: Matches;
}

/** What is known while a file is compiled: names that later parts may refer to, and the rules laid down so far. */
export class Building {
  readonly decays = new Map<string, readonly DecayStep[]>();
  readonly classifications = new Map<number, Classification>();
  readonly groups: string[] = [];
  readonly slots: string[] = [];
  readonly usable = new Map<number, FactRule[]>();
  readonly closed = new Map<number, FactRule[]>();
  readonly finals: FinalRule[] = [];
  /** Facts and full-weight months of the indicators that add facts, for floors that stand while one is at 100 %. */
  readonly fullWeights = new Map<string, { readonly selection: Selection; readonly months: number }>();
  /** Undecayed milli-points by fact type and class, by which the worst of several result codes is found. */
  readonly pointsOfClass = new Map<number, Map<number, number>>();

  whileUsable(type: number, rule: FactRule): void {
    push(this.usable, type, rule);
  }

  afterClosing(type: number, rule: FactRule): void {
    push(this.closed, type, rule);
  }

  slot(attribute: string): number {
    const known = this.slots.indexOf(attribute);
    return known >= 0 ? known : this.slots.push(attribute) - 1;
  }

  noteClassPoints(selection: Selection, points: number): void {
    const ofType = this.pointsOfClass.get(selection.type) ?? new Map<number, number>();
    for (const index of selection.classes) ofType.set(index, Math.max(points, ofType.get(index) ?? -Infinity));
    this.pointsOfClass.set(selection.type, ofType);
  }
}

function push(rules: Map<number, FactRule[]>, type: number, rule: FactRule): void {
  const known = rules.get(type);
  if (known === undefined) rules.set(type, [rule]);
  else known.push(rule);
}

export function readFactType(reader: Reader): number {
  const name = reader.oneOf(FACT_TYPES);
  return codeOfType(name) ?? 0;
}

/** Place of an attribute in the packed values of a fact type. */
export function readAttribute(reader: Reader, type: number): number {
  const names = attributesOfCode(type);
  return Math.max(0, names.indexOf(reader.oneOf(names)));
}

/** Attributes of the enterprise itself, stated by registration and change. */
export function readEnterpriseAttribute(reader: Reader): string {
  return reader.oneOf(attributesOfCode(codeOfType('enterprise.registration') ?? 0));
}
