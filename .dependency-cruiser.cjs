/** The boundaries of the code, each with its reason. */
const test = '\\.spec(-support)?\\.ts$';
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A cycle hides which part decides.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment:
        'The model must give the same answer in the stream, in a test and in an explanation: no package, no Node.',
      severity: 'error',
      from: { path: '^libs/risk-model/', pathNot: test },
      to: { pathNot: '^libs/risk-model/' },
    },
    {
      name: 'risk-sql-knows-the-model-only',
      comment: 'The second engine is made from the same rule sets and nothing else: text in, text out.',
      severity: 'error',
      from: { path: '^libs/risk-sql/', pathNot: test },
      to: { pathNot: '^libs/(risk-sql|risk-model)/' },
    },
    {
      name: 'contracts-know-model-and-avro-only',
      comment: 'Contracts are read by every process; they may not drag a client or a framework in.',
      severity: 'error',
      from: { path: '^libs/contracts/src/', pathNot: test },
      to: { pathNot: '^libs/(contracts|risk-model)/|^crypto$|^node:crypto$|avsc', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stream-knows-bytes-and-keys',
      comment: 'The stream library moves bytes of keys; credit risk is the business of the app that uses it.',
      severity: 'error',
      from: { path: '^libs/(stream|warehouse-client|service)/' },
      to: { path: '^(libs/(risk-model|contracts)|apps)/' },
    },
    {
      name: 'apps-never-import-each-other',
      comment: 'One app is one process and one image; what two need is a library or a message.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'only-through-index',
      comment: 'A library is used through its index, so that its inside can change.',
      severity: 'error',
      from: { path: '^(apps|deploy|test)/' },
      to: { path: '^libs/[^/]+/src/(?!index\\.ts$|.*\\.spec-support\\.ts$)' },
    },
    {
      name: 'libraries-only-through-index',
      comment: 'The same between libraries.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$1/' },
    },
    {
      name: 'kafkajs-only-in-stream',
      comment: 'The Kafka client has been quiet since 2023: one library imports it, so that it can be replaced there.',
      severity: 'error',
      from: { pathNot: '^libs/stream/' },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'opentelemetry-only-in-service',
      comment: 'One place decides whether traces are made, so that they cost nothing where they are off.',
      severity: 'error',
      from: { pathNot: '^libs/service/' },
      to: { path: 'node_modules/@opentelemetry' },
    },
    {
      name: 'clickhouse-client-only-in-warehouse-client',
      comment: 'One place knows how rows reach ClickHouse.',
      severity: 'error',
      from: { pathNot: '^libs/warehouse-client/' },
      to: { path: 'node_modules/@clickhouse/client' },
    },
    {
      name: 'product-does-not-import-tests',
      comment: 'What is shipped must not need what checks it.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: test },
      to: { path: '^test/' },
    },
    {
      name: 'resolvable',
      comment: 'An import that does not resolve fails at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
