import { useState } from 'preact/hooks';
import type { SendRequest, SentMail } from '../../api/api.ts';
import { CallError, call } from '../data/call.ts';

export interface Sending {
  busy: boolean;
  /** The reply of the edge; null before it arrives. */
  sent: readonly SentMail[] | null;
  error: string | null;
  send: (request: SendRequest) => Promise<void>;
  sendFile: (file: File, envelope: { from: string; to: string[] }) => Promise<void>;
}

export function useSend(): Sending {
  const [state, setState] = useState<Omit<Sending, 'send' | 'sendFile'>>({ busy: false, sent: null, error: null });
  const run = async (answer: Promise<{ mails: SentMail[] }>) => {
    setState({ ...state, busy: true });
    try {
      const { mails } = await answer;
      setState({ busy: false, sent: mails, error: null });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      setState({ busy: false, sent: null, error: error.message });
    }
  };
  return {
    ...state,
    send: (body) => run(call('POST /api/send', { body })),
    sendFile: (file, { from, to }) => {
      const query = new URLSearchParams([['from', from], ...to.map((address) => ['to', address])]);
      return run(call('POST /api/send/eml', { query, body: file }));
    },
  };
}
