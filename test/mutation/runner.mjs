import { readdirSync } from 'node:fs';
import path from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { expect } from 'expect';
import fc from 'fast-check';
import * as circus from 'jest-circus';
import { evaluateModule } from './module-graph.mjs';

/**
 * Test runner of StrykerJS for pure libraries: jest's own engine (circus, expect) in one process, because starting jest once
 * for each of thousands of mutants takes hours. For each mutant only the spec files with tests that reach it are loaded, each
 * with modules of its own, those first that have found most in least time, until a test fails. A spec file that can no longer be loaded has failed too:
 * loading counts as a test, and what only loading reaches (tables, compiled rule sets) is tried with all tests of that file.
 */

const FOLDER = 'libs/risk-model/src';
const RUNS = Number(process.env.RISK_PROPERTY_RUNS ?? 25);
const SEED = Number(process.env.RISK_PROPERTY_SEED ?? 2026);

const stryker = (globalThis.__stryker__ ??= {});
Object.assign(globalThis, { expect });
for (const name of ['describe', 'it', 'test', 'beforeAll', 'beforeEach', 'afterAll', 'afterEach']) {
  globalThis[name] = circus[name];
}

/** What is under way in the spec file at hand: which tests are wanted (undefined = all) and what came of them. */
let running = { spec: '', wanted: undefined, bail: false, results: [] };

function idOf(test) {
  const names = [];
  for (let at = test; at.parent !== undefined; at = at.parent) names.unshift(at.name);
  return `${running.spec} ${names.join(' ')}`;
}

function failureOf([error]) {
  const cause = Array.isArray(error) ? (error[0] ?? error[1]) : error;
  return String(cause?.message ?? cause).slice(0, 2_000);
}

circus.addEventHandler((event) => {
  if (event.name === 'test_start') {
    const id = idOf(event.test);
    const failed = running.bail && running.results.some(({ status }) => status === TestStatus.Failed);
    if (failed || running.wanted?.has(id) === false) event.test.mode = 'skip';
    else stryker.currentTestId = id;
  }
  if (event.name === 'test_done') {
    const { test } = event;
    const own = { id: idOf(test), name: idOf(test), fileName: running.spec, timeSpentMs: test.duration ?? 0 };
    const failed = test.errors.length > 0;
    running.results.push(
      failed
        ? { ...own, status: TestStatus.Failed, failureMessage: failureOf(test.errors) }
        : { ...own, status: TestStatus.Success },
    );
    stryker.currentTestId = undefined;
  }
});

function loadIdOf(spec) {
  return `${spec} is loaded`;
}

/** Results of the wanted tests of one spec file; its loading is the first of them. */
async function runSpec(spec, wanted, bail) {
  const began = performance.now();
  running = { spec, wanted, bail, results: [] };
  const loading = { id: loadIdOf(spec), name: loadIdOf(spec), fileName: spec };
  circus.resetState();
  stryker.currentTestId = loading.id;
  try {
    await evaluateModule(path.resolve(spec), process.cwd());
  } catch (error) {
    const failureMessage = failureOf([error]);
    return [{ ...loading, status: TestStatus.Failed, failureMessage, timeSpentMs: performance.now() - began }];
  } finally {
    stryker.currentTestId = undefined;
  }
  const loaded = { ...loading, status: TestStatus.Success, timeSpentMs: performance.now() - began };
  await circus.run();
  return [loaded, ...running.results];
}

class PureLibraryRunner {
  #specs = [];

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const names = readdirSync(FOLDER, { recursive: true }).filter((name) => name.endsWith('.spec.ts'));
    this.#specs = names.map((name) => ({ spec: path.join(FOLDER, name), tookMs: 0, kills: 0 }));
    fc.configureGlobal({ seed: SEED, numRuns: RUNS, endOnFailure: true });
  }

  async dryRun() {
    stryker.activeMutant = undefined;
    stryker.mutantCoverage = { static: {}, perTest: {} };
    const tests = [];
    for (const { spec } of this.#specs) tests.push(...(await runSpec(spec, undefined, false)));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    // A tenth of what StrykerJS allows, ten times what the tests need: endless loops end in seconds.
    const most = hitLimit === undefined ? undefined : hitLimit / 10;
    Object.assign(stryker, { activeMutant: activeMutant.id, hitLimit: most, hitCount: hitLimit ? 0 : undefined });
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    const tests = [];
    this.#specs.sort((one, other) => one.tookMs / (one.kills + 1) - other.tookMs / (other.kills + 1));
    for (const known of this.#specs) {
      const { spec } = known;
      const loads = wanted === undefined || wanted.has(loadIdOf(spec));
      if (!loads && !testFilter.some((id) => id.startsWith(`${spec} `))) continue;
      const began = performance.now();
      tests.push(...(await runSpec(spec, loads ? undefined : wanted, !disableBail)));
      known.tookMs += performance.now() - began;
      const limited = determineHitLimitReached(stryker.hitCount, stryker.hitLimit);
      if (limited !== undefined) return toMutantRunResult(limited, disableBail);
      if (!tests.some(({ status }) => status === TestStatus.Failed)) continue;
      known.kills++;
      if (!disableBail) break;
    }
    stryker.activeMutant = undefined;
    return toMutantRunResult({ status: DryRunStatus.Complete, tests }, disableBail);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'pure-library', PureLibraryRunner)];
