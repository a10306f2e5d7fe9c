import { MTA_STS_PATH } from '../../core/config/dns-records.ts';

/**
 * Source of the CloudFront function that answers every request: the policy at its path, 404 anywhere else. Media type
 * and path: RFC 8461 §3.2, §3.3. JSON is JavaScript.
 */
export function policyFunction(policy: string): string {
  const found = {
    statusCode: 200,
    statusDescription: 'OK',
    headers: { 'content-type': { value: 'text/plain; charset=utf-8' } },
    body: { encoding: 'text', data: policy },
  };
  const notFound = { statusCode: 404, statusDescription: 'Not Found' };
  return [
    'function handler(event) {',
    `  return event.request.uri === ${JSON.stringify(MTA_STS_PATH)} ? ${JSON.stringify(found)} : ${JSON.stringify(notFound)};`,
    '}',
    '',
  ].join('\n');
}
