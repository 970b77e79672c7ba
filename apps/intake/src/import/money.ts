/** Fen of one unit of the amounts that sources state. */
const FEN = { 分: 1n, 元: 100n, 万元: 1_000_000n, 亿元: 10_000_000_000n } as const;

export type MoneyUnit = keyof typeof FEN;

export const MONEY_UNITS = Object.keys(FEN) as readonly MoneyUnit[];

/** A text that is no amount, or not a whole number of fen. */
export class MoneyError extends Error {
  override readonly name = 'MoneyError';
}

const AMOUNT = /^([+-]?)(\d+(?:,\d{3})*|\d*)(?:\.(\d+))?(?:人民币)?(分|元|万元|亿元|万|亿)?$/u;

/**
 * An amount as whole fen (分), by decimal arithmetic: 0.0105 万元 is exactly 10500 fen. A unit in the text wins over `unit`.
 * Throws MoneyError for text that is no amount, for parts of a fen and beyond 2^53 − 1.
 */
export function fenOf(text: string, unit: MoneyUnit): number {
  const match = AMOUNT.exec(text.replace(/^[¥¥]/u, '').replace(/\s/gu, ''));
  const [, sign, whole = '', fraction = '', stated] = match ?? [];
  if (match === null || (whole === '' && fraction === '')) throw new MoneyError(`"${text}" is not an amount`);
  const fenPerUnit = FEN[unitOf(stated) ?? unit];
  const scaled = BigInt(whole.replaceAll(',', '') + fraction) * fenPerUnit;
  const divisor = 10n ** BigInt(fraction.length);
  if (scaled % divisor !== 0n) throw new MoneyError(`"${text}" is not a whole number of fen (分)`);
  const fen = Number(scaled / divisor);
  if (!Number.isSafeInteger(fen)) throw new MoneyError(`"${text}" is beyond what an amount can be`);
  return sign === '-' ? 0 - fen : fen;
}

function unitOf(stated: string | undefined): MoneyUnit | undefined {
  if (stated === '万' || stated === '亿') return `${stated}元`;
  return stated as MoneyUnit | undefined;
}
