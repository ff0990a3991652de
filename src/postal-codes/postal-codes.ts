/**
 * The towns behind a postal code: Japan Post's own list (utf_ken_all.csv, free of rights), and what it says of an address that somebody types.
 * Pure.
 */
import { parse } from 'csv-parse/sync';
import { formatPostalCode, prefecturesOf } from '../lib/postal-code.ts';

export interface Town {
  prefecture: string;
  /** With its 郡. */
  city: string;
  /** '' where the code stands for the rest of the city. */
  town: string;
}

export interface CodedTown extends Town {
  /** Seven digits. */
  postalCode: string;
}

/**
 * Japan Post's file, one line a town: code in the third column, prefecture, city and town in the seventh to ninth.
 * @throws Error that names the first line which is none of its lines.
 */
export function readTowns(text: string): CodedTown[] {
  const rows = rowsOf(text);
  const seen = new Set<string>();
  return rows.flatMap((cells, index) => {
    const [, , postalCode = '', , , , prefecture = '', city = '', written = ''] = cells;
    if (!/^\d{7}$/.test(postalCode) || !/[都道府県]$/.test(prefecture) || city === '')
      throw new Error(`line ${index + 1} is no line of utf_ken_all.csv: code, prefecture and city are expected`);
    const town = townOf(written);
    const key = [postalCode, prefecture, city, town].join(' ');
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ postalCode, prefecture, city, town }];
  });
}

function rowsOf(text: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    const { lines = 0, code } = error as { lines?: number; code?: string };
    throw new Error(`line ${lines} is no line of utf_ken_all.csv: its quotes do not close (${code})`);
  }
}

/** Remarks of the list (`（１丁目）`, `以下に掲載がない場合`, `…一円`) are no part of a town's name. */
function townOf(written: string): string {
  if (/^以下に掲載がない場合$|.一円$|の次に.*番地がくる場合/.test(written)) return '';
  return written.replace(/（.*$/, '').replace(/第?[０-９]+地割.*$/, '');
}

/** Beyond these a reader is told `…`. */
const mostTowns = 5;

/** What is shown beside a code that was understood: `〒220-0001　神奈川県横浜市西区北軽井沢`. */
export function formatPlace(digits: string, towns: readonly Town[]): string {
  const cities = [...new Set(towns.map(({ prefecture, city }) => prefecture + city))];
  const places = cities.map((city) => {
    const names = towns.filter((one) => one.prefecture + one.city === city && one.town !== '').map(({ town }) => town);
    if (names.length <= 1) return city + (names[0] ?? '');
    return `${city}（${names.slice(0, mostTowns).join('・')}${names.length > mostTowns ? '…' : ''}）`;
  });
  return [`〒${formatPostalCode(digits)}`, ...(places.length > 0 ? [places.join('／')] : [])].join('　');
}

/** How an address with this code certainly begins; null: in several cities, or not known. */
export function beginningOf(towns: readonly Town[]): string | null {
  const cities = new Set(towns.map(({ prefecture, city }) => prefecture + city));
  const [city] = cities;
  if (city === undefined || cities.size > 1) return null;
  return towns.length === 1 ? city + towns[0]?.town : city;
}

export interface Asked {
  /** Seven digits. */
  digits: string;
  /** As typed; '' while it is not. */
  address: string;
  towns: readonly Town[];
  /** The list has other towns whose codes begin alike: one that is not among them does not exist. */
  isRegionListed: boolean;
}

/**
 * Whether code and address contradict each other. Without the list only the prefecture can be compared.
 * @returns null: nothing speaks against it.
 */
export function doubtAbout({
  digits,
  address,
  towns,
  isRegionListed,
}: Asked): 'postal_unknown' | 'postal_elsewhere' | null {
  const written = plain(address);
  if (towns.length === 0 && isRegionListed) return 'postal_unknown';
  if (written === '') return null;
  if (towns.length > 0) return towns.some((town) => isIn(town, written)) ? null : 'postal_elsewhere';
  const possible = prefecturesOf(digits);
  if (possible.length === 0) return 'postal_unknown';
  const named = namedPrefecture.exec(written)?.[0];
  return named === undefined || possible.includes(named) ? null : 'postal_elsewhere';
}

/** Many leave it out: 横浜市西区 says enough. */
const namedPrefecture = /^(?:北海道|東京都|京都府|大阪府|.{2,3}県)/;

/** Many leave the 郡 out. */
function isIn({ prefecture, city }: Town, address: string): boolean {
  const withoutDistrict = city.replace(/^.+?郡(?=.+[町村]$)/, '');
  const beginnings = [city, withoutDistrict].map(plain);
  return beginnings.some((one) => address.startsWith(prefecture + one) || address.startsWith(one));
}

/** 茅ヶ崎 is 茅ケ崎, and no space counts. */
const plain = (text: string): string => text.normalize('NFKC').replace(/\s/g, '').replaceAll('ヶ', 'ケ');
