import type { EventBridgeClient, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { BusEvent, EventBus } from '../ports/event-bus.ts';
import { classifyAwsError, errorClass } from './aws-error.ts';
import { clientConfig } from './client-config.ts';

/** Milliseconds: an event is small, and its mail waits for it. */
const REQUEST_TIMEOUT_MS = 5_000;

/** Codes with which EventBridge reports a fault of its own for an entry, equivalent to a 5xx. */
const INTERNAL_CODES: ReadonlySet<string> = new Set(['InternalException', 'InternalFailure']);

/** A bus by name; null without a name. Its client is loaded with the first event: most deployments have none. */
export function eventBus(name: string | null): EventBus | null {
  if (name === null) return null;
  let client: Promise<EventBridgeClient> | undefined;
  return {
    async put(event) {
      client ??= createClient();
      await putEvent(await client, name, event);
    },
  };
}

async function createClient(): Promise<EventBridgeClient> {
  const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
  return new EventBridgeClient(clientConfig({}, REQUEST_TIMEOUT_MS));
}

/** Even an answer of 200 can refuse the entry. */
async function putEvent(client: EventBridgeClient, bus: string, event: BusEvent): Promise<void> {
  const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const entry = {
    EventBusName: bus,
    Source: event.source,
    DetailType: event.detailType,
    Detail: JSON.stringify(event.detail),
  };
  const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] })).catch((error: unknown) => {
    throw classifyAwsError('events', `PutEvents to ${bus}`, error);
  });
  const refused = Entries.find(({ EventId }) => EventId === undefined);
  if (refused !== undefined) throw refusal(bus, refused);
}

function refusal(bus: string, { ErrorCode = 'Unknown', ErrorMessage = '' }: PutEventsResultEntry) {
  const Kind = errorClass(ErrorCode, INTERNAL_CODES.has(ErrorCode) ? 500 : 400);
  return new Kind(`events.${ErrorCode}`, `the bus ${bus} refused an event: ${ErrorMessage}`);
}
