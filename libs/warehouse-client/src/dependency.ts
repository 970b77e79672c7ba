import type { Dependency } from '#libs/service';
import type { Warehouse } from './warehouse.ts';
import { WarehouseError } from './warehouse-error.ts';

/** ClickHouse, as something a service waits for when it starts. A wrong password or a missing database is not waited for. */
export function clickhouseDependency(warehouse: Pick<Warehouse, 'query'>): Dependency {
  return {
    name: 'ClickHouse (CLICKHOUSE_URL)',
    isAway: (error) => error instanceof WarehouseError && error.kind === 'transient',
    async ask() {
      await warehouse.query('SELECT 1');
    },
  };
}
