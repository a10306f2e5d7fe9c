import type { PageState } from '../api/api.ts';
import type { ConsoleAssets } from '../assets.ts';
import { Html, html } from './html.ts';

/**
 * Renders the page: its style, its initial state and its script. The document itself links to the first mails, for
 * programs that run no scripts.
 */
export function pageOf(title: string, state: PageState, { script, style }: ConsoleAssets): string {
  const links = state.mails?.mails.map(
    ({ id, subject }) => html`<li><a href="/mails/${id}"><bdi>${subject || '(no subject)'}</bdi></a></li>\n`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<div id="app">${links === undefined ? '' : html`<ul hidden>\n${links}</ul>`}</div>
<noscript>The console needs JavaScript. Without it, the mails are at /api/mails, and each at /mails/ID.json.</noscript>
<script type="application/json" id="page">${embedded(state)}</script>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}

/** JSON that can neither close its element nor start a comment in it. */
const embedded = (state: PageState): Html => new Html(JSON.stringify(state).replaceAll('<', '\\u003c'));
