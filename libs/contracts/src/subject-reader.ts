import { fault } from './faults.ts';
import type { Run, Site } from './faults.ts';
import type { Subject } from './generated/records.ts';
import { quoted } from './text.ts';
import { checkUscc } from './uscc.ts';

const SCHEME = /^[a-z][a-z0-9-]{0,31}$/;
/** Printable, no white space, no colon: the Kafka key is scheme:value. */
const VALUE = /^[^\s:\p{C}]{1,64}$/u;

/** A subject {scheme, value}; a credit code is checked in full, other schemes by form only. */
export function readSubject(value: unknown, site: Site, run: Run): Subject | undefined {
  const { scheme, value: id } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof scheme !== 'string' || typeof id !== 'string') {
    return fault(
      run,
      site,
      'form',
      `${site.field} is ${quoted(value)}; expected {scheme, value}, as {"scheme":"uscc","value":"91442000MA5123452K"}`,
    );
  }
  if (!SCHEME.test(scheme)) {
    return fault(
      run,
      site,
      'scheme',
      `${site.field}.scheme is ${quoted(scheme)}; expected uscc or a name of lower-case letters, digits and hyphens`,
    );
  }
  if (scheme === 'uscc') return readUscc(id, site, run);
  const normal = id.normalize('NFKC').trim();
  if (VALUE.test(normal)) return { scheme, value: normal };
  return fault(
    run,
    site,
    'value',
    `${site.field}.value is ${quoted(id)}; expected 1 to 64 printable characters without white space or colon`,
  );
}

function readUscc(id: string, site: Site, run: Run): Subject | undefined {
  const code = id.normalize('NFKC').trim().toUpperCase();
  const wrong = checkUscc(code);
  if (!wrong) return { scheme: 'uscc', value: code };
  return fault(run, site, `uscc.${wrong.check}`, `${site.field}.value is ${quoted(code)}: ${wrong.message}`);
}
