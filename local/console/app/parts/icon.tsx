/** Outlines on a grid of 16, drawn in the colour of the text. */
const PATHS = {
  attachment: 'M13 7.5 8 12.4a3.2 3.2 0 0 1-4.5-4.5l5.2-5.2a2.1 2.1 0 0 1 3 3L6.6 10.9a1 1 0 0 1-1.5-1.5L9.8 4.7',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM14 14l-3.4-3.4',
  ok: 'M3 8.5 6.5 12 13 4.5',
  warn: 'M8 2.5 14.5 13.5h-13ZM8 6.5v3M8 11.6v.1',
  bad: 'M4 4l8 8M12 4l-8 8',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5v.1',
  download: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.5h10',
  repeat: 'M3 8a5 5 0 0 1 8.7-3.3L13 6M13 2.5V6H9.5M13 8a5 5 0 0 1-8.7 3.3L3 10M3 13.5V10h3.5',
  back: 'M9.5 3 4.5 8l5 5',
  theme: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12a6 6 0 0 0 0-12Z',
  send: 'M14 2 7 9M14 2 9.5 14 7 9 2 6.5Z',
  mail: 'M2 4h12v8.5H2ZM2 4.5 8 9l6-4.5',
  file: 'M4 2h5l3 3v9H4ZM9 2v3h3',
  keyboard: 'M1.5 4h13v8h-13ZM4 6.5v.1M6.5 6.5v.1M9 6.5v.1M11.5 6.5v.1M5 9.5h6',
} as const;

export type IconName = keyof typeof PATHS;

/** Hidden from screen readers: adjacent text or the label of its button gives the meaning. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
