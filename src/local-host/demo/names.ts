/** Common Japanese names with their readings, invented for nobody: from these the demo's children are put together. */
export interface ReadName {
  readonly name: string;
  readonly kana: string;
}

export const FAMILY_NAMES = read(`
佐藤さとう 鈴木すずき 髙橋たかはし 田中たなか 伊藤いとう 渡邉わたなべ 山本やまもと 中村なかむら 小林こばやし 加藤かとう
吉田よしだ 山田やまだ 佐々木ささき 山口やまぐち 松本まつもと 井上いのうえ 木村きむら 林はやし 齋藤さいとう 清水しみず
山﨑やまざき 森もり 池田いけだ 橋本はしもと 阿部あべ 石川いしかわ 中島なかじま 前田まえだ 藤田ふじた 小川おがわ
後藤ごとう 岡田おかだ 長谷川はせがわ 村上むらかみ 近藤こんどう 石井いしい 坂本さかもと 遠藤えんどう 青木あおき 藤井ふじい
西村にしむら 福田ふくだ 太田おおた 三浦みうら 藤原ふじわら 松田まつだ 岡本おかもと 濵田はまだ 中川なかがわ 原田はらだ
小野おの 竹内たけうち 金子かねこ 和田わだ 中山なかやま 石田いしだ 上田うえだ 森田もりた 柴田しばた 宮﨑みやざき`);

export const BOYS = read(`
陽翔はると 蓮れん 湊みなと 樹いつき 悠真ゆうま 大翔ひろと 律りつ 朝陽あさひ 蒼あおい 碧あお
颯真そうま 陽太ようた 新あらた 結翔ゆいと 伊織いおり 暖だん 凪なぎ 岳がく 奏太かなた 壮真そうま
健太けんた 悠斗ゆうと 航わたる 涼りょう 大和やまと 晴はる 智也ともや 海斗かいと 光希こうき 拓海たくみ`);

export const GIRLS = read(`
陽葵ひまり 凛りん 紬つむぎ 結菜ゆいな 芽依めい 葵あおい 澪みお 莉子りこ 咲良さくら 心春こはる
結愛ゆあ 杏あん 花はな 美月みつき 琴音ことね 柚葉ゆずは 詩うた 楓かえで 彩葉いろは 千夏ちなつ
さくら もも ひなた 真央まお 優花ゆうか 菜月なつき 里奈りな 愛あい 七海ななみ 遥はるか`);

export const MOTHERS = read(
  '美咲みさき 愛あい 彩あや 麻衣まい 沙織さおり 友美ともみ 恵めぐみ 直子なおこ 由佳ゆか 香織かおり',
);
export const FATHERS = read(
  '翔太しょうた 健一けんいち 大輔だいすけ 拓也たくや 直樹なおき 和也かずや 亮りょう 誠まこと',
);

/** `山本やまもと` is 山本, read やまもと; a name in hiragana is its own reading. */
function read(text: string): readonly ReadName[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, name = '', kana = ''] = /^(.*?)([ぁ-ん]+)$/.exec(word) ?? [];
      return { name: name === '' ? kana : name, kana };
    });
}
