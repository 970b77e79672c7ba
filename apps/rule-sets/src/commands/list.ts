import { brokenReleaseChain } from '#libs/contracts';
import { refOf, type Desk } from '../desk.ts';
import type { Output } from '../output.ts';
import { identityOf, identityOfStep, releaseOf } from '../release/release.ts';
import { isWayBack } from '../release/way-back.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

const SHORT = 12;

/** `list`: every file of the folder with how far its release is, and what decides each scheme. */
export async function list(desk: Desk, out: Output): Promise<ExitCode> {
  const steps = await desk.releases.steps();
  const { inForce } = await desk.standing(steps);
  out.line(`rule sets in ${desk.env.RISK_RULE_SETS_DIR}`);
  for (const file of desk.files()) {
    const ref = refOf(file);
    const { state, otherBytes } = releaseOf(steps, ref);
    const active = inForce.get(ref.schemeId);
    const holds = active?.ruleSet === identityOf(ref);
    const how = holds && state === 'DRAFT' ? 'the log began with it' : state;
    const edited = holds ? active.sha256 !== ref.sha256 : otherBytes !== null && state === 'DRAFT';
    out.line(
      [
        `  ${identityOf(ref)}`,
        `scheme ${ref.schemeId}`,
        `SHA-256 ${ref.sha256.slice(0, SHORT)}…`,
        edited ? `${how}, EDITED since it was released or checked` : how,
        ...(holds ? [`in force since ${new Date(active.at).toISOString()}`] : []),
      ].join(' · '),
    );
  }
  out.line('in force');
  for (const [schemeId, { ruleSet }] of [...inForce].sort()) out.line(`  ${schemeId}: ${ruleSet}`);
  return chainHolds(brokenReleaseChain(steps), out);
}

/** `show`: who did what to a rule set and when, and whether the chain of all steps holds. */
export async function show(desk: Desk, out: Output, name: string): Promise<ExitCode> {
  const identity = name.replace(/\.yaml$/, '');
  const steps = await desk.releases.steps();
  const own = steps.filter((step) => identityOfStep(step) === identity);
  if (own.length === 0) out.line(`no step of ${identity} has been taken`);
  for (const step of own) {
    const alone = isWayBack(step) ? ' (by one person, without approval)' : '';
    const before = step.step === 'ACTIVATED' ? ` · before: ${step.previous ?? 'none'}` : '';
    out.line(`${new Date(step.at).toISOString()} ${step.step}${alone} by ${step.by}${before} · SHA-256 ${step.sha256}`);
    if (step.note !== '') out.line(`  ${step.note}`);
    if (step.dryRun !== null) out.line(`  report: ${movedText(step.dryRun)}`);
  }
  out.line(`${steps.length} steps of all rule sets; last hash ${steps.at(-1)?.hash ?? 'none'}`);
  return chainHolds(brokenReleaseChain(steps), out);
}

function chainHolds(broken: string | undefined, out: Output): ExitCode {
  out.line(broken === undefined ? 'the chain of steps holds' : `THE CHAIN OF STEPS IS BROKEN: ${broken}`);
  return broken === undefined ? EXIT.done : EXIT.refused;
}

function movedText(json: string): string {
  const { enterprises, schemes } = JSON.parse(json) as {
    readonly enterprises: number;
    readonly schemes: readonly { readonly schemeId: string; readonly moved: { readonly total: number } }[];
  };
  const moved = schemes.map(({ schemeId, moved: { total } }) => `${total} move in ${schemeId}`);
  return `${enterprises} enterprises, ${moved.join(', ')}`;
}
