import fc from 'fast-check';
import { buildUscc, checkUscc, organisationCheckCharacter, usccCheckCharacter } from './uscc.ts';

const CHARACTERS = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];
const part = (length: number) =>
  fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: length, maxLength: length });
const codes = fc
  .tuple(part(2), part(6), part(8))
  .map(([kind, region, organisation]) => buildUscc(kind, region, organisation));

describe('credit code (GB 32100-2015)', () => {
  it.each(['91110108551385082Q', '91350100M000100Y43'])('accepts the published code %s', (code) => {
    expect(checkUscc(code)).toBeUndefined();
  });

  it.each(['91442000MA5123452K', '91442000MA5123460E', '91442000MAC1234558', '91442000MAC1234633'])(
    'accepts the synthetic Zhongshan code %s',
    (code) => {
      expect(checkUscc(code)).toBeUndefined();
    },
  );

  it('accepts codes whose check character is 0, which need the outer mod 31', () => {
    const ending0 = fc.sample(codes, { numRuns: 2000, seed: 1 }).filter((code) => code.endsWith('0'));
    expect(ending0.length).toBeGreaterThan(20);
    expect(ending0.map(checkUscc)).toEqual(ending0.map(() => undefined));
  });

  it('accepts letters in the first eight positions, as other registrars use them', () => {
    for (const kind of ['A1', 'N2', 'Y1', '5A'])
      expect(checkUscc(buildUscc(kind, '44A000', 'MA512345'))).toBeUndefined();
  });

  it.each(['91310115MA1H8R7C6D', '91442000MA5123452L'])(
    'refuses %s by its check character and names the right one',
    (code) => {
      expect(checkUscc(code)).toMatchObject({
        check: 'check-character',
        message: expect.stringContaining(usccCheckCharacter(code)),
      });
    },
  );

  it('refuses a wrong check character of the organisation code though the last character is right', () => {
    const first17 = '91442000MA5123453';
    const code = first17 + usccCheckCharacter(first17);
    expect(checkUscc(code)).toMatchObject({ check: 'organisation-code' });
  });

  it.each(['91442000MA512345IK', '91442000ma5123452K', '９1442000MA5123452K', '91442000MA512-452K'])(
    'refuses the characters of %s',
    (code) => {
      expect(checkUscc(code)).toMatchObject({ check: 'character' });
    },
  );

  it.each(['', '91442000MA5123452', '91442000MA5123452K1'])('refuses the length of "%s"', (code) => {
    expect(checkUscc(code)).toMatchObject({ check: 'length' });
  });

  it('notices every single wrong character and every swap of neighbours of different value', () => {
    fc.assert(
      fc.property(codes, fc.integer({ min: 0, max: 17 }), fc.constantFrom(...CHARACTERS), (code, place, other) => {
        fc.pre(code[place] !== other);
        expect(checkUscc(code.slice(0, place) + other + code.slice(place + 1))).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });

  it('builds the organisation code of GB 11714, with X for ten', () => {
    expect(organisationCheckCharacter('55138508')).toBe('2');
    const made = fc.sample(codes, { numRuns: 300, seed: 2 }).map((code) => code[16]);
    expect(made).toContain('X');
  });

  it('does not build from parts of a wrong length or with I, O, S, V, Z', () => {
    expect(() => buildUscc('91', '44200', 'MA512345')).toThrow(RangeError);
    expect(() => buildUscc('91', '442000', 'MAI12345')).toThrow(/"I" is not allowed/);
  });
});
