import { encodeEventKey } from '../../core/aws/s3-event.ts';
import type { CreatedEvent } from './record.ts';

/** The notification that S3 sends (event version 2.1), as one JSON text. */
export function encodeCreatedEvent(event: CreatedEvent): string {
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: new Date(event.time).toISOString(),
        eventName: event.name,
        userIdentity: { principalId: 'local' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': event.id, 'x-amz-id-2': event.id },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'local',
          bucket: {
            name: event.bucket,
            ownerIdentity: { principalId: 'local' },
            arn: `arn:aws:s3:::${event.bucket}`,
          },
          object: {
            key: encodeEventKey(event.key),
            size: event.size,
            eTag: event.etag,
            sequencer: event.time.toString(16).toUpperCase().padStart(16, '0'),
          },
        },
      },
    ],
  });
}
