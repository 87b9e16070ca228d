import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    setupFiles: 'test/setup.ts',
    // A page for each file takes longer than all tests together; they leave nothing behind, in whatever order they run.
    isolate: false,
    // Made for a bundler: Node does not find what these import.
    server: { deps: { inline: [/@jupyter/] } }
  }
});
