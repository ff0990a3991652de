/** A Japanese address into the parts that JP Core wants: 都道府県, 市区町村, the rest. Without any table of towns. */

export interface AddressParts {
  prefecture: string;
  city: string;
  line: string;
}

const prefecture = '東京都|北海道|(?:京都|大阪)府|.{2,3}県';
// 政令指定都市: only their 区 belong to the city's name.
const designated =
  '(?:札幌|仙台|さいたま|千葉|横浜|川崎|相模原|新潟|静岡|浜松|名古屋|京都|大阪|堺|神戸|岡山|広島|北九州|福岡|熊本)市[^市町村]{1,4}?区';
// Cities whose own name holds 市, 郡, 町 or 村, so that the general rule would cut them short.
const awkward =
  '四日市市|廿日市市|野々市市|大和郡山市|郡山市|蒲郡市|小郡市|郡上市|十日町市|大町市|町田市|東村山市|武蔵村山市|羽村市|村上市|村山市|田村市|大村市';
const general = '.+?郡.+?[町村]|.+?市|.+?区|.+?[町村]';

const whole = new RegExp(`^(${prefecture})(${designated}|${awkward}|${general})(.*)$`, 'u');

/** Null when prefecture and city are not there to be seen. Spaces are left out of the parts. */
export function splitAddress(text: string): AddressParts | null {
  const [, found, city, line] = whole.exec(text.replace(/\s/gu, '')) ?? [];
  return found === undefined || city === undefined ? null : { prefecture: found, city, line: line ?? '' };
}
