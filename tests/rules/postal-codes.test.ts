import { expect } from 'chai';
import { prefecturesOf, readPostalCode } from '../../src/lib/postal-code.ts';
import { beginningOf, doubtAbout, formatPlace, readTowns, type Town } from '../../src/postal-codes/postal-codes.ts';
import { postalList } from '../support/postal-list.ts';

const nishi = (town: string): Town => ({ prefecture: '神奈川県', city: '横浜市西区', town });

describe('a postal code', () => {
  for (const written of ['2200001', '220-0001', '〒220-0001', '２２０ー０００１', '〒 ２２０−０００１', '220 0001'])
    it(`is read from ${written}`, () => expect(readPostalCode(written)).to.equal('2200001'));
  for (const written of ['220000', '22000011', '220-000A', ''])
    it(`is not read from "${written}"`, () => expect(readPostalCode(written)).to.equal(null));

  it('tells the prefecture by its first digits, and two where a post office serves a neighbour too', () => {
    expect(prefecturesOf('2200001')).to.deep.equal(['神奈川県']);
    expect(prefecturesOf('1000001')).to.deep.equal(['東京都']);
    expect(prefecturesOf('0185501')).to.deep.equal(['青森県', '秋田県']);
    expect(prefecturesOf('0100001')).to.deep.equal(['秋田県']);
  });
  it('belongs to some prefecture whatever two digits it begins with', () => {
    for (let first = 0; first < 100; first++) {
      const digits = `${String(first).padStart(2, '0')}99999`;
      expect(prefecturesOf(digits), digits).to.have.lengthOf.at.least(1);
    }
  });
});

describe('Japan Post’s list', () => {
  it('is read without its remarks, each town once', () => {
    expect(readTowns(postalList)).to.deep.equal([
      { postalCode: '2200000', prefecture: '神奈川県', city: '横浜市西区', town: '' },
      { postalCode: '2200001', prefecture: '神奈川県', city: '横浜市西区', town: '北軽井沢' },
      { postalCode: '2400111', prefecture: '神奈川県', city: '三浦郡葉山町', town: '一色' },
      { postalCode: '2400111', prefecture: '神奈川県', city: '三浦郡葉山町', town: '堀内' },
      { postalCode: '4980000', prefecture: '愛知県', city: '弥富市', town: '' },
      { postalCode: '4980000', prefecture: '三重県', city: '桑名郡木曽岬町', town: '' },
      { postalCode: '2530001', prefecture: '神奈川県', city: '茅ヶ崎市', town: '赤羽根' },
    ]);
  });
  it('says which line is none of its lines', () => {
    expect(() => readTowns(`${postalList}\n1,2,3`)).to.throw(/line 10 is no line/);
  });
});

describe('a postal code beside an address', () => {
  const asked = { digits: '2200001', address: '', towns: [nishi('北軽井沢')], isRegionListed: true };
  const cases: [string, Partial<typeof asked>, ReturnType<typeof doubtAbout>][] = [
    ['agrees with its city, whatever comes after', { address: '神奈川県 横浜市西区 見本町1-2' }, null],
    ['agrees without the prefecture, as many write it', { address: '横浜市西区見本町1' }, null],
    [
      'does not agree with another city that stands without its prefecture',
      { address: '横浜市中区見本町1' },
      'postal_elsewhere',
    ],
    [
      'has nothing to compare without a list and without a prefecture',
      { towns: [], isRegionListed: false, address: '横浜市西区1' },
      null,
    ],
    ['does not agree with another city', { address: '神奈川県横浜市中区見本町1' }, 'postal_elsewhere'],
    ['says nothing while no address is typed', {}, null],
    ['does not exist when its region is listed without it', { digits: '2209999', towns: [] }, 'postal_unknown'],
    [
      'agrees without the district, too',
      { towns: [{ prefecture: '神奈川県', city: '三浦郡葉山町', town: '一色' }], address: '神奈川県葉山町一色1' },
      null,
    ],
    [
      'does not mind small and large ヶ',
      { towns: [{ prefecture: '神奈川県', city: '茅ヶ崎市', town: '' }], address: '神奈川県茅ケ崎市1' },
      null,
    ],
    [
      'compares prefectures without a list',
      { towns: [], isRegionListed: false, address: '東京都港区1' },
      'postal_elsewhere',
    ],
    [
      'agrees with its prefecture without a list',
      { towns: [], isRegionListed: false, address: '神奈川県藤沢市1' },
      null,
    ],
  ];
  for (const [name, given, doubt] of cases) it(name, () => expect(doubtAbout({ ...asked, ...given })).to.equal(doubt));

  it('is shown with its town, or with the towns that share it', () => {
    expect(formatPlace('2200001', [nishi('北軽井沢')])).to.equal('〒220-0001　神奈川県横浜市西区北軽井沢');
    expect(formatPlace('2200001', [nishi('甲'), nishi('乙')])).to.equal('〒220-0001　神奈川県横浜市西区（甲・乙）');
    expect(formatPlace('2200001', [])).to.equal('〒220-0001');
  });
  it('begins an address as far as it is certain', () => {
    expect(beginningOf([nishi('北軽井沢')])).to.equal('神奈川県横浜市西区北軽井沢');
    expect(beginningOf([nishi('甲'), nishi('乙')])).to.equal('神奈川県横浜市西区');
    expect(beginningOf([nishi('甲'), { prefecture: '愛知県', city: '弥富市', town: '' }])).to.equal(null);
    expect(beginningOf([])).to.equal(null);
  });
});
