import { FACT_TYPES, attributesOfCode, codeOfType } from '../facts.ts';
import type { AttributeValue } from '../facts.ts';
import type { FactRule, FinalRule } from '../compiled.ts';
import { CONTENT, CONTENT_VALUES } from '../position.ts';
import type { FactState } from '../position.ts';
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

export type Predicate = (values: readonly AttributeValue[]) => boolean;

/** Which facts an indicator or condition reads. */
export interface Selection {
  readonly type: number;
  /** Only facts of this class of the type's classification; null = of any, and of none. */
  readonly classIndex: number | null;
  readonly where: Predicate | null;
}

/** What is known while a file is compiled: names that later parts may refer to, and the rules laid down so far. */
export class Building {
  readonly decays = new Map<string, readonly DecayStep[]>();
  readonly classifications = new Map<number, Classification>();
  readonly groups: string[] = [];
  readonly slots: string[] = [];
  private readonly usable: SelectedRule[] = [];
  private readonly closed: SelectedRule[] = [];
  readonly finals: FinalRule[] = [];
  /** Facts and full-weight months of the indicators that add facts, for floors that stand while one is at 100 %. */
  readonly fullWeights = new Map<string, { readonly selection: Selection; readonly months: number }>();
  /** Undecayed milli-points by fact type and class, by which the worst of several result codes is found. */
  readonly pointsOfClass = new Map<number, Map<number, number>>();

  /** Lays down what is done with each selected fact while it is usable. */
  whileUsable(selection: Selection, rule: FactRule): void {
    this.usable.push({ selection, rule: guarded(selection, rule) });
  }

  /** Lays down what is done with each selected fact once it is closed. */
  afterClosing(selection: Selection, rule: FactRule): void {
    this.closed.push({ selection, rule: guarded(selection, rule) });
  }

  usableRules(type: number): FactRule[][] {
    return this.byClass(this.usable, type);
  }

  closedRules(type: number): FactRule[][] {
    return this.byClass(this.closed, type);
  }

  /** Rules by class, the unclassified first, so that a fact meets only those that may concern it. */
  private byClass(rules: readonly SelectedRule[], type: number): FactRule[][] {
    const count = this.classifications.get(type)?.classes.length ?? 0;
    return Array.from({ length: count + 1 }, (_, place) =>
      rules
        .filter(({ selection }) => selection.type === type)
        .filter(({ selection: { classIndex } }) => classIndex === null || classIndex === place - 1)
        .map(({ rule }) => rule),
    );
  }

  slot(attribute: string): number {
    const known = this.slots.indexOf(attribute);
    return known >= 0 ? known : this.slots.push(attribute) - 1;
  }

  noteClassPoints(selection: Selection, points: number): void {
    const ofType = this.pointsOfClass.get(selection.type) ?? new Map<number, number>();
    const index = selection.classIndex;
    if (index !== null) ofType.set(index, Math.max(points, ofType.get(index) ?? -Infinity));
    this.pointsOfClass.set(selection.type, ofType);
  }
}

interface SelectedRule {
  readonly selection: Selection;
  readonly rule: FactRule;
}

function guarded({ where }: Selection, rule: FactRule): FactRule {
  if (where === null) return rule;
  return (run, fact, place) => {
    if (where(valuesOf(fact))) rule(run, fact, place);
  };
}

const NO_VALUES: readonly AttributeValue[] = [];

export function valuesOf(fact: FactState): readonly AttributeValue[] {
  return fact[CONTENT]?.[CONTENT_VALUES] ?? NO_VALUES;
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
