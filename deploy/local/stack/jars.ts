import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '#libs/service';

const run = promisify(execFile);

export interface Jars {
  /** Class path of the Kafka broker and its tools. */
  readonly kafkaClassPath: string;
  /** Folder of the unpacked registry distribution. */
  readonly registryHome: string;
  readonly registryJar: string;
}

const pom = () => join(packageRoot(), 'deploy/local/stack/pom.xml');

function cacheDirectory(): string {
  const key = createHash('sha256').update(readFileSync(pom())).digest('hex').slice(0, 16);
  return join(packageRoot(), '.stack', `jars-${key}`);
}

/** Whether the jars of this version of the pom lie in the cache already. */
export function jarsAreCached(): boolean {
  return existsSync(cacheDirectory());
}

/**
 * The jars of Kafka and the registry, fetched through Maven (its settings and local repository) into `.stack/` once per
 * version of pom.xml. The folder appears under its name only when complete, so a broken-off fetch leaves nothing half done,
 * and two fetches at once do not disturb each other.
 */
export async function fetchJars(signal?: AbortSignal): Promise<Jars> {
  const target = cacheDirectory();
  if (!existsSync(target)) {
    await mkdir(join(packageRoot(), '.stack'), { recursive: true });
    const fresh = await mkdtemp(join(packageRoot(), '.stack', 'fetch-'));
    try {
      await copyJars(fresh, signal);
      await rename(fresh, target).catch((error: unknown) => {
        if (!existsSync(target)) throw error;
      });
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  const registryHome = join(target, 'registry');
  const runner = (await readdir(registryHome)).find((name) => name.endsWith('-runner.jar'));
  if (runner === undefined) throw new Error(`${registryHome} holds no runner jar; delete ${target} and start again`);
  return { kafkaClassPath: join(target, 'kafka', '*'), registryHome, registryJar: join(registryHome, runner) };
}

async function copyJars(into: string, signal: AbortSignal | undefined): Promise<void> {
  const kafka = join(into, 'kafka');
  const registry = join(into, 'registry');
  await mkdir(registry);
  const goal = ['-q', '-B', '-f', pom(), 'dependency:copy-dependencies', `-DoutputDirectory=${kafka}`];
  await run('mvn', goal, { maxBuffer: 16 * 1024 * 1024, signal }).catch((error: Error & { stdout?: string }) => {
    const said = (error.stdout ?? '').trim().split('\n').slice(0, 8).join('\n');
    throw new Error(`Maven could not fetch Kafka and the registry; check its settings and the network:\n${said}`, {
      cause: error,
    });
  });
  const archive = (await readdir(kafka)).find((name) => name.endsWith('.tar.gz'));
  if (archive === undefined) throw new Error(`Maven fetched no registry distribution into ${kafka}`);
  await run('tar', ['-xzf', join(kafka, archive), '-C', registry]);
  await rm(join(kafka, archive));
}
