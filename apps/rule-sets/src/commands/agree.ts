import type { Desk } from '../desk.ts';
import type { Output } from '../output.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { recordStep } from './record-step.ts';

export interface AgreeOptions {
  readonly by: string;
  readonly note: string;
}

/** `propose`, `approve`, `reject`: what a person says of a rule set that was checked and tried. */
export async function agree(
  desk: Desk,
  out: Output,
  { step, name }: { readonly step: 'PROPOSED' | 'APPROVED' | 'REJECTED'; readonly name: string },
  options: AgreeOptions,
): Promise<ExitCode> {
  const by = desk.account(options.by);
  const file = desk.file(name);
  await recordStep(desk, { step, file, by, note: options.note });
  out.line(`${file.compiled.identity} is ${step} by ${by.name}; SHA-256 ${file.sha256}`);
  return EXIT.done;
}
