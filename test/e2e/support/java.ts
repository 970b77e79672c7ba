import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '#libs/service';
import { runProgram, type ProgramResult } from './programs.ts';

const folder = () => join(packageRoot(), 'test/subscriber-java');
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** Fetches the subscriber's jars through Maven once for each version of its pom; the folder appears only when complete. */
async function jars(): Promise<string> {
  const pom = join(folder(), 'pom.xml');
  const cache = join(packageRoot(), '.stack');
  const target = join(cache, `subscriber-${createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 16)}`);
  if (existsSync(target)) return target;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'fetch-'));
  try {
    const goal = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`];
    const { code, stdout } = await runProgram('mvn', goal, { env, cwd: folder() });
    if (code !== 0) throw new Error(`Maven could not fetch the subscriber's jars:\n${stdout.slice(0, 2_000)}`);
    await rename(fresh, target);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return target;
}

/** Runs the Java subscriber over all class changes there are now. */
export async function runJavaSubscriber(streamEnv: NodeJS.ProcessEnv): Promise<ProgramResult> {
  const classPath = join(await jars(), '*');
  return runProgram('java', ['-cp', classPath, 'ClassChangeSubscriber.java'], {
    env: { ...env, ...streamEnv, UNTIL_END: 'true' },
    cwd: folder(),
  });
}
