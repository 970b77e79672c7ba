import { Packr } from 'msgpackr';
import type { EvidenceLevel, Position, SchemeResult } from '#libs/risk-model';
import type { StateCodec } from '#libs/stream';

/** What the last assessment said beside score and class, which stand in the position: kept for the slim position. */
export interface Standing {
  /** The rule set of that assessment as `id@version`. */
  readonly ruleSet: string;
  readonly evidenceLevel: EvidenceLevel;
  /** Milli-points of each group, by scheme. */
  readonly groups: Readonly<Record<string, SchemeResult['groups']>>;
}

/** What the scorer keeps of one enterprise. */
export interface EnterpriseState {
  readonly position: Position;
  /** Null while no rule set has been active. */
  readonly standing: Standing | null;
  /** True when a fact is made up: what is told of the enterprise carries the flag. */
  readonly synthetic: boolean;
}

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true });

/** States as msgpack: `[position, standing, synthetic]`. */
export const stateCodec: StateCodec<EnterpriseState> = {
  encode: ({ position, standing, synthetic }) => packr.pack([position, standing, synthetic]),
  decode(bytes) {
    const [position, standing, synthetic] = packr.unpack(bytes) as [Position, Standing | null, boolean];
    return { position, standing, synthetic };
  },
};
