import { abnormalListing, ABNORMAL_REASONS } from './abnormal-listings.ts';
import { AUTHORITIES } from './codes.ts';
import { dateText, dayOf, yearOf, type Day } from './calendar.ts';
import { addressOf, enterpriseAt, windowOf, type CitySettings, type Enterprise } from './enterprises.ts';
import { inspect } from './inspections.ts';
import { decide } from './penalties.ts';
import { randomOf, type Random } from './random.ts';
import { contentEvent, statusEvent, type CityEvent, type Fact, type Status } from './recorder.ts';

/** Live events of the city, one at a time. */
export interface LivePlan {
  /** The next event, as of a moment (epoch ms) that never goes back. */
  next(now: number): CityEvent;
}

/**
 * Trouble befalls one enterprise in this many, so that a demonstration may run for weeks and the rest of the city keeps
 * the mix of classes it was generated with.
 */
const TROUBLED_SHARE = 7;
const MINUTE_MS = 60_000;

interface Ending {
  readonly due: number;
  readonly enterprise: Enterprise;
  readonly fact: Fact;
  readonly status: Status;
}

interface Scene {
  readonly enterprise: Enterprise;
  readonly random: Random;
  readonly today: Day;
  readonly now: number;
  /** Unique within the run and between runs. */
  readonly serial: string;
  /** Announces how what is told now ends, minutes later. */
  end(fact: Fact, minutes: number, status: Status): void;
}

type Story = { readonly weight: number; readonly troubled: boolean; tell(scene: Scene): CityEvent };

/**
 * What happens next in the city: listings, penalties and findings that worsen a class, and minutes later their removal,
 * repair or retraction. The same settings, run and moments give the same events. `run` names this run in every number,
 * so that two runs never state the same fact.
 */
export function livePlan(settings: CitySettings, run: string): LivePlan {
  const window = windowOf(settings);
  const random = randomOf(settings.seed, run, 'live');
  const endings: Ending[] = [];
  let count = 0;

  const pickEnterprise = (troubled: boolean): Enterprise => {
    for (;;) {
      const index = random.whole(0, settings.enterprises - 1);
      const enterprise = enterpriseAt(settings.seed, index, window);
      const old = enterprise.registered < window.today - 60;
      if (old && enterprise.deregistered === null && (!troubled || index % TROUBLED_SHARE === 0)) return enterprise;
    }
  };

  return {
    next(now) {
      const today = dayOf(now);
      const ended = endings.findIndex(({ due }) => due <= now);
      const [ending] = ended >= 0 && random.chance(0.6) ? endings.splice(ended, 1) : [];
      if (ending !== undefined)
        return statusEvent(ending.enterprise, ending.fact, { occurred: today, published: null }, ending.status);
      const story = random.weighted(STORIES);
      return story.tell({
        enterprise: pickEnterprise(story.troubled),
        random,
        today,
        now,
        serial: `${run}-${++count}`,
        end(this: Scene, fact, minutes, status) {
          endings.push({ due: now + minutes * MINUTE_MS, enterprise: this.enterprise, fact, status });
        },
      });
    },
  };
}

const STORIES: readonly Story[] = [
  { weight: 15, troubled: true, tell: (scene) => listing(scene, ABNORMAL_REASONS.lostContact, '5 可重新取得联系') },
  { weight: 7, troubled: true, tell: (scene) => listing(scene, ABNORMAL_REASONS.information, '2 已履行公示义务') },
  { weight: 8, troubled: true, tell: (scene) => listing(scene, ABNORMAL_REASONS.report, '1 补报年度报告') },
  { weight: 9, troubled: true, tell: (scene) => penalty(scene, 'MINOR') },
  { weight: 13, troubled: true, tell: (scene) => penalty(scene, 'GENERAL') },
  { weight: 3, troubled: true, tell: (scene) => penalty(scene, 'SERIOUS') },
  { weight: 2, troubled: true, tell: stopProduction },
  { weight: 3, troubled: true, tell: judgmentDefault },
  { weight: 4, troubled: true, tell: inspection },
  { weight: 12, troubled: false, tell: cleanInspection },
  { weight: 16, troubled: false, tell: complaint },
  { weight: 8, troubled: false, tell: change },
];

function listing(scene: Scene, reasonCode: string, removal: string): CityEvent {
  const { enterprise, random, today, serial } = scene;
  const fact = abnormalListing({
    authority: `${enterprise.town.name}${AUTHORITIES.townOffice}`,
    number: `列异${yearOf(today)}-${serial}`,
  });
  const wrong = random.chance(0.3);
  scene.end(fact, random.whole(2, 25), {
    register: 'STANDING',
    value: wrong ? 'RETRACTED' : 'REMOVED',
    reason: wrong ? '列入有误,更正撤销' : removal,
  });
  const late = reasonCode === ABNORMAL_REASONS.report ? { reportYear: yearOf(today) - 1 } : {};
  return contentEvent(
    enterprise,
    fact,
    { occurred: today - random.whole(1, 4), published: today },
    { reasonCode, ...late },
  );
}

