/** An enterprise 企业: a scheme and a value, e.g. `uscc` and 18 characters. */
export interface Subject {
  readonly scheme: string;
  readonly value: string;
}

export function keyOf(subject: Subject): string {
  return `${subject.scheme}:${subject.value}`;
}

/** Risk class 风险类别: A lowest risk, D highest. */
export type RiskClass = 'A' | 'B' | 'C' | 'D';
export const RISK_CLASSES: readonly RiskClass[] = ['A', 'B', 'C', 'D'];

/** Text in both languages of the page. */
export interface Label {
  readonly zh: string;
  readonly en: string;
}

/** A code with its official term; the label is null for a code that the catalogue does not know. */
export interface Coded {
  readonly code: string;
  readonly label: Label | null;
}

/** Why a class changed: one line of the score, with the facts behind it. */
export interface ReasonView {
  readonly indicator: string;
  readonly label: Label | null;
  readonly kind: string;
  /** Milli-points, higher = riskier. */
  readonly points: number;
  readonly factIds: readonly string[];
}

/** A class change 类别变动 as the feed and the list show it. Scores are milli-points, higher = riskier; times are ISO 8601. */
export interface ChangeView {
  readonly changeId: string;
  readonly subject: Subject;
  readonly name: string | null;
  readonly schemeId: string;
  readonly schemeLabel: Label | null;
  /** Null for the first classification. */
  readonly from: RiskClass | null;
  /** Null when the enterprise left the scored population, for instance by deregistration. */
  readonly to: RiskClass | null;
  readonly direction: 'FIRST' | 'WORSENED' | 'IMPROVED' | 'LEFT';
  readonly scoreBefore: number | null;
  readonly scoreAfter: number;
  readonly reasons: readonly ReasonView[];
  readonly ruleSet: string;
  /** What the facts alone come to, while a manual class 人工调整 is in force; null: none is. */
  readonly computedClass: RiskClass | null;
  /** The fact that sets the manual class in force; null: none is. */
  readonly overrideFactId: string | null;
  readonly cause: string;
  readonly effectiveAt: string;
  readonly town: Coded | null;
  readonly industry: Coded | null;
  readonly synthetic: boolean;
}

/** One scheme's class of one enterprise as the stream last stored it. */
export interface StoredClass {
  readonly schemeId: string;
  readonly schemeLabel: Label | null;
  /** Null: not in the scored population, for instance after deregistration. */
  readonly riskClass: RiskClass | null;
  readonly score: number;
  /** `id@version` of this scheme. */
  readonly ruleSet: string;
  /** As in a change: both null unless a manual class is in force. */
  readonly computedClass: RiskClass | null;
  readonly overrideFactId: string | null;
  readonly asOf: string;
  readonly nextReviewAt: string | null;
}

/** An enterprise as the search lists it. */
export interface EnterpriseView {
  readonly subject: Subject;
  readonly name: string | null;
  readonly town: Coded | null;
  readonly industry: Coded | null;
  readonly status: Coded | null;
  readonly evidenceLevel: string | null;
  readonly synthetic: boolean;
  readonly classes: readonly StoredClass[];
}

/** How many enterprises of one scheme stand in each class. */
export type ClassCounts = Readonly<Record<RiskClass, number>>;

export interface DistributionRow {
  /** Town: nine-digit code; industry: section letter of GB/T 4754; null where it is not known. */
  readonly code: string | null;
  readonly label: Label | null;
  readonly counts: ClassCounts;
}

/** The distribution 分布 of one scheme: overall, by town and by industry section. */
export interface Distribution {
  readonly schemeId: string;
  readonly schemeLabel: Label | null;
  readonly overall: ClassCounts;
  readonly byTown: readonly DistributionRow[];
  readonly byIndustry: readonly DistributionRow[];
}

/** From here on a rule set decides its scheme for the enterprises of one partition, or the scheme is no longer rated. */
export interface Activation {
  readonly ruleSetId: string;
  /** `id@version`. */
  readonly ruleSet: string;
  /** Epoch ms. */
  readonly activatedAt: number;
  readonly retired: boolean;
}
