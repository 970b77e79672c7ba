import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SortOptions<T> {
  /** What is sorted by, ascending; equal keys keep the order in which they came. */
  keyOf(item: T): number;
  /** Where the runs are kept while sorting; a folder of its own is made in it and removed at the end. */
  readonly directory: string;
  /** Items held in memory at once. */
  readonly runLength?: number;
  /** Runs merged at once. */
  readonly fanIn?: number;
}

/** An item with its key and its place in the input, as it is compared. */
type Entry<T> = readonly [key: number, place: number, item: T];

/**
 * Sorts more items than memory holds: sorted runs on disk, merged. The items must survive JSON. What fits in one run
 * never touches the disk. Nothing is answered before the input has ended.
 */
export async function* sortExternally<T>(items: AsyncIterable<T>, options: SortOptions<T>): AsyncGenerator<T> {
  const { keyOf, runLength = 50_000, fanIn = 64 } = options;
  let folder: string | undefined;
  let runs: string[] = [];
  let entries: Entry<T>[] = [];
  let place = 0;
  let names = 0;
  // An interrupted process ends without running what is left of its generators.
  const removeAtExit = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', removeAtExit);
  const write = async (sorted: AsyncIterable<Entry<T>> | Iterable<Entry<T>>): Promise<string> => {
    folder ??= await mkdtemp(join(options.directory, 'sort-'));
    const path = join(folder, `run-${names++}.jsonl`);
    await writeRun(path, sorted);
    return path;
  };
  try {
    for await (const item of items) {
      entries.push([keyOf(item), place++, item]);
      if (entries.length < runLength) continue;
      runs.push(await write(entries.sort(compare)));
      entries = [];
    }
    entries.sort(compare);
    while (runs.length >= fanIn) {
      const merged = runs.slice(0, fanIn);
      runs = [...runs.slice(fanIn), await write(merge(merged.map((path) => readRun<T>(path))))];
      await Promise.all(merged.map((path) => rm(path)));
    }
    for await (const [, , item] of merge([...runs.map((path) => readRun<T>(path)), inMemory(entries)])) yield item;
  } finally {
    process.removeListener('exit', removeAtExit);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

function compare<T>(a: Entry<T>, b: Entry<T>): number {
  return a[0] - b[0] || a[1] - b[1];
}

async function* inMemory<T>(entries: readonly Entry<T>[]): AsyncGenerator<Entry<T>> {
  yield* entries;
}

async function writeRun<T>(path: string, sorted: AsyncIterable<Entry<T>> | Iterable<Entry<T>>): Promise<void> {
  const stream = createWriteStream(path, { highWaterMark: 1024 * 1024 });
  const failed = once(stream, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  for await (const entry of sorted)
    if (!stream.write(`${JSON.stringify(entry)}\n`)) await Promise.race([once(stream, 'drain'), failed]);
  stream.end();
  await Promise.race([once(stream, 'finish'), failed]);
}

async function* readRun<T>(path: string): AsyncGenerator<Entry<T>> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    yield JSON.parse(line) as Entry<T>;
}

interface Head<T> {
  entry: Entry<T>;
  readonly rest: AsyncIterator<Entry<T>>;
}

/** Merges sorted sources by a heap of their heads. */
async function* merge<T>(sources: readonly AsyncIterable<Entry<T>>[]): AsyncGenerator<Entry<T>> {
  const heap: Head<T>[] = [];
  for (const source of sources) {
    const rest = source[Symbol.asyncIterator]();
    const first = await rest.next();
    if (first.done !== true) heap.push({ entry: first.value, rest });
  }
  heap.sort((a, b) => compare(a.entry, b.entry));
  for (let least = heap[0]; least !== undefined; least = heap[0]) {
    yield least.entry;
    const next = await least.rest.next();
    if (next.done !== true) least.entry = next.value;
    else if (heap.length > 1) heap[0] = heap.pop() as Head<T>;
    else return;
    sink(heap);
  }
}

function sink<T>(heap: Head<T>[]): void {
  const before = (a: number, b: number): boolean => {
    const [left, right] = [heap[a], heap[b]];
    return left !== undefined && (right === undefined || compare(left.entry, right.entry) < 0);
  };
  for (let parent = 0; ;) {
    const [left, right] = [2 * parent + 1, 2 * parent + 2];
    const child = before(right, left) ? right : left;
    if (heap[child] === undefined || !before(child, parent)) return;
    [heap[parent], heap[child]] = [heap[child], heap[parent] as Head<T>];
    parent = child;
  }
}
