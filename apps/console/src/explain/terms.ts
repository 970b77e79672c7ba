import type { FactStatus } from '#libs/risk-model';
import type { Label } from '../reads/views.ts';

/**
 * MANUAL_CLASS: it sets the class; OTHER_SCHEME: another scheme's class; INHERITED: it stands behind a direct determination of
 * the base scheme; NOT_USED: the scheme does not read such facts.
 */
export type ShownStatus = FactStatus | 'MANUAL_CLASS' | 'OTHER_SCHEME' | 'INHERITED' | 'NOT_USED';

/** Why a fact counts or not, in words. */
export const STATUS_LABELS: Readonly<Record<ShownStatus, Label>> = {
  MANUAL_CLASS: { zh: '人工调整，正在生效', en: 'sets the class by hand, in force' },
  OTHER_SCHEME: { zh: '人工调整其他方案的类别', en: 'sets the class of another scheme by hand' },
  INHERITED: {
    zh: '经基础方案的直接判定决定类别',
    en: 'decides the class by a direct determination of the base scheme',
  },
  NOT_USED: { zh: '本方案不采用此类事实', en: 'this scheme does not use such facts' },
  COUNTS: { zh: '计分', en: 'counts' },
  RESIDUAL: { zh: '已移出，按余值计分', en: 'closed, its residual counts' },
  SET_ASIDE: { zh: '不重复计分：同一事项或同组另一项计分', en: 'set aside: another fact of its case or set counts' },
  NO_POINTS: { zh: '有效，不计分', en: 'in force, no points' },
  STUB: { zh: '内容未到，暂不计分', en: 'content has not arrived yet' },
  RETRACTED: { zh: '已更正撤销，视同未发生', en: 'retracted, as if it had never come' },
  NOT_BEGUN: { zh: '尚未生效', en: 'not in effect yet' },
  REMOVED_OR_EXPIRED: { zh: '已移出或到期', en: 'removed or expired' },
  REPAIRED: { zh: '已信用修复', en: 'repaired' },
  PUBLICITY_ENDED: { zh: '公示期满', en: 'publicity has ended' },
};

/** Outcomes of inspections as the rule sets name them. */
export const OUTCOME_LABELS: Readonly<Record<string, Label>> = {
  NO_PROBLEM: { zh: '未发现问题', en: 'no problem found' },
  CORRECTED: { zh: '发现问题已改正', en: 'problem, corrected' },
  PROBLEM: { zh: '发现问题待处理', en: 'problem, follow-up pending' },
  UNREACHABLE: { zh: '无法联系', en: 'cannot be contacted' },
  REFUSED: { zh: '不予配合情节严重', en: 'refused, serious' },
  NEUTRAL: { zh: '不计分结果', en: 'neutral outcome' },
};

export const CONTRIBUTION_NOTES = {
  residual: { zh: '已移出，余值', en: 'closed, residual' },
  disputed: { zh: '异议处理期内，计一半，不影响类别', en: 'under objection: half in the score, not in the class' },
} as const satisfies Readonly<Record<string, Label>>;

/** How time has taken from the points; milli-points and per-mille. */
export function weightNote(undecayed: number, perMille: number): Label {
  const [points, share] = [undecayed / 1000, perMille / 10];
  return { zh: `${points} 分 × ${share}%（随时间递减）`, en: `${points} points × ${share} % (decays with time)` };
}

/** Notes in one sentence; null of none. */
export function joined(notes: readonly Label[]): Label | null {
  if (notes.length === 0) return null;
  return { zh: notes.map(({ zh }) => zh).join('；'), en: notes.map(({ en }) => en).join('; ') };
}

export function isoOf(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString();
}
