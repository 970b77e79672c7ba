import { carryTo, type EnterpriseEvent, type Subject } from '#libs/contracts';

/** A normalised event at its arrival, of the enterprise or of the one that went on in it. */
export interface Arrival {
  readonly who: 'enterprise' | 'predecessor';
  readonly at: number;
  readonly event: EnterpriseEvent;
}

/**
 * What the enterprise gets to know: its own events, and those of its predecessor once the link is known, those known
 * before it in one go, every later one as it comes.
 */
export function withCarried(arrivals: readonly Arrival[], to: Subject): { at: number; event: EnterpriseEvent }[] {
  const known: Arrival[] = [];
  let linked = false;
  return arrivals.flatMap((arrival) => {
    const { who, at, event } = arrival;
    if (who === 'enterprise') return [{ at, event }];
    known.push(arrival);
    const isLink = event.type === 'EnterpriseLinked';
    const carried = linked ? [arrival] : isLink ? known : [];
    linked ||= isLink;
    return carried.flatMap((one) => {
      const copy = carryTo(one.event, to);
      return copy === undefined ? [] : [{ at, event: copy }];
    });
  });
}
