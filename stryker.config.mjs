/** Mutation testing of the risk model: `npm run mutation`, see libs/risk-model/README.md. */
export default {
  testRunner: 'pure-library',
  plugins: ['./test/mutation/runner.mjs'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  coverageAnalysis: 'perTest',
  mutate: [
    'libs/risk-model/src/**/*.ts',
    '!libs/risk-model/src/**/*.spec.ts',
    '!libs/risk-model/src/**/*.spec-support.ts',
    // Nothing but exports and types.
    '!libs/risk-model/src/index.ts',
    '!libs/risk-model/src/compiled.ts',
    '!libs/risk-model/src/rule-set/definition.ts',
  ],
  ignorePatterns: ['/apps', '/deploy', '/dist', '/reports', '/.ci', '/.data', '/.stack', '/test/*', '!/test/scenarios'],
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  concurrency: 2,
  maxTestRunnerReuse: 150,
  // A slow mutant is not a noticed one: endless loops end by the limit of hits.
  timeoutMS: 60_000,
  allowConsoleColors: false,
  disableTypeChecks: false,
};
