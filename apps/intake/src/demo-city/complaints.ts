import { AUTHORITIES } from './codes.ts';
import { dateText } from './calendar.ts';
import { occurrences, type Enterprise, type Window } from './enterprises.ts';
import { INDUSTRIES } from './industries.ts';
import { RATES } from './rates.ts';
import type { Recorder } from './recorder.ts';

const CATEGORIES = ['商品质量', '售后服务', '合同纠纷', '预付消费', '价格', '虚假宣传', '食品安全'];

const MEAN_EXPOSURE =
  INDUSTRIES.reduce((sum, { weight, complaints }) => sum + weight * complaints, 0) /
  INDUSTRIES.reduce((sum, { weight }) => sum + weight, 0);

/** Accepted complaints (12315 投诉受理) and reports found true (举报查实): few enterprises draw most of them. */
export function complaints(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('complaints');
  const from = Math.max(window.start, enterprise.registered + 10);
  const to = enterprise.deregistered ?? window.today;
  const draw = random.gamma(RATES.complaintShape, 1 / RATES.complaintShape);
  const rate = (RATES.complaint * draw * enterprise.industry.complaints) / MEAN_EXPOSURE;
  const authority = AUTHORITIES.hotline;
  const numberOf = (kind: string, day: number, index: number): string =>
    `${kind}${dateText(day).replaceAll('-', '')}-${enterprise.subject.value}-${index + 1}`;

  occurrences(random, rate, from, to).forEach((day, index) => {
    const fact = {
      type: 'ComplaintAccepted',
      factType: 'complaint.accepted',
      authority,
      number: numberOf('投诉', day, index),
    };
    const amountFen = Math.round(random.logNormal(600, 1.2)) * 100;
    recorder.fact(fact, 'COMPLAINT', day, { category: random.pick(CATEGORIES), amountFen });
  });
  occurrences(random, RATES.verifiedReport * enterprise.proneness, from, to).forEach((day, index) => {
    const fact = {
      type: 'ReportVerified',
      factType: 'report.verified',
      authority,
      number: numberOf('举报', day, index),
    };
    recorder.fact(fact, 'COMPLAINT', day, { violationType: random.pick(['虚假宣传', '无证经营', '经营不合格食品']) });
  });
}
