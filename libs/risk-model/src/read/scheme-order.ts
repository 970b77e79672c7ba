import type { Condition, RuleSetDefinition } from '../rule-set/definition.ts';
import { RuleSetError } from './reader.ts';
import type { RuleSetFault } from './reader.ts';

interface Link {
  readonly scheme: string;
  /** The place in the file that names it. */
  readonly path: string;
}

function linksOfCondition(condition: Condition, path: string): Link[] {
  switch (condition.kind) {
    case 'any':
    case 'all':
      return condition.of.flatMap((member) => linksOfCondition(member, path));
    case 'not':
      return linksOfCondition(condition.of, path);
    case 'schemeClass':
      return [{ scheme: condition.scheme, path }];
    default:
      return [];
  }
}

/** The schemes whose class a rule set reads, each with a place that does. */
export function schemesReadBy(definition: RuleSetDefinition): Link[] {
  const { scheme, appliesTo, indicators, conditions, warnings } = definition;
  const parts = indicators.flatMap(({ code, parts: own }) =>
    own.flatMap((part) => (part.form === 'schemeClass' ? [{ scheme: part.scheme, path: `indicators ${code}` }] : [])),
  );
  const met = warnings.flatMap(({ id, when }) =>
    when.kind === 'NEWLY_MET' ? linksOfCondition(when.condition, `warnings ${id}`) : [],
  );
  return [
    ...(scheme.base === null ? [] : [{ scheme: scheme.base, path: 'scheme.base' }]),
    ...(appliesTo === null ? [] : linksOfCondition(appliesTo, 'appliesTo')),
    ...parts,
    ...conditions.flatMap(({ code, when }) => linksOfCondition(when, `conditions ${code}`)),
    ...met,
  ];
}

class Ordering {
  readonly ordered: RuleSetDefinition[] = [];
  readonly faults: RuleSetFault[] = [];
  private readonly byScheme = new Map<string, RuleSetDefinition>();
  private readonly settled = new Set<string>();

  constructor(definitions: readonly RuleSetDefinition[]) {
    for (const definition of definitions) {
      const { id } = definition.scheme;
      const other = this.byScheme.get(id);
      if (other === undefined) this.byScheme.set(id, definition);
      else this.fail(definition, 'scheme', `${id} is the scheme of ${identityOf(other)} too; one rule set is expected`);
    }
  }

  private fail(definition: RuleSetDefinition, place: string, message: string): void {
    this.faults.push({ path: `${identityOf(definition)}: ${place}`, message });
  }

  /** Depth first: the schemes that one reads come before it. `trail` are those that led here. */
  visit(definition: RuleSetDefinition, trail: readonly string[]): void {
    const { id } = definition.scheme;
    if (this.settled.has(id)) return;
    for (const { scheme, path } of schemesReadBy(definition)) {
      const read = this.byScheme.get(scheme);
      const way = [...trail, id];
      if (read === undefined)
        this.fail(definition, path, `the scheme ${scheme} is not there; its rule set is expected too`);
      else if (way.includes(scheme)) {
        this.fail(definition, path, `a cycle of schemes: ${[...way.slice(way.indexOf(scheme)), scheme].join(' → ')}`);
      } else this.visit(read, way);
    }
    this.settled.add(id);
    this.ordered.push(definition);
  }
}

function identityOf({ id, version }: RuleSetDefinition): string {
  return `${id}@${version}`;
}

/**
 * Rule sets that act together, those first whose class others read. Throws `RuleSetError` naming every cycle of schemes,
 * scheme that is not there and scheme with two rule sets; the order of the argument decides nothing but ties.
 */
export function orderSchemes(definitions: readonly RuleSetDefinition[]): RuleSetDefinition[] {
  const ordering = new Ordering(definitions);
  for (const definition of definitions) ordering.visit(definition, []);
  if (ordering.faults.length > 0) throw new RuleSetError(ordering.faults);
  return ordering.ordered;
}
