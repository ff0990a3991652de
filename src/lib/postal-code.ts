/** Postal codes as people write them, and the prefectures that their first digits stand for. */

/** `〒２２０ー０００１`, `220-0001`: seven digits; null when it is no postal code. */
export function readPostalCode(written: string): string | null {
  const digits = written.normalize('NFKC').replace(/[\s〒‐‑‒–—―−ー-]/g, '');
  return /^\d{7}$/.test(digits) ? digits : null;
}

export const formatPostalCode = (digits: string): string => `${digits.slice(0, 3)}-${digits.slice(3)}`;

/** First digits → prefecture; the longest that fits counts. Where a post office serves a neighbour too, both stand there. */
const prefectures: readonly (readonly [name: string, firstDigits: string])[] = [
  ['北海道', '00 04 05 06 07 08 09'],
  ['青森県', '03 018'],
  ['岩手県', '02'],
  ['宮城県', '98'],
  ['秋田県', '01 018'],
  ['山形県', '99'],
  ['福島県', '96 97'],
  ['茨城県', '30 31'],
  ['栃木県', '32'],
  ['群馬県', '37'],
  ['埼玉県', '33 34 35 36'],
  ['千葉県', '26 27 28 29'],
  ['東京都', '10 11 12 13 14 15 16 17 18 19 20'],
  ['神奈川県', '21 22 23 24 25'],
  ['新潟県', '94 95 949 389'],
  ['富山県', '93'],
  ['石川県', '92 922'],
  ['福井県', '91 922'],
  ['山梨県', '40'],
  ['長野県', '38 39 389 949'],
  ['岐阜県', '50'],
  ['静岡県', '41 42 43'],
  ['愛知県', '44 45 46 47 48 49 498'],
  ['三重県', '51 498 647'],
  ['滋賀県', '52 520'],
  ['京都府', '60 61 62 520 618 630'],
  ['大阪府', '53 54 55 56 57 58 59 563 618'],
  ['兵庫県', '65 66 67 563'],
  ['奈良県', '63 630 647 648'],
  ['和歌山県', '64 647 648'],
  ['鳥取県', '68 684'],
  ['島根県', '69 684 685'],
  ['岡山県', '70 71'],
  ['広島県', '72 73'],
  ['山口県', '74 75'],
  ['徳島県', '77'],
  ['香川県', '76'],
  ['愛媛県', '79'],
  ['高知県', '78'],
  ['福岡県', '80 81 82 83 811 871'],
  ['佐賀県', '84'],
  ['長崎県', '85 811 817'],
  ['熊本県', '86'],
  ['大分県', '87 871'],
  ['宮崎県', '88'],
  ['鹿児島県', '89'],
  ['沖縄県', '90'],
];

/** Where a code of seven digits may lie, without any table of towns. */
export function prefecturesOf(digits: string): readonly string[] {
  for (const length of [3, 2]) {
    const first = digits.slice(0, length);
    const found = prefectures.filter(([, all]) => all.split(' ').includes(first));
    if (found.length > 0) return found.map(([name]) => name);
  }
  return [];
}
