import { buildUscc } from '#libs/contracts';
import { randomOf } from './random.ts';

const CHARSET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const SERIALS = 31 ** 6;
/** Prime, so that consecutive enterprises get codes that look unrelated and never meet. */
const STRIDE = 104_729;

/**
 * A valid unified social credit code (统一社会信用代码) that no enterprise has: organisation codes that begin with DM
 * are not issued. Unique per index within a seed.
 */
export function usccOf(seed: number, index: number, entityKind: string): string {
  let serial = (index * STRIDE + offsetOf(seed)) % SERIALS;
  let organisation = '';
  for (let digit = 0; digit < 6; digit++) {
    organisation = CHARSET.charAt(serial % 31) + organisation;
    serial = Math.floor(serial / 31);
  }
  return buildUscc(entityKind === 'FARMERS_COOPERATIVE' ? '93' : '91', '442000', `DM${organisation}`);
}

const offsets = new Map<number, number>();

function offsetOf(seed: number): number {
  const known = offsets.get(seed) ?? randomOf(seed, 'organisation-codes').whole(0, SERIALS - 1);
  offsets.set(seed, known);
  return known;
}
