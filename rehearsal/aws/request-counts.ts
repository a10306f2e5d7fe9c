import type { IncomingMessage } from 'node:http';
import { nameOf } from '../guard.ts';
import type { Caller } from './caller.ts';

/** Requests of one kind: who made them, of which service, and on what. */
export interface CountedRequests {
  /** Name of the role. */
  caller: string;
  service: 's3' | 'sqs';
  /** `GET`, `HEAD`, `PUT`, `COPY`, `POST`, `DELETE` or `LIST` of S3; the action of SQS. */
  operation: string;
  /** Bucket and first part of the key, such as `mail-content/parsed/`; the name of the queue. */
  target: string;
  count: number;
  /** Content of the request bodies. */
  bytes: number;
}

/** Counts the requests that the programs make to S3 and SQS. Both bill by the request, answered or refused. */
export class RequestCounts {
  readonly #counts = new Map<string, CountedRequests>();

  s3(caller: Caller, { method = 'GET', url = '/', headers }: IncomingMessage): void {
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    const [, bucket = '', prefix = ''] = /^\/([^/]+)\/?([^/]*\/)?/.exec(path) ?? [];
    const isCopy = headers['x-amz-copy-source'] !== undefined;
    const isList = method === 'GET' && new URLSearchParams(query).has('list-type');
    const bytes = Number(headers['x-amz-decoded-content-length'] ?? headers['content-length'] ?? 0);
    this.#add(caller, 's3', isCopy ? 'COPY' : isList ? 'LIST' : method, `${bucket}/${prefix}`, bytes);
  }

  sqs(caller: Caller, operation: string, queue: string, bytes: number): void {
    this.#add(caller, 'sqs', operation, queue, bytes);
  }

  get all(): readonly CountedRequests[] {
    return [...this.#counts.values()];
  }

  #add(caller: Caller, service: CountedRequests['service'], operation: string, target: string, bytes: number): void {
    const of = { caller: nameOf(caller.principal), service, operation, target };
    const key = JSON.stringify(of);
    const counted = this.#counts.get(key) ?? { ...of, count: 0, bytes: 0 };
    this.#counts.set(key, counted);
    counted.count += 1;
    counted.bytes += bytes;
  }
}
