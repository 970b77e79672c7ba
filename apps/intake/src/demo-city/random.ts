/**
 * A reproducible stream of random numbers (sfc32 seeded through murmur-style mixing).
 * Each (seed, enterprise, topic) has its own stream, so that a change of one topic's rates leaves every other topic as it was.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number in [low, high], both included. */
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** One of the values, each with a probability proportional to its weight. */
  weighted<T extends { readonly weight: number }>(values: readonly T[]): T;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  normal(mean: number, deviation: number): number;
  /** Log-normal with the given mean (of the values, not of their logarithms) and the deviation of the logarithms. */
  logNormal(mean: number, logDeviation: number): number;
  /** Gamma with mean shape · scale (Marsaglia and Tsang). */
  gamma(shape: number, scale: number): number;
  /** Number of events when `mean` are expected. */
  poisson(mean: number): number;
}

/** The stream named by these words: the same words give the same numbers on every machine. */
export function randomOf(...words: readonly (string | number)[]): Random {
  const next = sfc32(mix(words.join('\u0000')));
  const normal = (mean: number, deviation: number): number => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * next());
  };
  const gamma = (shape: number, scale: number): number => {
    if (shape < 1) return gamma(shape + 1, scale) * Math.pow(1 - next(), 1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal(0, 1);
      const v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
    }
  };
  return {
    next,
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (values) => at(values, Math.floor(next() * values.length)),
    weighted: (values) => {
      let rest = next() * values.reduce((sum, { weight }) => sum + weight, 0);
      return values.find(({ weight }) => (rest -= weight) < 0) ?? at(values, values.length - 1);
    },
    exponential: (mean) => -mean * Math.log(1 - next()),
    normal,
    logNormal: (mean, logDeviation) =>
      Math.exp(normal(Math.log(mean) - (logDeviation * logDeviation) / 2, logDeviation)),
    gamma,
    poisson: (mean) => {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count++;
      return count;
    },
  };
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value at ${index} of ${values.length}`);
  return value;
}

/** Four well-mixed 32-bit words from a text (the cyrb128 construction). */
function mix(text: string): [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ k, 597399067);
    b = c ^ Math.imul(b ^ k, 2869860233);
    c = d ^ Math.imul(c ^ k, 951274213);
    d = a ^ Math.imul(d ^ k, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
}

function sfc32([a0, b0, c0, d0]: [number, number, number, number]): () => number {
  let a = a0 | 0;
  let b = b0 | 0;
  let c = c0 | 0;
  let d = d0 | 0;
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
