import { normaliseEvent, type EnterpriseEvent } from '#libs/contracts';
import { CellError, compileExpression, type Cells, type Expression, type ExpressionContext } from './expression.ts';
import { MappingError, type ExpressionText, type MappingFile } from './mapping-file.ts';

/** Why a row is refused: the columns, by their names in the mapping, the rule, and what is wrong. */
export interface RowFault {
  readonly columns: readonly string[];
  readonly rule: string;
  readonly message: string;
}

/** An event of a row; `statedReceipt` is when the source says it received the row, epoch ms. */
export interface MappedEvent {
  readonly event: EnterpriseEvent;
  readonly statedReceipt: number | null;
}

export type MappedRow =
  | { readonly ok: true; readonly events: readonly MappedEvent[] }
  | { readonly ok: false; readonly faults: readonly RowFault[] };

export interface MapOptions {
  readonly source?: string | undefined;
  /** Period of the file: yyyy, yyyy-MM or yyyy-MM-dd. */
  readonly period?: string | undefined;
  readonly synthetic?: boolean | undefined;
  readonly correlationId: string;
  /** Now, epoch ms; nothing that a row states may lie behind it. */
  readonly receivedAt: number;
}

export interface RowMapper {
  readonly name: string;
  readonly version: string;
  readonly lagDays: number;
  /** The name used in the mapping → headings a file may have for it. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly required: readonly string[];
  /** All events of a row, or every fault that was found in it: a row is taken whole or not at all. */
  map(cells: Readonly<Record<string, string>>): MappedRow;
}

interface CompiledEvent {
  readonly type: string;
  readonly when: readonly { readonly value: Expression; readonly holds: (text: string | undefined) => boolean }[];
  readonly fields: ReadonlyMap<string, Expression>;
}

type Revision = { readonly kind: string; readonly value: Expression };

