import type { RiskClass } from '../position.ts';

/**
 * A checked rule set as plain data: what `readRuleSet` makes of a file, and the one thing that both engines are made from
 * (closures for the stream, SQL for the whole population). Points are whole milli-points, moments epoch milliseconds,
 * lists keep the order of the file. Attributes are named as in MODEL_ATTRIBUTES.
 */
export interface RuleSetDefinition {
  readonly id: string;
  readonly version: string;
  readonly label: Label;
  readonly name: Bilingual;
  readonly scheme: SchemeDefinition;
  /** When it may be activated; it decides from its activation on, not from `from` on. Half-open, null = no limit. */
  readonly effective: { readonly from: number | null; readonly to: number | null };
  /** Who is rated in this scheme; null = everyone in the population. */
  readonly appliesTo: Condition | null;
  readonly scaleMax: number;
  readonly bands: readonly BandDefinition[];
  readonly groups: readonly GroupDefinition[];
  /** With all other groups at 0 the class is at worst this. */
  readonly alone: { readonly group: string; readonly worst: RiskClass } | null;
  readonly population: PopulationDefinition;
  readonly evidence: { readonly months: number; readonly newSince: string };
  readonly objection: { readonly days: number; readonly perMille: number };
  /** Hysteresis of the official class (rule 2 of the exact rules): the score that must stay in the better band. */
  readonly official: { readonly hysteresisPoints: number } | null;
  /** Manual classes (人工调整) count for at most so many days; null = the scheme reads none. */
  readonly overrides: { readonly maxDays: number } | null;
  readonly facts: readonly FactUse[];
  readonly classifications: readonly Classification[];
  readonly indicators: readonly IndicatorDefinition[];
  /** Codes of indicators of which a case number counts once, the preferred first. */
  readonly incidentOrder: readonly string[];
  readonly exclusive: readonly ExclusiveSet[];
  readonly positivePool: { readonly cap: number; readonly suspendedWhileOpen: readonly string[] };
  /** Direct determinations first, then floors. */
  readonly conditions: readonly ConditionDefinition[];
  readonly warnings: readonly WarningDefinition[];
  /** Inspections by class, where the scheme fixes them: so many times in so many years. */
  readonly visits: Readonly<Record<RiskClass, { readonly times: number; readonly years: number }>> | null;
}

export type Label = 'published' | 'proposal';

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export interface SchemeDefinition {
  readonly id: string;
  readonly kind: 'general' | 'specialised';
  /** Of a specialised scheme: who owns it and for what field; null for the general one. */
  readonly department: string | null;
  readonly field: string | null;
  /** The scheme whose direct determinations hold here too; null for the general one. */
  readonly base: string | null;
  /** The class is the base's as it is, for those that the scheme applies to; no indicators of its own. */
  readonly takesBase: boolean;
}

/** Milli-points, half-open `[from, to)`. */
export interface BandDefinition {
  readonly riskClass: RiskClass;
  readonly from: number;
  readonly to: number;
}

export interface GroupDefinition {
  readonly code: string;
  readonly name: Bilingual;
  readonly cap: number;
}

export interface PopulationDefinition {
  readonly statusAttribute: string;
  readonly leavingStatuses: readonly string[];
  /** A usable one takes the enterprise out, unless it states a status of its own. */
  readonly leavingFacts: readonly Selection[];
}

/** How facts of one type begin, end and are kept. */
export interface FactUse {
  readonly type: string;
  readonly lifetime: Lifetime;
  /** A fact that has ended is dropped from the position after so many months; null = as long as a rule may read it. */
  readonly keepMonths: number | null;
}

export interface Lifetime {
  /** Attribute with the first moment of validity, when it is not the fact's own date. */
  readonly startsAt: string | null;
  /** Attribute with the moment at which the fact expires; residuals begin there, as after a removal. */
  readonly expiresAt: string | null;
  /** Value of the performance register that closes the fact (a recall completed), as a removal does. */
  readonly completedOn: string | null;
  /** Attribute with the stated publicity end. */
  readonly publicityEnd: string | null;
  /** Publicity in months where none is stated: for all facts of the type, or by class of its classification. */
  readonly publicityMonths: number | Readonly<Record<string, number>> | null;
}

