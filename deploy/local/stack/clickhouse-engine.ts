import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataType, load, open, type JsExternal } from 'ffi-rs';

const LIBRARY = 'chdb';

/** The engine's main function, which package `chdb` exports from its library but does not document. */
const ENTRY_POINT = 'chdb_query_cmdline';

/**
 * Runs the engine of `chdb` as `clickhouse local` would run with these arguments, on a thread of its own (the engine's
 * stack check refuses the main thread's foreign calls). Resolves with the engine's error, or undefined, when it has ended.
 */
export async function runEngine(args: readonly string[]): Promise<string | undefined> {
  open({ library: LIBRARY, path: libraryPath() });
  // The engine would take SIGTERM for itself, and the process could not end it in order.
  call('chdb_set_signal_handlers_enabled', DataType.Void, [DataType.I32], [0]);
  const result = await load({
    library: LIBRARY,
    funcName: ENTRY_POINT,
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [args.length, [...args]],
    runInNewThread: true,
  });
  return errorOf(result);
}

function errorOf(result: JsExternal): string | undefined {
  const text = call('chdb_result_error', DataType.String, [DataType.External], [result]);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function call(funcName: string, retType: DataType, paramsType: DataType[], paramsValue: unknown[]): unknown {
  return load({ library: LIBRARY, funcName, retType, paramsType, paramsValue });
}

/** The library of this platform, wherever npm put the platform's package; throws with the platform's name when there is none. */
function libraryPath(): string {
  const require = createRequire(import.meta.url);
  const name = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  try {
    const fromChdb = createRequire(require.resolve('chdb/package.json'));
    return join(dirname(fromChdb.resolve(`${name}/package.json`)), 'libchdb.so');
  } catch (error) {
    throw new Error(`ClickHouse has no package ${name}; run npm ci on Linux or macOS (x64, arm64)`, { cause: error });
  }
}
