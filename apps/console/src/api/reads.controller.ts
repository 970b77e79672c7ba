import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { viewerOf } from '../access/require-viewer.ts';
import type { EnterpriseExplanation } from '../explain/views.ts';
import { Refusal } from '../http/problem.ts';
import { AuditedReads } from '../reads/audited-reads.ts';
import type { ChangeView, Distribution, EnterpriseView } from '../reads/views.ts';
import { changesQuery, enterprisePath, explanationQuery, parseRequest, searchQuery } from './query.ts';

/** The data routes. Whoever reaches them is known; whatever class they answer is already on record. */
@Controller('api')
export class ReadsController {
  constructor(@Inject(AuditedReads) private readonly reads: AuditedReads) {}

  @Get('distribution')
  async distribution(): Promise<{ schemes: readonly Distribution[] }> {
    return { schemes: await this.reads.distribution() };
  }

  @Get('changes')
  async changes(@Query() query: unknown, @Req() request: Request): Promise<{ changes: readonly ChangeView[] }> {
    const { limit } = parseRequest(changesQuery, query);
    return { changes: await this.reads.recentChanges(viewerOf(request), limit) };
  }

  @Get('enterprises')
  async search(@Query() query: unknown, @Req() request: Request): Promise<{ enterprises: readonly EnterpriseView[] }> {
    const { query: text, limit } = parseRequest(searchQuery, query);
    return { enterprises: await this.reads.search(viewerOf(request), text, limit) };
  }

  @Get('enterprises/:scheme/:value')
  async explanation(
    @Param() path: unknown,
    @Query() query: unknown,
    @Req() request: Request,
  ): Promise<EnterpriseExplanation> {
    const subject = parseRequest(enterprisePath, path);
    const { asOf = null, knownAt = null } = parseRequest(explanationQuery, query);
    const explanation = await this.reads.explanation(viewerOf(request), subject, { asOf, knownAt });
    if (explanation !== undefined) return explanation;
    throw new Refusal(404, 'unknown_enterprise', `nothing is known of ${subject.scheme}:${subject.value}`);
  }
}
