import { jest } from '@jest/globals';
import { parseStartOptions } from './options.ts';

test('starts with 20,000 enterprises, two events a second and the usual ports', () => {
  expect(parseStartOptions([])).toMatchObject({
    empty: false,
    enterprises: 20_000,
    rate: 2,
    ports: { kafka: 9092, registry: 8081, clickhouse: 8123, console: 3000, intake: 3001 },
  });
});

test('takes each port, size and rate from its option', () => {
  const argv = '--empty --enterprises 500 --rate 0.5 --kafka-port 1 --registry-port 2 --clickhouse-port 3';
  expect(parseStartOptions(`${argv} --console-port 4 --intake-port 5 --data-dir /data`.split(' '))).toEqual({
    empty: true,
    enterprises: 500,
    rate: 0.5,
    dataDir: '/data',
    ports: { kafka: 1, registry: 2, clickhouse: 3, console: 4, intake: 5 },
  });
});

test.each([
  ['--enterprises', 'many'],
  ['--enterprises', '0'],
  ['--rate', '-1'],
  ['--kafka-port', '70000'],
  ['--nonsense', '1'],
])('refuses %s %s with exit code 2', (option, value) => {
  const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const silence = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(() => parseStartOptions([option, value])).toThrow('exit 2');
  } finally {
    exit.mockRestore();
    silence.mockRestore();
  }
});
