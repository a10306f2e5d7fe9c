import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

export interface SigningScope {
  /** As AWS names it in signatures. */
  service: 's3' | 'sqs';
  credentials: SigningCredentials;
  region: string;
  date: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The key of the day for each service, which takes four rounds to derive. As bytes it would become a KeyObject for
 * every request, which takes longer than the signature.
 */
const kept = new Map<SigningScope['service'], { secret: string; scope: string; key: KeyObject }>();

/** The signed parts of a request besides its headers. */
export interface SignedRequest {
  method: string;
  /** Escaped, as sent. */
  path: string;
  /** Escaped, sorted by name, as sent; empty for none. */
  query: string;
  /** Names in lower case, including `host` and `x-amz-content-sha256`. */
  headers: Readonly<Record<string, string>>;
}

/**
 * Signs a request (AWS: "Create a signed AWS API request", Signature Version 4). The SDK's signer makes the same
 * signature in 65 µs, a quarter of the CPU of a mail of 5 KB in the edge; this one takes 20.
 *
 * @returns the headers to send
 */
export function signed(
  { method, path, query, headers }: SignedRequest,
  { service, credentials, region, date }: SigningScope,
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = date.toISOString().replace(/[:-]|\.\d+/g, '');
  const all: Record<string, string> = { ...headers, 'x-amz-date': time };
  if (sessionToken !== undefined) all['x-amz-security-token'] = sessionToken;
  const names = Object.keys(all).sort();
  const signedNames = names.join(';');
  let lines = '';
  for (const name of names) lines += `${name}:${canonicalValue(all[name] ?? '')}\n`;
  const request = `${method}\n${path}\n${query}\n${lines}\n${signedNames}\n${all['x-amz-content-sha256']}`;
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const text = `${ALGORITHM}\n${time}\n${scope}\n${hash('sha256', request)}`;
  const signature = createHmac('sha256', signingKey(service, secretAccessKey, scope))
    .update(text)
    .digest('hex');
  all['authorization'] =
    `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`;
  return all;
}

const canonicalValue = (value: string): string => {
  const trimmed = value.trim();
  return trimmed.includes('  ') ? trimmed.replace(/ {2,}/g, ' ') : trimmed;
};

function signingKey(service: SigningScope['service'], secret: string, scope: string): KeyObject {
  const known = kept.get(service);
  if (known?.scope === scope && known.secret === secret) return known.key;
  const bytes = scope
    .split('/')
    .reduce<string | Buffer>((key, part) => createHmac('sha256', key).update(part).digest(), `AWS4${secret}`);
  const key = createSecretKey(Buffer.from(bytes));
  kept.set(service, { secret, scope, key });
  return key;
}

/** Everything except RFC 3986's unreserved characters: encodeURIComponent leaves five more unescaped. */
export const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