function penalty(scene: Scene, severity: 'MINOR' | 'GENERAL' | 'SERIOUS'): CityEvent {
  const { enterprise, random, today, serial } = scene;
  const day = today - random.whole(3, 20);
  const { fact, content } = decide(enterprise, random, { severity, day, index: 0 });
  const decisionNo = `中演罚〔${yearOf(day)}〕${serial}号`;
  const own: Fact = { ...fact, number: decisionNo, caseNumber: `中演案${serial}` };
  const revoked = random.chance(0.2);
  scene.end(
    own,
    random.whole(4, 40),
    revoked
      ? { register: 'STANDING', value: 'RETRACTED', reason: '复议撤销' }
      : { register: 'PUBLICITY', value: 'REPAIRED', reason: '信用修复' },
  );
  return contentEvent(enterprise, own, { occurred: day, published: day + 2 }, { ...content, decisionNo });
}

function stopProduction(scene: Scene): CityEvent {
  const { enterprise, random, today, serial } = scene;
  const fact = {
    type: 'FactRecorded',
    factType: 'order.stop-production',
    authority: AUTHORITIES.safety,
    number: `演停〔${yearOf(today)}〕${serial}号`,
  };
  scene.end(fact, random.whole(5, 30), { register: 'STANDING', value: 'REMOVED', reason: '整改验收合格' });
  return contentEvent(enterprise, fact, { occurred: today - 1, published: null }, { kind: 'STOP_PRODUCTION' });
}

function judgmentDefault(scene: Scene): CityEvent {
  const { enterprise, random, today, serial } = scene;
  const court = random.pick(AUTHORITIES.courts);
  const number = `(${yearOf(today)})粤演执${serial}号`;
  const fact = { type: 'JudgmentDefaulterListed', factType: 'court.defaulter-listing', authority: court, number };
  scene.end(fact, random.whole(5, 40), { register: 'STANDING', value: 'RETRACTED', reason: '列入有误,撤销' });
  const content = {
    court,
    filedAt: dateText(today - 60),
    performance: 'NONE',
    dutyFen: random.whole(50, 5_000) * 10_000,
  };
  return contentEvent(enterprise, fact, { occurred: today - random.whole(2, 9), published: today - 1 }, content);
}

/** An inspection as the city has them; a finding is corrected later, so that findings do not pile up. */
function inspection(scene: Scene): CityEvent {
  const { enterprise, random, today, serial } = scene;
  const day = today - random.whole(1, 15);
  const { fact, content } = inspect({ ...enterprise, proneness: 8 }, random, { day, index: 0 });
  const own = { ...fact, number: `${fact.number}-${serial}` };
  if (!content.codes.includes('1'))
    scene.end(own, random.whole(10, 60), { register: 'STANDING', value: 'RETRACTED', reason: '复核更正' });
  return contentEvent(enterprise, own, { occurred: day, published: today }, content);
}

function cleanInspection({ enterprise, random, today, serial }: Scene): CityEvent {
  const day = today - random.whole(1, 15);
  const { fact, content } = inspect(enterprise, random, { day, index: 0 });
  const codes = ['1'];
  const items = content.items.map(({ item }) => ({ item, codes }));
  const own = { ...fact, number: `${fact.number}-${serial}` };
  return contentEvent(enterprise, own, { occurred: day, published: today }, { ...content, items, codes });
}

function complaint({ enterprise, random, today, serial }: Scene): CityEvent {
  const fact = {
    type: 'ComplaintAccepted',
    factType: 'complaint.accepted',
    authority: AUTHORITIES.hotline,
    number: `投诉${serial}`,
  };
  const amountFen = Math.round(random.logNormal(600, 1.2)) * 100;
  return contentEvent(
    enterprise,
    fact,
    { occurred: today - random.whole(0, 2), published: null },
    { category: '售后服务', amountFen },
  );
}

function change({ enterprise, random, today, serial }: Scene): CityEvent {
  const fact = {
    type: 'EnterpriseChanged',
    factType: 'enterprise.change',
    authority: AUTHORITIES.market,
    number: `变更${serial}`,
  };
  const content = {
    changeKind: 'ADDRESS',
    before: { address: enterprise.address },
    after: { address: addressOf(random, enterprise.town) },
  };
  return contentEvent(enterprise, fact, { occurred: today - 1, published: today }, content);
}
