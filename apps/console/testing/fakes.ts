import type { Viewer } from '../src/access/token-book.ts';
import type { ExplainInput } from '../src/explain/explain-enterprise.ts';
import type { EnterpriseExplanation } from '../src/explain/views.ts';
import type { FeedConnection } from '../src/feed/feed-hub.ts';
import type { ReadAudit, ReadAuditRow } from '../src/reads/read-audit.ts';
import type { RiskReads } from '../src/reads/risk-reads.ts';
import { keyOf, type ChangeView, type EnterpriseView } from '../src/reads/views.ts';

export const NOON = Date.UTC(2026, 0, 10, 4);

/** An audit in memory that can be made to fail; `steps` shows what happened in which order. */
export class MemoryAudit implements ReadAudit {
  readonly rows: ReadAuditRow[] = [];
  failing = false;

  constructor(private readonly steps: string[] = []) {}

  async append(rows: readonly ReadAuditRow[]): Promise<void> {
    await Promise.resolve();
    if (this.failing) throw new Error('the audit table is not there');
    this.rows.push(...rows);
    this.steps.push(`recorded ${rows.length}`);
  }
}

export function changeOf(number: number, fields: Partial<ChangeView> = {}): ChangeView {
  return {
    changeId: `change-${number}`,
    subject: { scheme: 'uscc', value: `enterprise-${number}` },
    name: null,
    schemeId: 'general',
    schemeLabel: null,
    from: 'A',
    to: 'B',
    direction: 'WORSENED',
    scoreBefore: 20_000,
    scoreAfter: 60_000,
    reasons: [],
    ruleSet: 'general@1.0.0',
    computedClass: null,
    overrideFactId: null,
    cause: 'EVENT',
    effectiveAt: new Date(NOON + number * 1000).toISOString(),
    town: null,
    industry: null,
    synthetic: true,
    ...fields,
  };
}

export function enterpriseOf(value: string): EnterpriseView {
  return {
    subject: { scheme: 'uscc', value },
    name: `企业${value}`,
    town: null,
    industry: null,
    status: null,
    evidenceLevel: 'NORMAL',
    synthetic: true,
    classes: [
      {
        schemeId: 'general',
        schemeLabel: null,
        riskClass: 'B',
        score: 60_000,
        ruleSet: 'general@1.0.0',
        computedClass: null,
        overrideFactId: null,
        asOf: new Date(NOON).toISOString(),
        nextReviewAt: null,
      },
    ],
  };
}

/** Reads in memory: what a test puts into the lists is what is stored. */
export class MemoryReads implements RiskReads {
  changes: ChangeView[] = [];
  enterprises: EnterpriseView[] = [];

  distribution(): ReturnType<RiskReads['distribution']> {
    const overall = { A: 70, B: 20, C: 7, D: 3 };
    return Promise.resolve([{ schemeId: 'general', schemeLabel: null, overall, byTown: [], byIndustry: [] }]);
  }

  recentChanges(limit: number): Promise<readonly ChangeView[]> {
    return Promise.resolve(this.changes.slice(0, limit));
  }

  search(query: string, limit: number): Promise<readonly EnterpriseView[]> {
    const found = this.enterprises.filter(
      ({ subject, name }) => subject.value.startsWith(query) || name?.startsWith(query),
    );
    return Promise.resolve(found.slice(0, limit));
  }

  enterprise(subject: { scheme: string; value: string }): Promise<EnterpriseView | undefined> {
    return Promise.resolve(this.enterprises.find((one) => keyOf(one.subject) === keyOf(subject)));
  }

  factsOf(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  activationsOf(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  namesOf(subjects: readonly { scheme: string; value: string }[]): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map(subjects.map((subject) => [keyOf(subject), `企业${subject.value}`])));
  }
}

/** An explanation without a model: enough for the order of effects. */
export function bareExplanation({ subject, enterprise, asOf }: ExplainInput): EnterpriseExplanation {
  return {
    subject,
    name: enterprise?.name ?? null,
    town: null,
    industry: null,
    status: null,
    registeredAt: null,
    evidenceLevel: null,
    synthetic: true,
    asOf: new Date(asOf).toISOString(),
    knownAt: null,
    schemes: [],
    stored: enterprise?.classes ?? [],
    facts: [],
  };
}

/** A viewer's connection that keeps what was written. */
export class MemoryConnection implements FeedConnection {
  frames = '';
  closed = false;
  buffered = 0;
  readonly viewer: Viewer;

  constructor(
    tokenId: string,
    until: number | null = null,
    private readonly steps: string[] = [],
  ) {
    this.viewer = { tokenId, until };
  }

  write(frame: string): void {
    this.frames += frame;
    if (frame.includes('event: class-changed')) this.steps.push('delivered');
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  close(): void {
    this.closed = true;
  }

  /** Ids of the changes delivered, in order. */
  get ids(): string[] {
    return [...this.frames.matchAll(/^id: (.+)$/gm)].map((match) => match[1] as string);
  }
}
