import type { Coded, Label, RiskClass, StoredClass, Subject } from '../reads/views.ts';

/** A line of an indicator: one fact, or facts counted together. Points are milli-points; `why` is null when it counts in full. */
export interface ContributionLine {
  readonly factIds: readonly string[];
  readonly points: number;
  /** False: another fact of its case, set or indicator counts instead. */
  readonly counts: boolean;
  readonly why: Label | null;
}

export interface IndicatorLine {
  readonly indicator: string;
  readonly label: Label;
  /** Milli-points after exclusion and cap; of a good record, what it would take off. */
  readonly points: number;
  /** Before the cap. */
  readonly raw: number;
  readonly cap: number;
  readonly basis: string;
  readonly contributions: readonly ContributionLine[];
}

export interface GroupLine {
  readonly group: string;
  readonly label: Label;
  /** Milli-points of the indicators before the group's cap. */
  readonly raw: number;
  readonly points: number;
  readonly cap: number;
  readonly indicators: readonly IndicatorLine[];
}

/** A floor 最低类别 or a direct determination 直接判定 that holds. */
export interface DecisionLine {
  readonly kind: 'FLOOR' | 'DIRECT';
  readonly code: string;
  readonly label: Label;
  readonly riskClass: RiskClass;
  readonly basis: string;
  readonly factIds: readonly string[];
}

/** Good record 守信: what it takes off the sum, and which open matters suspend that. */
export interface PositiveLine {
  readonly available: number;
  readonly taken: number;
  readonly suspendedBy: readonly string[];
  readonly indicators: readonly IndicatorLine[];
}

/** What time alone will do next. */
export interface NextChange {
  readonly at: string;
  readonly score: number;
  readonly riskClass: RiskClass | null;
}

/** One scheme's score, line by line: the groups' points, less what a good record takes off, plus `scaled`, are the score. */
export interface SchemeExplanation {
  readonly schemeId: string;
  readonly label: Label;
  /** `id@version`. */
  readonly ruleSet: string;
  /** Null: not in the scored population. */
  readonly riskClass: RiskClass | null;
  /** By the bands alone, before floors and direct determinations. */
  readonly bandClass: RiskClass;
  /** Milli-points, higher = riskier. */
  readonly score: number;
  /** The score without facts under objection 异议, from which the class is made; equal to the score when there are none. */
  readonly scoreForClass: number;
  /** What the ends of the scale take off or add. */
  readonly scaled: number;
  readonly bands: readonly { readonly riskClass: RiskClass; readonly from: number }[];
  readonly groups: readonly GroupLine[];
  readonly positive: PositiveLine | null;
  readonly decisions: readonly DecisionLine[];
  readonly nextChange: NextChange | null;
}

export interface AttributeView {
  readonly name: string;
  readonly label: Label;
  readonly type: 'date' | 'money' | 'text';
  /** A date is ISO 8601, money is fen 分. */
  readonly value: string | number | readonly string[];
  readonly valueLabel: Label | null;
}

export interface RegisterView {
  readonly register: string;
  readonly value: string;
  readonly effectiveAt: string;
  readonly until: string | null;
  readonly reason: string | null;
}

/** What a fact counts for; points are null where it shares them with other facts, or for a floor or direct determination. */
export interface FactUse {
  readonly schemeId: string;
  readonly code: string;
  readonly label: Label;
  readonly points: number | null;
}

/** A fact 事实 as it stands: each register with the record that decides it. */
export interface FactView {
  readonly factId: string;
  readonly factType: string;
  readonly label: Label | null;
  /** Whether and why it counts under the first scheme, as a code and in words. */
  readonly status: string;
  readonly statusLabel: Label;
  /** Under objection 异议 now. */
  readonly disputed: boolean;
  readonly classification: Label | null;
  /** Null while only another register has arrived: the fact scores nothing yet. */
  readonly occurredAt: string | null;
  readonly startsAt: string | null;
  readonly publishedAt: string | null;
  readonly closedAt: string | null;
  readonly publicityEnd: string | null;
  readonly source: string | null;
  readonly authority: string | null;
  readonly number: string | null;
  readonly caseNumber: string | null;
  readonly codeSystem: string | null;
  readonly attributes: readonly AttributeView[];
  readonly registers: readonly RegisterView[];
  readonly usedBy: readonly FactUse[];
}

/** Everything behind one enterprise's class, computed from its facts at one moment, with the stored class beside it. */
export interface EnterpriseExplanation {
  readonly subject: Subject;
  readonly name: string | null;
  readonly town: Coded | null;
  readonly industry: Coded | null;
  readonly status: Coded | null;
  readonly registeredAt: string | null;
  readonly evidenceLevel: string | null;
  readonly synthetic: boolean;
  readonly asOf: string;
  /** Only what was known then is used; null: everything known now. */
  readonly knownAt: string | null;
  readonly schemes: readonly SchemeExplanation[];
  readonly stored: readonly StoredClass[];
  readonly facts: readonly FactView[];
}
