import { execFile } from 'node:child_process';

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly deadlineMs?: number;
}

/** Runs a program to its end and answers how it ended; throws when it cannot be started or takes longer than the deadline. */
export function runProgram(
  command: string,
  args: readonly string[],
  { env, cwd, deadlineMs = 120_000 }: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const options = { env, cwd, timeout: deadlineMs, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
      reject(new Error(`${command} ${args.join(' ')} did not end by itself\n${stderr}`, { cause: error }));
    });
  });
}
