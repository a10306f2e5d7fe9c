import * as z from 'zod';
import { PermanentError } from '../../core/mail/errors.ts';
import type { ResolvedResource, Resolver } from '../template/resolver.ts';
import { type ModelledType, PROPERTIES } from './properties.ts';

/** A resource of the templates with its properties resolved as CloudFormation would. */
export interface Found<T extends ModelledType> {
  id: string;
  /** The value of `Ref`. */
  ref: string;
  /** Account and region of its stack. */
  account: string;
  region: string;
  properties: z.infer<(typeof PROPERTIES)[T]>;
  attribute(name: string): string;
}

/** Types that affect permissions or the path of mails but are not modelled. */
const REFUSED =
  /^AWS::(IAM::(?!Role$|Policy$)|S3::(?!Bucket$|BucketPolicy$)|SQS::(?!Queue$|QueuePolicy$)|KMS::(?!Key$|Alias$))/;
const WANTED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(PROPERTIES).map(([type, schema]) => [type, Object.keys(schema.shape)]),
);
/** Types whose names are never used. */
const NAMELESS: ReadonlySet<string> = new Set(
  Object.keys(PROPERTIES).filter((type) =>
    /Policy$|Subscription|Mapping|Permission|TaskDefinition|FlowLog|Plan|ReceiptRule|Alarm$/.test(type),
  ),
);

/**
 * Every resource that the rehearsal models, by type.
 *
 * @throws PermanentError `template.unknown`, which names the resource, for properties and types it would misinterpret
 */
export class FoundResources {
  readonly #byType = new Map<string, Found<ModelledType>[]>();

  constructor(resolver: Resolver, types: Iterable<string>) {
    const refused = [...types].find((type) => REFUSED.test(type));
    if (refused !== undefined) throw new PermanentError('template.unknown', `the rehearsal does not model ${refused}`);
    for (const resource of resolver.resources(WANTED)) {
      const list = this.#byType.get(resource.type) ?? [];
      this.#byType.set(resource.type, [...list, found(resolver, resource)]);
    }
  }

  of<T extends ModelledType>(type: T): Found<T>[] {
    return (this.#byType.get(type) ?? []) as Found<T>[];
  }
}

function found(resolver: Resolver, { id, stack, type, properties }: ResolvedResource): Found<ModelledType> {
  const parsed = PROPERTIES[type as ModelledType].safeParse(properties);
  if (!parsed.success) {
    throw new PermanentError('template.unknown', `${stack.name}, ${id}: ${z.prettifyError(parsed.error)}`);
  }
  const { account, region } = resolver.placeOf(stack);
  return {
    id,
    account,
    region,
    ref: NAMELESS.has(type) ? id : String(resolver.value(stack, id, { Ref: id })),
    properties: parsed.data,
    attribute: (name) => String(resolver.value(stack, id, { 'Fn::GetAtt': [id, name] })),
  };
}
