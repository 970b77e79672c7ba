/** 31 characters of GB 32100-2015: digits and capital letters without I, O, S, V and Z. The place is the value. */
const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** 3^i mod 31. */
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/** GB 11714: weights of the eight characters of an organisation code. */
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

const VALUES = valuesOf(CHARACTERS);
const ORGANISATION_VALUES = valuesOf('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');

function valuesOf(characters: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let value = 0; value < characters.length; value++) values[characters.charCodeAt(value)] = value;
  return values;
}

export interface UsccFault {
  /** Which check failed: length, characters, the code's own check character, or that of the organisation code in it. */
  readonly check: 'length' | 'character' | 'check-character' | 'organisation-code';
  readonly message: string;
}

/**
 * 统一社会信用代码 unified social credit code, GB 32100-2015: 18 characters, [1] registering department, [2] kind of
 * entity, [3–8] region of the registering office, [9–17] organisation code with its own check character (GB 11714),
 * [18] check character. Returns undefined for a valid code, else the first check that fails.
 * Letters are allowed in every position: other registrars than market supervision start with one.
 */
export function checkUscc(code: string): UsccFault | undefined {
  if (code.length !== 18) {
    return { check: 'length', message: `a credit code has 18 characters, this one ${code.length}` };
  }
  for (let place = 0; place < 18; place++) {
    if (valueAt(VALUES, code, place) < 0) {
      return {
        check: 'character',
        message: `"${code[place]}" at position ${place + 1} is not allowed; a credit code has digits and capital letters without I, O, S, V, Z`,
      };
    }
  }
  const expected = usccCheckCharacter(code);
  if (code[17] !== expected) {
    return { check: 'check-character', message: `the check character is ${code[17]}, but the code gives ${expected}` };
  }
  const organisation = organisationCheckCharacter(code.slice(8, 16));
  if (code[16] !== organisation) {
    return {
      check: 'organisation-code',
      message: `the check character of the organisation code (position 17) is ${code[16]}, but the code gives ${organisation}`,
    };
  }
  return undefined;
}

/** Check character of the first 17 characters. The outer mod 31 makes a sum that divides evenly give 0, not an overflow. */
export function usccCheckCharacter(code: string): string {
  let sum = 0;
  for (let place = 0; place < 17; place++) sum += valueAt(VALUES, code, place) * (WEIGHTS[place] as number);
  return CHARACTERS[(31 - (sum % 31)) % 31] as string;
}

/** Check character of an organisation code (组织机构代码, GB 11714): X for 10, 0 for 11. */
export function organisationCheckCharacter(code: string): string {
  let sum = 0;
  for (let place = 0; place < 8; place++) {
    sum += valueAt(ORGANISATION_VALUES, code, place) * (ORGANISATION_WEIGHTS[place] as number);
  }
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/**
 * A valid code from its free parts, for synthetic data: department and kind (two characters, such as 91), region (six),
 * organisation (eight). Throws a RangeError when a part has another length or a character that is not allowed.
 */
export function buildUscc(kind: string, region: string, organisation: string): string {
  const body = kind + region + organisation;
  if (kind.length !== 2 || region.length !== 6 || organisation.length !== 8) {
    throw new RangeError(
      `a credit code is made from 2, 6 and 8 characters, not "${kind}", "${region}", "${organisation}"`,
    );
  }
  for (let place = 0; place < 16; place++) {
    if (valueAt(VALUES, body, place) < 0) throw new RangeError(`"${body[place]}" is not allowed in a credit code`);
  }
  const first17 = body + organisationCheckCharacter(organisation);
  return first17 + usccCheckCharacter(first17);
}

function valueAt(values: Int8Array, code: string, place: number): number {
  return values[code.charCodeAt(place)] ?? -1;
}
