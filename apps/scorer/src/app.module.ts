import { Module, type DynamicModule } from '@nestjs/common';
import type { AvroRegistry } from '#libs/stream';
import { EventScorer } from './event-scorer.ts';
import { ScorerController } from './scorer.controller.ts';
import { REGISTRY } from './tokens.ts';

@Module({})
export class AppModule {
  static with(registry: AvroRegistry, scorer: EventScorer): DynamicModule {
    return {
      module: AppModule,
      controllers: [ScorerController],
      providers: [
        { provide: REGISTRY, useValue: registry },
        { provide: EventScorer, useValue: scorer },
      ],
    };
  }
}
