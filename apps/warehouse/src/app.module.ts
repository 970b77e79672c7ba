import { Module, type DynamicModule } from '@nestjs/common';
import type { StoreBatch } from './store-batch.ts';
import { STORE_BATCH } from './tokens.ts';
import { WarehouseController } from './warehouse.controller.ts';

@Module({})
export class AppModule {
  static with(storeBatch: StoreBatch): DynamicModule {
    return {
      module: AppModule,
      controllers: [WarehouseController],
      providers: [{ provide: STORE_BATCH, useValue: storeBatch }],
    };
  }
}
