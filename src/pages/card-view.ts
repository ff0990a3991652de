/**
 * 患者登録カード: front and back beside each other, to be cut, folded in the middle and laminated. Birth date, illness and
 * wishes are not on it (domain.md 5.3): the birth date is the second identifier. Pure.
 */
import { formatCardNumber, isCardNumber } from '../lib/check-digits.ts';
import { formatEra } from '../lib/eras.ts';
import type { LocalDate } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import { type QrSymbol, qrSymbol } from './qr.ts';
import { type Field, field } from './rows.ts';
import type { BothWords } from './words.ts';

export interface CardContent {
  cardNumber: string;
  /** Full-width katakana. */
  nameKana: string;
  issuedOn: LocalDate;
  /** 1 for the first card of this patient, 2 after a loss … */
  issue: number;
  attending: { doctor: string; facility: string; phone: string };
}

export interface CardIssuer {
  associationName: string;
  /** The 24-hour telephone and fax of the gateway. */
  gatewayPhone: string;
  gatewayFax: string | null;
  lostPhone: string;
}

export interface CardView {
  title: string;
  english: string;
  association: string;
  number: { label: string; value: string };
  name: { label: string; value: string };
  issued: string;
  qr: QrSymbol;
  back: { heading: string; steps: string[]; limit: string; limitEnglish: string; fields: Field[] };
}

/** @returns what the template `card` sets, several cards on a sheet. @throws RangeError on a number that is no card's. */
export function cardSheetView(
  cards: readonly CardContent[],
  issuer: CardIssuer,
  words: BothWords,
): { cards: CardView[] } {
  return { cards: cards.map((card) => cardView(card, issuer, words)) };
}

/** Version tag and number, nothing else (product.md): fourteen characters, a symbol of 21 modules at level Q. */
function cardView(card: CardContent, issuer: CardIssuer, { ja, en }: BothWords): CardView {
  if (!isCardNumber(card.cardNumber)) throw new RangeError('not a card number');
  const said = (key: string, values = {}) => ja.say(`card.${key}`, values);
  const { doctor, facility, phone } = card.attending;
  const gateway = formatNational(issuer.gatewayPhone);
  return {
    title: said('title'),
    english: en.say('card.title'),
    association: issuer.associationName,
    number: { label: said('number'), value: formatCardNumber(card.cardNumber).replaceAll('-', ' ') },
    name: { label: said('name'), value: card.nameKana },
    issued: said('issued', { on: formatEra(card.issuedOn), issue: card.issue }),
    qr: qrSymbol(`K1${card.cardNumber}`, 'Q'),
    back: {
      heading: said('heading'),
      steps: [
        said('step_call', { phone: gateway }),
        said('step_keys'),
        issuer.gatewayFax ? said('step_fax', { fax: formatNational(issuer.gatewayFax) }) : said('step_help'),
      ],
      limit: said('limit'),
      limitEnglish: en.say('card.limit'),
      fields: [
        field(said('attending'), `${facility} ${doctor} ${formatNational(phone)}`),
        field(said('lost'), formatNational(issuer.lostPhone)),
      ],
    },
  };
}
