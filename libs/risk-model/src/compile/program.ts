import type { FactRule, FactTest, FinalRule, PartTraits, Program, TypePlan } from '../run.ts';
import { attributesOfCode, FACT_TYPES, isEvidence, STATING_TYPES } from '../facts.ts';
import { PLAIN_LIFETIME, type Lifetime } from '../life.ts';
import type { RuleSetDefinition, Selection } from '../rule-set/definition.ts';
import { compileClassification, type CompiledClassification } from './classify.ts';
import { lifetimeOf } from './lifetime.ts';
import { typeOf } from './places.ts';
import { compilePredicates } from './predicates.ts';

interface SelectedRule {
  readonly type: number;
  /** -1 = facts of any class. */
  readonly classIndex: number;
  readonly rule: FactRule;
}

/** Lays down what is done with the facts of an enterprise; `build` gives the program. */
export class ProgramBuilder {
  readonly #definition: RuleSetDefinition;
  readonly #classifications: ReadonlyMap<number, CompiledClassification>;
  readonly #usable: SelectedRule[] = [];
  readonly #closed: SelectedRule[] = [];
  readonly #begun: { readonly type: number; readonly rule: FactRule }[] = [];
  readonly #finals: FinalRule[] = [];
  readonly #slots: string[] = [];
  readonly #parts: PartTraits[] = [];
  #collectors = 0;
  #leaves = 0;

  constructor(definition: RuleSetDefinition) {
    this.#definition = definition;
    this.#classifications = new Map(
      definition.classifications.map((item) => [typeOf(item.factType), compileClassification(item)]),
    );
  }

  get classNames(): ReadonlyMap<number, readonly string[]> {
    return new Map([...this.#classifications].map(([type, { classes }]) => [type, classes]));
  }

  /** What is done with each selected fact while it is usable. */
  whileUsable(select: Selection, rule: FactRule): void {
    this.#usable.push(this.#selected(select, rule));
  }

  /** What is done with each selected fact once it is closed. */
  afterClosing(select: Selection, rule: FactRule): void {
    this.#closed.push(this.#selected(select, rule));
  }

  /** What is done with each fact of a type once it has begun, whatever its end. */
  onceBegun(factType: string, rule: FactRule): void {
    this.#begun.push({ type: typeOf(factType), rule });
  }

  /** What is done once all facts were seen. */
  finally(rule: FinalRule): void {
    this.#finals.push(rule);
  }

  /** Place of the class that is meant, in the classification of the type; -1 = facts of any class. */
  classIndexOf({ factType, outcome }: Selection): number {
    return outcome === null ? -1 : this.#classesOf(typeOf(factType)).indexOf(outcome);
  }

  #classesOf(type: number): readonly string[] {
    return this.#classifications.get(type)?.classes ?? [];
  }

  slot(attribute: string): number {
    const known = this.#slots.indexOf(attribute);
    return known >= 0 ? known : this.#slots.push(attribute) - 1;
  }

  part(traits: PartTraits): number {
    return this.#parts.push(traits) - 1;
  }

  /** Places of the parts of an indicator that were laid down so far. */
  partsOf(indicator: number): number[] {
    return this.#parts.flatMap((part, place) => (part.indicator === indicator ? [place] : []));
  }

  collector(): number {
    return this.#collectors++;
  }

  leaf(): number {
    return this.#leaves++;
  }

  /** `forEvidence`: that a fact is there counts, whatever its type. */
  build(leaving: readonly Selection[], statusSlot: number, forEvidence: boolean): Program {
    const { objection } = this.#definition;
    return {
      plans: FACT_TYPES.map((_, type) => this.#plan(type, leaving, forEvidence)),
      unknownTypePlan: {
        lifetime: PLAIN_LIFETIME,
        classify: null,
        whileUsable: [[]],
        afterClosing: [[]],
        onceBegun: [],
        states: [],
        leavesPopulation: null,
        isEvidence: true,
        isIdle: !forEvidence,
      },
      finals: this.#finals,
      attributeSlots: this.#slots,
      statusSlot,
      parts: this.#parts,
      collectors: this.#collectors,
      leaves: this.#leaves,
      objectionDays: objection.days,
      objectionPerMille: objection.perMille,
    };
  }

  #plan(type: number, leaving: readonly Selection[], forEvidence: boolean): TypePlan {
    const classes = this.#classesOf(type).length;
    const states = this.#states(type);
    const leavesPopulation = leavingTest(type, leaving);
    const ruled = [this.#usable, this.#closed, this.#begun].some((rules) => rules.some((item) => item.type === type));
    return {
      lifetime: this.#lifetime(type),
      classify: this.#classifications.get(type)?.classify ?? null,
      whileUsable: byClass(this.#usable, type, classes),
      afterClosing: byClass(this.#closed, type, classes),
      onceBegun: this.#begun.filter((item) => item.type === type).map(({ rule }) => rule),
      states,
      leavesPopulation,
      isEvidence: isEvidence(type),
      isIdle: !ruled && states.length === 0 && leavesPopulation === null && !(forEvidence && isEvidence(type)),
    };
  }

  #lifetime(type: number): Lifetime {
    const use = this.#definition.facts.find((item) => item.type === FACT_TYPES[type]);
    return use === undefined ? PLAIN_LIFETIME : lifetimeOf(use, this.#classesOf(type));
  }

  #states(type: number): [number, number][] {
    if (!STATING_TYPES.includes(type)) return [];
    const names = attributesOfCode(type);
    return this.#slots.flatMap((name, slot): [number, number][] =>
      names.includes(name) ? [[slot, names.indexOf(name)]] : [],
    );
  }

  #selected(select: Selection, rule: FactRule): SelectedRule {
    const [type, classIndex] = [typeOf(select.factType), this.classIndexOf(select)];
    const { test, enterprise } = compilePredicates(select, (attribute) => this.slot(attribute));
    let guarded = rule;
    if (enterprise !== null) {
      guarded = (run, _fact, place) =>
        run.defer((again, held, at) => void (enterprise(again, held) && rule(again, held, at)), place);
    }
    if (test !== null) {
      const inner = guarded;
      guarded = (run, fact, place) => void (test(fact) && inner(run, fact, place));
    }
    return { type, classIndex, rule: guarded };
  }
}

/** Rules by class of the fact, the unclassified first. */
function byClass(rules: readonly SelectedRule[], type: number, classes: number): FactRule[][] {
  return Array.from({ length: classes + 1 }, (_, place) =>
    rules
      .filter((item) => item.type === type && (item.classIndex < 0 || item.classIndex === place - 1))
      .map(({ rule }) => rule),
  );
}

function leavingTest(type: number, leaving: readonly Selection[]): FactTest | null {
  const tests = leaving
    .filter(({ factType }) => typeOf(factType) === type)
    .map((select) => compilePredicates(select, () => 0).test ?? (() => true));
  return tests.length === 0 ? null : (fact) => tests.some((test) => test(fact));
}
