import { Command, InvalidArgumentError } from 'commander';
import { activateRuleSet, retire, rollBack } from './commands/activate.ts';
import { agree } from './commands/agree.ts';
import { check, type CheckOptions } from './commands/check.ts';
import type { ExitCode } from './commands/exit-code.ts';
import { list, show } from './commands/list.ts';
import { tryOut, type TryOutOptions } from './commands/try-out.ts';
import type { Desk } from './desk.ts';
import type { Output } from './output.ts';

/** What a command line asks for. */
export type Work = (desk: Desk, out: Output) => Promise<ExitCode>;

interface By {
  readonly by: string;
  readonly note: string;
}

interface Acting extends By {
  readonly timeout: number;
}

const HELP = `
The release of a rule set, in this order, each step on record in risk.rule-set-releases.v1:
  check → dry-run → propose (model-administrator) → approve (approver, another person) → activate (model-administrator)
What was checked is what is approved and activated: an edited file begins again.

Environment: KAFKA_*, SCHEMA_REGISTRY_*, CLICKHOUSE_*, else those of the running npm start;
  RISK_RULE_SETS_DIR       the folder (schemas/rule-sets)
  RISK_RELEASE_ACCOUNTS    who may act: name:role:sha256-of-token[,…]
  RISK_RELEASE_TOKEN       proves the account of --by
  RISK_SCORER_GROUP_ID     the scorers' group (scorer)
Exit code: 0 done · 1 refused, or the file has faults · 2 command line or configuration wrong · 3 failed or interrupted ·
  4 activated, but the scorers had not passed it in time`;

/** The program; it hands the work of the chosen command to `chosen`. */
export function commandLine(chosen: (work: Work) => void): Command {
  const program = new Command('npm run rule-sets --')
    .description(
      'Releases rule sets: checked, tried over the whole population, approved by a second person, activated.',
    )
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  program
    .command('list')
    .description('files, how far each is released, what is in force')
    .action(() => chosen(list));
  program
    .command('show <id@version>')
    .description('its steps: who, when, why; whether the chain of steps holds')
    .action((name: string) => chosen((desk, out) => show(desk, out, name)));
  recording(program.command('check <file>'))
    .description('every fault of a file or an id@version, with its path; with --by it is put on record')
    .action((name: string, options: CheckOptions) => chosen((desk, out) => check(desk, out, name, options)));
  recording(program.command('dry-run <id@version>'))
    .description('the whole population by it and by what is in force; with --by the report is put on record')
    .option('--as-of <date>', 'as of the beginning of this day in Shanghai, by what is known now (default: now)')
    .option('--out <file>', 'write the report and every mover to this JSON file')
    .action((name: string, options: TryOutOptions) => chosen((desk, out) => tryOut(desk, out, name, options)));
  addAgreements(program, chosen);
  addEffects(program, chosen);
  return program;
}

function addAgreements(program: Command, chosen: (work: Work) => void): void {
  const steps = [
    ['propose', 'PROPOSED', 'for approval, after check and dry-run'],
    ['approve', 'APPROVED', 'by another person than the one who proposed it'],
    ['reject', 'REJECTED', 'with the reason in --note; it may be proposed again'],
  ] as const;
  for (const [verb, step, description] of steps) {
    acting(program.command(`${verb} <id@version>`))
      .description(description)
      .action((name: string, options: By) => chosen((desk, out) => agree(desk, out, { step, name }, options)));
  }
}

function addEffects(program: Command, chosen: (work: Work) => void): void {
  const effects = [
    [
      'activate <id@version>',
      'what was approved decides its scheme from here on, in every partition at once',
      activateRuleSet,
    ],
    ['retire <scheme>', 'the scheme rates nobody from here on (approver, with --note)', retire],
    ['rollback <scheme>', 'back to what the last activation replaced: one person, either role, with --note', rollBack],
  ] as const;
  for (const [usage, description, work] of effects) {
    acting(program.command(usage))
      .description(description)
      .option('--timeout <seconds>', 'how long to wait for the scorers', seconds, 300)
      .action((name: string, { timeout, ...options }: Acting) =>
        chosen((desk, out) => work(desk, out, name, { ...options, timeoutMs: timeout * 1_000 })),
      );
  }
}

function recording(command: Command): Command {
  return command.option('--by <account>', 'who puts it on record').option('--note <text>', 'what stands beside it', '');
}

function acting(command: Command): Command {
  return command.requiredOption('--by <account>', 'who acts').option('--note <text>', 'what stands beside it', '');
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number of seconds');
  return value;
}
