// What is carried as its makers built it: Segment's analytics.js, for the pages of shops, and the licences of all code of
// others that the package carries. Runs after the build of our own pages.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const segment = 'node_modules/@segment/analytics-next/dist/umd';
const scripts = '../src/hundredfold/app/door/carried';
// It loads these parts by itself: for trackLink and its like, for `?ajs_uid=`, and for a plan that a page names. The others
// belong to what our settings never ask for, such as destinations that run in the page.
const parts = ['auto-track', 'queryString', 'schemaFilter'];

rmSync(scripts, { recursive: true, force: true });
mkdirSync(scripts, { recursive: true });
copyFileSync(join(segment, 'standalone.js'), join(scripts, 'analytics.min.js'));
for (const part of parts) {
  const found = readdirSync(segment).filter((name) => name.startsWith(`${part}.bundle.`) && name.endsWith('.js'));
  if (found.length !== 1) throw new Error(`${segment} has ${found.length} files for ${part}; one was expected`);
  copyFileSync(join(segment, found[0]), join(scripts, found[0]));
}

const allowed = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Unlicense', 'Apache-2.0']);
const locked = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const texts = Object.keys(locked)
  .filter((path) => path !== '' && !locked[path].dev && existsSync(path))
  .map((path) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const files = readdirSync(path).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
    // Some say no more than that the text lies beside.
    if (!allowed.has(license) && !(files.length > 0 && /^SEE LICENSE IN /.test(license)))
      throw new Error(`${name} ${version} is licensed "${license}"; only ${[...allowed].join(', ')} may be carried`);
    const said = files.map((file) => readFileSync(join(path, file), 'utf8').trim()).join('\n\n');
    return `${name} ${version}\n\n${said || `${license}, ${author?.name ?? author ?? name}; the package has no text of it.`}\n`;
  });
writeFileSync(
  '../src/hundredfold/app/gui/built/licences.txt',
  `The pages of hundredfold, and the analytics.js that it serves, contain code from these packages.\n\n${texts.join(`\n${'-'.repeat(72)}\n\n`)}`,
);
