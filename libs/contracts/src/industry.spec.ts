import { checkIndustry, sectionOfDivision } from './industry.ts';

describe('checkIndustry (GB/T 4754)', () => {
  it.each(['H62', 'H621', 'H6210', 'A0111', 'T9700'])('accepts %s', (code) => {
    expect(checkIndustry(code)).toBeUndefined();
  });

  it('names the right section when letter and division disagree, or the letter is missing', () => {
    expect(checkIndustry('C6210')).toContain('expected H6210');
    expect(checkIndustry('6210')).toContain('expected H6210');
  });

  it.each(['H6', 'U6210', 'H62101', 'A0011', 'T9800', ''])('refuses %s', (code) => {
    expect(checkIndustry(code)).toBeDefined();
  });

  it('gives each of the 97 divisions exactly one section', () => {
    const divisions = Array.from({ length: 97 }, (_, place) => place + 1);
    expect(divisions.filter((division) => sectionOfDivision(division) === undefined)).toEqual([]);
    expect(sectionOfDivision(98)).toBeUndefined();
  });
});
