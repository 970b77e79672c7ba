const PLAIN = /^[!-~]*$/;
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u2060\ufeff]/g;
const SPACES = /\s+/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const YEAR_BRACKETS = /[〔[(【〖{<〈《](\d{4})[〕\])】〗}>〉》]/g;

/**
 * Free text as it is stored: full-width ASCII (全角) becomes half-width, invisible characters go, runs of white space
 * become one space, ends are trimmed, and composed characters are used (NFC). Chinese punctuation that has no ASCII
 * twin stays. Two spellings of one name compare equal afterwards.
 */
export function normaliseText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .normalize('NFC')
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .trim();
}

/**
 * 文号 document number as it is compared: NFKC, no white space, one kind of dash, and every kind of bracket around a
 * year becomes 〔〕, so that 中市监罚[2026]1号, 中市监罚（2026）1号 and 中市监罚〔2026〕1号 are one number.
 */
export function normaliseNumber(text: string): string {
  if (/^[\w./:-]*$/.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/\s+/g, '')
    .replace(DASHES, '-')
    .replace(YEAR_BRACKETS, '〔$1〕');
}

/** A value as it may stand in a message: quoted, at most 40 characters. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
