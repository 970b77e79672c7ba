/** One event of a server-sent event stream; `data` is JSON and therefore one line. */
export function eventFrame(event: string, data: unknown, id?: string): string {
  const idLine = id === undefined ? '' : `id: ${oneLine(id)}\n`;
  return `${idLine}event: ${oneLine(event)}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A comment: keeps proxies from closing a silent stream and shows a dead peer. */
export function commentFrame(text: string): string {
  return `: ${oneLine(text)}\n\n`;
}

/** How long the browser waits before it comes back. */
export function retryFrame(ms: number): string {
  return `retry: ${ms}\n\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\0]/g, ' ');
}
