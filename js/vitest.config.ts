import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    setupFiles: 'test/setup.ts',
    // Made for a bundler: Node does not find what these import.
    server: { deps: { inline: [/@jupyter/] } }
  }
});
