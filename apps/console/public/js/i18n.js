import { TEXTS } from './texts.js';

const STORED = 'risk-console-language';
const ZONE = 'Asia/Shanghai';
let language = localStorage.getItem(STORED) === 'en' ? 'en' : 'zh';

export function t(key, values = {}) {
  const text = TEXTS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

export function has(key) {
  return key in TEXTS[language];
}

/** A label `{zh, en}` that came with the data, or what to show without one. */
export function label(text, otherwise = '') {
  return text?.[language] ?? text?.zh ?? otherwise;
}

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(STORED, language);
}

/** Puts the texts of the language into the page's fixed parts. */
export function applyTexts() {
  document.documentElement.lang = locale();
  document.title = t('title');
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);
  for (const element of document.querySelectorAll('[data-placeholder]')) {
    element.placeholder = t(element.dataset.placeholder);
  }
  for (const element of document.querySelectorAll('[data-lang]')) element.lang = t(element.dataset.lang);
}

export function locale() {
  return language === 'zh' ? 'zh-CN' : 'en';
}

/** Milli-points as points, with a true minus sign. */
export function points(milli) {
  const text = new Intl.NumberFormat(locale(), { maximumFractionDigits: 3 }).format(Math.abs(milli) / 1000);
  return milli < 0 ? `−${text}` : text;
}

export function number(value) {
  return new Intl.NumberFormat(locale()).format(value);
}

export function percent(part, whole) {
  if (whole === 0) return '–';
  return new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 1 }).format(part / whole);
}

/** A day in the city's zone. */
export function day(iso) {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date(iso));
}

/** The last moment of a day in the city's zone, as an address or a date field gives it; undefined for none or today. */
export function endOfDay(text) {
  if (!text || text === day(new Date().toISOString())) return undefined;
  return `${text}T23:59:59.999+08:00`;
}

/** A day and a time of day in the city's zone. */
export function moment(iso) {
  const parts = { dateStyle: 'short', timeStyle: 'medium', timeZone: ZONE };
  return new Intl.DateTimeFormat('sv-SE', parts).format(new Date(iso));
}

/** A day, or day and time when the moment is not midnight in the city's zone. */
export function dayOrMoment(iso) {
  const text = moment(iso);
  return text.endsWith('00:00:00') ? day(iso) : text;
}
