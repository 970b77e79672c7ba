import { uncarried } from './carry.ts';
import type { EnterpriseEvent, EventOf } from './generated/records.ts';

/** Attributes of a fact by name; null ones are left out. */
export type FactAttributes = Readonly<Record<string, unknown>>;

/**
 * What the record states, flat: the one reading of contents that the model, ClickHouse and explanations share.
 * A change gives the attributes after it under their own names, `before` as one object, `addressChanged`, and as
 * `capitalBeforeFen` the capital it left; a status gives value, effectiveAt, until and reason.
 */
export function factAttributesOf(event: EnterpriseEvent): FactAttributes {
  return present(statedBy(event));
}

/** The same with null ones in place, for a reader that asks for names: no copy is made of most contents. */
export function statedBy(event: EnterpriseEvent): FactAttributes {
  const stated = uncarried(event);
  if (stated.type === 'FactRecorded') return stated.content.attributes;
  if (stated.type === 'EnterpriseChanged') return changeOf(stated.content);
  return stated.content as unknown as FactAttributes;
}

function changeOf({ changeKind, before, after }: EventOf<'EnterpriseChanged'>['content']): FactAttributes {
  const was = present(before);
  return {
    ...present(after),
    changeKind,
    addressChanged: changeKind === 'ADDRESS' || after.address !== null,
    ...(before.capitalFen !== null && { capitalBeforeFen: before.capitalFen }),
    ...(Object.keys(was).length > 0 && { before: was }),
  };
}

function present(content: object): FactAttributes {
  const attributes: Record<string, unknown> = {};
  const stated = content as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(stated)) {
    if (stated[name] !== null) attributes[name] = stated[name];
  }
  return attributes;
}
