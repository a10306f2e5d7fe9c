import type { Attachment } from '../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { type CleanHtml, cleanHtml } from './clean-html.ts';
import { inlineImages } from './inline-images.ts';

/** Maximum characters of HTML shown (Gmail clips at 102 KB). Bounds the time on the server and in the browser. */
const MAX_LENGTH = 1_000_000;

/**
 * Loads nothing, not even from this server: images are embedded in the document. No scripts, forms or frames. Links
 * open in a new tab when a person clicks them. `sandbox` also protects anyone who opens the URL outside of the frame.
 */
export const HTML_VIEW_POLICY = [
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** Headers of the document in the frame. Chromium resolves hosts of links before a click unless told not to. */
export const HTML_VIEW_HEADERS = {
  'content-security-policy': HTML_VIEW_POLICY,
  'x-dns-prefetch-control': 'off',
  'content-type': 'text/html; charset=utf-8',
} as const;

export interface HtmlView extends CleanHtml {
  /** The document for the frame. */
  html: string;
  /** Only the first million characters are shown. */
  cut: boolean;
}

/** Senders design mails for a white background. */
const STYLE = `:root { color-scheme: light; background: white; color: black }
body { margin: 12px; font: 14px/1.4 system-ui, sans-serif; overflow-wrap: break-word }
img { max-width: 100% } img:not([src]) { outline: 1px dashed #888 }`;

/** A mail's HTML as a document for the frame, with embedded images. */
export async function htmlView(
  { html, attachments }: { html: string; attachments: readonly Attachment[] },
  store: Pick<ObjectStore, 'get'>,
): Promise<HtmlView> {
  const images = await inlineImages(attachments, store);
  const clean = cleanHtml(html.slice(0, MAX_LENGTH), (contentId) => images.get(contentId) ?? null);
  return {
    ...clean,
    cut: html.length > MAX_LENGTH,
    html: `<!doctype html><html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mail</title><style>${STYLE}</style><body>${clean.html}`,
  };
}
