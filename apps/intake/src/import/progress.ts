import { SingleBar } from 'cli-progress';

/** Shows how far a run is; everything goes to standard error, so that standard output is the summary alone. */
export interface Progress {
  /** `share` from 0 to 1; `note` is what is counted, as "12,000 rows". */
  show(stage: string, share: number, note: string): void;
  end(): void;
}

const REDRAW_MS = 200;
const LINE_EVERY_MS = 2_000;

/** A bar on a terminal, a plain line every two seconds elsewhere. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barOn(stream) : linesOn(stream);
}

function barOn(stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar({
    format: '{stage} [{bar}] {percentage} %  {note}',
    stream,
    hideCursor: true,
    clearOnComplete: true,
    fps: 5,
  });
  let started = false;
  let drawn = 0;
  return {
    show(stage, share, note) {
      const now = performance.now();
      if (started && now - drawn < REDRAW_MS) return;
      drawn = now;
      if (!started) bar.start(1_000, 0, { stage, note });
      started = true;
      bar.update(Math.round(share * 1_000), { stage, note });
    },
    end() {
      if (started) bar.stop();
    },
  };
}

function linesOn(stream: NodeJS.WriteStream): Progress {
  let written = performance.now();
  return {
    show(stage, share, note) {
      const now = performance.now();
      if (now - written < LINE_EVERY_MS) return;
      written = now;
      stream.write(`${stage} ${Math.floor(share * 100)} %  ${note}\n`);
    },
    end: () => undefined,
  };
}
