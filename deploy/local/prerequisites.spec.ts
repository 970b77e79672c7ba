import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { javaVersionProblem, missingPrerequisites, nodeProblem } from './prerequisites.ts';

test.each([
  ['20.19.0', true],
  ['24.1.0', true],
  ['20.18.3', false],
  ['18.20.0', false],
])('takes Node %s: %s', (version, fine) => {
  expect(nodeProblem(version) === undefined).toBe(fine);
});

test.each([
  ['openjdk version "17.0.15" 2025-04-15', undefined],
  ['openjdk version "21" 2023-09-19', undefined],
  ['java version "11.0.2" 2019-01-15 LTS', /^Java 11 is too old/],
  ['java version "1.8.0_202"', /^Java 8 or older is too old/],
  ['no version at all', /^Java of an unknown version/],
])('reads the version out of %s', (answer, problem) => {
  const found = javaVersionProblem(answer);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(problem);
});

test('names every port that is taken, for whom, and the option that changes it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'risk-prerequisites-'));
  const [one, two] = await Promise.all([occupyPort(), occupyPort()]);
  try {
    const problems = await missingPrerequisites(folder, { kafka: one.port, console: two.port });
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`port ${one.port}, for Kafka, is taken.*--kafka-port`)),
        expect.stringMatching(new RegExp(`port ${two.port}, for the console, is taken.*--console-port`)),
      ]),
    );
  } finally {
    one.close();
    two.close();
    await rm(folder, { recursive: true });
  }
});

test('names a port that is asked for twice', async () => {
  const problems = await missingPrerequisites(tmpdir(), { kafka: 1, intake: 1 });
  expect(problems).toContain('port 1 is asked for twice, by --kafka-port and --intake-port');
});

async function occupyPort(): Promise<{ port: number; close: () => void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
