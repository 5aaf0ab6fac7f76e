import { stretch } from '../src/stretch';
import { buttonsOf } from '../src/buttons';
import { languageOf, uriOf } from '../src/uris';

test('the stretch outside of which two lists are equal', () => {
  const list = (text: string) => text.split('');
  expect(stretch(list('abc'), list('abc'))).toEqual({ start: 3, before: 0, after: 0 });
  expect(stretch(list('abc'), list('abXc'))).toEqual({ start: 2, before: 0, after: 1 });
  expect(stretch(list('abcd'), list('acbd'))).toEqual({ start: 1, before: 2, after: 2 });
  expect(stretch(list('aaa'), list('aa'))).toEqual({ start: 2, before: 1, after: 0 });
  expect(stretch(list(''), list('ab'))).toEqual({ start: 0, before: 0, after: 2 });
});

test('a path with spaces, Chinese and # becomes a URI below the root', () => {
  expect(uriOf('file:///home/me/', 'a b/笔记 #1.ipynb')).toBe(
    'file:///home/me/a%20b/%E7%AC%94%E8%AE%B0%20%231.ipynb'
  );
  expect(uriOf('file:///home/me', 'RTC:x.md')).toBe('jupyter-rtc:/x.md');
});

test('files of languages without prose are not sent', () => {
  expect(languageOf('a/reviews.PY')).toBe('python');
  expect(languageOf('notes.md')).toBe('markdown');
  expect(languageOf('picture.png')).toBeNull();
});

test('one button a line: pinned probes go before texts that could be pinned', () => {
  const at = (line: number) => ({
    start: { line, character: 0 },
    end: { line, character: 0 }
  });
  const lens = (line: number, command: string, argument: object) => ({
    range: at(line),
    command: { title: '', command, arguments: [argument] }
  });
  const found = buttonsOf([
    lens(0, 'limner.rerun', { probe: 'p1' }),
    lens(0, 'limner.unpin', { probe: 'p1' }),
    lens(0, 'limner.unpin', { probe: 'p2' }),
    lens(0, 'limner.attribute', { uri: 'u' }),
    lens(3, 'limner.attribute', { uri: 'u' })
  ]);
  expect(found).toEqual([
    { line: 0, probes: ['p1', 'p2'], argument: { probe: 'p1' } },
    { line: 3, probes: [], argument: { uri: 'u' } }
  ]);
});
