import type { Viewer } from '../access/token-book.ts';
import type { Explain } from '../explain/explain-enterprise.ts';
import type { EnterpriseExplanation } from '../explain/views.ts';
import { recordReads, type ReadAudit, type ReadVia } from './read-audit.ts';
import type { RiskReads } from './risk-reads.ts';
import { keyOf, type ChangeView, type Distribution, type EnterpriseView, type Subject } from './views.ts';

interface ClassRead {
  readonly subject: Subject;
  readonly schemeId: string;
}

export interface AuditedReadsDeps {
  readonly reads: RiskReads;
  readonly audit: ReadAudit;
  readonly explain: Explain;
  /** Changes that came through the log and may not be in ClickHouse yet, newest first. */
  latestFromLog(limit: number): readonly ChangeView[];
  now(): number;
}

/**
 * The only way from stored classes to a viewer: each class is put on record before it is returned.
 * Rejects with a 503 refusal when it cannot be.
 */
export class AuditedReads {
  constructor(private readonly deps: AuditedReadsDeps) {}

  /** Numbers of enterprises by class; names no enterprise, so it leaves no record. Small cells are not suppressed. */
  distribution(): Promise<readonly Distribution[]> {
    return this.deps.reads.distribution();
  }

  async recentChanges(viewer: Viewer, limit: number): Promise<readonly ChangeView[]> {
    const stored = await this.deps.reads.recentChanges(limit);
    const byId = new Map([...this.deps.latestFromLog(limit), ...stored].map((change) => [change.changeId, change]));
    const changes = [...byId.values()].sort(newestFirst).slice(0, limit);
    const named = await this.named(changes);
    await this.record(viewer, 'recent', named);
    return named;
  }

  /** Changes from the log carry no name until someone asks. */
  private async named(changes: readonly ChangeView[]): Promise<readonly ChangeView[]> {
    const nameless = changes.filter(({ name }) => name === null);
    if (nameless.length === 0) return changes;
    const names = await this.deps.reads.namesOf(nameless.map(({ subject }) => subject));
    return changes.map((change) => ({ ...change, name: change.name ?? names.get(keyOf(change.subject)) ?? null }));
  }

  async search(viewer: Viewer, query: string, limit: number): Promise<readonly EnterpriseView[]> {
    const found = await this.deps.reads.search(query, limit);
    await this.record(viewer, 'search', found.flatMap(classReads));
    return found;
  }

  /** Undefined when nothing is known of the enterprise. `asOf` and `knownAt` are epoch ms. */
  async explanation(
    viewer: Viewer,
    subject: Subject,
    moment: { readonly asOf: number | null; readonly knownAt: number | null },
  ): Promise<EnterpriseExplanation | undefined> {
    const [enterprise, facts, activations] = await Promise.all([
      this.deps.reads.enterprise(subject),
      this.deps.reads.factsOf(subject, moment.knownAt),
      this.deps.reads.activationsOf(subject, moment.knownAt),
    ]);
    if (enterprise === undefined && facts.length === 0) return undefined;
    const asOf = moment.asOf ?? this.deps.now();
    const { knownAt } = moment;
    const explanation = this.deps.explain({ subject, enterprise, facts, activations, asOf, knownAt });
    const schemeIds = new Set([...explanation.schemes, ...explanation.stored].map(({ schemeId }) => schemeId));
    await this.record(
      viewer,
      'enterprise',
      [...schemeIds].map((schemeId) => ({ subject, schemeId })),
    );
    return explanation;
  }

  private record(viewer: Viewer, via: ReadVia, reads: readonly ClassRead[]): Promise<void> {
    const at = this.deps.now();
    const { tokenId } = viewer;
    return recordReads(
      this.deps.audit,
      reads.map(({ subject, schemeId }) => ({ tokenId, subject, schemeId, via, at })),
    );
  }
}

function classReads({ subject, classes }: EnterpriseView): ClassRead[] {
  return classes.map(({ schemeId }) => ({ subject, schemeId }));
}

function newestFirst(a: ChangeView, b: ChangeView): number {
  return b.effectiveAt.localeCompare(a.effectiveAt) || a.changeId.localeCompare(b.changeId);
}
