import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { TOPICS } from '#libs/contracts';
import { KeyedStream, type AvroRegistry, type Chunk, type Outcome } from '#libs/stream';
import type { EnterpriseState } from './enterprise-state.ts';
import { EventScorer } from './event-scorer.ts';
import { REGISTRY } from './tokens.ts';

/** The scorer's one handler: chunks of the event log in, outcomes out; the transport turns them into effects. */
@Controller()
export class ScorerController {
  constructor(
    @Inject(REGISTRY) private readonly registry: AvroRegistry,
    private readonly scorer: EventScorer,
  ) {}

  @KeyedStream(TOPICS.events.name)
  async process(@Payload() chunk: Chunk<EnterpriseState>): Promise<readonly Outcome<EnterpriseState>[]> {
    await this.registry.prepare(chunk.values());
    const outcomes = chunk.replay(this.scorer);
    await chunk.readAgain((values) => this.registry.prepare(values));
    return outcomes;
  }
}
