/** One line of progress: rewritten in place on a terminal, else a new line at most every two seconds. */
export interface ProgressLine {
  show(text: string): void;
  /** Shows the last text for good. */
  end(text: string): void;
}

export function progressLine(stream: NodeJS.WriteStream, now: () => number = Date.now): ProgressLine {
  const interval = stream.isTTY ? 100 : 2_000;
  let shown = now();
  return {
    show(text) {
      if (now() - shown < interval) return;
      shown = now();
      stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end(text) {
      stream.write(stream.isTTY ? `\r\u001b[K${text}\n` : `${text}\n`);
    },
  };
}
