import { FACT_TYPES, type AttributeSpec } from '#libs/contracts';
import type { Label } from '../reads/views.ts';
import { inWords, listed, sourceCode, townOf } from '../vocabulary.ts';
import type { AttributeView } from './views.ts';

const YES: Label = { zh: '是', en: 'yes' };
const NO: Label = { zh: '否', en: 'no' };
/** What the contracts add to the stated attributes for the model. */
const DERIVED: Readonly<Record<string, string>> = { addressChanged: '住所是否变更' };

/**
 * What a fact states, with official terms for its codes. Persons' keys and nested values are left out: they explain no
 * point and are nobody's business here.
 */
export function attributeViews(
  factType: string,
  codeSystem: string | null,
  stated: Readonly<Record<string, unknown>>,
): AttributeView[] {
  const specs = specsOf(factType);
  return Object.entries(stated).flatMap(([name, value]) => {
    const spec = specs[name];
    const shown = spec?.type === 'key' ? undefined : valueView(value, spec, codeSystem);
    return shown === undefined
      ? []
      : [{ name, label: { zh: spec?.zh ?? DERIVED[name] ?? name, en: inWords(name) }, ...shown }];
  });
}

/** A change states attributes of the registration under their own names. */
function specsOf(factType: string): Readonly<Record<string, AttributeSpec>> {
  const own = FACT_TYPES[factType]?.attributes ?? {};
  return factType === 'enterprise.change' ? { ...FACT_TYPES['enterprise.registration']?.attributes, ...own } : own;
}

type ValueView = Pick<AttributeView, 'type' | 'value' | 'valueLabel'>;

function valueView(value: unknown, spec: AttributeSpec | undefined, codeSystem: string | null): ValueView | undefined {
  if (typeof value === 'number' && spec?.type === 'money') return { type: 'money', value, valueLabel: null };
  if (typeof value === 'number' && (spec?.type === 'date' || spec?.type === 'end-date')) {
    return { type: 'date', value: new Date(value).toISOString(), valueLabel: null };
  }
  if (typeof value === 'boolean') return { type: 'text', value: String(value), valueLabel: value ? YES : NO };
  const texts = textsOf(value);
  return texts === undefined ? undefined : textView(texts, spec, codeSystem);
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')) return value;
  return undefined;
}

function textView(texts: readonly string[], spec: AttributeSpec | undefined, codeSystem: string | null): ValueView {
  const terms = texts.map((text) => termOf(text, spec, codeSystem));
  const value = texts.length === 1 ? (texts[0] as string) : texts;
  if (terms.every((term) => term === null)) return { type: 'text', value, valueLabel: null };
  const shown = terms.map((term, place) => term ?? { zh: texts[place] as string, en: texts[place] as string });
  const valueLabel = { zh: shown.map(({ zh }) => zh).join('、'), en: shown.map(({ en }) => en).join(', ') };
  return { type: 'text', value, valueLabel };
}

function termOf(text: string, spec: AttributeSpec | undefined, codeSystem: string | null): Label | null {
  if (spec?.list !== undefined) return listed(spec.list, text);
  if (spec?.type === 'town') return townOf(text)?.label ?? null;
  if (spec?.type !== 'source-code' && spec?.type !== 'source-codes') return null;
  return codeSystem === null ? null : sourceCode(codeSystem, text);
}