/** The class of a fact within its type: severity of a penalty, outcome of an inspection. At most one for each type. */
export type Classification = DecisionTable | CodeTables;

interface ClassificationFrame {
  readonly name: string;
  readonly factType: string;
  readonly classes: readonly string[];
}

/** The first row that holds decides; rows of `raises` may only make it graver (`classes` go from mild to grave). */
export interface DecisionTable extends ClassificationFrame {
  readonly form: 'decisionTable';
  readonly rows: readonly TableRow[];
  readonly raises: readonly TableRow[];
}

export interface TableRow {
  readonly where: readonly Predicate[];
  /** Validity of the row, judged by the start of the fact; half-open. */
  readonly from: number | null;
  readonly to: number | null;
  readonly result: string;
}

/**
 * Source codes to classes, each code only within its code system. Of several codes that have a row the class with the
 * greatest rank counts, of equal ranks the first in `classes`; no row = no class.
 */
export interface CodeTables extends ClassificationFrame {
  readonly form: 'codeTables';
  readonly attribute: string;
  readonly systems: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By place in `classes`: the signed undecayed milli-points of the indicators that score it; null = the neutral one, least. */
  readonly ranks: readonly (number | null)[];
}

/** Which facts are meant; all predicates must hold. */
export interface Selection {
  readonly factType: string;
  /** Only facts of this class of the type's classification; null = of any, and of none. */
  readonly outcome: string | null;
  readonly where: readonly Predicate[];
}

export type Scalar = string | number | boolean;

/** On the attributes of one fact. A missing attribute fulfils none of them, `sameAs` excepted as it says. */
export type Predicate =
  /** The value is one of these. */
  | { readonly kind: 'in'; readonly attribute: string; readonly values: readonly Scalar[] }
  /** A list holds at least one of these. */
  | { readonly kind: 'anyOf'; readonly attribute: string; readonly values: readonly string[] }
  /** A list that is not empty holds nothing but these. */
  | { readonly kind: 'onlyOf'; readonly attribute: string; readonly values: readonly string[] }
  /** A text begins with one of these (industry). */
  | { readonly kind: 'prefix'; readonly attribute: string; readonly prefixes: readonly string[] }
  /** The sum of the numbers present is in `[from, below)`; missing ones are 0. */
  | {
      readonly kind: 'range';
      readonly attributes: readonly string[];
      readonly from: number | null;
      readonly below: number | null;
    }
  /** The value is one of these codes and the fact's code system is this one. */
  | {
      readonly kind: 'code';
      readonly attribute: string;
      readonly system: string;
      readonly values: readonly string[];
    }
  /** `attribute` is at most so many per mille of `of`; both are present and `of` is above 0. */
  | { readonly kind: 'share'; readonly attribute: string; readonly of: string; readonly atMostPerMille: number }
  /** Equals an attribute of the enterprise at the as-of; holds too where either of them is not known. */
  | { readonly kind: 'sameAs'; readonly attribute: string; readonly enterprise: string };

/** A stretch of time: calendar months (clamped to the month's end) or days of 24 hours. */
export interface Span {
  readonly unit: 'MONTH' | 'DAY';
  readonly length: number;
}

/** One step of a decay profile: the weight in per mille until the span has passed; 0 after the last step. */
export interface DecayStep {
  readonly until: Span;
  readonly perMille: number;
}

export interface IndicatorDefinition {
  readonly code: string;
  readonly name: Bilingual;
  readonly label: Label;
  readonly basis: string;
  readonly group: string;
  /** A magnitude, for the positive pool too. */
  readonly cap: number;
  /** Belongs to the positive pool (守信): taken off, not added. All its parts then have negative points in the file. */
  readonly positive: boolean;
  /** How the parts are joined; of one part both are the same. */
  readonly combine: 'SUM' | 'GREATEST';
  readonly parts: readonly Part[];
}

/** What an indicator, or a part of one, adds up. `points` are magnitudes. */
export type Part =
  | FactsPart
  | StatePart
  | ClockPart
  | CountPart
  | TotalPart
  | ExcessPart
  | ConsecutivePart
  | DropPart
  | LookupPart
  | AgePart
  | DerivedPart
  | SchemeClassPart;

