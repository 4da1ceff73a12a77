import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../src/hundredfold/app/gui/built',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing is inlined: the content security policy lets no data addresses and no inline scripts in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: './src/app/testing.ts' },
});