/** Compiles a mapping; throws MappingError naming the field whose rule is wrong, or the option that is missing. */
export function compileMapping(file: MappingFile, options: MapOptions): RowMapper {
  const context: ExpressionContext = {
    columns: new Set(Object.keys(file.columns)),
    tables: file.tables,
    zone: file.zone,
  };
  const compile = (text: ExpressionText, at: string): Expression => {
    try {
      return compileExpression(text, context);
    } catch (error) {
      throw new MappingError(`mapping ${file.name}, ${at}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const events = file.events.map((event, index) => compileEvent(file, event, `events.${index}`, compile));
  const revisions = revisionsOf(file, options, compile);
  const receipt = file.receivedAt === undefined ? undefined : compile(file.receivedAt, 'receivedAt');
  const unstated = new Set(file.empty);

  return {
    name: file.name,
    version: file.version,
    lagDays: file.lag.days,
    columns: file.columns,
    required: file.required,
    map(row) {
      const cells: Cells = (column) => {
        const text = row[column]?.trim();
        return text === undefined || text === '' || unstated.has(text) ? undefined : text;
      };
      const faults: RowFault[] = [];
      const mapped = events
        .filter((event) => guarded(faults, () => event.when.every(({ value, holds }) => holds(textOf(value, cells)))))
        .map((event) => mapEvent({ file, options, revisions, receipt }, event, cells, faults));
      const complete = mapped.filter((event) => event !== undefined);
      if (faults.length > 0) return { ok: false, faults };
      if (complete.length === 0)
        return {
          ok: false,
          faults: [{ columns: [], rule: 'no-event', message: 'no event of the mapping fits this row' }],
        };
      return { ok: true, events: complete };
    },
  };
}

type Compile = (text: ExpressionText, at: string) => Expression;

function compileEvent(
  file: MappingFile,
  event: MappingFile['events'][number],
  at: string,
  compile: Compile,
): CompiledEvent {
  const all: [string, ExpressionText][] = [
    ['subject.scheme', file.subject.scheme],
    ['subject.value', file.subject.value],
    ...Object.entries(file.fields),
    ...Object.entries(event.fields),
    ...Object.entries(event.content).map(([name, text]): [string, ExpressionText] => [`content.${name}`, text]),
  ];
  return {
    type: event.type,
    when: event.when.map((condition) => ({
      value: compile(condition.value, `${at}.when`),
      holds: (text) =>
        condition.in === undefined && condition.notIn === undefined
          ? text !== undefined
          : (condition.in ?? [text]).includes(text ?? '') && !(condition.notIn ?? []).includes(text ?? ''),
    })),
    fields: new Map(all.map(([name, text]) => [name, compile(text, `${at}.${name}`)])),
  };
}

function revisionsOf(file: MappingFile, options: MapOptions, compile: Compile): Revision[] {
  const revisions = file.revision.flatMap((revision): Revision[] => {
    if (revision === 'period') {
      const { period } = options;
      return period === undefined ? [] : [{ kind: 'FILE_PERIOD', value: { columns: [], evaluate: () => period } }];
    }
    if ('number' in revision) return [{ kind: 'SOURCE_NUMBER', value: compile(revision.number, 'revision') }];
    return [{ kind: 'SOURCE_UPDATED_AT', value: compile(revision.updatedAt, 'revision') }];
  });
  if (revisions.length > 0 || !file.revision.includes('period')) return revisions;
  throw new MappingError(
    `mapping ${file.name} takes the revision of its facts from the period of the file; give it with --period yyyy-MM-dd`,
  );
}

interface MapContext {
  readonly file: MappingFile;
  readonly options: MapOptions;
  readonly revisions: readonly Revision[];
  readonly receipt: Expression | undefined;
}

function mapEvent(
  context: MapContext,
  event: CompiledEvent,
  cells: Cells,
  faults: RowFault[],
): MappedEvent | undefined {
  const { file, options } = context;
  const before = faults.length;
  const json: Record<string, unknown> = {
    type: event.type,
    source: options.source ?? file.source,
    mapping: file.name,
    mappingVersion: file.version,
    ...(options.synthetic === true ? { synthetic: true } : {}),
  };
  for (const [path, expression] of event.fields) {
    const value = guarded(faults, () => expression.evaluate(cells));
    if (value !== undefined) put(json, path, value);
  }
  const revision = guarded(faults, () => firstStated(context.revisions, cells));
  if (revision !== undefined) json['revision'] = revision;
  const receipt = guarded(faults, () => context.receipt?.evaluate(cells));
  if (faults.length > before) return undefined;

  const { receivedAt, correlationId } = options;
  const normalised = normaliseEvent(json, { receivedAt, correlationId });
  if (normalised.ok) return { event: normalised.event, statedReceipt: momentOf(receipt) };
  for (const { field, rule, message } of normalised.faults)
    faults.push({ columns: columnsOf(event, context, field), rule, message });
  return undefined;
}

/** Epoch ms of what a date step answers: a day (00:00 Asia/Shanghai) or a moment. */
function momentOf(iso: unknown): number | null {
  if (typeof iso !== 'string') return null;
  const at = Date.parse(iso.length === 10 ? `${iso}T00:00:00+08:00` : iso);
  return Number.isNaN(at) ? null : at;
}

function firstStated(revisions: readonly Revision[], cells: Cells): { kind: string; value: unknown } | undefined {
  for (const { kind, value } of revisions) {
    const stated = value.evaluate(cells);
    if (stated !== undefined) return { kind, value: stated };
  }
  return undefined;
}

/** The columns of the field that a fault names, of the field it lies in, or of the fields that lie in it. */
function columnsOf({ fields }: CompiledEvent, { revisions }: MapContext, field: string): readonly string[] {
  if (field.startsWith('revision')) return revisions.flatMap(({ value }) => value.columns);
  const isPartOf = (part: string, whole: string): boolean =>
    part === whole || part.startsWith(`${whole}.`) || part.startsWith(`${whole}[`);
  const named = [...fields].filter(([name]) => isPartOf(field, name) || isPartOf(name, field));
  return [...new Set(named.flatMap(([, { columns }]) => columns))];
}

function textOf(expression: Expression, cells: Cells): string | undefined {
  const value = expression.evaluate(cells);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function guarded<T>(faults: RowFault[], evaluate: () => T): T | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    const { columns, rule, message } = error;
    if (!faults.some((known) => known.message === message)) faults.push({ columns, rule, message });
    return undefined;
  }
}

function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() as string;
  let place = target;
  for (const name of names) place = (place[name] ??= {}) as Record<string, unknown>;
  place[last] = value;
}
