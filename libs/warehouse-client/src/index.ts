export {
  connectWarehouse,
  type InsertOptions,
  type QueryParameters,
  type RequestOptions,
  type Warehouse,
  type WarehouseOptions,
} from './warehouse.ts';
export { clickhouseDependency } from './dependency.ts';
export { defineTable, toCompactRows, type Cell, type Table } from './table.ts';
export { classifyFailure, WarehouseError, type FailureKind } from './warehouse-error.ts';
export { READ_RETRY, retryTransient, type RetryOptions } from './retry.ts';
