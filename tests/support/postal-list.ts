/** Some lines in the form of Japan Post's utf_ken_all.csv; remarks, shared codes and a town that stands twice. */
const line = (code: string, prefecture: string, city: string, town: string): string =>
  `"14103","${code.slice(0, 3)}  ","${code}","ケン","シ","マチ","${prefecture}","${city}","${town}",0,0,0,0,0,0`;

export const postalList = [
  line('2200000', '神奈川県', '横浜市西区', '以下に掲載がない場合'),
  line('2200001', '神奈川県', '横浜市西区', '北軽井沢'),
  line('2400111', '神奈川県', '三浦郡葉山町', '一色（１丁目）'),
  line('2400111', '神奈川県', '三浦郡葉山町', '一色（その他）'),
  line('2400111', '神奈川県', '三浦郡葉山町', '堀内'),
  line('4980000', '愛知県', '弥富市', '以下に掲載がない場合'),
  line('4980000', '三重県', '桑名郡木曽岬町', '以下に掲載がない場合'),
  line('4980000', '三重県', '桑名郡木曽岬町', '木曽岬町一円'),
  line('2530001', '神奈川県', '茅ヶ崎市', '赤羽根'),
].join('\n');
