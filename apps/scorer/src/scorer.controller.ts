import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { TOPICS } from '#libs/contracts';
import { KeyedStream, type AvroRegistry, type Chunk } from '#libs/stream';
import type { EnterpriseState } from './enterprise-state.ts';
import { EventScorer } from './event-scorer.ts';
import { REGISTRY } from './tokens.ts';

/** The scorer's one handler: chunks of the event log in; what they lead to is staged in the chunk, and the transport turns it into effects. */
@Controller()
export class ScorerController {
  constructor(
    @Inject(REGISTRY) private readonly registry: AvroRegistry,
    private readonly scorer: EventScorer,
  ) {}

  @KeyedStream(TOPICS.events.name)
  async process(@Payload() chunk: Chunk<EnterpriseState>): Promise<void> {
    await this.registry.prepare(chunk.values());
    chunk.replay(this.scorer);
    await chunk.readAgain((values) => this.registry.prepare(values));
  }
}
