/** What an import says to the person who started it: Japanese first, English beside or below. */
import type { ImportReport } from './actions.ts';
import { formatFault } from './faults.ts';

/** The whole report as text, ending in a line break. */
export function formatReport(report: ImportReport): string {
  if (report.status === 'refused') {
    const count = report.faults.length;
    return [
      ...report.faults.map(formatFault),
      '',
      `${count} 件の誤りがあり、何も取り込みませんでした。直してからもう一度実行してください。`,
      `${count} fault${count === 1 ? '' : 's'}: nothing was imported. Correct the lists and run it again.`,
      '',
    ].join('\n');
  }
  const { association, files, warnings } = report;
  const total = (key: 'added' | 'changed' | 'retired'): number => files.reduce((sum, file) => sum + file[key], 0);
  return [
    `取り込みました: ${association.name}（${association.code}） / imported`,
    '',
    table([
      ['一覧 list', '追加 added', '変更 changed', '変更なし same', '使用終了 retired'],
      ...files.map((file) => [file.file, file.added, file.changed, file.unchanged, file.retired].map(String)),
    ]),
    '',
    `追加 ${total('added')}・変更 ${total('changed')}・使用終了 ${total('retired')}` +
      ` / ${total('added')} added, ${total('changed')} changed, ${total('retired')} retired`,
    ...(warnings.length > 0 ? ['', `注意 ${warnings.length} 件 / warnings:`, ...warnings.map(formatFault)] : []),
    '',
  ].join('\n');
}

function table(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => width(row[column]!))));
  return rows
    .map((row) => row.map((cell, column) => pad(cell, widths[column]!, column > 0)).join('  '))
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

const pad = (cell: string, to: number, alignRight: boolean): string => {
  const space = ' '.repeat(to - width(cell));
  return alignRight ? space + cell : cell + space;
};

/** Columns on a terminal: Japanese characters take two. */
const width = (text: string): number =>
  Array.from(text, (char) => (char > '\u2e7f' ? 2 : 1)).reduce((a, b) => a + b, 0);
