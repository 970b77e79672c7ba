import { STATUS_WORDS, WORDS } from './vocabulary.ts';
import type { EventJson, Said } from './vocabulary.ts';

/** A step: the day it happens, the day it arrives when that is later, and one word with what it takes. */
export interface Step {
  readonly on: string;
  readonly arrives: string;
  readonly word: string;
  readonly said: Said;
}

/** What must be true; `on` lets time pass up to that day first. */
export interface Expectation {
  readonly on?: string;
  readonly classChanged?: { readonly from: string | null; readonly to: string | null };
  readonly noChange?: true;
  readonly warnings?: readonly string[];
  readonly class?: string | null;
  readonly score?: number;
  readonly groups?: Readonly<Record<string, number>>;
  readonly because?: readonly string[];
  readonly notBecause?: readonly string[];
  readonly evidence?: string;
  readonly nextReview?: string | null;
  readonly facts?: Readonly<Record<string, string>>;
}

export interface Scenario {
  readonly name: string;
  readonly given: readonly Step[];
  readonly when: readonly Step[];
  readonly then: readonly Expectation[];
}

/** The enterprise of every scenario that names no other; synthetic. */
export const SUBJECT = { scheme: 'uscc', value: '91442000MA5123452K' } as const;
const SOURCE = 'scenario';
const AUTHORITY = '演示市场监督管理局';
const PARTS = ['name', 'given', 'when', 'then', 'unregistered', 'subject'];
const EXPECTED = [
  ...['on', 'classChanged', 'noChange', 'warnings', 'class', 'score', 'groups', 'because', 'notBecause'],
  ...['evidence', 'nextReview', 'facts'],
];

type Raw = Readonly<Record<string, unknown>>;

function listOf(value: unknown): readonly Raw[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Raw[];
}

function knownOnly(raw: Raw, keys: readonly string[], where: string): void {
  const unknown = Object.keys(raw).filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw new Error(`${where}: ${unknown.join(', ')} not understood; use ${keys.join(', ')}`);
}

function readStep(raw: Raw, where: string): Step {
  const { on, arrives = on, ...rest } = raw;
  const [word, ...others] = Object.keys(rest);
  if (typeof on !== 'string' || word === undefined || others.length > 0) {
    throw new Error(`${where}: a step is { on: day, word: … } with one word`);
  }
  if (!(word in WORDS) && !(word in STATUS_WORDS)) throw new Error(`${where}: the word ${word} is not known`);
  return { on, arrives: arrives as string, word, said: (rest[word] ?? {}) as Said };
}

/** An enterprise registered long ago, in a trade without points, unless the scenario says otherwise. */
const LONG_REGISTERED: Raw = { on: '2010-03-01', registered: {} };

/** Reads one parsed scenario; throws with the scenario's name when a word is not understood. */
export function readScenario(raw: Raw): Scenario {
  const name = String(raw['name']);
  knownOnly(raw, PARTS, name);
  const said = listOf(raw['given']);
  const own = said.some((step) => 'registered' in step) || raw['unregistered'] === true;
  const then = listOf(raw['then']);
  for (const expectation of then) knownOnly(expectation, EXPECTED, name);
  return {
    name,
    given: (own ? said : [LONG_REGISTERED, ...said]).map((step) => readStep(step, name)),
    when: listOf(raw['when']).map((step) => readStep(step, name)),
    then,
  };
}

function numberOf({ word, said }: Step): string {
  return typeof said['no'] === 'string' ? said['no'] : `${word}-1`;
}

/** The step that states the fact of that number, wherever in the scenario it stands: a status may come first. */
function stepOf(scenario: Scenario, number: string): Step {
  const steps = [...scenario.given, ...scenario.when].filter((step) => step.word in WORDS);
  const found = steps.find((step) => numberOf(step) === number);
  if (found === undefined) throw new Error(`${scenario.name}: no fact has the number ${number}`);
  return found;
}

function envelope(step: Step, revision: number): Raw {
  return {
    source: SOURCE,
    authority: AUTHORITY,
    subject: SUBJECT,
    synthetic: true,
    occurredAt: step.on,
    revision: { kind: 'SOURCE_NUMBER', value: revision },
  };
}

/** The events of the scenario, in the order of its steps; a later statement of the same thing has a later revision. */
export function eventsOf(scenario: Scenario): { readonly step: Step; readonly json: EventJson }[] {
  return [...scenario.given, ...scenario.when].map((step, place) => {
    const revision = Number(step.said['revision'] ?? place + 1);
    const status = STATUS_WORDS[step.word];
    if (status === undefined) return { step, json: contentEvent(step, revision) };
    const number = String(step.said['of']);
    const { factType } = WORDS[stepOf(scenario, number).word] as (typeof WORDS)[string];
    const [register, value] = status;
    const until = step.said['until'];
    const content = { value, ...(until === undefined ? {} : { until }) };
    return {
      step,
      json: { type: 'FactStatusChanged', ...envelope(step, revision), number, factType, register, content },
    };
  });
}

function contentEvent(step: Step, revision: number): EventJson {
  const { type, factType, codeSystem, content } = WORDS[step.word] as (typeof WORDS)[string];
  const { case: caseNumber, revision: _, ...said } = step.said;
  return {
    type,
    ...envelope(step, revision),
    number: numberOf(step),
    ...(type === 'FactRecorded' ? { factType } : {}),
    ...(codeSystem === undefined ? {} : { codeSystem: codeSystem(said) }),
    ...(caseNumber === undefined ? {} : { caseNumber }),
    content: content(said, step.on),
  };
}
