import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { TOPICS } from '#libs/contracts';
import type { SinkBatch } from '#libs/stream';
import { classChangeRow, eventRow, positionRow, releaseStepRow, warningRow } from './rows.ts';
import { SinkTopic } from './sink-server.ts';
import type { StoreBatch } from './store-batch.ts';
import { STORE_BATCH } from './tokens.ts';

type Stored = ReturnType<StoreBatch>;

/** Which topic becomes which rows. */
@Controller()
export class WarehouseController {
  constructor(@Inject(STORE_BATCH) private readonly store: StoreBatch) {}

  @SinkTopic(TOPICS.events.name)
  events(@Payload() batch: SinkBatch): Stored {
    return this.store(batch, eventRow);
  }

  @SinkTopic(TOPICS.positions.name)
  positions(@Payload() batch: SinkBatch): Stored {
    return this.store(batch, positionRow);
  }

  @SinkTopic(TOPICS.classChanged.name)
  classChanges(@Payload() batch: SinkBatch): Stored {
    return this.store(batch, classChangeRow);
  }

  @SinkTopic(TOPICS.warnings.name)
  warnings(@Payload() batch: SinkBatch): Stored {
    return this.store(batch, warningRow);
  }

  @SinkTopic(TOPICS.ruleSetReleases.name)
  ruleSetReleases(@Payload() batch: SinkBatch): Stored {
    return this.store(batch, releaseStepRow);
  }
}
