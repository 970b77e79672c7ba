export { startStack, type Stack, type StackOptions } from './stack.ts';
export type { Part } from './part.ts';
export { freePort, freePorts, isPortTaken } from './ports.ts';
export { newClusterId, startKafka, type ClusterMember } from './kafka.ts';
export { fetchJars, jarsAreCached } from './jars.ts';
export {
  startChild,
  untilReady,
  describe,
  logOf,
  type Child,
  type ChildExit,
  type ChildSpec,
  type StackHome,
} from './child-process.ts';
export { startGuardian } from './guardian.ts';
export { endStaleProcesses } from './pid-record.ts';
export { readOrMakeSecrets, type ClickhouseUser, type Secrets } from './secrets.ts';
