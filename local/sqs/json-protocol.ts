import { isUtf8 } from 'node:buffer';
import { SqsError } from './errors.ts';
import type { JsonObject } from './operation.ts';
import type { Answer, Protocol } from './protocol.ts';

/** AWS JSON 1.0: `X-Amz-Target: AmazonSQS.<Action>`, JSON both ways. */
export const jsonProtocol: Protocol = {
  decode: ({ headers }, body) => {
    const [, action = ''] = String(headers['x-amz-target']).split('.', 2);
    return { action, input: parse(body) };
  },

  encode: (_action, output) => answer(200, output),

  encodeError: (error) => ({
    ...answer(error.status, { __type: `com.amazonaws.sqs#${error.code}`, message: error.message }),
    // SDKs that used the Query protocol before still identify errors by their old codes.
    errorHeader: `${error.queryCode};${error.fault}`,
  }),
};

function answer(status: number, body: JsonObject): Answer {
  return { status, contentType: 'application/x-amz-json-1.0', body: JSON.stringify(body) };
}

function parse(body: Buffer): unknown {
  // Invalid UTF-8 would silently become U+FFFD.
  if (!isUtf8(body)) throw malformed();
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    throw malformed();
  }
}

function malformed(): SqsError {
  return new SqsError('SerializationException', 'The request body is not JSON in UTF-8.');
}
