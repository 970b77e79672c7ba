import { reading } from './rule-set-files.spec-support.ts';
import { readEffective, readId, readScheme } from './scheme.ts';

describe('an id', () => {
  it.each(['a', 'general', 'a1', 'food-production', 'x-1', 'a1-b2-3c'])('may be %s', (id) => {
    expect(reading(id, readId)).toEqual([id, []]);
  });

  it.each(['1a', '-a', 'a-', 'a--b', 'A', 'aB', 'a-B', 'a b', 'a_b', 'a.b', 'a-é'])('may not be %s', (id) => {
    expect(reading(id, readId)[1]).toEqual(['a: small letters, digits and hyphens are expected']);
  });
});

describe('a scheme', () => {
  const none = { department: null, field: null, base: null, takesBase: false };
  const food = { id: 'food', kind: 'specialised', department: 'd', field: 'f', base: 'general' };

  it('that is general is named, in short or in full', () => {
    const general = { id: 'general', kind: 'general', ...none };
    expect(reading('general', readScheme)).toEqual([general, []]);
    expect(reading({ id: 'general', kind: 'general' }, readScheme)).toEqual([general, []]);
  });

  it.each(['department', 'field', 'base', 'takesBase'])('that is general has no %s', (key) => {
    const file = { id: 'general', kind: 'general', [key]: 'x' };
    expect(reading(file, readScheme)[1]).toEqual([`a.${key}: only a specialised scheme has one`]);
  });

  it('that is specialised says whose it is, and whether it takes its base as it is', () => {
    expect(reading(food, readScheme)).toEqual([{ ...food, takesBase: false }, []]);
    expect(reading({ ...food, takesBase: true }, readScheme)).toEqual([{ ...food, takesBase: true }, []]);
    expect(reading({ ...food, takesBase: 'yes' }, readScheme)[1]).toEqual(['a.takesBase: true or false is expected']);
    expect(reading({ ...food, base: 'food' }, readScheme)[1]).toEqual(['a.base: a scheme may not be its own base']);
    expect(reading({ kind: 'specialised', department: 'd', field: 'f' }, readScheme)[1]).toEqual([
      ...['a.id: a text is expected', 'a.base: a text is expected'],
    ]);
    expect(reading({ ...food, kind: 'odd' }, readScheme)[1]).toContain(
      'a.kind: odd is not known; expected one of general, specialised',
    );
  });
});

describe('a period', () => {
  const [may, june] = ['2026-05-01', '2026-06-01'];
  const at = (text: string): number => Date.parse(`${text}T00:00:00+08:00`);

  it('may be open on either side, and ends after it begins', () => {
    expect(reading({}, readEffective)).toEqual([{ from: null, to: null }, []]);
    expect(readEffective(null)).toEqual({ from: null, to: null });
    expect(reading({ from: may }, readEffective)).toEqual([{ from: at(may), to: null }, []]);
    expect(reading({ to: may }, readEffective)).toEqual([{ from: null, to: at(may) }, []]);
    expect(reading({ from: may, to: june }, readEffective)).toEqual([{ from: at(may), to: at(june) }, []]);
    expect(reading({ from: may, to: may }, readEffective)[1]).toEqual(['a.to: must be after from; it is exclusive']);
    expect(reading({ to: '1969-01-01' }, readEffective)[1]).toEqual([]);
    expect(reading({ until: may }, readEffective)[1]).toEqual(['a.until: unknown key; expected one of from, to']);
  });
});
