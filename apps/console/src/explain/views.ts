import type { AttributeValue } from '#libs/risk-model';
import type { Coded, Label, RiskClass, StoredClass, Subject } from '../reads/views.ts';

/** One fact's part in an indicator. Points are milli-points; `why` says why it counts so much, or why not at all. */
export interface FactLine {
  readonly factId: string;
  readonly points: number;
  readonly why: Label | null;
}

export interface IndicatorLine {
  readonly indicator: string;
  readonly label: Label;
  readonly points: number;
  readonly cap: number | null;
  readonly note: Label | null;
  readonly basis: Label | null;
  readonly facts: readonly FactLine[];
}

export interface GroupLine {
  readonly group: string;
  readonly label: Label;
  /** Milli-points of the indicators before the group's cap. */
  readonly raw: number;
  readonly points: number;
  readonly cap: number | null;
  readonly indicators: readonly IndicatorLine[];
}

/** A floor 最低类别 or a direct determination 直接判定 that holds. */
export interface DecisionLine {
  readonly kind: 'FLOOR' | 'DIRECT';
  readonly code: string;
  readonly label: Label;
  readonly riskClass: RiskClass;
  readonly basis: Label | null;
  readonly factIds: readonly string[];
}

/** What time alone will do next. */
export interface NextChange {
  readonly at: string;
  readonly score: number;
  readonly riskClass: RiskClass | null;
}

/** One scheme's score, line by line: the groups' points, less the positive pool, are the score. */
export interface SchemeExplanation {
  readonly schemeId: string;
  readonly label: Label;
  /** `id@version`. */
  readonly ruleSet: string;
  /** Null: not in the scored population. */
  readonly riskClass: RiskClass | null;
  /** Milli-points, higher = riskier. */
  readonly score: number;
  readonly bands: readonly { readonly riskClass: RiskClass; readonly from: number }[];
  readonly groups: readonly GroupLine[];
  /** Good record 守信: what it takes off; not applied while a supervision matter is open. */
  readonly positive: { readonly points: number; readonly applied: boolean } | null;
  readonly decisions: readonly DecisionLine[];
  readonly nextChange: NextChange | null;
}

export interface AttributeView {
  readonly name: string;
  readonly label: Label | null;
  readonly type: 'date' | 'money' | 'code' | 'text' | 'number';
  /** A date is ISO 8601, money is fen 分. */
  readonly value: AttributeValue;
  readonly valueLabel: Label | null;
}

export interface RegisterView {
  readonly register: string;
  readonly value: string;
  readonly effectiveAt: string | null;
  readonly until: string | null;
  readonly reason: string | null;
}

/** A fact 事实 as it stands: each register with the record that decides it. */
export interface FactView {
  readonly factId: string;
  readonly factType: string;
  readonly label: Label | null;
  /** Null while only a register has arrived: the fact scores nothing yet. */
  readonly occurredAt: string | null;
  readonly effectiveAt: string | null;
  readonly publishedAt: string | null;
  readonly caseNumber: string | null;
  readonly codeSystem: string | null;
  readonly attributes: readonly AttributeView[];
  readonly registers: readonly RegisterView[];
  readonly usedBy: readonly {
    readonly schemeId: string;
    readonly indicator: string;
    readonly label: Label;
    readonly points: number;
  }[];
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
