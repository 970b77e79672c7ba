import { STATUS_WORDS, WORDS } from './vocabulary.ts';
import type { EventJson, Said } from './vocabulary.ts';

/** A step: the day it happens, the day it arrives when that is later, of whom, and one word with what it takes. */
export interface Step {
  /** The enterprise that the scenario is about, or the one that went on in it (合并、换码). */
  readonly who: Who;
  readonly on: string;
  readonly arrives: string;
  readonly word: string;
  readonly said: Said;
}

export type Who = 'enterprise' | 'predecessor';

/** What must be true; `on` lets time pass up to that day first. */
export interface Expectation {
  readonly on?: string;
  /** Of which enterprise; the one that the scenario is about unless it says otherwise. */
  readonly who?: Who;
  /** Under which scheme; general unless it says otherwise. */
  readonly scheme?: string;
  readonly classChanged?: { readonly from: string | null; readonly to: string | null };
  readonly noChange?: true;
  readonly warnings?: readonly string[];
  /** Rules of warnings raised since they were last looked at, among others. */
  readonly warned?: readonly string[];
  readonly notWarned?: readonly string[];
  readonly class?: string | null;
  /** The class without the manual one. */
  readonly computedClass?: string | null;
  /** Official class of the month that begins with `on`, after the one that began with this day. */
  readonly official?: { readonly after: string; readonly class: string | null };
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

export interface Subject {
  readonly scheme: string;
  readonly value: string;
}

/** The enterprise of every scenario that names no other; synthetic. */
export const SUBJECT: Subject = { scheme: 'uscc', value: '91442000MA5123452K' };
export const PREDECESSOR: Subject = { scheme: 'uscc', value: '91442000MA5123460E' };
const SOURCE = 'scenario';
const AUTHORITY = '演示市场监督管理局';
const PARTS = ['name', 'given', 'when', 'then', 'unregistered', 'subject'];
const EXPECTED = [
  ...['on', 'who', 'scheme', 'classChanged', 'noChange', 'warnings', 'warned', 'notWarned', 'class', 'computedClass'],
  ...['official', 'score', 'groups', 'because', 'notBecause', 'evidence', 'nextReview', 'facts'],
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
  const { on, arrives = on, who = 'enterprise', ...rest } = raw;
  const [word, ...others] = Object.keys(rest);
  if (typeof on !== 'string' || word === undefined || others.length > 0) {
    throw new Error(`${where}: a step is { on: day, word: … } with one word`);
  }
  if (!(word in WORDS) && !(word in STATUS_WORDS)) throw new Error(`${where}: the word ${word} is not known`);
  return { who: who as Who, on, arrives: arrives as string, word, said: (rest[word] ?? {}) as Said };
}

/** An enterprise registered long ago, in a trade without points, unless the scenario says otherwise. */
const LONG_REGISTERED: Raw = { on: '2010-03-01', registered: {} };

/** Reads one parsed scenario; throws with the scenario's name when a word is not understood. */
export function readScenario(raw: Raw): Scenario {
  const name = String(raw['name']);
  knownOnly(raw, PARTS, name);
  const said = listOf(raw['given']);
  const own = said.some((step) => 'registered' in step && step['who'] === undefined) || raw['unregistered'] === true;
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

type Subjects = Readonly<Record<Who, Subject>>;

function envelope(step: Step, revision: number, subjects: Subjects): Raw {
  return {
    source: SOURCE,
    authority: AUTHORITY,
    subject: subjects[step.who],
    synthetic: true,
    occurredAt: step.on,
    revision: { kind: 'SOURCE_NUMBER', value: revision },
  };
}

export interface ScenarioEvent {
  readonly step: Step;
  readonly json: EventJson;
}

/** The events of the scenario, in the order of its steps; a later statement of the same thing has a later revision. */
export function eventsOf(
  scenario: Scenario,
  subjects: Subjects = { enterprise: SUBJECT, predecessor: PREDECESSOR },
): ScenarioEvent[] {
  return [...scenario.given, ...scenario.when].map((step, place) => {
    const revision = Number(step.said['revision'] ?? place + 1);
    const frame = envelope(step, revision, subjects);
    const status = STATUS_WORDS[step.word];
    if (status === undefined) return { step, json: contentEvent(step, frame, subjects.enterprise) };
    const number = String(step.said['of']);
    const { factType } = WORDS[stepOf(scenario, number).word] as (typeof WORDS)[string];
    const [register, value] = status;
    const until = step.said['until'];
    const content = { value, ...(until === undefined ? {} : { until }) };
    return { step, json: { type: 'FactStatusChanged', ...frame, number, factType, register, content } };
  });
}

function contentEvent(step: Step, frame: Raw, successor: Subject): EventJson {
  const { type, factType, codeSystem, content } = WORDS[step.word] as (typeof WORDS)[string];
  const { case: caseNumber, revision: _, ...said } = step.said;
  return {
    type,
    ...frame,
    number: numberOf(step),
    ...(type === 'FactRecorded' || type === 'DerivedFactRecorded' ? { factType } : {}),
    ...(codeSystem === undefined ? {} : { codeSystem: codeSystem(said) }),
    ...(caseNumber === undefined ? {} : { caseNumber }),
    content: content(step.word === 'linked' ? { ...said, successor } : said, step.on),
  };
}
