import { readFileSync } from 'node:fs';
import type { StackEndpoints } from './test-stack.ts';

/** The running test stack. Throws with the command that starts one when there is none: a missing stack fails, never skips. */
export function testStack(): StackEndpoints {
  const file = process.env['TEST_STACK_FILE'];
  if (file === undefined || file === '') {
    throw new Error(
      'this spec needs the real stack; start it with: npm test -- --only component <part of the file name>',
    );
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StackEndpoints;
  } catch (error) {
    throw new Error(`TEST_STACK_FILE=${file} cannot be read; start the stack with: npm test -- --only component`, {
      cause: error,
    });
  }
}
