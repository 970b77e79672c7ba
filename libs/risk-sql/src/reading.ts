import { MODEL_ATTRIBUTES } from '#libs/risk-model';
import type { Opening, RuleSetDefinition, Selection } from '#libs/risk-model';
import { attributeType, column, isStated } from './attributes.ts';
import { classIndex } from './classify.ts';
import { all, any, list, share, text } from './expressions.ts';
import { isType } from './fact-types.ts';
import { predicateOf } from './predicates.ts';

/** An attribute of the fact that must equal one of the enterprise, where both are known. */
interface SameAs {
  readonly attribute: string;
  readonly enterprise: string;
}

/** Facts that are meant, as SQL on a row of lives. `same` can be told only of the enterprise as a whole. */
export interface Selected {
  readonly types: readonly string[];
  readonly where: string;
  readonly same: readonly SameAs[];
}

/** Contributions of facts to a part, one by one: an array of (key, points) of the enterprise. */
export type Entries = string;

/** What the readings of a rule set read of the enterprise itself: columns of its row, whatever the facts. */
export class EnterpriseColumns {
  readonly attributes = new Set(['town', 'industry', 'registeredAt', 'entityKind', 'status']);
  /** Attributes of which it is asked whether the fact that states them is under objection. */
  readonly contested = new Set<string>();
  /** Other schemes whose class is read. */
  readonly schemes = new Set<string>();
}

/**
 * What is asked of the facts of an enterprise together: aggregates over them, equal ones once, each answered by its name as
 * SQL on the row of the enterprise. What is said of a single fact is SQL on a row of lives and adds nothing here.
 */
export class Reading {
  readonly definition: RuleSetDefinition;
  readonly asOf: number;
  readonly #enterprise: EnterpriseColumns;
  readonly #aggregates = new Map<string, string>();
  readonly #types = new Set<string>();
  #readsEnterprise = false;

  constructor(definition: RuleSetDefinition, asOf: number, enterprise: EnterpriseColumns) {
    this.definition = definition;
    this.asOf = asOf;
    this.#enterprise = enterprise;
  }

  /** Expressions by name. */
  get aggregates(): readonly (readonly [name: string, expression: string])[] {
    return [...this.#aggregates].map(([expression, name]) => [name, expression]);
  }

  /** Fact types that the aggregates read. */
  get types(): readonly string[] {
    return [...this.#types];
  }

  get readsEnterprise(): boolean {
    return this.#readsEnterprise;
  }

  /** Name of an aggregate over the facts of an enterprise, of which it reads those of some types only. */
  aggregate(types: readonly string[], expression: string): string {
    for (const type of types) this.#types.add(type);
    const name = this.#aggregates.get(expression) ?? `g${this.#aggregates.size + 1}`;
    this.#aggregates.set(expression, name);
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
    return `if(disputed, ${share(whole, this.definition.objection.perMille)}, ${whole})`;
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

  /** SQL: an attribute of the enterprise at the as-of, missing as in a fact. */
  enterprise(attribute: string): string {
    attributeType(attribute);
    this.#readsEnterprise = true;
    this.#enterprise.attributes.add(attribute);
    return enterpriseColumn(attribute);
  }

  /** SQL: the fact that states an attribute of the enterprise is under objection. */
  isStatedUnderObjection(attribute: string): string {
    this.#readsEnterprise = true;
    this.#enterprise.contested.add(attribute);
    return contestedColumn(attribute);
  }

  /** SQL: number of the class (A = 1) in another scheme, 0 where that does not rate the enterprise. */
  classIn(scheme: string): string {
    this.#readsEnterprise = true;
    this.#enterprise.schemes.add(scheme);
    return `${schemeAlias(scheme)}_class`;
  }

  /** Points that rest on something under objection as far as a condition of the enterprise says. */
  halvedIf(condition: string, points: string): string {
    return `if(${condition}, intDiv(${points} * ${this.definition.objection.perMille} + 500, 1000), ${points})`;
  }
}

export function enterpriseColumn(attribute: string): string {
  return `e_${attribute}`;
}

export function contestedColumn(attribute: string): string {
  return `e_${attribute}_contested`;
}

/** Fact types that state an attribute of the enterprise. */
export function statingTypes(stating: readonly string[], attribute: string): string[] {
  return stating.filter((type) => MODEL_ATTRIBUTES[type]?.includes(attribute));
}

/** Name under which the result of another scheme is joined. */
export function schemeAlias(scheme: string): string {
  return `scheme_${scheme.replace(/[^a-z0-9]/g, '_')}`;
}
