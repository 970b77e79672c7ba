import type { Warehouse } from '#libs/warehouse-client';
import type { Activation } from '../release/in-force.ts';

interface ActivationRow {
  readonly activation_id: string;
  readonly rule_set: string;
  readonly sha256: string;
  readonly at: number;
  readonly retired: boolean;
}

const ACTIVATIONS = `
  SELECT activation_id, concat(any(rule_set_id), '@', any(rule_set_version)) AS rule_set, any(r.sha256) AS sha256,
    toUnixTimestamp64Milli(min(activated_at)) AS at, any(r.retired) AS retired
  FROM rule_set_activations AS r
  GROUP BY activation_id
  ORDER BY at, activation_id`;

/**
 * The activations of the log as the warehouse has them.
 * @param schemeOf the scheme of an `id@version`: the log does not state it
 */
export async function storedActivations(
  warehouse: Warehouse,
  schemeOf: (ruleSet: string) => string,
): Promise<readonly Activation[]> {
  const rows = await warehouse.query<ActivationRow>(ACTIVATIONS);
  return rows.map(({ activation_id: activationId, rule_set: ruleSet, sha256, at, retired }) => ({
    ...{ activationId, ruleSet, sha256, at, retired },
    schemeId: schemeOf(ruleSet),
  }));
}
