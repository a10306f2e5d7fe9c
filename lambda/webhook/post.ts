import { type LookupAddress, lookup } from 'node:dns';
import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { errorText, PermanentError, PipelineError, TransientError } from '../../core/mail/errors.ts';
import { isForbidden, isLoopback } from './forbidden-address.ts';

export interface PostOptions {
  deadlineMs: number;
  allowLoopback: boolean;
}

/**
 * Posts a body and returns the status of the answer, whatever it is: redirects are not followed, and what stands in the
 * answer is not read. The address is checked when it is connected to, so that no DNS record leads elsewhere later.
 *
 * @throws TransientError `webhook.unreachable`: no answer before the deadline
 * @throws PermanentError `webhook.forbidden`: not https, or an address where no webhook is
 */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  { deadlineMs, allowLoopback }: PostOptions,
): Promise<number> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  checkTarget(target, host, allowLoopback);
  const request = (target.protocol === 'https:' ? requestHttps : requestHttp)(target, {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
    lookup: checkedLookup(allowLoopback),
    signal: AbortSignal.timeout(deadlineMs),
    // One connection for one mail: nothing is left half read for the next.
    agent: false,
  });
  try {
    const answered: Promise<[IncomingMessage]> = once(request, 'response').then(([response]) => [response]);
    request.end(body);
    const [response] = await answered;
    return response.statusCode ?? 0;
  } catch (cause) {
    if (cause instanceof PipelineError) throw cause;
    throw new TransientError('webhook.unreachable', `${target.host} gave no answer: ${errorText(cause)}`, { cause });
  } finally {
    request.on('error', () => {}).destroy();
  }
}

function checkTarget({ protocol }: URL, host: string, allowLoopback: boolean): void {
  const local = allowLoopback && (host === 'localhost' || (isIP(host) !== 0 && isLoopback(host)));
  if (protocol !== 'https:' && !local) throw forbidden(`${host} would be posted to without TLS`);
  // A name is looked up and then checked; an address never gets there.
  if (isIP(host) !== 0 && isForbidden(host, allowLoopback)) throw forbidden(`${host} is no address of a webhook`);
}

function checkedLookup(allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[] = []) => {
      const [first] = addresses;
      if (error !== null || first === undefined) return callback(error ?? new Error('no address'), '');
      const wrong = addresses.find(({ address }) => isForbidden(address, allowLoopback));
      if (wrong !== undefined) return callback(forbidden(`${hostname} is at ${wrong.address}`), '');
      if (options.all === true) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

const forbidden = (what: string) => new PermanentError('webhook.forbidden', what);
