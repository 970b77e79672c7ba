import { readArguments } from './arguments.ts';
import { loadIdOf, settingsOfLoad } from './load-id.ts';

const NOW = Date.parse('2026-11-20T10:00:00+08:00');
const read = (...argv: string[]) => readArguments(argv, NOW);

describe('the command line', () => {
  test('loads the default city until now', () => {
    expect(read('load')).toEqual({
      command: 'load',
      settings: { enterprises: 20_000, years: 3, seed: 42, until: NOW },
    });
    expect(read('load', '--until', 'now')).toEqual(read('load'));
  });

  test('reads size, seed, years and moment', () => {
    const argv = [
      'load',
      '--enterprises',
      '500',
      '--seed',
      '7',
      '--years',
      '2',
      '--until',
      '2026-07-01T00:00:00+08:00',
    ];
    expect(read(...argv)).toEqual({
      command: 'load',
      settings: { enterprises: 500, years: 2, seed: 7, until: Date.parse('2026-06-30T16:00:00Z') },
    });
  });

  test('tells a trickle from a burst', () => {
    expect(read('trickle', '--rate', '0.5')).toMatchObject({ command: 'trickle', rate: 0.5 });
    expect(read('trickle', '--seed', '7')).toMatchObject({ asLoaded: false });
    expect(read('trickle')).toMatchObject({ asLoaded: true });
    expect(read('trickle', '--burst', 'july-wave', '--count', '300')).toMatchObject({
      command: 'burst',
      count: 300,
      retract: false,
    });
  });

  test.each([
    [['load', '--until', '2030-01-01T00:00:00Z'], 'in the future'],
    [['load', '--enterprises', 'many'], 'whole number'],
    [['trickle', '--rate', '0'], 'above 0'],
    [['trickle', '--burst', 'july-wave', '--retract'], '--run'],
    [['export'], '--out'],
    [['fly'], 'fly'],
    [[], ''],
  ])('refuses %j and says why', (argv, reason) => {
    expect(() => read(...argv)).toThrow(reason);
  });
});

describe('the id of a load', () => {
  test('holds its settings, so that an interrupted load is gone on with by name', () => {
    const settings = { enterprises: 20_000, years: 3, seed: 42, until: NOW };
    expect(settingsOfLoad(loadIdOf(settings))).toEqual(settings);
    expect(settingsOfLoad('import-42')).toBeUndefined();
  });
});
