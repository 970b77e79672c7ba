import { SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 2_000;

/** Where a command speaks: results on standard output, progress on standard error. */
export interface Output {
  line(text: string): void;
  /** A bar on a terminal, a plain line every two seconds elsewhere. */
  progress(title: string): ProgressOf;
}

export interface ProgressOf {
  show(done: number, of: number): void;
  end(): void;
}

export function terminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Output {
  return {
    line: (text) => void stdout.write(`${text}\n`),
    progress: (title) => (stderr.isTTY ? barOn(stderr, title) : linesOn(stderr, title)),
  };
}

function barOn(stream: NodeJS.WriteStream, title: string): ProgressOf {
  const format = `${title} [{bar}] {percentage} %  {value}/{total}`;
  const bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true, fps: 5 });
  let started = false;
  return {
    show(done, of) {
      if (!started) bar.start(of, done);
      started = true;
      bar.update(done);
    },
    end() {
      if (started) bar.stop();
    },
  };
}

function linesOn(stream: NodeJS.WriteStream, title: string): ProgressOf {
  let written = performance.now();
  return {
    show(done, of) {
      const now = performance.now();
      if (now - written < LINE_EVERY_MS) return;
      written = now;
      stream.write(`${title}: ${done} of ${of}\n`);
    },
    end: () => undefined,
  };
}
