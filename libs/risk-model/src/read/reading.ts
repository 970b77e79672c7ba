import { attributesOfCode, codeOfType, FACT_TYPES, MODEL_ATTRIBUTES, STATING_TYPES } from '../facts.ts';
import type { RiskClass } from '../position.ts';
import type { DecayStep } from '../rule-set/definition.ts';
import type { Reader } from './reader.ts';

export const CLASSES = ['A', 'B', 'C', 'D'] as const satisfies readonly RiskClass[];

/** What is known while a file is read: names that later parts may refer to, and the fact types read so far. */
export class Reading {
  readonly decays = new Map<string, readonly DecayStep[]>();
  /** Classes of the classification of a fact type. */
  readonly classes = new Map<string, readonly string[]>();
  /** Indicators of which a fact can stand at full weight. */
  readonly fullWeights = new Set<string>();
  /** Indicators with a state or clock that can be open. */
  readonly states = new Set<string>();
  /** Fact types that a rule reads, each with the first place that does. */
  readonly uses = new Map<string, string>();

  use(factType: string, path: string): void {
    if (!this.uses.has(factType)) this.uses.set(factType, path);
  }

  factType(reader: Reader): string {
    const name = reader.oneOf(FACT_TYPES);
    if (FACT_TYPES.includes(name)) this.use(name, reader.path);
    return name;
  }

  /** An attribute of the enterprise itself, which registration, change and deregistration state. */
  enterpriseAttribute(reader: Reader): string {
    const name = readAttribute(reader, 'enterprise.registration');
    for (const type of STATING_TYPES) {
      if (attributesOfCode(type).includes(name)) this.use(FACT_TYPES[type] as string, reader.path);
    }
    return name;
  }
}

export function readAttribute(reader: Reader, factType: string): string {
  const code = codeOfType(factType);
  return code === undefined ? reader.text() : reader.oneOf(attributesOfCode(code));
}

/** An attribute of any fact type of the model. */
export function readAttributeOfAny(reader: Reader): string {
  return reader.oneOf([...new Set(Object.values(MODEL_ATTRIBUTES).flat())]);
}
