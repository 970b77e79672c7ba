export interface Count {
  readonly passed: number;
  /** Failed tests, and files that could not be run at all. */
  readonly failed: number;
  readonly skipped: number;
}

export function addUp(a: Count, b: Count): Count {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** A run without a single test proves nothing, and a skipped test is one that nobody looks at. */
export function hasFailed({ passed, failed, skipped }: Count): boolean {
  return failed > 0 || skipped > 0 || passed === 0;
}

/** Counts of jest's JSON report; a jest that ended badly without naming a failure counts as one. */
export function countOf(report: string | undefined, exitCode: number | null): Count {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const json = JSON.parse(report) as Record<
    'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites' | 'numPendingTests' | 'numTodoTests',
    number
  >;
  const failed = json.numFailedTests + json.numRuntimeErrorTestSuites;
  return {
    passed: json.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: json.numPendingTests + json.numTodoTests,
  };
}
