import { ClickHouseLogLevel, createClient, type ClickHouseSettings } from '@clickhouse/client';
import { toCompactRows, type Cell, type Table } from './table.ts';
import { WarehouseError } from './warehouse-error.ts';

export interface WarehouseOptions {
  /** http(s)://host:port */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Stands in system.query_log, so that an operator sees who asks. */
  readonly application?: string | undefined;
  /** gzip request bodies: worth it across a network, a loss on loopback. */
  readonly compressInserts?: boolean | undefined;
  readonly requestTimeoutMs?: number | undefined;
  readonly maxConnections?: number | undefined;
  /** Settings of every request of this connection, for instance max_execution_time. */
  readonly settings?: ClickHouseSettings | undefined;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly settings?: ClickHouseSettings | undefined;
}

export interface InsertOptions extends RequestOptions {
  /** The server drops a second insert with this token into this table: a retry after a lost answer writes nothing twice. */
  readonly deduplicationToken?: string | undefined;
}

/** Values for `{name:Type}` places of a query; ClickHouse binds them, so that no value is ever part of the SQL text. */
export type QueryParameters = Readonly<
  Record<string, string | number | boolean | null | Date | readonly (string | number)[]>
>;

/** One connection pool to one database. Every method rejects with a WarehouseError, or with the abort's reason. */
export interface Warehouse {
  readonly database: string;
  /** Resolves when the server has the rows on disk; nothing is sent for an empty list. */
  insertRows<Row extends Readonly<Record<keyof Row, Cell>>>(
    table: Table<Row>,
    rows: readonly Row[],
    options?: InsertOptions,
  ): Promise<void>;
  /** All rows of a select, as objects; 64-bit integers are numbers. For results that fit in memory. */
  query<Row>(sql: string, parameters?: QueryParameters, options?: RequestOptions): Promise<Row[]>;
  /** All rows as arrays in select order: less to parse for wide reads. */
  queryCompact<Row extends readonly unknown[]>(
    sql: string,
    parameters?: QueryParameters,
    options?: RequestOptions,
  ): Promise<Row[]>;
  /** The rows of a select one by one; leaving the loop early ends the request. */
  stream<Row>(sql: string, parameters?: QueryParameters, options?: RequestOptions): AsyncGenerator<Row, void, void>;
  /** A statement without rows: DDL, or an insert that selects. */
  command(sql: string, parameters?: QueryParameters, options?: RequestOptions): Promise<void>;
  /** True when the server answers a query of this user. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

const READ_SETTINGS: ClickHouseSettings = {
  // The default changed between server versions; offsets and milliseconds are below 2^53.
  output_format_json_quote_64bit_integers: 0,
};

/** Makes a connection pool; connects with the first request. */
export function connectWarehouse(options: WarehouseOptions): Warehouse {
  const client = createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    database: options.database,
    application: options.application ?? 'enterprise-risk-supervision',
    request_timeout: options.requestTimeoutMs ?? 30_000,
    max_open_connections: options.maxConnections ?? 10,
    compression: { request: options.compressInserts ?? false, response: false },
    clickhouse_settings: { ...options.settings },
    // Its lines would hold messages that quote rows; every failure reaches the caller as a WarehouseError instead.
    log: { level: ClickHouseLogLevel.OFF },
  });

  const common = (parameters: QueryParameters | undefined, request: RequestOptions | undefined) => ({
    ...(parameters === undefined ? {} : { query_params: { ...parameters } }),
    ...(request?.signal === undefined ? {} : { abort_signal: request.signal }),
  });
  const attempt = async <T>(operation: string, request: RequestOptions | undefined, work: () => Promise<T>) => {
    try {
      return await work();
    } catch (error) {
      request?.signal?.throwIfAborted();
      throw error instanceof WarehouseError ? error : new WarehouseError(operation, error);
    }
  };
  const select = (
    sql: string,
    format: 'JSONEachRow' | 'JSONCompactEachRow',
    parameters: QueryParameters | undefined,
    request: RequestOptions | undefined,
  ) =>
    client.query({
      query: sql,
      format,
      clickhouse_settings: { ...READ_SETTINGS, ...request?.settings },
      ...common(parameters, request),
    });

  return {
    database: options.database,

    async insertRows(table, rows, request) {
      const [firstColumn, ...otherColumns] = table.columns;
      if (rows.length === 0 || firstColumn === undefined) return;
      await attempt(`insert into ${table.name} (${rows.length} rows)`, request, () =>
        client.insert({
          table: table.name,
          columns: [firstColumn, ...otherColumns],
          values: toCompactRows(table, rows),
          format: 'JSONCompactEachRow',
          clickhouse_settings: {
            // Acknowledged means written: the caller commits its offset next.
            async_insert: 0,
            // Merges and FINAL collapse equal keys; done at each insert too, it took 12 s of a replay of 60 s.
            optimize_on_insert: 0,
            ...request?.settings,
            ...(request?.deduplicationToken === undefined
              ? {}
              : { insert_deduplicate: 1, insert_deduplication_token: request.deduplicationToken }),
          },
          ...common(undefined, request),
        }),
      );
    },

    query: <Row>(sql: string, parameters?: QueryParameters, request?: RequestOptions) =>
      attempt<Row[]>('query', request, async () => (await select(sql, 'JSONEachRow', parameters, request)).json<Row>()),

    queryCompact: <Row extends readonly unknown[]>(
      sql: string,
      parameters?: QueryParameters,
      request?: RequestOptions,
    ) =>
      attempt<Row[]>('query', request, async () =>
        (await select(sql, 'JSONCompactEachRow', parameters, request)).json<Row>(),
      ),

    async *stream<Row>(sql: string, parameters?: QueryParameters, request?: RequestOptions) {
      const result = await attempt('query', request, () => select(sql, 'JSONEachRow', parameters, request));
      try {
        for await (const chunk of result.stream<Row>()) {
          for (const row of chunk) yield row.json<Row>();
        }
      } catch (error) {
        request?.signal?.throwIfAborted();
        throw new WarehouseError('query', error);
      } finally {
        result.close();
      }
    },

    command: (sql, parameters, request) =>
      attempt('command', request, async () => {
        await client.command({
          query: sql,
          clickhouse_settings: { ...request?.settings },
          ...common(parameters, request),
        });
      }),

    ping: async () => (await client.ping({ select: true })).success,
    close: () => client.close(),
  };
}
