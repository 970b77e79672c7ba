import type { Step } from '../rule-set/definition.ts';

/** Points of the last step at or below the value; 0 below the first. */
export function pointsAt(steps: readonly Step[], value: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= (steps[middle] as Step).from) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (steps[low - 1] as Step).points;
}
