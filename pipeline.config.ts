import { defineConfig } from './core/config/define-config.ts';

// Every setting, its unit and its default: docs/configuration.md. An invalid value fails with its name and the remedy.
export default defineConfig({
  // The domains to receive mail for. Nothing is deployed without them; until then local mode accepts every recipient.
  // domains: ['example.com'],
});
