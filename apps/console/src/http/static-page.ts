import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { packageRoot } from '#libs/service';

export interface StaticPage {
  /** Whether a path is the bare page or one of its files: they hold no data and are the only open reads. */
  has(path: string): boolean;
  serve: RequestHandler;
}

/** The page from apps/console/public; its files are listed once, so that nothing added next to them later is open by chance. */
export function staticPage(folder: string = join(packageRoot(), 'apps/console/public')): StaticPage {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'));
  const paths = new Set(['/', ...files]);
  return {
    has: (path) => paths.has(path),
    serve: express.static(folder, {
      redirect: false,
      cacheControl: false,
      // Asked for again each time, answered with 304: a new version of the page is never mixed with an old script.
      setHeaders: (response) => void response.setHeader('Cache-Control', 'no-cache'),
    }),
  };
}
