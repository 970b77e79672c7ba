import { keyOf, type EnterpriseEvent, type LinkKind } from '#libs/contracts';

/** 主体关联 what is known of one filing that an enterprise goes on as another one; the record that stated it last counts. */
export interface Link {
  readonly factId: string;
  readonly content: LinkContent | null;
  readonly standing: { readonly revision: number; readonly recordId: string; readonly inForce: boolean } | null;
  /** Everything known has been sent on, and what comes is sent on with its record. */
  readonly carrying: boolean;
}

interface LinkContent {
  readonly revision: number;
  readonly recordId: string;
  /** Key of the enterprise that goes on. */
  readonly to: string;
  readonly kind: LinkKind;
  /** Epoch milliseconds. */
  readonly effectiveAt: number;
}

/** Where records go on to, and by what kind of link. */
export interface Destination {
  readonly to: string;
  readonly kind: LinkKind;
}

export const NO_LINKS: readonly Link[] = [];
const NOWHERE: readonly Destination[] = [];

const LINK = 'enterprise.link';
const VOID: ReadonlySet<string> = new Set(['RETRACTED', 'REMOVED']);

/** The links with one more record of theirs; the same list when the record is none, is older or says nothing new. */
export function foldLink(links: readonly Link[], event: EnterpriseEvent): readonly Link[] {
  const { factType, factId } = event.envelope;
  if (factType !== LINK) return links;
  const known = links.find((link) => link.factId === factId);
  const before: Link = known ?? { factId, content: null, standing: null, carrying: false };
  const after = withRecord(before, event);
  if (after === before) return links;
  return [...links.filter((link) => link !== known), after].sort((a, b) => (a.factId < b.factId ? -1 : 1));
}

function withRecord(link: Link, event: EnterpriseEvent): Link {
  const { revision, recordId, register } = event.envelope;
  const place = { revision, recordId };
  if (event.type === 'EnterpriseLinked') {
    if (!isNewer(place, link.content)) return link;
    const { to, kind, effectiveAt } = event.content;
    const content = { ...place, to: keyOf(to), kind, effectiveAt };
    const same = link.content?.to === content.to && link.content.kind === kind;
    return { ...link, content, carrying: link.carrying && same };
  }
  if (event.type !== 'FactStatusChanged' || register !== 'STANDING' || !isNewer(place, link.standing)) return link;
  const inForce = !VOID.has(event.content.value);
  // Reinstated, a link sends everything on anew: what came in between was not.
  return { ...link, standing: { ...place, inForce }, carrying: link.carrying && inForce };
}

function isNewer(
  record: { readonly revision: number; readonly recordId: string },
  than: { readonly revision: number; readonly recordId: string } | null,
): boolean {
  if (than === null || record.revision !== than.revision) return than === null || record.revision > than.revision;
  return record.recordId > than.recordId;
}

function inForce(link: Link): link is Link & { readonly content: LinkContent } {
  return link.content !== null && link.standing?.inForce !== false;
}

/** Where what comes now goes on to, each destination once for each kind. */
export function carrying(links: readonly Link[]): readonly Destination[] {
  if (links.length === 0) return NOWHERE;
  const found: Destination[] = [];
  for (const link of links) {
    if (!link.carrying || !inForce(link)) continue;
    const { to, kind } = link.content;
    if (!found.some((known) => known.to === to && known.kind === kind)) found.push({ to, kind });
  }
  return found;
}

/** Links in force that have come due and have sent nothing on yet. */
export function takingEffect(links: readonly Link[], asOf: number): readonly Destination[] {
  if (links.length === 0) return NOWHERE;
  return links.flatMap((link) => (isDue(link, asOf) && inForce(link) ? [link.content] : []));
}

/** The links after those that have come due took effect; the same list when there are none. */
export function afterTakingEffect(links: readonly Link[], asOf: number): readonly Link[] {
  if (!links.some((link) => isDue(link, asOf))) return links;
  return links.map((link) => (isDue(link, asOf) ? { ...link, carrying: true } : link));
}

function isDue(link: Link, asOf: number): boolean {
  return !link.carrying && inForce(link) && link.content.effectiveAt <= asOf;
}

/** When the next link takes effect; null when none waits. */
export function nextEffect(links: readonly Link[]): number | null {
  let next: number | null = null;
  for (const link of links) {
    if (link.carrying || !inForce(link)) continue;
    const { effectiveAt } = link.content;
    if (next === null || effectiveAt < next) next = effectiveAt;
  }
  return next;
}

const OWN_OF_RENUMBERED: ReadonlySet<string> = new Set(['enterprise.deregistration', LINK]);

/** False for facts that no kind of link takes along. */
export function mayFollow(factType: string): boolean {
  return factType !== LINK && !factType.startsWith('derived.');
}

/**
 * Whether a fact follows its enterprise. 换码: the same enterprise under another code, so everything but the end of the old
 * code. 合并, 分立: what it did follows, its own registration and a class set by hand do not. Derived facts are computed anew.
 */
export function follows(kind: LinkKind, factType: string): boolean {
  if (factType.startsWith('derived.')) return false;
  if (kind === 'RENUMBERED') return !OWN_OF_RENUMBERED.has(factType);
  return !factType.startsWith('enterprise.') && factType !== 'override.class';
}
