import { Dialog } from './parts/dialog.tsx';

const KEYS = [
  [['/'], 'Search'],
  [['↑', '↓'], 'Previous or next mail; also k and j'],
  [['Enter'], 'Open the mail'],
  [['x'], 'Select the mail, to act on several at once'],
  [['Shift ↑', 'Shift ↓'], 'Select a range; also Shift and click'],
  [['Esc'], 'Back to the list; clear the selection'],
  [['1', '2', '3'], 'Mails, flow, try'],
  [['?'], 'This list'],
] as const;

export function KeysDialog({ close }: { close: () => void }) {
  return (
    <Dialog title="Keys" close={close}>
      <dl class="facts keys">
        {KEYS.map(([keys, what]) => (
          <>
            <dt>
              {keys.map((key) => (
                <>
                  <kbd>{key}</kbd>{' '}
                </>
              ))}
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  );
}
