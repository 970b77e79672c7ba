import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHolder, takeLock } from './lock.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'risk-lock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('keeps a second start out of a data directory in use, and names the process that uses it', () => {
  const unlock = takeLock(folder);
  expect(() => takeLock(folder)).toThrow(`process ${process.pid}`);
  unlock();
  takeLock(folder)();
});

test('takes over the lock of a process that has died, though another has its number now', () => {
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, since: 'another time' }));
  expect(lockHolder(folder)).toBeUndefined();
  takeLock(folder)();
});
