/** One thing that is wrong with a stated event. */
export interface Fault {
  /** Path in the JSON, for instance content.fineFen. */
  readonly field: string;
  /** Stable name of the rule, for instance penalty.fine.integer-fen. */
  readonly rule: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Where a value stands and how its rules are named; made once for each field. */
export interface Site {
  readonly field: string;
  readonly rule: string;
}

/** State of one normalisation: its faults and what readers need to know of the envelope. */
export interface Run {
  readonly faults: Fault[];
  readonly receivedAt: number;
  factType: string;
  codeSystem: string | null;
  number: string;
}

/** Notes a fault and returns undefined, so that a reader can `return fault(…)`. */
export function fault(run: Run, site: Site, kind: string, message: string): undefined {
  run.faults.push({ field: site.field, rule: `${site.rule}.${kind}`, message });
  return undefined;
}

/** Site of one element or member below another site. */
export function below(site: Site, part: string | number): Site {
  return { field: typeof part === 'number' ? `${site.field}[${part}]` : `${site.field}.${part}`, rule: site.rule };
}
