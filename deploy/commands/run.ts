import { EnvError } from '#libs/service';

/** Exit codes of the commands that work on what they select. */
export const DONE = 0;
const FAILED = 1;
export const USAGE = 2;
export const NOTHING_SELECTED = 3;
/** Some of what was selected; the others are done. */
export const REFUSED = 4;
const WRONG_CONFIGURATION = 78;

/** Ends the process with the code of the action, or with the one of what it threw, whose message is told. */
export async function run(action: () => Promise<number>): Promise<never> {
  try {
    process.exit(await action());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof EnvError ? WRONG_CONFIGURATION : FAILED);
  }
}
