/** A refusal of the console: `status` and its code, for the page to choose its words. */
export class ApiError extends Error {
  constructor(status, code, text) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

let signedOut = () => {};

/** Called when a request finds that the session is over. */
export function onSignedOut(callback) {
  signedOut = callback;
}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { cache: 'no-store', credentials: 'same-origin', ...options });
  } catch {
    throw new ApiError(0, 'unreachable', 'unreachable');
  }
  if (response.status === 204) return undefined;
  const body = await response.json().catch(() => undefined);
  if (response.ok) return body;
  const error = new ApiError(response.status, body?.error?.code ?? 'http', body?.error?.message ?? response.statusText);
  if (response.status === 401 && path !== 'session') signedOut();
  throw error;
}

const encoded = encodeURIComponent;

export const api = {
  session: () => call('session'),
  signIn: (token) =>
    call('session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    }),
  signOut: () => call('session', { method: 'DELETE' }),
  distribution: () => call('api/distribution'),
  changes: (limit) => call(`api/changes?limit=${limit}`),
  search: (query) => call(`api/enterprises?query=${encoded(query)}`),
  enterprise: ({ scheme, value }, { asOf, knownAt } = {}) => {
    const query = new URLSearchParams(Object.entries({ asOf, knownAt }).filter(([, moment]) => moment));
    const path = `api/enterprises/${encoded(scheme)}/${encoded(value)}`;
    return call(query.size === 0 ? path : `${path}?${query}`);
  },
};
