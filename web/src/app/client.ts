// The generated client, as this page uses it: our own server, with the header that no other origin can send.
import { client } from '../api/client.gen';
import { chosenLanguage, LOCALES } from './languages';

/** What the server refused, in its own words, which say what to do next. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** Somebody who wants to know when the session is over. */
type Listener = () => void;
const ended = new Set<Listener>();

export function whenSessionEnds(listener: Listener): () => void {
  ended.add(listener);
  return () => ended.delete(listener);
}

client.setConfig({ baseUrl: '', credentials: 'same-origin', headers: { 'X-Hundredfold-CSRF': '1' } });

// The server says in the reader's language what it refuses.
client.interceptors.request.use((request) => {
  request.headers.set('Accept-Language', LOCALES[chosenLanguage()]);
  return request;
});

client.interceptors.error.use((error, response) => {
  const told = (typeof error === 'object' && error !== null ? error : {}) as { code?: string; detail?: string };
  if (response === undefined) return error instanceof Error ? error : new Error(String(error));
  if (response.status === 401 && told.code !== 'wrong_login') for (const listener of ended) listener();
  return new Problem(response.status, told.code ?? '', told.detail ?? response.statusText);
});

/** A request whose answer has no generated type; raises Problem. */
export async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const found = await client.request({ method: method as 'GET', url: path, body, throwOnError: true, ...jsonOf(body) });
  return found.data as Answer;
}

function jsonOf(body: unknown): { headers?: Record<string, string>; bodySerializer?: (body: unknown) => string } {
  return body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, bodySerializer: JSON.stringify };
}
