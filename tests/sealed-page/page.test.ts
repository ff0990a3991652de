import { expect } from 'chai';
import { blankPage, fine, standard } from '../../src/imaging/bilevel.ts';
import type { Resolution } from '../../src/sealed-page/layout.ts';
import { grayOf, makeSealedPage, openSealedPage, printed, type SealedPage } from '../../src/sealed-page/page.ts';
import type { GrayImage } from '../../src/sealed-page/read.ts';
import { newSecret } from '../../src/sealed-page/secret.ts';
import { mulberry } from '../support/chance.ts';
import { degrade, typical } from '../support/degrade.ts';

const next = mulberry(8);
const random = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => Math.floor(next() * 256));
const blank = (resolution: Resolution) =>
  resolution === 'fine' ? blankPage(1728, 2292, fine) : blankPage(1728, 1146, standard);

async function make(content: Uint8Array, secret: string, resolution: Resolution = 'fine'): Promise<SealedPage> {
  const made = await makeSealedPage(content, secret, { resolution, header: async () => blank(resolution) }, random);
  if ('refused' in made) throw new Error(`refused: ${made.refused}`);
  return made;
}

describe('a sealed page', () => {
  const secret = newSecret(random);
  const content = random(2000);
  let page: SealedPage;
  before(async () => {
    page = await make(content, secret);
  });

  it('opens with its secret, turned, blurred and with lines lost, at both resolutions', async () => {
    for (const resolution of ['fine', 'standard'] as const) {
      const { page } = await make(content, secret, resolution);
      const spoilt = degrade(printed(page), { seed: 3, level: typical, resolution });
      expect(await openSealedPage(spoilt, secret), resolution).to.deep.equal({ content });
    }
  });

  it('opens when a whole row of its symbols is torn off', async () => {
    const image = grayOf(page.page);
    image.pixels.fill(255, 0, Math.floor(image.pixels.length * 0.27));
    expect(await openSealedPage(image, secret)).to.deep.equal({ content });
  });

  it('opens upside down and on its side', async () => {
    const image = grayOf(page.page);
    expect(await openSealedPage(quarterTurn(image), secret)).to.deep.equal({ content });
    expect(await openSealedPage(quarterTurn(quarterTurn(image)), secret)).to.deep.equal({ content });
  });

  it('stays shut with another secret', async () => {
    expect(await openSealedPage(page.page, newSecret(random))).to.deep.equal({ refused: 'wrong_secret' });
  });

  it('says how many symbols it has when too few are left, and that there is none on another page', async () => {
    const image = grayOf(page.page);
    image.pixels.fill(255, 0, Math.floor(image.pixels.length * 0.6));
    const opened = await openSealedPage(image, secret);
    expect(opened).to.deep.include({ refused: 'too_few_symbols', needed: 11, total: 15 });
    expect(opened).to.have.property('found').that.is.within(1, 10);
    expect(await openSealedPage(blank('fine'), secret)).to.deep.equal({ refused: 'no_symbols' });
  });

  it('is refused when the content is too large, with how much would fit, and is never cut', async () => {
    const options = { resolution: 'fine', header: async () => blank('fine') } as const;
    const made = await makeSealedPage(random(5000), secret, options, random);
    expect(made).to.deep.include({ refused: 'too_large', most: 4365 });
    expect(made).to.have.property('bytes').that.is.above(4990);
    const whole = random(4300);
    expect(await openSealedPage((await make(whole, secret)).page, secret)).to.deep.equal({ content: whole });
  });
});

function quarterTurn({ width, height, pixels }: GrayImage): GrayImage {
  const turned = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) turned[x * height + (height - 1 - y)] = pixels[y * width + x]!;
  }
  return { width: height, height: width, pixels: turned };
}
