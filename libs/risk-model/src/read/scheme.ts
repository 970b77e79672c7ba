import type { RuleSetDefinition, SchemeDefinition } from '../rule-set/definition.ts';
import type { Reader } from './reader.ts';
import { CLASSES } from './reading.ts';

/** An id as it stands in names of files and in the log. */
export function readId(reader: Reader): string {
  const id = reader.text();
  if (id !== '' && !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    reader.fail('small letters, digits and hyphens are expected');
  return id;
}

/** `scheme: general`, or in full: general, or specialised with its department, field and base. */
export function readScheme(reader: Reader): SchemeDefinition {
  const none = { department: null, field: null, base: null, takesBase: false } as const;
  if (reader.isText()) return { id: readId(reader), kind: 'general', ...none };
  reader.object('id', 'kind', 'department', 'field', 'base', 'takesBase');
  const id = readId(reader.at('id'));
  if (reader.at('kind').oneOf(['general', 'specialised']) !== 'specialised') {
    for (const key of ['department', 'field', 'base', 'takesBase']) {
      if (reader.has(key)) reader.at(key).fail('only a specialised scheme has one');
    }
    return { id, kind: 'general', ...none };
  }
  const base = readId(reader.at('base'));
  if (base !== '' && base === id) reader.at('base').fail('a scheme may not be its own base');
  return {
    id,
    kind: 'specialised',
    department: reader.at('department').text(),
    field: reader.at('field').text(),
    base,
    takesBase: reader.optional('takesBase')?.flag() ?? false,
  };
}

/** When the rule set may be activated; `to` is exclusive. */
export function readEffective(reader: Reader | null): RuleSetDefinition['effective'] {
  if (reader === null) return { from: null, to: null };
  reader.object('from', 'to');
  const from = reader.optional('from')?.day() ?? null;
  const to = reader.optional('to')?.day() ?? null;
  if (from !== null && to !== null && to <= from) reader.at('to').fail('must be after from; it is exclusive');
  return { from, to };
}

/** Inspections by class: so many times in so many years. */
export function readVisits(reader: Reader | null, kind: SchemeDefinition['kind']): RuleSetDefinition['visits'] {
  if (reader === null) return null;
  if (kind === 'general') reader.fail('only a specialised scheme fixes visits; the general class sets sampling ratios');
  reader.object(...CLASSES, 'label', 'basis');
  const [A, B, C, D] = CLASSES.map((name) => {
    const visit = reader.at(name).object('times', 'years');
    return { times: visit.at('times').integer(1), years: visit.at('years').integer(1) };
  }) as [Visit, Visit, Visit, Visit];
  return { A, B, C, D };
}

interface Visit {
  readonly times: number;
  readonly years: number;
}
