import type { Condition, IndicatorDefinition, RuleSetDefinition } from '#libs/risk-model';
import { column } from './attributes.ts';
import { conditionSql, factsOf } from './conditions.ts';
import type { OpenOf } from './conditions.ts';
import { all, any, list, NEVER, text } from './expressions.ts';
import { isType } from './fact-types.ts';
import { days } from './moments.ts';
import { classCode, CLASSES } from './parts/enterprise-parts.ts';
import type { Candidates, Effect } from './parts/part-sql.ts';
import { partSql } from './parts/part.ts';
import { isValue } from './predicates.ts';
import { Reading } from './reading.ts';
import type { EnterpriseColumns } from './reading.ts';

/**
 * Places of what counts of an enterprise: indicators, then conditions, both in the order of the definition, then what says
 * where it belongs.
 */
export interface Places {
  readonly indicators: number;
  readonly conditions: number;
  readonly hasLeft: number;
  readonly applies: number;
  /** Points there are the number of the manual class in force. */
  readonly override: number;
}

export function placesOf({ indicators, conditions }: RuleSetDefinition): Places {
  const end = indicators.length + conditions.length;
  if (end + 2 > 255)
    throw new Error(`${indicators.length} indicators and ${conditions.length} conditions are too many`);
  return { indicators: indicators.length, conditions: end, hasLeft: end, applies: end + 1, override: end + 2 };
}

/** How what is brought to one place comes together: all that is ADDED, and on top the one that is the GREATEST. */
export type Joined = 'ADDED' | 'GREATEST';

/** What each fact of a kind brings to a place. */
export interface FactContribution extends Effect {
  readonly place: number;
  readonly joined: Joined;
}

/** What the facts of an enterprise, or its attributes, bring to a place together. */
export interface JointContribution {
  readonly place: number;
  readonly joined: Joined;
  /** SQL on the row of an enterprise. */
  readonly points: (reading: Reading) => string;
  readonly open: (reading: Reading) => string;
  readonly candidates: Candidates | null;
  /** An enterprise without any of the facts may have something too. */
  readonly ofEveryone: boolean;
}

/** Contributions of every indicator, condition and further place of a rule set. */
export class Contributor {
  readonly single: FactContribution[] = [];
  readonly joint: JointContribution[] = [];
  readonly #definition: RuleSetDefinition;
  readonly #reading: () => Reading;

  constructor(definition: RuleSetDefinition, asOf: number, enterprise: EnterpriseColumns) {
    this.#definition = definition;
    this.#reading = () => new Reading(definition, asOf, enterprise);
    const places = placesOf(definition);
    definition.indicators.forEach((indicator, place) => this.#indicator(indicator, place));
    definition.conditions.forEach(({ when }, at) => this.#condition(when, places.indicators + at, this.#openOf));
    this.#leaving(places.hasLeft);
    if (definition.appliesTo !== null) this.#condition(definition.appliesTo, places.applies);
    this.#override(places.override);
  }

  #indicator({ parts, combine }: IndicatorDefinition, place: number): void {
    const isGreatest = parts.length > 1 && combine === 'GREATEST';
    let hasGreatest = false;
    for (const part of parts) {
      const { effects, greatest, candidates } = partSql(this.#reading(), part);
      // The one sum and the one greatest of a place hold single facts; what does not fit is told of the enterprise.
      const fits = isGreatest ? greatest : !greatest || !hasGreatest;
      if (effects !== null && fits) {
        hasGreatest ||= greatest;
        const joined = greatest ? 'GREATEST' : 'ADDED';
        this.single.push(...effects.map((effect) => ({ ...effect, place, joined }) as const));
      } else {
        this.joint.push({
          place,
          joined: isGreatest ? 'GREATEST' : 'ADDED',
          points: (reading) => partSql(reading, part).points(),
          open: (reading) => partSql(reading, part).open(),
          candidates,
          ofEveryone: false,
        });
      }
    }
  }

  readonly #openOf =
    (reading: Reading): OpenOf =>
    (code) => {
      const indicator = this.#definition.indicators.find((item) => item.code === code);
      return any((indicator?.parts ?? []).map((part) => partSql(reading, part).open()));
    };

  /** Of conditions of which any is enough, those on a single fact are told of each fact. */
  #condition(when: Condition, place: number, openOf?: (reading: Reading) => OpenOf): void {
    if (when.kind === 'any') {
      for (const item of when.of) this.#condition(item, place, openOf);
      return;
    }
    const facts = factsOf(this.#reading(), when);
    if (facts !== null && facts.same.length === 0) {
      this.single.push({ facts, points: '1', opens: false, place, joined: 'GREATEST' });
      return;
    }
    this.#ofEveryone(place, (reading) => conditionSql(reading, when, openOf?.(reading)));
  }

  #ofEveryone(place: number, holds: (reading: Reading) => string): void {
    const points = (reading: Reading): string => `if(${holds(reading)}, 1, 0)`;
    this.joint.push({ place, joined: 'GREATEST', points, open: () => '0', candidates: null, ofEveryone: true });
  }

  /** The enterprise has left the scored population, by its status or by a fact that takes it out. */
  #leaving(place: number): void {
    const { statusAttribute, leavingStatuses, leavingFacts } = this.#definition.population;
    for (const select of leavingFacts) {
      const facts = this.#reading().select({ ...select, outcome: null }, 'usable', `${column(statusAttribute)} = ''`);
      this.single.push({ facts, points: '1', opens: false, place, joined: 'GREATEST' });
    }
    this.#ofEveryone(place, (reading) =>
      isValue(reading.enterprise(statusAttribute), statusAttribute, leavingStatuses),
    );
  }

  /** The number of the class that the latest manual class in force sets. */
  #override(place: number): void {
    const { overrides, scheme } = this.#definition;
    if (overrides === null) return;
    const [from, until, approved] = [column('validFrom'), column('validUntil'), column('approvedAt')];
    const inForce = (at: number): string =>
      all([
        isType(['override.class']),
        `${column('schemeId')} = ${text(scheme.id)}`,
        `${approved} > -${NEVER}`,
        `${from} > -${NEVER}`,
        `${from} <= ${at}`,
        `${from} > ${at - days(overrides.maxDays)}`,
        `${until} > ${at}`,
        `removed_from > ${at}`,
      ]);
    const order = `bitOr(bitShiftLeft(toUInt128(${approved} + 4000000000000000000), 64), toUInt128(fact_key))`;
    const code = `transform(toString(${column('riskClass')}), [${list(CLASSES.map(text))}], [${list(CLASSES.map(classCode))}], 0)`;
    this.joint.push({
      place,
      joined: 'GREATEST',
      points: (reading) =>
        reading.aggregate(['override.class'], `argMaxIf(${code}, ${order}, ${inForce(reading.asOf)})`),
      open: () => '0',
      candidates: null,
      ofEveryone: false,
    });
  }
}
