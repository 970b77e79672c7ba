import { MODEL_ATTRIBUTES } from '#libs/risk-model';
import type { Opening, RuleSetDefinition, Selection } from '#libs/risk-model';
import { attributeType, column, isStated } from './attributes.ts';
import { classIndex } from './classify.ts';
import { all, any, list, MISSING, share, text, TRUE } from './expressions.ts';
import { isType, stating } from './fact-types.ts';
import { predicateOf } from './predicates.ts';

/** An attribute of the fact that must equal one of the enterprise, where both are known. */
interface SameAs {
  readonly attribute: string;
  readonly enterprise: string;
}

/** An aggregate over the facts of an enterprise. */
export interface Aggregate {
  readonly name: string;
  readonly expression: string;
  /** Fact types that it reads; of the others it is what it is of no fact at all. */
  readonly types: readonly string[];
}

/** Facts that are meant, as SQL on a row of lives. `same` can be told only of the enterprise as a whole. */
export interface Selected {
  /** Fact types of these facts. */
  readonly types: readonly string[];
  readonly where: string;
  readonly same: readonly SameAs[];
}

/** Contributions of facts to a part, one by one: an array of (key, points) of the enterprise. */
export type Entries = string;

/**
 * One reading of the facts under one rule set at one moment: what is said of single facts is gathered here as aggregates over
 * the facts of an enterprise, equal ones once, and answered as SQL on the row of the enterprise.
 */
export class Reading {
  readonly definition: RuleSetDefinition;
  readonly asOf: number;
  readonly withoutDisputed: boolean;
  readonly #aggregates = new Map<string, Aggregate>();
  readonly #schemes = new Set<string>();

  constructor(definition: RuleSetDefinition, asOf: number, withoutDisputed: boolean) {
    this.definition = definition;
    this.asOf = asOf;
    this.withoutDisputed = withoutDisputed;
  }

