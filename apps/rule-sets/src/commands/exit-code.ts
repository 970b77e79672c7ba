/** How a command ended, for scripts. */
export const EXIT = {
  done: 0,
  /** The file has faults, or the step may not be taken now; nothing was written. */
  refused: 1,
  /** Command line or configuration. */
  usage: 2,
  /** Failed or interrupted; `show` tells whether a step was written. */
  failed: 3,
  /** Activated, but not every partition had passed it in time. */
  notPassed: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
