import type { CompiledIndicator } from './compiled.ts';

/** What the parts of an indicator come to, before its cap. */
export function joinParts(indicator: CompiledIndicator, partSums: Float64Array): number {
  const { parts } = indicator;
  let joined = partSums[parts[0] as number] as number;
  for (let at = 1; at < parts.length; at++) {
    const sum = partSums[parts[at] as number] as number;
    joined = indicator.greatestPart ? Math.max(joined, sum) : joined + sum;
  }
  return joined;
}