/** Each selected usable fact brings points times its decay; they are added. */
export interface FactsPart {
  readonly form: 'facts';
  readonly select: Selection;
  readonly points: number;
  /** null = full weight as long as the fact is usable. */
  readonly decay: readonly DecayStep[] | null;
}

/**
 * Points while a fact is open, then a residual; the single greatest fact counts, open or residual. A state is open while
 * its fact is usable and every further condition holds.
 */
export interface StatePart {
  readonly form: 'state';
  readonly select: Selection;
  readonly points: number;
  readonly opens: Opening;
  /** Open only while an attribute of the enterprise has one of these values. */
  readonly whileEnterprise: { readonly attribute: string; readonly values: readonly Scalar[] } | null;
  readonly closesAfter: Span | null;
  readonly closedBy: readonly Closer[];
  readonly residual: { readonly points: number; readonly decay: readonly DecayStep[] } | null;
}

/**
 * START: with the fact. PERFORMANCE: while the performance register holds `value`, from that record's moment.
 * EXPIRY: from the moment the fact expired (`expiresAt` of its lifetime) until it is removed or its publicity ends.
 */
export type Opening =
  { readonly on: 'START' } | { readonly on: 'PERFORMANCE'; readonly value: string } | { readonly on: 'EXPIRY' };

/**
 * A fact of another kind that closes a state for good: usable when it began (`start < end`), begun by the as-of, and for
 * order LATER with a start strictly after the state's fact. Removing or repairing it opens nothing again; retracting it does.
 */
export interface Closer {
  readonly select: Selection;
  /** Both facts must have the same, known value of this attribute; null = no matter. */
  readonly same: string | null;
  readonly order: 'LATER' | 'ANY';
}

/** Points once a single usable fact has been open for the span; of several the greatest counts, never a union. */
export interface ClockPart {
  readonly form: 'clock';
  readonly select: Selection;
  readonly after: Span;
  readonly points: number;
}

/** `from` ≤ value < next `from` brings `points`; below the first none. Ascending in both. */
export interface Step {
  readonly from: number;
  readonly points: number;
}

/**
 * Distinct incidents (case number, else fact) among usable facts that began within the window, against steps; with `per`
 * for each text value of that attribute on its own, and the values' points are added. Facts under objection are left out.
 */
export interface CountPart {
  readonly form: 'count';
  readonly select: Selection;
  readonly per: string | null;
  readonly within: Span;
  readonly steps: readonly Step[];
}

/** Sum of amounts of usable facts that began within the window, against steps; half, rounded up, under objection. */
export interface TotalPart {
  readonly form: 'total';
  readonly select: Selection;
  readonly sumOf: readonly string[];
  readonly within: Span;
  readonly steps: readonly Step[];
}

/**
 * Points for each incident counted (as by `count`) above the latest derived value, which counts as at least `overAtLeast`.
 * Nothing without a valid derived value (rule 22).
 */
export interface ExcessPart {
  readonly form: 'excess';
  readonly select: Selection;
  readonly within: Span;
  readonly over: string;
  readonly overAtLeast: number;
  readonly each: number;
}

/**
 * Points while the greatest key K among usable facts and the `length − 1` keys before it (K−1, …) all fulfil `holds`. The
 * fact that speaks for a key is the latest begun, of equal starts the one with the greater id. Half while the fact that
 * speaks for K is under objection.
 */
export interface ConsecutivePart {
  readonly form: 'consecutive';
  readonly factType: string;
  readonly key: string;
  readonly length: number;
  readonly holds: readonly Predicate[];
  readonly points: number;
}

/**
 * Points, once, within the window after the start of the later of two adjacent snapshots between which a value of at least
 * `from` fell to at most `toPerMille` of itself. `key` is a moment; adjacent = its Shanghai month is `everyMonths` later.
 * The fact that speaks for a month is chosen as in `consecutive`. Half while the later one is under objection; of several
 * such pairs the greatest points count.
 */
export interface DropPart {
  readonly form: 'drop';
  readonly factType: string;
  readonly key: string;
  readonly everyMonths: number;
  readonly attribute: string;
  readonly from: number;
  readonly toPerMille: number;
  readonly within: Span;
  readonly points: number;
}

