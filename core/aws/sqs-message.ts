import type { OutgoingAttributes, OutgoingMessage } from '../ports/queue.ts';

/** A message in the form of SendMessage and SendMessageBatch. */
export function messageInput({ body, attributes, delaySeconds }: OutgoingMessage) {
  return {
    MessageBody: body,
    ...(attributes === undefined ? {} : { MessageAttributes: typedAttributes(attributes) }),
    ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
  };
}

function typedAttributes(attributes: OutgoingAttributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) },
    ]),
  );
}
