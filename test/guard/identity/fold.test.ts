import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lookAlikes } from '../../../src/guard/identity/confusables.ts'
import { fold, unveil } from '../../../src/guard/identity/fold.ts'
import { confusables, shipped } from '../../../tools/confusables.ts'

test('the table is what the tool writes from the package', () => {
  const table = new Map(lookAlikes.flatMap(([shown, all]) => [...all].map((c) => [c, shown] as const)))
  expect(table).toEqual(confusables(shipped()))
})

const plain = 'ann.miller@corp.example'
test.each([
  ['upper case', 'ANN.Miller@CORP.example'],
  ['full width', 'ａｎｎ．ｍｉｌｌｅｒ＠ｃｏｒｐ．ｅｘａｍｐｌｅ'],
  ['zero width', 'ann\u200b.mil\u200dler@co\u2060rp.exam\ufeffple'],
  ['soft hyphens', 'ann.mil\u00adler@corp.exam\u00adple'],
  ['variation selectors', 'ann\ufe0f.miller@corp\u{e0101}.example'],
  ['tags', 'ann.miller@corp\u{e0061}\u{e0062}.example'],
  ['bidirectional', '\u202eann.miller\u202c@\u2066corp\u2069.example'],
  ['Cyrillic', 'аnn.mіllеr@соrр.ехаmрlе'],
  ['Cyrillic capitals', 'АNN.МILLЕR@СОRР.ЕХАМРLЕ'],
  ['mathematical', '𝐚𝐧𝐧.𝓶𝓲𝓵𝓵𝓮𝓻@𝕔𝕠𝕣𝕡.𝚎𝚡𝚊𝚖𝚙𝚕𝚎'],
  ['small dot and at', 'ann﹒miller﹫corp․example'],
])('%s', (_, spelled) => {
  expect(fold(spelled)).toBe(plain)
})

test('other dots and slashes', () => {
  expect(fold('corp。example∕a⁄b')).toBe('corp.example/a/b')
})

test('digits of any script are digits', () => {
  expect(fold('٠١٢٣٤٥٦٧٨٩ ۰۱۲۳ ०१२ １２３ 𝟙𝟚𝟛')).toBe('0123456789 0123 012 123 123')
})

test('ASCII only loses its case, and other writing stays what it is', () => {
  const all = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
  expect(fold(all)).toBe(all.toLowerCase())
  expect(fold('東京 ñandú naïve')).toBe('東京 ñandú naïve')
  expect(fold('ПРИВЕТ')).toBe(fold('привет'))
  expect(unveil('Ｐаul\u200b')).toBe('Pаul')
})

const unicode = fc.string({ unit: 'binary', maxLength: 200 })
test('folding twice is folding once, whatever the case', () => {
  fc.assert(fc.property(unicode, (text) => fold(fold(text)) === fold(text)))
  const letters = fc.string({
    unit: fc.constantFrom(...'абвгдежзиклмнопрстуфхя', ...'αβγδεζηθκλμνοπρτυφχω', ...'abcéñü'),
  })
  fc.assert(fc.property(letters, (text) => fold(text.toUpperCase()) === fold(text)))
})

test('what is hidden between letters changes nothing', () => {
  const hidden = fc.constantFrom('\u200b', '\u200d', '\u00ad', '\u2060', '\ufeff', '\u202e', '\ufe0f', '\u{e0041}')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), hidden, (text, mark) => {
      const parts = [...text]
      return fold(parts.join(mark)) === fold(text)
    }),
  )
})
