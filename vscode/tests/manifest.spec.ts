/** The manifest and its translations say what the code does. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LANGUAGES } from '../src/languages';
import { LINKED } from '../src/links';

const ROOT = join(__dirname, '..');
const MANIFEST = read('package.json');

interface Manifest {
  activationEvents: string[];
  contributes: {
    commands: { command: string; enablement?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    keybindings: { command: string }[];
    configuration: { properties: Record<string, { scope?: string; [key: string]: unknown }> };
  };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

const manifest = JSON.parse(MANIFEST) as Manifest;
const { commands, menus, keybindings, configuration } = manifest.contributes;

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function keys(path: string): string[] {
  return Object.keys(JSON.parse(read(path)) as object).sort();
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : [read(path)];
  });
}

const CODE = sources('src').join('\n');

/** Sentences given to `t(…)`; one that is no plain literal is a mistake. */
function sentences(): string[] {
  const calls = [...CODE.matchAll(/\bt\(\s*(?:(['"])((?:\\.|(?!\1).)*)\1|([^)]*))/g)];
  return calls.map(([call, , sentence]) => {
    expect([call, sentence]).toEqual([call, expect.any(String)]);
    return sentence.replace(/\\(.)/g, '$1');
  });
}

test('each sentence of the code has its Chinese one, and no other does', () => {
  expect(keys('l10n/bundle.l10n.zh-cn.json')).toEqual([...new Set(sentences())].sort());
});

test('translated sentences have the same blanks', () => {
  const bundle = JSON.parse(read('l10n/bundle.l10n.zh-cn.json')) as Record<string, string>;
  const blanks = (sentence: string) => [...sentence.matchAll(/\{\d\}/g)].map(String).sort();
  Object.entries(bundle).forEach(([english, chinese]) => {
    expect([english, ...blanks(chinese)]).toEqual([english, ...blanks(english)]);
  });
});

test('each name in the manifest is there in both languages, and no other is', () => {
  const named = [...MANIFEST.matchAll(/"%(\w+)%"/g)].map(([, name]) => name);
  const wanted = [...new Set(named)].sort();
  expect(keys('package.nls.json')).toEqual(wanted);
  expect(keys('package.nls.zh-cn.json')).toEqual(wanted);
});

test('the languages that the server is shown start the extension, and have its menu', () => {
  const started = manifest.activationEvents.filter(event => event.startsWith('onLanguage:'));
  expect(started).toEqual(LANGUAGES.map(language => `onLanguage:${language}`));
  const [entry] = menus['editor/context'] ?? [];
  expect(entry?.when).toContain(`/^(${LANGUAGES.join('|')})$/`);
});

test('each command is declared and registered', () => {
  const declared = commands.map(({ command }) => command);
  const used = [...Object.values(menus).flat(), ...keybindings].map(({ command }) => command);
  [...used, ...LINKED].forEach(command => expect(declared).toContain(command));
  declared.forEach(command => {
    const name = command.replace(/^limner\.((here|lexicon|labels)\.)?/, '');
    expect(CODE).toMatch(new RegExp(`\\b${name}:|register\\('${name}'|'limner\\.${name}',\\s*\\(`));
  });
});

test('what needs the server is offered only while it is there', () => {
  const always = commands.filter(({ enablement }) => !enablement).map(({ command }) => command);
  const names = ['restart', 'install', 'log', 'doctor', 'menu', 'interpreter'];
  expect(always).toEqual(names.map(name => `limner.${name}`));
});

test('what starts a program is neither set by a workspace nor in one that is not trusted', () => {
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  expect(restrictedConfigurations).toEqual(['limner.interpreter']);
  expect(configuration.properties['limner.interpreter']?.scope).toBe('machine');
});

test('each setting is described', () => {
  Object.values(configuration.properties).forEach(property => {
    expect(property['description'] ?? property['markdownDescription']).toMatch(/^%\w+%$/);
  });
});
