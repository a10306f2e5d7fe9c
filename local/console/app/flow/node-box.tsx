import type { Flow, FlowNode } from '../../api/api.ts';
import { count, duration } from '../parts/format.ts';

const TITLES: Readonly<Record<string, string>> = {
  edge: 'SMTP edge',
  raw: 'Raw bucket',
  parser: 'Parser',
  enricher: 'Enricher',
  'event-bus': 'Event bus',
};

/** Icon of each kind of node, on a grid of 16. */
const SYMBOLS: Readonly<Record<FlowNode['kind'], string>> = {
  edge: 'M2 3h12v4H2ZM2 9h12v4H2ZM4.5 5v.1M4.5 11v.1',
  store:
    'M3 4.2c0-1 2.2-1.7 5-1.7s5 .7 5 1.7-2.2 1.7-5 1.7-5-.7-5-1.7ZM3 4.2v7.6c0 1 2.2 1.7 5 1.7s5-.7 5-1.7V4.2M3 8c0 1 2.2 1.7 5 1.7S13 9 13 8',
  function: 'M4 2.5h2.2L12 13.5M7.2 6.4 3.5 13.5',
  bus: 'M2 8h12M4.5 8V4M8 8v4.5M11.5 8V4',
  queue: 'M2 4.5h3v7H2ZM6.5 4.5h3v7h-3ZM11 4.5h3v7h-3Z',
};

interface BoxProps {
  node: FlowNode;
  /** Mails a minute. */
  rate: number;
  /** Fault injected into the store. */
  store: Flow['store'];
  width: number;
  height: number;
}

/** One node of the pipeline: its name, its figure and a line of detail. */
export function NodeBox({ node, rate, store, width, height }: BoxProps) {
  const { name, kind, failures, queue } = node;
  const full = queue !== null && queue.visible + queue.inFlight + queue.delayed > 0;
  const fault = kind === 'store' && store !== null && store.mode !== 'well' ? store.mode : null;
  const { figure, unit, more } = shown(node, rate);
  return (
    <>
      <rect
        class={`box${full ? ' busy' : ''}${failures > 0 || fault !== null ? ' failing' : ''}`}
        width={width}
        height={height}
        rx="8"
      />
      <g class="symbol" transform="translate(12 12)">
        <path d={SYMBOLS[kind]} />
      </g>
      <text class="name" x="36" y="25">
        {shortened(TITLES[name] ?? name)}
      </text>
      <text class="figure" x="12" y="53">
        {figure}
        <tspan class="unit" dx="5">
          {unit}
        </tspan>
      </text>
      <text class="more" x="12" y="74">
        {fault === null ? more : `${fault} (injected)`}
      </text>
      {failures > 0 && (
        <a href="#failures" aria-label={`${count(failures)} failed at ${name}`}>
          <g transform={`translate(${width - 6} -9)`}>
            <rect class="failed-mark" x={-pill(failures)} width={pill(failures)} height="18" rx="9" />
            <text class="failed-text" x={-pill(failures) / 2} y="13" text-anchor="middle">
              {`${count(failures)} failed`}
            </text>
          </g>
        </a>
      )}
    </>
  );
}

const pill = (failures: number): number => 50 + count(failures).length * 7;
/** Queue names share a prefix, so the end is kept. */
const shortened = (name: string): string => (name.length <= 15 ? name : `…${name.slice(-14)}`);

interface Shown {
  figure: string;
  unit: string;
  more: string;
}

function shown({ name, mails, queue }: FlowNode, rate: number): Shown {
  if (queue !== null) {
    const { visible, inFlight, delayed, oldestMs, deadLetters } = queue;
    const details = [
      delayed > 0 && `${count(delayed)} delayed`,
      inFlight > 0 && `${count(inFlight)} in flight`,
      oldestMs !== null && `oldest ${duration(oldestMs)}`,
      deadLetters !== null && deadLetters > 0 && `${count(deadLetters)} dead`,
    ].filter((text) => text !== false);
    const more = details.length > 0 ? details.join(', ') : mails === null ? 'empty' : `${count(mails)} passed`;
    return { figure: count(visible + delayed), unit: 'waiting', more };
  }
  const figure = mails === null ? '–' : count(mails);
  if (name === 'edge') return { figure, unit: 'accepted', more: `${rate.toFixed(0)} a minute` };
  if (name === 'raw') return { figure, unit: 'stored', more: 'before the 250' };
  if (name === 'parser') return { figure, unit: 'parsed', more: 'MIME, sender, language' };
  if (name === 'enricher') return { figure, unit: 'enriched', more: 'documents, malware' };
  return { figure, unit: 'passed', more: '' };
}
