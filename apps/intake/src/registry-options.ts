import type { RegistryOptions } from '#libs/stream';

/** The variables of libs/service's `registryEnv`, as the registry client's options. */
export function registryOptionsOf(env: {
  readonly SCHEMA_REGISTRY_URL: string;
  readonly SCHEMA_REGISTRY_USERNAME?: string | undefined;
  readonly SCHEMA_REGISTRY_PASSWORD?: string | undefined;
}): RegistryOptions {
  return {
    url: env.SCHEMA_REGISTRY_URL,
    username: env.SCHEMA_REGISTRY_USERNAME,
    password: env.SCHEMA_REGISTRY_PASSWORD,
  };
}
