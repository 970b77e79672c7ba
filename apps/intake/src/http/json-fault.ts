const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;

/** What may come next; `value]` and `key}` also allow the end of the list or object that has just begun. */
type Expected = 'value' | 'value]' | 'key' | 'key}' | ':' | ', or end' | 'nothing';

/** Place of the first character that makes a text no JSON. V8 names it only in some of its messages. */
export function jsonFaultAt(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let place = 0;
  for (;;) {
    place += matchAt(SPACE, text, place).length;
    const token = matchAt(TOKEN, text, place);
    const next: Expected | undefined = token === '' ? undefined : STEPS[expected](token, open);
    if (next === undefined) return place;
    expected = next;
    place += token.length;
  }
}

function matchAt(pattern: RegExp, text: string, place: number): string {
  pattern.lastIndex = place;
  return pattern.exec(text)?.[0] ?? '';
}

/** For each expectation, what may follow the token, or undefined when the token may not stand here. */
const STEPS: Readonly<Record<Expected, (token: string, open: string[]) => Expected | undefined>> = {
  value: valueBegins,
  'value]': (token, open) => (token === ']' ? close(open) : valueBegins(token, open)),
  key: (token) => (token.startsWith('"') ? ':' : undefined),
  'key}': (token, open) => (token === '}' ? close(open) : STEPS.key(token, open)),
  ':': (token) => (token === ':' ? 'value' : undefined),
  ', or end': (token, open) => {
    const inObject = open.at(-1) === '{';
    if (token === ',') return inObject ? 'key' : 'value';
    return token === (inObject ? '}' : ']') ? close(open) : undefined;
  },
  nothing: () => undefined,
};

function valueBegins(token: string, open: string[]): Expected | undefined {
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key}' : 'value]';
  }
  if ('}],:'.includes(token)) return undefined;
  return open.length === 0 ? 'nothing' : ', or end';
}

function close(open: string[]): Expected {
  open.pop();
  return open.length === 0 ? 'nothing' : ', or end';
}
