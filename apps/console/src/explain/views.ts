import type { Coded, Label, RiskClass, StoredClass, Subject } from '../reads/views.ts';

/**
 * A contribution to an indicator: one fact, or facts counted together; none where the register or another scheme's class
 * brings it. Points are milli-points.
 */
export interface ContributionLine {
  readonly factIds: readonly string[];
  /** What is counted together, for instance one type of violation. */
  readonly groupedBy: Label | null;
  /** Before decay. */
  readonly undecayed: number;
  /** Weight by time. */
  readonly perMille: number;
  /** Under objection 异议: half in the score. */
  readonly disputed: boolean;
  /** After decay and objection. */
  readonly points: number;
  /** False: another fact of its case, set or indicator counts instead, as `why` says. */
  readonly counts: boolean;
  /** What makes it more or less than its full points; null when it counts in full. */
  readonly why: Label | null;
}

/** Points: `raw` of all contributions, `chosen` after exclusive sets and one incident once, `points` after the cap. */
export interface IndicatorLine {
  readonly indicator: string;
  readonly label: Label;
  readonly raw: number;
  readonly chosen: number;
  /** What counts; of a good record, what it would take off. */
  readonly points: number;
  readonly cap: number;
  readonly provenance: Provenance;
  readonly basis: string;
  readonly contributions: readonly ContributionLine[];
}

/** A number of the model comes from a published source, or is proposed by whoever wrote the rule set. */
export type Provenance = 'published' | 'proposal';

export interface GroupLine {
  readonly group: string;
  readonly label: Label;
  /** Milli-points of the indicators before the group's cap. */
  readonly beforeCap: number;
  readonly points: number;
  readonly cap: number;
  readonly indicators: readonly IndicatorLine[];
}

/** A line of the sum; the points of all lines add up to the score. The label is null for the pool and the scale. */
export interface ScoreLine {
  readonly kind: 'INDICATOR' | 'GROUP_CAP' | 'POSITIVE_POOL' | 'SCALE';
  readonly code: string;
  readonly label: Label | null;
  readonly points: number;
}

/** A floor 等级下限 or a direct determination 直接判定 that holds. */
export interface DecisionLine {
  readonly kind: 'FLOOR' | 'DIRECT';
  /** The scheme whose rule it is: the base scheme for an inherited direct determination. */
  readonly schemeId: string;
  readonly inherited: boolean;
  readonly code: string;
  readonly label: Label;
  readonly riskClass: RiskClass;
  readonly provenance: Provenance | null;
  readonly basis: string | null;
  readonly factIds: readonly string[];
}

/** Good record 守信: what it takes off the sum, and which open matters suspend that. */
export interface PositiveLine {
  readonly available: number;
  readonly taken: number;
  readonly cap: number;
  readonly suspendedBy: readonly { readonly code: string; readonly label: Label }[];
  readonly indicators: readonly IndicatorLine[];
}

/** A class set by two persons 人工调整 that is in force. A direct determination holds against it. */
export interface ManualClass {
  readonly factId: string;
  readonly riskClass: RiskClass;
  readonly reason: string | null;
  readonly proposedBy: string | null;
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
  readonly validFrom: string | null;
  readonly until: string | null;
}

/** What time alone will do, and which single ending would better the class now. */
export interface OutlookView {
  readonly nextChange: { readonly at: string; readonly score: number; readonly riskClass: RiskClass | null } | null;
  /** The first moment at which the class is better with no new fact; null: not by time alone, as far as can be seen. */
  readonly improvesAt: string | null;
  readonly endings: readonly EndingView[];
}

/** A fact whose end alone would better the class now, by the ways in which facts of its type can end. */
export interface EndingView {
  readonly factId: string;
  /** REMOVAL 移出, REPAIR 信用修复, and the class after it. */
  readonly ways: readonly { readonly by: 'REMOVAL' | 'REPAIR'; readonly riskClass: RiskClass }[];
}

/** STORED: of the stored class; ACTIVE: active at the moment asked for; LATEST: nothing says which, so the latest. */
export type RuleSetOrigin = 'STORED' | 'ACTIVE' | 'LATEST';

export interface RuleSetView {
  /** `id@version`. */
  readonly identity: string;
  readonly provenance: Provenance;
  readonly origin: RuleSetOrigin;
  readonly activatedAt: string | null;
  /** The rule set that decided and is no longer at hand; null: it is this one. */
  readonly insteadOf: string | null;
}

/** One scheme's account of the enterprise: the points of `lines` add up to the score. */
export interface SchemeExplanation {
  readonly schemeId: string;
  readonly label: Label;
  readonly kind: 'general' | 'specialised';
  /** Of a specialised scheme: who owns it, and the scheme it builds on. */
  readonly department: string | null;
  readonly base: string | null;
  /** The scheme whose result this is, as it is; null: its own indicators. */
  readonly takenFrom: string | null;
  readonly ruleSet: RuleSetView;
  /** The class that holds. Null: not in the scored population. */
  readonly riskClass: RiskClass | null;
  /** What the facts alone come to; the same where no manual class is in force. */
  readonly computedClass: RiskClass | null;
  readonly manual: ManualClass | null;
  /** By the bands alone, before floors and direct determinations. */
  readonly bandClass: RiskClass;
  /** Milli-points, higher = riskier. */
  readonly score: number;
  /** The score without facts under objection 异议, from which the class is made; equal to the score when there are none. */
  readonly scoreForClass: number;
  readonly scaleMax: number;
  readonly bands: readonly { readonly riskClass: RiskClass; readonly from: number }[];
  readonly evidenceLevel: string;
  readonly lines: readonly ScoreLine[];
  readonly groups: readonly GroupLine[];
  readonly positive: PositiveLine | null;
  readonly decisions: readonly DecisionLine[];
  readonly outlook: OutlookView;
  /** Inspections in this class, where the scheme fixes them: so many times in so many years. */
  readonly visits: { readonly times: number; readonly years: number } | null;
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
  readonly code: string;
  readonly label: Label;
  readonly points: number | null;
}

/** Whether and why a fact counts under one scheme, as a code and in words, and what it counts for. */
export interface FactStanding {
  readonly schemeId: string;
  readonly status: string;
  readonly statusLabel: Label;
  readonly usedBy: readonly FactUse[];
}

/** A fact 事实 as it stands: each register with the record that decides it. */
export interface FactView {
  readonly factId: string;
  readonly factType: string;
  readonly label: Label | null;
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
  /** One for each scheme that rates the enterprise. */
  readonly standings: readonly FactStanding[];
}

/** Everything behind one enterprise's classes, computed from its facts at one moment, with the stored classes beside it. */
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
  /** Those that rate the enterprise, the general one first. */
  readonly schemes: readonly SchemeExplanation[];
  readonly stored: readonly StoredClass[];
  readonly facts: readonly FactView[];
}
