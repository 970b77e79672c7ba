import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '#libs/service';
import { STATUS_LABELS } from '../explain/terms.ts';

const folder = join(packageRoot(), 'apps/console/public');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(html|css|js)$/.test(name),
);
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');

async function texts(): Promise<Record<'zh' | 'en', Record<string, string>>> {
  const module = (await import(pathToFileURL(join(folder, 'js/texts.js')).href)) as {
    TEXTS: Record<'zh' | 'en', Record<string, string>>;
  };
  return module.TEXTS;
}

describe('the page', () => {
  it('says everything in both languages, with the same values in each', async () => {
    const { zh, en } = await texts();
    const shape = (language: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(language).map(([key, text]) => [key, [...text.matchAll(/\{\w+\}/g)].map(String).sort()]),
      );
    expect(shape(en)).toEqual(shape(zh));
  });

  it('has a text for every key it names', async () => {
    const { zh } = await texts();
    const named = files.flatMap((file) => [
      ...[...textOf(file).matchAll(/\bt\('(\w+)'/g)].map((match) => match[1] as string),
      ...[...textOf(file).matchAll(/data-(?:text|placeholder|lang)="(\w+)"/g)].map((match) => match[1] as string),
    ]);
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((key) => !(key in zh))).toEqual([]);
  });

  it('says the notice and the direction of the score', async () => {
    const { zh } = await texts();
    expect(zh['notice']).toBe('仅作为配置监管资源的内部参考依据，不作为对企业的信用评价，不对外发布。');
    expect(zh['direction']).toContain('分值越高，风险越高');
  });

  it.each(files)('loads nothing from elsewhere and makes no markup from data in %s', (file) => {
    const text = textOf(file).replaceAll('http://www.w3.org/2000/svg', '');
    expect(text).not.toMatch(/https?:\/\/|\binnerHTML\b|\binsertAdjacentHTML\b|document\.write|\beval\(|\bstyle=/);
  });

  it('has words for every reason why a fact counts or not', () => {
    for (const { zh, en } of Object.values(STATUS_LABELS)) expect(zh.length * en.length).toBeGreaterThan(0);
  });
});
