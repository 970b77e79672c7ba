const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const SILENT_MS = 2_000;

/** Shows the steps of a start: a spinner with the seconds in a terminal, plain lines elsewhere. */
export interface Progress {
  /** Runs a step and prints its time when done; `note` changes the words beside a running step. */
  step<T>(title: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
  line(text: string): void;
}

export function createProgress(out: NodeJS.WriteStream = process.stdout): Progress {
  const running = new Map<symbol, { title: string; note: string; since: number }>();
  let frame = 0;
  let drawn = false;
  let timer: NodeJS.Timeout | undefined;

  const erase = () => {
    if (drawn) out.write('\r\x1b[2K');
    drawn = false;
  };
  const draw = () => {
    erase();
    if (running.size === 0) return;
    const steps = [...running.values()].map(
      ({ title, note, since }) => `${title}${note === '' ? '' : ` (${note})`} ${seconds(Date.now() - since)}`,
    );
    const text = `${FRAMES[frame++ % FRAMES.length]} ${steps.join(' · ')}`;
    out.write(text.slice(0, Math.max(20, (out.columns ?? 80) - 1)));
    drawn = true;
  };
  const tick = () => {
    if (running.size === 0) {
      clearInterval(timer);
      timer = undefined;
    } else if (out.isTTY) {
      timer ??= setInterval(draw, 120).unref();
      draw();
    }
  };
  const line = (text: string) => {
    erase();
    out.write(`${text}\n`);
  };

  return {
    line,
    async step(title, work) {
      const id = Symbol(title);
      const entry = { title, note: '', since: Date.now() };
      running.set(id, entry);
      // Without a terminal, a step that takes long says so once; a short one says only that it is done.
      const announce = out.isTTY ? undefined : setTimeout(() => line(`… ${title}`), SILENT_MS).unref();
      tick();
      try {
        const result = await work((note) => (entry.note = note));
        running.delete(id);
        line(`✔ ${title}${entry.note === '' ? '' : ` (${entry.note})`}, ${seconds(Date.now() - entry.since)}`);
        return result;
      } catch (error) {
        running.delete(id);
        line(`✘ ${title}, after ${seconds(Date.now() - entry.since)}`);
        throw error;
      } finally {
        clearTimeout(announce);
        tick();
      }
    },
  };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
