import type { EnterpriseEvent } from '#libs/contracts';
import type { LogOpening } from '../log-opening.ts';

/** One record of the past: the event, and the record time under which the log shall know it. */
export interface HistoryRecord {
  /** Epoch ms: the source's receipt time, else its publication, else occurrence plus the stated lag. Never in the future. */
  readonly recordTime: number;
  readonly event: EnterpriseEvent;
}

/** A load of the past (历史数据装载) into an empty log. */
export interface HistoryLoad {
  /** Names the load in the brackets and in enterprise.history-loads.v1. Repeat it to resume. */
  readonly loadId: string;
  /** Ascending in recordTime over all sources; a resumed load must yield the same records in the same order again. */
  readonly events: AsyncIterable<HistoryRecord>;
  /** Rule sets and calendar with which the log begins; `defaultOpening()` reads them from schemas/rule-sets. */
  readonly opening: LogOpening;
  /** Goes on with an interrupted load of this id instead of refusing a log that is not empty. */
  readonly resume?: boolean;
  /**
   * The moment the load was begun, epoch ms, when record times depend on it (a source that is read as of now);
   * `beginningOf` answers it for a load that is resumed. The moment of the call when left out.
   */
  readonly asOf?: number;
  /** Called after each acknowledged batch with the number of records of the load now in the log. */
  readonly onWritten?: (written: number) => void;
  /** The clock; tests replace it. */
  readonly now?: () => number;
}

export interface HistoryLoadSummary {
  readonly loadId: string;
  /** Earliest record time, which stamps the opening records; null when there were no records and nothing was written. */
  readonly from: number | null;
  /** Records written by this run. */
  readonly written: number;
  /** Records an interrupted run had already written. */
  readonly skipped: number;
}
