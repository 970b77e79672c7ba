import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild, untilReady, type StackHome } from './child-process.ts';
import type { Jars } from './jars.ts';
import { startPart, type Part } from './part.ts';

/** Path of the Confluent-compatible API of the Apicurio registry. */
export const REGISTRY_API = '/apis/ccompat/v7';

/**
 * The Apicurio schema registry, loopback only. Its default storage is memory: the file database in `<data dir>/registry`
 * is what keeps the log readable after a restart, and WRITE_DELAY=0 after a kill.
 */
export function startRegistry(home: StackHome, options: { port: number; jars: Jars }): Promise<Part> {
  return startPart('registry', async () => {
    const folder = join(home.dataDir, 'registry');
    await mkdir(folder, { recursive: true });
    const child = startChild(home, {
      name: 'registry',
      command: 'java',
      // Start-up is all it does under load: the quick compiler and the serial collector keep it short and small.
      args: [
        '-Xmx256m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
        '-jar',
        options.jars.registryJar,
      ],
      cwd: options.jars.registryHome,
      env: {
        ...process.env,
        QUARKUS_HTTP_HOST: '127.0.0.1',
        HTTP_PORT: String(options.port),
        QUARKUS_HTTP_PORT: String(options.port),
        QUARKUS_LOG_LEVEL: 'WARN',
        LOG_LEVEL: 'WARN',
        REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${join(folder, 'registry')};WRITE_DELAY=0`,
      },
    });
    await untilReady(child, async () => {
      const answer = await fetch(`http://127.0.0.1:${options.port}${REGISTRY_API}/subjects`);
      return answer.ok && Array.isArray(await answer.json());
    });
    return child;
  });
}
