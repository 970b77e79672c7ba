/** Registers every schema at SCHEMA_REGISTRY_URL: the step of a deployment on outside clusters that `npm start` does by itself. */
import { z } from 'zod';
import { RECORD_SCHEMAS } from '#libs/contracts';
import { parseEnv, registryEnv } from '#libs/service';
import { registerSchemas } from '#libs/stream';

try {
  const env = parseEnv(z.object(registryEnv), process.env);
  const { SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_USERNAME: username, SCHEMA_REGISTRY_PASSWORD: password } = env;
  const ids = await registerSchemas({ url, username, password }, RECORD_SCHEMAS);
  console.log(`${ids.size} schemas are registered`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
