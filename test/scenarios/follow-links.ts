import { carryTo, type EnterpriseEvent, type LinkKind, type Subject } from '#libs/contracts';

const CARRIED_BY_NO_LINK = /^derived\.|^enterprise\.link$/;

/**
 * Whether a fact goes on: 换码 is the same enterprise under another code, so everything does but the end of the old code; with
 * 合并 and 分立 what it did goes on, its own registration and classes set by hand do not.
 */
function goesOn(kind: LinkKind, factType: string): boolean {
  if (CARRIED_BY_NO_LINK.test(factType)) return false;
  if (kind === 'RENUMBERED') return factType !== 'enterprise.deregistration';
  return !factType.startsWith('enterprise.') && factType !== 'override.class';
}

/**
 * Gives, for each event of a predecessor as it comes, what the enterprise that goes on gets to know with it: once the link is
 * there everything known so far, then every later event.
 */
export function followLinks(to: Subject): (event: EnterpriseEvent) => EnterpriseEvent[] {
  const known: EnterpriseEvent[] = [];
  let kind: LinkKind | null = null;
  return function carried(event) {
    known.push(event);
    const before = kind;
    if (event.type === 'EnterpriseLinked') kind = event.content.kind;
    if (kind === null) return [];
    const link = kind;
    const due = before === null ? known : [event];
    return due.flatMap((one) => {
      const copy = goesOn(link, one.envelope.factType) ? carryTo(one, to) : undefined;
      return copy === undefined ? [] : [copy];
    });
  };
}
