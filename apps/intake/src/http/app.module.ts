import 'reflect-metadata';
import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { ApiToken, Logger } from '#libs/service';
import { BearerGuard } from './bearer.guard.ts';
import { INTAKE_DESK, IntakeController, type IntakeDesk } from './intake.controller.ts';
import { ProblemFilter } from './problem.ts';

interface HttpDependencies {
  readonly desk: IntakeDesk;
  readonly tokens: readonly ApiToken[];
  readonly logger: Logger;
}

@Module({})
export class IntakeHttpModule {
  static of({ desk, tokens, logger }: HttpDependencies): DynamicModule {
    return {
      module: IntakeHttpModule,
      controllers: [IntakeController],
      providers: [
        { provide: INTAKE_DESK, useValue: desk },
        { provide: APP_GUARD, useValue: new BearerGuard(tokens) },
        { provide: APP_FILTER, useValue: new ProblemFilter(logger) },
      ],
    };
  }
}

/** The HTTP interface, not yet listening. It reads bodies itself: only so are size, encoding and position told exactly. */
export async function createHttpApp(dependencies: HttpDependencies): Promise<INestApplication> {
  const app = await NestFactory.create(IntakeHttpModule.of(dependencies), {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  (app.getHttpAdapter().getInstance() as { disable(setting: string): void }).disable('x-powered-by');
  return app;
}
