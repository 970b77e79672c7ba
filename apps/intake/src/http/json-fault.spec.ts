import fc from 'fast-check';
import { jsonFaultAt } from './json-fault.ts';

describe('the place of a fault in JSON', () => {
  it.each([
    ['[\n  {"type": }\n]', 13],
    ['{"a": 1,}', 8],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['{"a": tru}', 6],
    ['["a\nb"]', 1],
    ['{} {}', 3],
    ['{"a": [1, {"b": 2}', 18],
    ['', 0],
    ['01', 1],
  ])('of %p is %i', (text, place) => {
    expect(jsonFaultAt(text)).toBe(place);
  });

  it('is the end of what is JSON, for every text that is', () => {
    fc.assert(fc.property(fc.json(), (text) => jsonFaultAt(text) === text.length));
  });

  it('is where a stray character was put in', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: true }), fc.nat(), (text, at) => {
        const outside = [...text]
          .map((_, place) => place)
          .filter((place) => '{}[],:'.includes(text[place] as string) && !inText(text, place));
        fc.pre(outside.length > 0);
        const place = outside[at % outside.length] as number;
        expect(jsonFaultAt(`${text.slice(0, place)}@${text.slice(place)}`)).toBe(place);
      }),
    );
  });
});

function inText(text: string, place: number): boolean {
  return text.slice(0, place).replace(/\\./gu, '').split('"').length % 2 === 0;
}