  get aggregates(): readonly Aggregate[] {
    return [...this.#aggregates.values()];
  }

  /** Other schemes whose class is read. */
  get schemes(): readonly string[] {
    return [...this.#schemes];
  }

  /** Name of an aggregate over the facts of an enterprise, of which it reads those of some types only. */
  aggregate(types: readonly string[], expression: string): string {
    const known = this.#aggregates.get(expression);
    if (known !== undefined) return known.name;
    const name = `g${this.#aggregates.size + 1}`;
    this.#aggregates.set(expression, { name, expression, types });
    return name;
  }

  /** Facts of a selection for which some more conditions hold. */
  select({ factType, outcome, where }: Selection, ...more: readonly string[]): Selected {
    return {
      types: [factType],
      where: all([
        isType([factType]),
        ...more,
        ...(outcome === null ? [] : [`class = ${classIndex(this.definition, factType, outcome)}`]),
        ...where.map(predicateOf),
      ]),
      same: where.flatMap((item) =>
        item.kind === 'sameAs' ? [{ attribute: item.attribute, enterprise: item.enterprise }] : [],
      ),
    };
  }

  /** Facts of a selection in which a state is open. */
  selectOpen(select: Selection, opens: Opening, ...more: readonly string[]): Selected {
    return this.select(select, ...this.#openConditions(opens), ...more);
  }

  #openConditions(opens: Opening): string[] {
    switch (opens.on) {
      case 'START':
        return ['usable'];
      case 'PERFORMANCE':
        return ['usable', this.holdsPerformance(opens.value)];
      case 'EXPIRY':
        return ['expired'];
    }
  }

  holdsPerformance(value: string): string {
    return all([`performance = ${text(value)}`, `performance_at <= ${this.asOf}`]);
  }

  /** Points of one fact, half under objection. */
  points(points: number, perMille = 1000): string {
    const whole = share(points, perMille);
    return this.withoutDisputed
      ? String(whole)
      : `if(disputed, ${share(whole, this.definition.objection.perMille)}, ${whole})`;
  }

  sum({ types, where, same }: Selected, value: string): string {
    if (same.length === 0) return this.aggregate(types, `sumIf(toInt64(${value}), ${where})`);
    return `arraySum(${this.#matching(`toInt64(${value})`, { types, where, same })})`;
  }

  /** The greatest value, 0 without one. */
  greatest({ types, where, same }: Selected, value: string): string {
    if (same.length === 0) return this.aggregate(types, `maxIf(toInt64(${value}), ${where})`);
    return this.greatestOf(this.#matching(`toInt64(${value})`, { types, where, same }));
  }

  greatestOf(values: string): string {
    return `arrayMax(arrayPushFront(${values}, toInt64(0)))`;
  }

  exists({ types, where, same }: Selected): string {
    if (same.length === 0) return this.aggregate(types, `max(${where})`);
    return `notEmpty(${this.#matching('1', { types, where, same })})`;
  }

  /** A tuple of each fact, as an array. */
  collect({ types, where, same }: Selected, tuple: string): string {
    if (same.length === 0) return this.aggregate(types, `groupArrayIf(${tuple}, ${where})`);
    return this.#matching(tuple, { types, where, same });
  }

  /** Values of the facts that are the same as the enterprise in what they must be. */
  #matching(value: string, { types, where, same }: Selected): string {
    const keys = same.map(({ attribute }) => column(attribute));
    const collected = this.aggregate(types, `groupArrayIf((${list([value, ...keys])}), ${where})`);
    const matches = same.map(({ attribute, enterprise }, at) => {
      const [own, its] = [`m.${at + 2}`, this.enterprise(enterprise)];
      return any([`NOT (${isStated(own, attribute)})`, `NOT (${isStated(its, enterprise)})`, `${own} = ${its}`]);
    });
    return `arrayMap(m -> m.1, arrayFilter(m -> ${all(matches)}, ${collected}))`;
  }

  #states(attribute: string): string {
    const value = column(attribute);
    return all([isType(stating(attribute, MODEL_ATTRIBUTES)), 'usable', isStated(value, attribute)]);
  }

  /** SQL: an attribute of the enterprise at the as-of, missing as in a fact. */
  enterprise(attribute: string): string {
    const [value, stated] = [column(attribute), this.#states(attribute)];
    const types = stating(attribute, MODEL_ATTRIBUTES);
    switch (attributeType(attribute)) {
      case 'NUMBER':
        return `(${this.aggregate(types, `argMaxIf(${value} - ${MISSING}, rank, ${stated})`)} + ${MISSING})`;
      case 'FLAG':
        return `(${this.aggregate(types, `argMaxIf(${value} + 1, rank, ${stated})`)} - 1)`;
      default:
        return this.aggregate(types, `argMaxIf(toString(${value}), rank, ${stated})`);
    }
  }

  /** SQL: the fact that states an attribute of the enterprise is under objection. */
  isStatedUnderObjection(attribute: string): string {
    if (this.withoutDisputed) return '0';
    const stated = this.#states(attribute);
    const types = stating(attribute, MODEL_ATTRIBUTES);
    const disputed = this.aggregate(types, `maxIf(rank, ${all([stated, 'disputed'])})`);
    return `(${disputed} > 0 AND ${disputed} = ${this.aggregate(types, `maxIf(rank, ${stated})`)})`;
  }

  /** SQL: number of the class (A = 1) in another scheme, 0 where that does not rate the enterprise. */
  classIn(scheme: string): string {
    this.#schemes.add(scheme);
    return `${schemeAlias(scheme)}_class`;
  }

  /** Points that rest on something under objection as far as a condition of the enterprise says. */
  halvedIf(condition: string, points: string): string {
    if (condition === '0') return points;
    return `if(${condition}, intDiv(${points} * ${this.definition.objection.perMille} + 500, 1000), ${points})`;
  }

  undisputed(): string {
    return this.withoutDisputed ? TRUE : 'NOT disputed';
  }
}

/** Name under which the result of another scheme is joined. */
export function schemeAlias(scheme: string): string {
  return `scheme_${scheme.replace(/[^a-z0-9]/g, '_')}`;
}