/** Points by the longest prefix of an enterprise attribute's text; no value, no points. */
export interface LookupPart {
  readonly form: 'lookup';
  readonly attribute: string;
  readonly prefixes: readonly { readonly prefix: string; readonly points: number }[];
  readonly otherwise: number;
}

/** Points by the time passed since the moment that an enterprise attribute states: those of the first step not yet over. */
export interface AgePart {
  readonly form: 'age';
  readonly attribute: string;
  readonly steps: readonly { readonly until: Span; readonly points: number }[];
}

/**
 * Over the value of the derived fact that started last among those begun and not retracted (equal starts: greater id), as
 * long as it is usable: steps, or `each` times the value. Half while it is under objection.
 */
export interface DerivedPart {
  readonly form: 'derived';
  readonly factType: string;
  readonly measure:
    { readonly by: 'STEPS'; readonly steps: readonly Step[] } | { readonly by: 'EACH'; readonly points: number };
}

/** Points by the class of another scheme at the same moment; none where it does not rate the enterprise. */
export interface SchemeClassPart {
  readonly form: 'schemeClass';
  readonly scheme: string;
  readonly points: Readonly<Record<RiskClass, number>>;
}

/** One indicator of the set counts: the choice with the highest total after caps, the first named on equal totals. */
export interface ExclusiveSet {
  readonly members: readonly string[];
  /** Only facts with the same, known value of this attribute exclude each other; null = all facts of the members. */
  readonly per: string | null;
}

/** A floor (等级下限) or a direct determination (直接判定, always class D). */
export interface ConditionDefinition {
  readonly code: string;
  readonly name: Bilingual;
  readonly label: Label;
  readonly basis: string;
  readonly kind: 'FLOOR' | 'DIRECT';
  readonly riskClass: RiskClass;
  readonly when: Condition;
}

/** Boolean over facts, counts and attributes, without facts under objection. Leaves on facts are met by any one fact. */
export type Condition =
  | { readonly kind: 'any' | 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | FactCondition
  | CountCondition
  /** A fact of the first part (form facts) of the indicator stands at full weight. */
  | { readonly kind: 'fullWeight'; readonly indicator: string }
  /** A state or clock of the indicator is open, whether or not it is counted. */
  | { readonly kind: 'open'; readonly indicator: string }
  | { readonly kind: 'attribute'; readonly attribute: string; readonly values: readonly Scalar[] }
  | { readonly kind: 'attributePrefix'; readonly attribute: string; readonly prefixes: readonly string[] }
  /** Another scheme rates the enterprise with one of these classes at the same moment. */
  | { readonly kind: 'schemeClass'; readonly scheme: string; readonly classes: readonly RiskClass[] };

/** Met while a usable fact (for EXPIRY: an expired one) fulfils all that is stated. */
export interface FactCondition {
  readonly kind: 'fact';
  readonly select: Selection;
  readonly opens: Opening;
  /** Within the span of the fact's start, for EXPIRY of its expiry; null = as long as it is usable (expired). */
  readonly within: Span | null;
  /** Once it has been open for the span (from the start, for EXPIRY from its expiry). */
  readonly after: Span | null;
  /** Not while the performance register holds this value, from that record's moment (an order lifted 解除). */
  readonly unlessPerformance: string | null;
  /** Only in the last days before the end that is known for it (removal, expiry or publicity end). */
  readonly endsWithinDays: number | null;
}

/** Met while at least so many distinct incidents began within the window. */
export interface CountCondition {
  readonly kind: 'count';
  readonly select: Selection;
  readonly within: Span;
  readonly atLeast: number;
}

export type WarningLevel = 'RED' | 'ORANGE' | 'YELLOW' | 'BLUE';

export interface WarningDefinition {
  readonly id: string;
  readonly level: WarningLevel;
  readonly text: Bilingual;
  readonly label: Label;
  readonly basis: string;
  readonly when:
    | { readonly kind: 'DIRECT_NEWLY_MET' }
    | { readonly kind: 'WORSENED_BY'; readonly classes: number }
    | { readonly kind: 'MOVED'; readonly from: RiskClass; readonly to: RiskClass }
    /** Raised at the moment the condition becomes met; not raised again while it stays met. */
    | { readonly kind: 'NEWLY_MET'; readonly condition: Condition };
}
