import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PORT_OPTIONS, type Ports } from './options.ts';
import { isPortTaken, jarsAreCached } from './stack/index.ts';

const run = promisify(execFile);
const FREE_BYTES = 2 * 1024 ** 3;

/** What the machine lacks, each with what to do about it; empty when all is there. */
export async function missingPrerequisites(dataDir: string, ports: Partial<Ports>): Promise<string[]> {
  const asked = await Promise.all([javaProblem(), diskProblem(dataDir), ...portProblems(ports)]);
  const problems = [nodeProblem(process.versions.node), jarsAreCached() ? undefined : mavenProblem(), ...asked];
  return problems.filter((problem) => problem !== undefined);
}

export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? undefined
    : `Node ${version} is too old: install Node 20.19 or later (https://nodejs.org), then npm ci again`;
}

async function javaProblem(): Promise<string | undefined> {
  try {
    // The version goes to standard error.
    const { stderr } = await run('java', ['-version']);
    return javaVersionProblem(stderr);
  } catch {
    return 'Java is not on the PATH: install a Java 17 or later runtime (Debian, Ubuntu: apt install openjdk-17-jre-headless)';
  }
}

export function javaVersionProblem(answer: string): string | undefined {
  const major = /version "(\d+)/.exec(answer)?.[1];
  if (major !== undefined && Number(major) >= 17) return undefined;
  const found = major === undefined ? 'of an unknown version' : major === '1' ? '8 or older' : major;
  return `Java ${found} is too old for Kafka and the schema registry: put a Java 17 or later first on the PATH`;
}

function mavenProblem(): string | undefined {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'mvn'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found
    ? undefined
    : 'Maven (mvn) is not on the PATH: install it (Debian, Ubuntu: apt install maven); it fetches Kafka and the registry once';
}

async function diskProblem(dataDir: string): Promise<string | undefined> {
  let folder = dataDir;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  return free >= FREE_BYTES
    ? undefined
    : `only ${(free / 1024 ** 3).toFixed(1)} GB are free under ${folder}: free 2 GB, or put the data elsewhere with --data-dir`;
}

function portProblems(ports: Partial<Ports>): Promise<string | undefined>[] {
  const entries = Object.entries(ports) as [keyof Ports, number][];
  return entries.map(async ([name, port], index) => {
    const { who, option } = PORT_OPTIONS[name];
    const same = entries.slice(0, index).find(([, other]) => other === port);
    if (same !== undefined) return `port ${port} is asked for twice, by ${PORT_OPTIONS[same[0]].option} and ${option}`;
    return (await isPortTaken(port))
      ? `port ${port}, for ${who}, is taken by another program: stop that one, or choose another with ${option}`
      : undefined;
  });
}
